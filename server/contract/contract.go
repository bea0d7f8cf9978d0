package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/route"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A Contract is a compiled document. It never changes after [New], and is safe for concurrent use.
type Contract struct {
	options    Options
	router     *route.Router[*operation]
	operations map[string]*operation

	evidence map[string]Evidence // by pointer

	tallied   sync.Once // for tallyPlan
	tallyPlan *tallyPlan
}

// New compiles doc, which must be an OpenAPI 3.0 document whose references are resolved, as a kin-openapi loader leaves it.
// Examples are not checked. New does not change doc, and doc must not be changed as long as the Contract is used.
//
// The error joins everything that is wrong with doc and opts, among it a document of another version, an operation that
// declares security although there is no Admit (unless Observe is set), and paths that cannot be told apart.
func New(doc *openapi3.T, opts Options) (*Contract, error) {
	if err := errors.Join(validate(doc), opts.validate()); err != nil {
		return nil, err
	}
	c := &Contract{options: opts.withDefaults(), operations: map[string]*operation{}}
	c.router = route.New[*operation](c.options.IgnoreCase)
	comp := newCompiler(doc, c.options)
	c.evidence = collectEvidence(doc, comp.nodes)
	err := errors.Join(comp.document(c), c.checkNames(), c.checkSecurity())
	if err != nil {
		return nil, err
	}
	return c, nil
}

func validate(doc *openapi3.T) error {
	if doc == nil {
		return errors.New("contract: the document is nil")
	}
	if !doc.IsOpenAPI30() {
		return fmt.Errorf("contract: OpenAPI version %q is not supported, 3.0 is", doc.OpenAPI)
	}
	if err := shape.Endless(doc); err != nil {
		return err
	}
	err := doc.Validate(context.Background(), openapi3.EnableMultiError(), openapi3.DisableExamplesValidation())
	if err != nil {
		return fmt.Errorf("contract: the document is not valid: %w", err)
	}
	return nil
}

func (c *Contract) checkNames() error {
	var errs []error
	for id := range c.options.RequestLimits {
		if c.operations[id] == nil {
			errs = append(errs, fmt.Errorf("contract: RequestLimits names %q, which is not an operation of the document", id))
		}
	}
	for id := range c.options.ObserveOperations {
		if c.operations[id] == nil {
			errs = append(errs, fmt.Errorf("contract: ObserveOperations names %q, which is not an operation of the document", id))
		}
	}
	return errors.Join(errs...)
}

func (c *Contract) checkSecurity() error {
	if c.options.Admit != nil {
		return nil
	}
	var errs []error
	for id, op := range c.operations {
		if op.secured() && !op.observe {
			errs = append(errs, fmt.Errorf("contract: operation %s declares security, and Admit is nil", id))
		}
	}
	return errors.Join(errs...)
}

// Handler returns a handler that checks each request, calls next with the correct ones, and checks the responses of next. A
// panic of next passes through, [http.ErrAbortHandler] among others; then nothing was sent but, at most, a whole response.
func (c *Contract) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.serve(w, r, next) })
}
