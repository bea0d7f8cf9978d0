package sandbox_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// Ensure every operation of both contracts succeeds, and fails with every status that its contract declares, through the
// generated clients and on each kind of store.
func TestGeneratedClient(t *testing.T) {
	t.Parallel()
	operations := map[string]*openapi3.Operation{}
	for _, o := range apiOperations(t) {
		operations[o.ID] = o.Spec
	}
	granted := slices.Concat(grantedByCockpitDirectory(), grantedByCockpit(), grantedByEnterprise(), grantedByAccounts(), grantedByReports())
	refused := slices.Concat(refusedByDirectory(), refusedByCockpit(), refusedByReports())
	for _, a := range granted {
		if a.status < 300 && a.check == nil {
			t.Fatalf("%s %d has no check: give grants in the table of its API (generated_cockpit_test.go, generated_directory_test.go, "+
				"generated_reports_test.go) a function that says what the response holds, or what has changed", a.operation, a.status)
		}
	}
	for id, op := range operations {
		refused = append(refused, refusedAlike(t, op, successOf(t, granted, id))...)
	}
	storetest.Each(t, storetest.Kinds, func(t *testing.T, dsn string) {
		g := newGenerated(t, dsn, operations)
		before := g.wholeState(t)
		g.runAll(t, refused)
		if diff := gocmp.Diff(before, g.wholeState(t)); diff != "" {
			t.Errorf("the refusals changed the state (-before +after):\n%s", diff)
		}
		g.runAll(t, granted)
		t.Run("every declared status was seen", g.checkComplete)
	})
}

// An ask is a request through a generated client, and what must become of it.
type ask struct {
	operation string
	status    int
	name      string // what the request is about, where operation and status do not say it
	// send sends the request, with the token of the client; "" sends none.
	send   func(context.Context, *generated) (reply, error)
	client string
	// longer is an id in the path that gets a digit too many: the generated clients write right ones only.
	longer string
	// injected makes the sandbox give the status, whatever the request is.
	injected bool
	// says is what the typed error must name: the errors[].propertyName of CloudCockpit in any order; the message of
	// MyReports, and its errorCode where there is one.
	says []string
	// check looks at what else there is to see, such as the effect.
	check func(*testing.T, *generated, reply)
}

// A reply is the response as a generated client returns it.
type reply interface {
	StatusCode() int
	GetBody() []byte
}

// grants is an ask whose typed response is checked. Without a check the test fails, and says where to add one.
func grants[R reply](operation string, status int, send func(context.Context, *generated) (R, error), check func(*testing.T, *generated, R)) ask {
	a := ask{
		operation: operation, status: status,
		send: func(ctx context.Context, g *generated) (reply, error) { return send(ctx, g) },
	}
	if check != nil {
		a.check = func(t *testing.T, g *generated, r reply) { check(t, g, r.(R)) }
	}
	return a
}

// refuses is an ask that is refused for what it holds.
func refuses[R reply](operation string, status int, send func(context.Context, *generated) (R, error), says ...string) ask {
	return ask{
		operation: operation, status: status, says: says,
		send: func(ctx context.Context, g *generated) (reply, error) { return send(ctx, g) },
	}
}

// successOf finds an operation's first success, which the refusals that all operations share are made of.
func successOf(t *testing.T, asks []ask, operation string) ask {
	t.Helper()
	for _, a := range asks {
		if a.operation == operation && a.status < 300 {
			return a
		}
	}
	t.Fatalf("%s has no success", operation)
	return ask{}
}

// refusedAlike are the statuses that come whatever the operation is. Two come by injection only: a 500 is a failure of the
// service's own, and a 200 is what the pages list beside the 201 of a creation.
func refusedAlike(t *testing.T, op *openapi3.Operation, good ask) (asks []ask) {
	t.Helper()
	good.check = nil
	for code := range op.Responses.Map() {
		a := good
		a.status, _ = strconv.Atoi(code)
		switch {
		case a.status == http.StatusUnauthorized:
			a.client, a.name = "", "no token"
		case a.status == http.StatusForbidden:
			a.client, a.name = "fabrikam-csp", "another tenant's token"
		case a.status == http.StatusInternalServerError || a.status < 300 && a.status != good.status:
			a.injected, a.name = true, "injected"
		default:
			continue
		}
		asks = append(asks, a)
	}
	return asks
}

