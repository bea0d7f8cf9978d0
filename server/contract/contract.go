// Package contract checks HTTP exchanges against an OpenAPI 3.0 document: every request before your handler sees it, every
// answer before the client does. It knows no API of ours; give it any document and any [net/http.Handler].
//
// Most callers want [New] and [Contract.Handler]:
//
//	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
//	…
//	c, err := contract.New(doc, contract.Options{Admit: authenticate})
//	…
//	err = http.ListenAndServe(addr, c.Handler(e)) // e: an echo, a chi router, a ServeMux, a reverse proxy
//
// With a router of chi these are all the lines that a server changes: e is what chi.NewRouter returned, with its routes and
// middleware. Admit is needed where the document declares security, and [FromContext] gives handlers what it learned.
//
// A client transport, a proxy or a checker of recorded traffic routes with [Contract.Route] and checks with
// [Contract.CheckRequest] and [Contract.CheckResponse].
//
// # It wraps the whole server
//
// Put it outside the server, never into a router's middleware chain. Echo's e.Use in particular runs its middleware before
// echo writes the answer to an error: a handler's "418 I'm a teapot" is still an empty 200 when middleware returns, so a
// checker there approves of an answer nobody sends. Routers also answer 404 and 405 themselves, around their middleware.
// What compresses answers belongs outside the contract, for a compressed body cannot be checked, and so does what answers
// OPTIONS requests (CORS), which are 405 where the document does not declare them.
//
// A reverse proxy must not hand on the client's Accept-Encoding, or it gets compressed answers: delete that in its Rewrite, and
// net/http's Transport asks for gzip itself and reads it. Its own 502 is a status that few documents declare; see
// [Options].UndeclaredStatuses.
//
// # What is checked
//
// In this order, and the first line that fails answers: the route (404, 405 with Allow); [Options].Admit, which is yours; the
// body's size (413); its media type, charset and encoding (415); all parameters and the body together (400, one answer names
// every violation); then, after your handler, the answer (500).
//
// The document's schemas are decided by kin-openapi. To that come the checks it does not make: duplicate members, members
// that differ only in case, bytes after the value, invalid UTF-8, U+0000, integers that no Go integer holds, repeated and
// undeclared parameters, undeclared members, undeclared statuses, bodies where none is declared. [Violation] has the table.
//
// JSON, form and multipart bodies and plain strings are checked against their schema, also where the document has a range such
// as */* for them. A body of another media type (XML, YAML, images) or of format binary is checked for its size, presence and
// media type only.
//
// # How it decides
//
// It accepts fast and explains slowly. [New] compiles the document's schemas into programs that run once over the bytes of a
// message, build no values, and say yes only where kin-openapi says yes and we have nothing to report. Whatever they do not
// accept, for it is wrong or too rare for them, is decoded and goes to kin-openapi and to our own checks, which decide and
// name every violation. So a good message costs next to nothing, and a bad one what it costs with kin-openapi.
//
// Some things are always decided the slow way: what is to be reported, escapes in the names of members, objects with more
// than 64 members that no schema names, schemas with keywords of OpenAPI 3.1 or composed of themselves, forms, multipart
// bodies, plain text, cookies, parameters that are objects.
//
// # What your handler gets
//
// The request it gets has a body that holds the bytes that were checked, a Content-Type whose type is lower case, and the path
// as the document writes it, with URL.RawPath set where that has escapes, so that a router that unescapes path parameters does
// so once. Routers that do not (chi.URLParam, echo's Param) then always give them escaped, as generated code expects;
// [Call.PathValue] gives them unescaped. A body that is not empty has a method Bytes() []byte, which returns all of it, for
// decoders that need no reader; what it returns must not be changed.
//
// Its answer is buffered up to [Options].MaxResponseBody, and neither its status nor its headers leave before it has been
// checked. If its first Write is a whole JSON document, as encoders write it, that is checked there and then and passed on
// without a copy, and with a Content-Length where it is long, so that net/http need not chunk it. A handler that sends
// trailers after such an answer must announce them in a Trailer header before; then no length is set. What is written after
// the document does not reach the client and, unless it is white space, is reported (rule trailing). Flush is obeyed where no
// check needs the whole body (an event stream, an image), and has no effect otherwise.
//
// # What may be shown
//
// [Contract.RedactRequest] and [Contract.RedactResponse] take the secrets out of bodies that a log or a list shall keep.
//
// # Compatibility
//
// Names of rules are stable; the texts of [Violation].Expected and of String are not.
package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/route"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A Contract is a compiled document. It never changes after [New], and is safe for concurrent use.
type Contract struct {
	options    Options
	router     *route.Router[*operation]
	operations map[string]*operation
}

// New compiles doc, which must be a valid OpenAPI 3.0 document with its references resolved, as a kin-openapi loader leaves
// it. Examples in it are not looked at. New never changes doc, and doc must not be changed as long as the Contract is used.
//
// The error joins everything that is wrong with doc and with opts: among them a 3.1 document, an operation that declares
// security where there is no Admit (unless Observe is set), and paths that cannot be told apart.
func New(doc *openapi3.T, opts Options) (*Contract, error) {
	if err := errors.Join(validate(doc), opts.validate()); err != nil {
		return nil, err
	}
	c := &Contract{options: opts.withDefaults(), operations: map[string]*operation{}}
	c.router = route.New[*operation](c.options.IgnoreCase)
	comp := newCompiler(doc, c.options)
	err := errors.Join(comp.document(c), c.checkNames(), c.checkSecurity())
	if err != nil {
		return nil, err
	}
	return c, nil
}

func validate(doc *openapi3.T) error {
	if doc == nil {
		return errors.New("contract: no document")
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
			errs = append(errs, fmt.Errorf("contract: RequestLimits names %q, which is no operation", id))
		}
	}
	for id := range c.options.ObserveOperations {
		if c.operations[id] == nil {
			errs = append(errs, fmt.Errorf("contract: ObserveOperations names %q, which is no operation", id))
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

// Handler returns a handler that checks each request, gives the good ones to next, and checks what next answers.
// What next panics with passes through, [http.ErrAbortHandler] among it, and then nothing was written but a whole answer.
func (c *Contract) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.serve(w, r, next) })
}
