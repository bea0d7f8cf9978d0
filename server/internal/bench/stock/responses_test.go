package stock_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	gencockpit "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	genreports "github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	"github.com/resellerkit/resellerkit/server/internal/bench/stock/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/internal/bench/stock/kindsserver"
	"github.com/resellerkit/resellerkit/server/internal/bench/stock/myreports"
)

// A visit writes a response object.
type visit func(http.ResponseWriter) error

type response struct {
	status int
	header http.Header
	body   string
	failed bool
}

func (v visit) response() response {
	w := httptest.NewRecorder()
	err := v(w)
	return response{w.Code, w.Header(), w.Body.String(), err != nil}
}

// Ensure that the response objects of our template write the same bytes as oapi-codegen's: with and without a body, with headers, and
// for a response that operations share.
func TestResponses(t *testing.T) {
	t.Parallel()
	id, name, empty := uuid.MustParse("a0000000-0000-4000-8000-00000000000f"), "Zoë <&>\u2028", ""
	correlation := id.String()
	page := gencockpit.CustomerUserPage{Items: []gencockpit.CustomerUser{{ID: &id, DisplayName: &name, Location: &empty}, {}}, TotalCount: 2}
	bearer := `Bearer error="invalid_token"`
	for what, tt := range map[string]struct{ theirs, ours visit }{
		"a page": {
			cloudcockpit.ListCustomerUsers200JSONResponse{Body: page}.VisitListCustomerUsersResponse,
			cloudcockpitserver.ListCustomerUsers200JSONResponse{Body: page}.VisitListCustomerUsersResponse,
		},
		"a page with a header": {
			cloudcockpit.ListCustomerUsers200JSONResponse{
				Body: page, Headers: cloudcockpit.ListCustomerUsers200ResponseHeaders{XCorrelationID: &correlation},
			}.VisitListCustomerUsersResponse,
			cloudcockpitserver.ListCustomerUsers200JSONResponse{
				Body: page, Headers: cloudcockpitserver.ListCustomerUsers200ResponseHeaders{XCorrelationID: &correlation},
			}.VisitListCustomerUsersResponse,
		},
		"a text": {
			cloudcockpit.CreatePortalUser201JSONResponse{Body: id}.VisitCreatePortalUserResponse,
			cloudcockpitserver.CreatePortalUser201JSONResponse{Body: id}.VisitCreatePortalUserResponse,
		},
		"no body": {
			cloudcockpit.UpdateCustomerUser200Response{}.VisitUpdateCustomerUserResponse,
			cloudcockpitserver.UpdateCustomerUser200Response{}.VisitUpdateCustomerUserResponse,
		},
		"a shared response": {
			cloudcockpit.ListCustomerUsers400JSONResponse{BadRequestJSONResponse: cloudcockpit.BadRequestJSONResponse{
				Headers: cloudcockpit.BadRequestResponseHeaders{XCorrelationID: &correlation},
			}}.VisitListCustomerUsersResponse,
			cloudcockpitserver.ListCustomerUsers400JSONResponse{BadRequestJSONResponse: cloudcockpitserver.BadRequestJSONResponse{
				Headers: cloudcockpitserver.BadRequestResponseHeaders{XCorrelationID: &correlation},
			}}.VisitListCustomerUsersResponse,
		},
		"a shared response without a body": {
			cloudcockpit.ListUsers401Response{Headers: cloudcockpit.UnauthorizedResponseHeaders{WWWAuthenticate: &bearer}}.VisitListUsersResponse,
			cloudcockpitserver.ListUsers401Response{Headers: cloudcockpitserver.UnauthorizedResponseHeaders{WWWAuthenticate: &bearer}}.VisitListUsersResponse,
		},
		"a type that is the schema's": {
			myreports.PatchAccountUser200JSONResponse{Status: genreports.SuccessStatusSuccess}.VisitPatchAccountUserResponse,
			myreportsserver.PatchAccountUser200JSONResponse{Status: genreports.SuccessStatusSuccess}.VisitPatchAccountUserResponse,
		},
	} {
		theirs, ours := tt.theirs.response(), tt.ours.response()
		if !cmp.Equal(ours, theirs, cmp.AllowUnexported(response{})) || ours.failed {
			t.Errorf("%s: got %+v, oapi-codegen's writes %+v", what, ours, theirs)
		}
	}
}

// Ensure that a value that cannot be encoded is an error, and that nothing of the response is written.
func TestResponses_NotEncoded(t *testing.T) {
	t.Parallel()
	note := "noted"
	object := kindsserver.GetNumber200JSONResponse{Body: math.NaN(), Headers: kindsserver.GetNumber200ResponseHeaders{XNote: &note}}
	if got := visit(object.VisitGetNumberResponse).response(); !got.failed || len(got.header) > 0 || got.body != "" {
		t.Errorf("got %+v, want an error alone", got)
	}
	object.Body = 1.5
	want := response{200, http.Header{"Content-Type": {"application/json"}, "X-Note": {note}}, "1.5\n", false}
	if got := visit(object.VisitGetNumberResponse).response(); !cmp.Equal(got, want, cmp.AllowUnexported(response{})) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
