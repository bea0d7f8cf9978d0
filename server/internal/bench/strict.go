package main

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	stockcockpit "github.com/resellerkit/resellerkit/server/internal/bench/stock/cloudcockpit"
	stockreports "github.com/resellerkit/resellerkit/server/internal/bench/stock/myreports"
)

// The strict interfaces over data: those of our templates, and those that oapi-codegen generates by itself, with the same code. The
// generated interfaces are embedded, and nil, so that operations that are not measured need no handler.

type cockpit struct {
	cloudcockpitserver.StrictServerInterface
	*data
}

func (c *cockpit) ListCustomerUsers(_ context.Context, req cloudcockpitserver.ListCustomerUsersRequestObject) (cloudcockpitserver.ListCustomerUsersResponseObject, error) {
	page, err := c.listUsers(req.CustomerID, req.Params)
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ListCustomerUsers200JSONResponse{Body: page}, nil
}

func (c *cockpit) UpdateCustomerUser(_ context.Context, req cloudcockpitserver.UpdateCustomerUserRequestObject) (cloudcockpitserver.UpdateCustomerUserResponseObject, error) {
	if err := c.updateUser(req.CustomerID, req.CustomerUserID, req.Body); err != nil {
		return nil, err
	}
	return cloudcockpitserver.UpdateCustomerUser200Response{}, nil
}

func (c *cockpit) CreatePortalUser(_ context.Context, req cloudcockpitserver.CreatePortalUserRequestObject) (cloudcockpitserver.CreatePortalUserResponseObject, error) {
	id, err := c.createUser(req.CustomerID, req.Body)
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.CreatePortalUser201JSONResponse{Body: id}, nil
}

type reports struct {
	myreportsserver.StrictServerInterface
	*data
}

func (r *reports) PatchAccountUser(_ context.Context, req myreportsserver.PatchAccountUserRequestObject) (myreportsserver.PatchAccountUserResponseObject, error) {
	if err := r.patchMember(req.AccountTenantID, req.UserID, *req.Body); err != nil {
		return nil, err
	}
	return myreportsserver.PatchAccountUser200JSONResponse(success()), nil
}

type stockCockpit struct {
	stockcockpit.StrictServerInterface
	*data
}

func (c *stockCockpit) ListCustomerUsers(_ context.Context, req stockcockpit.ListCustomerUsersRequestObject) (stockcockpit.ListCustomerUsersResponseObject, error) {
	page, err := c.listUsers(req.CustomerID, req.Params)
	if err != nil {
		return nil, err
	}
	return stockcockpit.ListCustomerUsers200JSONResponse{Body: page}, nil
}

func (c *stockCockpit) UpdateCustomerUser(_ context.Context, req stockcockpit.UpdateCustomerUserRequestObject) (stockcockpit.UpdateCustomerUserResponseObject, error) {
	if err := c.updateUser(req.CustomerID, req.CustomerUserID, req.Body); err != nil {
		return nil, err
	}
	return stockcockpit.UpdateCustomerUser200Response{}, nil
}

func (c *stockCockpit) CreatePortalUser(_ context.Context, req stockcockpit.CreatePortalUserRequestObject) (stockcockpit.CreatePortalUserResponseObject, error) {
	id, err := c.createUser(req.CustomerID, req.Body)
	if err != nil {
		return nil, err
	}
	return stockcockpit.CreatePortalUser201JSONResponse{Body: id}, nil
}

type stockReports struct {
	stockreports.StrictServerInterface
	*data
}

func (r *stockReports) PatchAccountUser(_ context.Context, req stockreports.PatchAccountUserRequestObject) (stockreports.PatchAccountUserResponseObject, error) {
	if err := r.patchMember(req.AccountTenantID, req.UserID, *req.Body); err != nil {
		return nil, err
	}
	return stockreports.PatchAccountUser200JSONResponse(success()), nil
}
