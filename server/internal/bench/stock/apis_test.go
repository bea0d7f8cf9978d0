package stock_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/internal/bench/stock/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/internal/bench/stock/kinds"
	"github.com/resellerkit/resellerkit/server/internal/bench/stock/kindsserver"
	"github.com/resellerkit/resellerkit/server/internal/bench/stock/myreports"
	"github.com/resellerkit/resellerkit/server/internal/bench/stock/sandbox"
)

// An api is a document, and how its handlers are registered with the wrappers of oapi-codegen and with ours. A middleware of the strict
// handler sees what a wrapper has bound, because all of it is in the request object.
type api struct {
	name     string
	document func() (*openapi3.T, error)
	register func(theirs, ours *echo.Echo, record record)
}

// A record receives a request object.
type record func(request any)

// middleware has the type that each generated package declares for itself.
func (r record) middleware(func(echo.Context, any) (any, error), string) func(echo.Context, any) (any, error) {
	return func(_ echo.Context, request any) (any, error) {
		r(request)
		return nil, nil
	}
}

var apis = []api{
	{"CloudCockpit", openapi.CloudCockpit, func(theirs, ours *echo.Echo, record record) {
		handler := cloudcockpitserver.NewStrictHandler(nil, []cloudcockpitserver.StrictMiddlewareFunc{
			func(f cloudcockpitserver.StrictHandlerFunc, id string) cloudcockpitserver.StrictHandlerFunc {
				return record.middleware(f, id)
			},
		})
		cloudcockpit.RegisterHandlers(theirs, handler)
		cloudcockpitserver.RegisterHandlers(ours, handler)
	}},
	{"MyReports", openapi.MyReports, func(theirs, ours *echo.Echo, record record) {
		handler := myreportsserver.NewStrictHandler(nil, []myreportsserver.StrictMiddlewareFunc{
			func(f myreportsserver.StrictHandlerFunc, id string) myreportsserver.StrictHandlerFunc {
				return record.middleware(f, id)
			},
		})
		myreports.RegisterHandlers(theirs, handler)
		myreportsserver.RegisterHandlers(ours, handler)
	}},
	{"sandbox", openapi.Sandbox, func(theirs, ours *echo.Echo, record record) {
		handler := controlserver.NewStrictHandler(nil, []controlserver.StrictMiddlewareFunc{
			func(f controlserver.StrictHandlerFunc, id string) controlserver.StrictHandlerFunc {
				return record.middleware(f, id)
			},
		})
		sandbox.RegisterHandlers(theirs, handler)
		controlserver.RegisterHandlers(ours, handler)
	}},
	{"kinds", func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromFile("kinds.openapi.yaml") }, func(theirs, ours *echo.Echo, record record) {
		handler := kindsserver.NewStrictHandler(nil, []kindsserver.StrictMiddlewareFunc{
			func(f kindsserver.StrictHandlerFunc, id string) kindsserver.StrictHandlerFunc {
				return record.middleware(f, id)
			},
		})
		kinds.RegisterHandlers(theirs, handler)
		kindsserver.RegisterHandlers(ours, handler)
	}},
}

// A pair is the same handlers with the wrappers of oapi-codegen and with ours.
type pair struct {
	theirs, ours *echo.Echo
	bound        any
}

func (a api) pair() *pair {
	p := &pair{theirs: echo.New(), ours: echo.New()}
	a.register(p.theirs, p.ours, func(request any) { p.bound = request })
	return p
}

// An outcome is the result of a wrapper for a request.
type outcome struct {
	status  int
	bound   any
	message string
}

func (p *pair) ask(e *echo.Echo, r *http.Request) outcome {
	p.bound = nil
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	var body struct{ Message string }
	_ = json.Unmarshal(w.Body.Bytes(), &body)
	return outcome{w.Code, p.bound, body.Message}
}

// compare sends a request to both, and describes how the outcomes differ.
func (p *pair) compare(r *http.Request) (theirs, ours outcome, difference string) {
	theirs, ours = p.ask(p.theirs, r.Clone(r.Context())), p.ask(p.ours, r.Clone(r.Context()))
	switch {
	case theirs.status != ours.status:
		difference = fmt.Sprintf("got %d %q, oapi-codegen's gives %d %q", ours.status, ours.message, theirs.status, theirs.message)
	case !reflect.DeepEqual(theirs.bound, ours.bound):
		difference = fmt.Sprintf("got %+v, oapi-codegen's binds %+v", ours.bound, theirs.bound)
	}
	return theirs, ours, difference
}
