package sandbox

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	"github.com/resellerkit/resellerkit/server/internal/jsonbody"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/myreports"
)

// Only this file knows echo: it turns the generated interfaces into http.Handlers, and everything around them is net/http. To
// move to another version of echo, change the generators' configuration and this file.

func cockpitRoutes(a *cloudcockpit.API) http.Handler {
	e := newEcho(a.Fail)
	cloudcockpitserver.RegisterHandlers(e, cloudcockpitserver.NewStrictHandler(a, nil))
	return prefer(e, cloudcockpit.MediaType)
}

func reportsRoutes(a *myreports.API) http.Handler {
	e := newEcho(a.Fail)
	myreportsserver.RegisterHandlersWithBaseURL(e, myreportsserver.NewStrictHandler(a, nil), "/api")
	return prefer(e, myreports.MediaType)
}

func controlRoutes(c *controlPlane) http.Handler {
	e := newEcho(c.Fail)
	controlserver.RegisterHandlers(e, controlserver.NewStrictHandler(c, nil))
	return e
}

// newEcho returns an echo that only routes and binds: fail writes the response for a handler's error, and a panic passes through
// to [Sandbox.ServeHTTP].
func newEcho(fail func(http.ResponseWriter, *http.Request, error)) *echo.Echo {
	e := echo.New()
	e.JSONSerializer = checkedJSON{}
	e.HTTPErrorHandler = func(err error, ctx echo.Context) {
		if !ctx.Response().Committed {
			fail(ctx.Response(), ctx.Request(), err)
		}
	}
	return e
}

// checkedJSON decodes the bytes that the contract has checked, without reading them a second time.
type checkedJSON struct{ echo.DefaultJSONSerializer }

func (checkedJSON) Deserialize(ctx echo.Context, into any) error {
	if err := jsonbody.Decode(ctx.Request().Body, into); err != nil {
		return err
	}
	return myreports.DefaultOps(ctx.Request(), into)
}
