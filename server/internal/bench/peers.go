package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/oapi-codegen/echo-middleware"

	"github.com/resellerkit/resellerkit/openapi"
)

// stock has the default options of the peers. A document with security requires an authentication function; the one that does nothing
// is the fastest.
var stock = openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}

// documents loads the two documents without the hosts of their servers, which the peers would compare with the request's host.
func documents() (ofCockpit, ofReports *openapi3.T, err error) {
	if ofCockpit, err = openapi.CloudCockpit(); err != nil {
		return nil, nil, err
	}
	if ofReports, err = openapi.MyReports(); err != nil {
		return nil, nil, err
	}
	ofCockpit.Servers = nil
	ofReports.Servers = openapi3.Servers{{URL: "/api"}}
	return ofCockpit, ofReports, nil
}

// buildMiddleware uses the middleware that oapi-codegen's documentation recommends.
func buildMiddleware(w *world) (http.Handler, error) {
	cockpitDoc, reportsDoc, err := documents()
	if err != nil {
		return nil, err
	}
	opts := &echomiddleware.Options{Options: stock, SilenceServersWarning: true}
	ofCockpit, ofReports := w.stockEchoes(
		[]echo.MiddlewareFunc{echomiddleware.OapiRequestValidatorWithOptions(cockpitDoc, opts)},
		[]echo.MiddlewareFunc{echomiddleware.OapiRequestValidatorWithOptions(reportsDoc, opts)},
	)
	return split(ofCockpit, ofReports), nil
}

// buildKin uses kin-openapi's own net/http middleware, which calls ValidateRequest and ValidateResponse. With Strict it holds a response
// back until it has been checked, as ours does. Of its two routers this is the faster one.
func buildKin(w *world) (http.Handler, error) {
	cockpitDoc, reportsDoc, err := documents()
	if err != nil {
		return nil, err
	}
	ofCockpit, ofReports := w.stockEchoes(nil, nil)
	cockpitKin, err := kin(cockpitDoc, ofCockpit)
	if err != nil {
		return nil, err
	}
	reportsKin, err := kin(reportsDoc, ofReports)
	if err != nil {
		return nil, err
	}
	return split(cockpitKin, reportsKin), nil
}

func kin(doc *openapi3.T, next http.Handler) (http.Handler, error) {
	router, err := legacy.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("route %s: %w", doc.Info.Title, err)
	}
	return openapi3filter.NewValidator(router, openapi3filter.Strict(true), openapi3filter.ValidationOptions(stock),
		openapi3filter.OnLog(func(context.Context, string, error) {})).Middleware(next), nil
}