// generated is a sandbox with the generated clients of both APIs.
type generated struct {
	*box
	cockpit    *cloudcockpit.ClientWithResponses
	reports    *myreports.ClientWithResponses
	operations map[string]*openapi3.Operation
	seen       map[string]map[int]bool // the statuses of an operation that came as they must

	now ask // what is being sent
}

func newGenerated(t *testing.T, dsn string, operations map[string]*openapi3.Operation) *generated {
	t.Helper()
	g := &generated{box: start(t, sandbox.Options{Store: dsn}), operations: operations, seen: map[string]map[int]bool{}}
	var err error
	g.cockpit, err = cloudcockpit.NewClientWithResponses(g.url, cloudcockpit.WithHTTPClient(g.http), cloudcockpit.WithRequestEditorFn(g.edit))
	if err != nil {
		t.Fatal(err)
	}
	g.reports, err = myreports.NewClientWithResponses(g.url+"/api", myreports.WithHTTPClient(g.http), myreports.WithRequestEditorFn(g.edit))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// edit gives a request what the generated clients leave to their callers.
func (g *generated) edit(_ context.Context, r *http.Request) error {
	if g.now.longer != "" {
		r.URL.Path = strings.Replace(r.URL.Path, g.now.longer, g.now.longer+"2", 1)
	}
	if g.now.injected {
		r.Header.Set("Prefer", "code="+strconv.Itoa(g.now.status))
	}
	if g.now.client == "" {
		return nil
	}
	token, err := g.token(g.now.client)
	r.Header.Set("Authorization", "Bearer "+token)
	return err
}

func (g *generated) runAll(t *testing.T, asks []ask) {
	t.Helper()
	for _, a := range asks {
		t.Run(strings.TrimSpace(a.operation+" "+strconv.Itoa(a.status)+" "+a.name), func(t *testing.T) { g.run(t, a) })
	}
}

// run sends one request, and checks what the client made of the response against the contract.
func (g *generated) run(t *testing.T, a ask) {
	g.now = a
	g.inject(t)
	last := g.lastExchange()
	r, err := a.send(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode() != a.status {
		t.Fatalf("got %d %s, want %d", r.StatusCode(), r.GetBody(), a.status)
	}
	g.checkExchange(t, last)
	declared := g.operations[a.operation].Responses.Status(a.status)
	if declared == nil {
		t.Fatalf("the contract does not declare %d", a.status)
	}
	checkTyped(t, a, declared.Value, r)
	g.now.injected, g.now.longer = false, "" // what a check sends is another matter
	if a.check != nil {
		a.check(t, g, r)
	}
	g.note(t)
}

// inject sets the fault that makes a 500. What is told to come back at once may be sent again.
func (g *generated) inject(t *testing.T) {
	t.Helper()
	if !g.now.injected || g.now.status < 500 {
		return
	}
	err := g.SetFaults(control.FaultRule{
		Operation: g.now.operation, Count: new(int32(1)),
		Action: control.FaultAction{Status: int32(g.now.status), RetryAfter: new(int32(0))},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (g *generated) lastExchange() (id int64) {
	for _, x := range g.Exchanges(0) {
		id = x.ID
	}
	return id
}

// checkExchange asks the sandbox which operation it was, and whether a request that succeeds departs from the contract.
func (g *generated) checkExchange(t *testing.T, last int64) {
	t.Helper()
	xs := g.Exchanges(last)
	if len(xs) != 1 || value(xs[0].Operation) != g.now.operation {
		t.Errorf("got exchanges %+v, want one of %s", xs, g.now.operation)
	} else if g.now.status < 300 && len(xs[0].Findings) > 0 {
		t.Errorf("got findings %+v, want none", xs[0].Findings)
	}
}

func (g *generated) note(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return
	}
	if g.seen[g.now.operation] == nil {
		g.seen[g.now.operation] = map[int]bool{}
	}
	g.seen[g.now.operation][g.now.status] = true
}

// checkComplete fails for what the contracts have, and no ask has seen.
func (g *generated) checkComplete(t *testing.T) {
	for id, op := range g.operations {
		for code := range op.Responses.Map() {
			if status, err := strconv.Atoi(code); err != nil || !g.seen[id][status] {
				t.Errorf("%s: %s was not seen: add an ask to the tables", id, code)
			}
		}
	}
}

func (g *generated) wholeState(t *testing.T) control.State {
	t.Helper()
	state, err := g.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return state
}
