package sandbox

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	"github.com/resellerkit/resellerkit/server/internal/jsonbody"
)

// This file is all that knows echo: the generated interfaces become http.Handlers here, and everything around them is
// net/http. A newer echo is a change of the generators' configuration and of this file.

// failure writes the answer for an error that a handler returned.
type failure func(w http.ResponseWriter, r *http.Request, err error)

func (c *cloudCockpit) routes() http.Handler {
	e := newEcho(c.fail)
	cloudcockpitserver.RegisterHandlers(e, cloudcockpitserver.NewStrictHandler(c, nil))
	return c.prefer(e, "application/json")
}

func (m *myReports) routes() http.Handler {
	e := newEcho(m.fail)
	myreportsserver.RegisterHandlersWithBaseURL(e, myreportsserver.NewStrictHandler(m, nil), "/api")
	return m.prefer(e, reportsMedia)
}

func (c *controlPlane) routes() http.Handler {
	e := newEcho(c.fail)
	controlserver.RegisterHandlers(e, controlserver.NewStrictHandler(c, nil))
	return e
}

// newEcho returns an echo that only routes and binds: errors go to fail, and a panic passes through to the front.
func newEcho(fail failure) *echo.Echo {
	e := echo.New()
	e.JSONSerializer = checkedJSON{}
	e.HTTPErrorHandler = func(err error, ctx echo.Context) {
		if !ctx.Response().Committed {
			fail(ctx.Response(), ctx.Request(), err)
		}
	}
	return e
}

// checkedJSON decodes the bytes that the contract has checked, which need no reader.
type checkedJSON struct{ echo.DefaultJSONSerializer }

func (checkedJSON) Deserialize(ctx echo.Context, into any) error {
	return jsonbody.Decode(ctx.Request().Body, into)
}
