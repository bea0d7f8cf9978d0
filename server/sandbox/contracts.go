package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/cloudcockpit"
)

// maxState limits a state document, in bytes.
const maxState = 256 << 20

// The contracts are compiled once per process, because that takes longer than the rest of [New], and serve all sandboxes: their
// hooks find the API of a request in its context.
var (
	cockpitContract = perPolicy(openapi.CloudCockpit, departsByMediaType)
	reportsContract = perPolicy(openapi.MyReports, departsByBOM)
	controlContract = sync.OnceValues(func() (*contract.Contract, error) {
		return compile(openapi.Sandbox, contract.Options{
			Undeclared: contract.Reject, RequestLimits: map[string]int64{"replaceState": maxState}, MaxResponseBody: 2 * maxState,
		}, "")
	})
)

// policies are what an API's contract is compiled for.
type policies struct{ undeclared, departures contract.Policy }

// perPolicy returns a function that compiles an API's document once for each pair of policies. foreign is a departure that the API
// does not take.
func perPolicy(document func() (*openapi3.T, error), foreign string) func(policies) (*contract.Contract, error) {
	var mu sync.Mutex
	compiled := map[policies]*contract.Contract{}
	return func(p policies) (*contract.Contract, error) {
		mu.Lock()
		defer mu.Unlock()
		if c := compiled[p]; c != nil {
			return c, nil
		}
		d := p.departures
		taken := contract.Departures{
			Case: d, Boolean: d, Enum: d, Integer: d, Empty: d, Body: d, UUID: d, Escape: d, BOM: d, MediaType: d,
		}
		switch foreign {
		case departsByBOM:
			taken.BOM = contract.Reject
		case departsByMediaType:
			taken.MediaType = contract.Reject
		}
		c, err := compile(document, contract.Options{
			Undeclared: p.undeclared, Departures: taken, IgnoreCase: true, Finding: func(r *http.Request, v contract.Violation) {
				v = explainDeparture(r, v, foreign)
				if v.Refused {
					v.Expected = answer.Hint(v.Expected, v)
				}
				exchange.Find(r, v)
			},
		}, foreign)
		if err == nil {
			compiled[p] = c
		}
		return c, err
	}
}

// The departures that one of the APIs does not take.
const (
	departsByBOM       = "bom"
	departsByMediaType = "mediaType"
)

// explainDeparture completes what the contract says of a departure: CloudCockpit's own, which is about the correlation id, and the
// grade. That a service accepts it is inferred, whatever the grade of the place that the request departs from.
func explainDeparture(r *http.Request, v contract.Violation, foreign string) contract.Violation {
	if v.Departure == foreign {
		v.Departure = ""
	}
	if foreign == departsByMediaType && v.In == "header" && v.Pointer == "/X-Correlation-Id" && cloudcockpit.DepartsByCorrelation(r) {
		v.Departure = "correlation"
	}
	if v.Departure != "" && v.Grade == "" {
		v.Grade = "inferred"
	}
	return v
}

func compile(document func() (*openapi3.T, error), opts contract.Options, foreign string) (*contract.Contract, error) {
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
		explained := *rej
		explained.Violations = slices.Clone(rej.Violations)
		for i, v := range explained.Violations {
			explained.Violations[i] = explainDeparture(r, v, foreign)
		}
		req.api.Reject(w, r, call, &explained)
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
