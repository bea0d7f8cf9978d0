package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	stockcockpit "github.com/resellerkit/resellerkit/server/internal/bench/stock/cloudcockpit"
	stockreports "github.com/resellerkit/resellerkit/server/internal/bench/stock/myreports"
)

// A variant is a server that is measured.
type variant struct {
	key, title string
	checks     checks
	build      func(*world) (http.Handler, error)
}

// checks says what a variant must refuse: requests and responses that kin-openapi refuses, and everything that ours refuses.
type checks struct{ requests, responses, everything bool }

// unvalidated is the key of the variant that the others are compared with.
const unvalidated = "a"

var variants = []variant{
	{key: "a", title: "generated strict echo server, no checks", build: buildUnvalidated},
	{key: "b", title: "(a) + oapi-codegen's echo-middleware, requests only", checks: checks{requests: true}, build: buildMiddleware},
	{key: "c", title: "(a) + kin-openapi, requests and responses", checks: checks{requests: true, responses: true}, build: buildKin},
	{key: "o", title: "ours: (a) by our templates + contract, both ways, token verified", checks: checks{true, true, true}, build: buildOurs},
	{key: "z", title: "the floor: echo route, ready-made bytes", build: buildFloor},
}

// A world has what the handlers of one server share.
type world struct {
	data     *data
	issuer   *issuer
	findings *atomic.Int64 // number of findings of the contracts
}

func newWorld(bad bool) (*world, error) {
	i, err := newIssuer()
	if err != nil {
		return nil, err
	}
	return &world{data: newData(bad), issuer: i, findings: new(atomic.Int64)}, nil
}

// A server is a variant that is ready to serve.
type server struct {
	variant
	*world
	http.Handler
}

// server creates a server with data of its own. newData says what bad data is.
func (v variant) server(bad bool) (*server, error) {
	w, err := newWorld(bad)
	if err != nil {
		return nil, err
	}
	h, err := v.build(w)
	if err != nil {
		return nil, fmt.Errorf("build (%s): %w", v.key, err)
	}
	return &server{v, w, h}, nil
}

func variantKeyed(key string) (variant, error) {
	for _, v := range variants {
		if v.key == key {
			return v, nil
		}
	}
	return variant{}, fmt.Errorf("no server %q", key)
}

// stockEchoes returns the two APIs as oapi-codegen generates them by itself, with middleware.
func (w *world) stockEchoes(cockpitMiddleware, reportsMiddleware []echo.MiddlewareFunc) (ofCockpit, ofReports *echo.Echo) {
	ofCockpit, ofReports = echo.New(), echo.New()
	ofCockpit.Use(cockpitMiddleware...)
	ofReports.Use(reportsMiddleware...)
	stockcockpit.RegisterHandlers(ofCockpit, stockcockpit.NewStrictHandler(&stockCockpit{data: w.data}, nil))
	stockreports.RegisterHandlersWithBaseURL(ofReports, stockreports.NewStrictHandler(&stockReports{data: w.data}, nil), "/api")
	return ofCockpit, ofReports
}

// ourEchoes returns the two APIs as generated from our templates, as in the sandbox.
func (w *world) ourEchoes() (ofCockpit, ofReports *echo.Echo) {
	ofCockpit, ofReports = echo.New(), echo.New()
	cloudcockpitserver.RegisterHandlers(ofCockpit, cloudcockpitserver.NewStrictHandler(&cockpit{data: w.data}, nil))
	myreportsserver.RegisterHandlersWithBaseURL(ofReports, myreportsserver.NewStrictHandler(&reports{data: w.data}, nil), "/api")
	return ofCockpit, ofReports
}

// split routes each request to its API, as the sandbox does, and repeats the correlation id, as CloudCockpit does. All variants use
// it.
func split(ofCockpit, ofReports http.Handler) http.Handler {
	ofCockpit = correlate(ofCockpit)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			ofReports.ServeHTTP(w, r)
			return
		}
		ofCockpit.ServeHTTP(w, r)
	})
}

const correlationHeader = "X-Correlation-Id"

// correlate repeats the request's correlation id on every response, or adds a new one.
func correlate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header[correlationHeader]
		if len(given) != 1 || !isUUID(given[0]) {
			given = []string{uuid.NewString()}
		}
		w.Header()[correlationHeader] = given[:1:1]
		next.ServeHTTP(w, r)
	})
}

func isUUID(s string) bool {
	return len(s) == 36 && uuid.Validate(s) == nil
}

func buildUnvalidated(w *world) (http.Handler, error) {
	ofCockpit, ofReports := w.stockEchoes(nil, nil)
	return split(ofCockpit, ofReports), nil
}

// buildFloor takes the responses of (a) to all cases, and sends these from then on.
func buildFloor(w *world) (http.Handler, error) {
	source, err := buildUnvalidated(w)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	ready := map[string]response{}
	for _, c := range cases {
		got, err := ask(source, c.wire(w.issuer.tokens))
		if err != nil {
			return nil, err
		}
		ready[c.method+c.route+c.query] = got
		key := c.method + c.route
		e.Add(c.method, c.pattern(), func(ctx echo.Context) error {
			return ready[key+ctx.Request().URL.RawQuery].write(ctx.Response())
		})
	}
	return split(e, e), nil
}

// pattern returns the route with parameters, so that echo's router has the same routes as in the other variants.
func (c benchCase) pattern() string {
	parts := strings.Split(c.route, "/")
	for i, part := range parts {
		if len(part) == len(customer) {
			parts[i] = fmt.Sprintf(":id%d", i)
		}
	}
	return strings.Join(parts, "/")
}
