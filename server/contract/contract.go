package contract

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/depart"
	"github.com/resellerkit/resellerkit/server/contract/internal/document"
	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/route"
)

// A Contract is a compiled document. It never changes after [New], and is safe for concurrent use.
type Contract struct {
	options    Options
	router     *route.Router[*operation]
	operations map[string]*operation
	warnings   []Warning

	evidence map[string]Evidence // by pointer
	policies map[depart.Rule]*Policy

	tallied   sync.Once // for tallyPlan
	tallyPlan *tallyPlan
}

// New compiles doc, which must be an OpenAPI 3.0 document whose references are resolved, as a kin-openapi loader leaves it.
// New does not change doc, and doc must not be changed as long as the Contract is used.
//
// Of doc only what checking an exchange reads has to be correct. Defaults, examples, tags and components that nothing refers
// to may be as they are. What New accepts without being able to check it is in [Contract.Warnings].
//
// The error lists, on at most 20 lines, what is wrong with doc and opts, among it a document of another version, an operation
// that declares security although there is no Admit (unless Observe is set), and paths that cannot be told apart.
func New(doc *openapi3.T, opts Options) (*Contract, error) {
	patterns := pattern.NewSet(opts.Patterns)
	errs, warnings := document.Check(doc, patterns)
	if err := joined(append(errs, opts.validate()...)); err != nil {
		return nil, err
	}
	c := &Contract{options: opts.withDefaults(), operations: map[string]*operation{}, warnings: warningsOf(warnings)}
	c.policies = c.options.Departures.policies()
	c.router = route.New[*operation](c.options.IgnoreCase)
	comp := newCompiler(doc, c.options, patterns)
	c.evidence = collectEvidence(doc, comp.nodes)
	errs = comp.document(c)
	if err := joined(slices.Concat(errs, c.checkNames(), c.checkSecurity())); err != nil {
		return nil, err
	}
	return c, nil
}

// maxErrors is the number of lines of an error of New.
const maxErrors = 20

// joined joins errors, each of which is one line. A document of another kind has thousands.
func joined(errs []error) error {
	if more := len(errs) - maxErrors; more > 0 {
		errs = append(errs[:maxErrors-1:maxErrors-1], fmt.Errorf("and %d more", more+1))
	}
	for i, err := range errs {
		errs[i] = fmt.Errorf("contract: %w", err)
	}
	return errors.Join(errs...)
}

// A Warning is a part of the document that [New] accepts and that will not be checked, or that no exchange can match.
type Warning struct {
	Pointer string `json:"pointer"` // JSON pointer in the document, as a $ref has it
	What    string `json:"what"`
	Why     string `json:"why"`
}

// String returns one line.
func (w Warning) String() string { return w.Pointer + ": " + w.What + ": " + printable(w.Why) }

// Warnings returns what New accepted without being able to check it, in the order of the document's paths.
func (c *Contract) Warnings() []Warning { return slices.Clone(c.warnings) }

func warningsOf(found []document.Warning) []Warning {
	list := make([]Warning, len(found))
	for i, w := range found {
		list[i] = Warning(w)
	}
	return list
}

func (c *Contract) checkNames() []error {
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(c.options.RequestLimits)) {
		if c.operations[id] == nil {
			errs = append(errs, fmt.Errorf("RequestLimits names %q, which is not an operation of the document", id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.options.ObserveOperations)) {
		if c.operations[id] == nil {
			errs = append(errs, fmt.Errorf("ObserveOperations names %q, which is not an operation of the document", id))
		}
	}
	return errs
}

func (c *Contract) checkSecurity() []error {
	if c.options.Admit != nil {
		return nil
	}
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(c.operations)) {
		if op := c.operations[id]; op.secured() && !op.observe {
			errs = append(errs, fmt.Errorf("operation %s declares security, and Admit is nil", id))
		}
	}
	return errs
}

// Handler returns a handler that checks each request, calls next with the correct ones, and checks the responses of next. A
// panic of next passes through, [http.ErrAbortHandler] among others; then nothing was sent but, at most, a whole response.
func (c *Contract) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.serve(w, r, next) })
}
