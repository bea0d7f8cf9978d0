package sandbox

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
)

// maxState limits a state document, in bytes.
const maxState = 256 << 20

// The contracts are compiled once per process, because that takes longer than the rest of [New], and serve all sandboxes: their
// hooks find the API of a request in its context.
var (
	cockpitContract = perPolicy(openapi.CloudCockpit)
	reportsContract = perPolicy(openapi.MyReports)
	controlContract = sync.OnceValues(func() (*contract.Contract, error) {
		return compile(openapi.Sandbox, contract.Options{
			Undeclared: contract.Reject, RequestLimits: map[string]int64{"replaceState": maxState}, MaxResponseBody: 2 * maxState,
		})
	})
)

// perPolicy returns a function that compiles an API's document once for each policy it is asked for.
func perPolicy(document func() (*openapi3.T, error)) func(contract.Policy) (*contract.Contract, error) {
	var mu sync.Mutex
	compiled := map[contract.Policy]*contract.Contract{}
	return func(policy contract.Policy) (*contract.Contract, error) {
		mu.Lock()
		defer mu.Unlock()
		if c := compiled[policy]; c != nil {
			return c, nil
		}
		c, err := compile(document, contract.Options{Finding: exchange.Find, Undeclared: policy, IgnoreCase: true})
		if err == nil {
			compiled[policy] = c
		}
		return c, err
	}
}

func compile(document func() (*openapi3.T, error), opts contract.Options) (*contract.Contract, error) {
	doc, err := document()
	if err != nil {
		return nil, err
	}
	// The documents use uuid as the services do, and the services refuse every other charset (415).
	opts.Formats, opts.Charsets = map[string]func([]byte) bool{"uuid": nil}, []string{"UTF-8"}
	opts.Admit = func(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
		return requestOf(r).admit(w, r, call)
	}
	opts.Reject = func(w http.ResponseWriter, r *http.Request, call *contract.Call, rej *contract.Rejection) {
		req := requestOf(r)
		if rej.Status == http.StatusInternalServerError && req.Failure == nil {
			req.Failure = fmt.Errorf("the response breaks the contract: %w", rej.Violations)
		}
		req.api.Reject(w, r, call, rej)
	}
	return contract.New(doc, opts)
}

// checkState checks a state document against the schema that PUT /_sandbox/state declares.
func checkState(document []byte) error {
	c, err := controlContract()
	if err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPut, "/_sandbox/state", http.NoBody)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	call, rej := c.Route(r.Method, r.URL)
	if rej != nil {
		return rej.Violations
	}
	if refused := c.CheckRequest(call, r, document).Refused(); len(refused) > 0 {
		return refused
	}
	return nil
}
