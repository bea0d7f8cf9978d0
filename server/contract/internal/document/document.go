// Package document checks that a document can be compiled. [Check] looks only at what checking an exchange reads: defaults,
// examples, descriptions, tags, links and components that nothing refers to may be as they are.
package document

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/route"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A Warning is a part of a document that is accepted and has no effect.
type Warning struct {
	Pointer   string // in the document
	What, Why string
}

// Check returns why a document cannot be compiled, and what of it will not be checked or can never match.
func Check(doc *openapi3.T, patterns *pattern.Set) ([]error, []Warning) {
	if err := version(doc); err != nil {
		return []error{err}, nil
	}
	c := &checker{doc: doc, patterns: patterns, seen: map[any]bool{}, ids: map[string]*shape.Node{}}
	at := shape.Root.At("paths")
	for _, template := range shape.Names(doc.Paths.Map()) {
		c.path(template, doc.Paths.Value(template), at.At(template))
	}
	return c.errs, c.warnings
}

func version(doc *openapi3.T) error {
	switch {
	case doc == nil:
		return errors.New("the document is nil")
	case doc.OpenAPI == "" && doc.Extensions["swagger"] != nil:
		return fmt.Errorf("the document is Swagger %v; convert it to OpenAPI 3.0, for example with kin-openapi's package openapi2conv",
			doc.Extensions["swagger"])
	case !doc.IsOpenAPI30():
		return fmt.Errorf("OpenAPI version %q is not supported, 3.0 is", doc.OpenAPI)
	case doc.Paths == nil:
		return errors.New("the document has no paths")
	}
	return nil
}

// A checker walks a document. A part that is referred to from several places is visited once.
type checker struct {
	doc      *openapi3.T
	patterns *pattern.Set
	seen     map[any]bool
	ids      map[string]*shape.Node // operationId → where it was found last
	errs     []error
	warnings []Warning
}

func (c *checker) fail(at *shape.Node, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

func (c *checker) warn(at *shape.Node, what, why string) {
	c.warnings = append(c.warnings, Warning{at.String(), what, why})
}

// first reports whether a part is visited for the first time.
func (c *checker) first(part any) bool {
	if c.seen[part] {
		return false
	}
	c.seen[part] = true
	return true
}

// where returns the node of a part that a reference leads to from at.
func where(ref string, at *shape.Node) *shape.Node {
	if pointer, ok := strings.CutPrefix(ref, "#"); ok {
		return shape.Root.Below(pointer)
	}
	return at
}

func (c *checker) path(template string, item *openapi3.PathItem, at *shape.Node) {
	switch {
	case item == nil:
		c.fail(at, "there is no path item")
		return
	case !strings.HasPrefix(template, "/"):
		c.fail(at, "a path must begin with a slash")
	case strings.ContainsAny(template, "#?"):
		c.warn(at, "path", "it can never match, because the path of a request contains no # and no ?")
	}
	shared := c.parameters(item.Parameters, at)
	operations := item.Operations()
	for _, method := range shape.Names(operations) {
		c.operation(template, operations[method], shared, at.At(strings.ToLower(method)))
	}
}

func (c *checker) operation(template string, op *openapi3.Operation, shared openapi3.Parameters, at *shape.Node) {
	if other := c.ids[op.OperationID]; op.OperationID != "" && other != nil {
		c.fail(at, "the operationId %q is also that of %s", op.OperationID, other)
	}
	c.ids[op.OperationID] = at
	c.pathParameters(template, append(c.parameters(op.Parameters, at), shared...), at)
	c.body(op.RequestBody, at.At("requestBody"))
	if op.Responses.Len() == 0 {
		c.fail(at, "there are no responses")
		return
	}
	for _, status := range shape.Names(op.Responses.Map()) {
		here := at.In("responses", status)
		c.status(status, here)
		c.response(op.Responses.Value(status), here)
	}
}

// pathParameters compares the parameters with the template.
func (c *checker) pathParameters(template string, list openapi3.Parameters, at *shape.Node) {
	names := route.Names(template)
	declared := map[string]bool{}
	for _, ref := range list {
		if ref.Value.In != openapi3.ParameterInPath {
			continue
		}
		declared[ref.Value.Name] = true
		if !slices.Contains(names, ref.Value.Name) {
			c.warn(at, "parameter "+strconv.Quote(ref.Value.Name), "it is not checked, because the path does not contain it")
		}
	}
	for _, name := range names {
		if !declared[name] {
			c.warn(at, "path", "{"+name+"} is not checked, because no parameter describes it")
		}
	}
}

// status checks the key of a response.
func (c *checker) status(key string, at *shape.Node) {
	switch class := strings.TrimSuffix(strings.ToUpper(key), "XX"); {
	case key == "default", len(key) == 3 && key[1:] == "XX" && isClass(class):
	case len(key) == 3 && isClass(class) && class != strings.ToUpper(key):
		c.warn(at, "status", "it is read as "+class+"XX")
	case len(key) == 3 && key >= "100" && key <= "999" && isNumber(key):
	default:
		c.warn(at, "status", "it can never match: a key is a status, such as 200 or 2XX, or default")
	}
}

func isClass(text string) bool { return len(text) == 1 && text >= "1" && text <= "9" }

func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}
