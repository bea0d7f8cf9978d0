package contract

import (
	"context"
	"slices"
)

// A Call is a request that has been routed. Only Value may be changed.
type Call struct {
	*Operation
	PathValues []string // unescaped, in the order of PathNames; an array is one text, with its commas

	// Value is for what Options.Admit learned, such as who calls. The handler finds it through [FromContext]. A value in a
	// context of its own would cost an allocation more.
	Value any

	respelt bool       // the path is not spelt as the document has it
	asked   conditions // set by CheckRequest
}

// An Operation is what the document says about an operation, as far as handlers need it. All calls share it, so that it must
// not be changed.
type Operation struct {
	ID        string // operationId, or method and path template if the document has none
	Method    string
	Template  string                // as in the document's paths, without the base path of the server
	PathNames []string              // the template's parameters, in its order
	Security  []SecurityRequirement // alternatives, those of the operation or else of the document; empty if none is required
	Schemes   []SecurityScheme      // that Security names, by name

	Schema     string      // where it stands in the document, as a JSON pointer: #/paths/~1users/get
	Line       int         // of it; 0 unless the document was loaded with IncludeOrigin
	Parameters []Parameter // its own and those of its path
	Media      []Media     // of its request; nil if it has no body
	Statuses   []Status    // of its responses
}

// A SecurityScheme says where a credential is sent.
type SecurityScheme struct {
	ID     string // by which requirements name it
	Type   string // apiKey, http, oauth2 or openIdConnect
	In     string // header, query or cookie
	Name   string // of that header, parameter or cookie
	Scheme string // of the Authorization header, such as bearer; "" for an API key
}

// A Parameter is what a document says about a parameter of a request, or about a header of a response.
type Parameter struct {
	In, Name string
	Required bool
	Schema   string // where it stands in the document
	Line     int
}

// A Media is what a document says about the bodies of one media type.
type Media struct {
	Type   string // as the document has it, perhaps a range such as */*
	Schema string // where their schema stands in the document; "" if there is none
}

// A Status is what a document says about the responses with one status.
type Status struct {
	Key     string // 200, 4XX or default
	Schema  string // where the response stands in the document, as one of its operation: #/paths/~1users/get/responses/404
	Line    int
	Headers []Parameter
	Media   []Media
}

// A SecurityRequirement maps the names of security schemes to the scopes needed. All its schemes are required together; one
// without schemes admits every request.
type SecurityRequirement map[string][]string

// PathValue returns the unescaped value of a path parameter, or "" if the template has none of that name.
func (c *Call) PathValue(name string) string {
	if c.Operation != nil {
		if i := slices.Index(c.PathNames, name); i >= 0 && i < len(c.PathValues) {
			return c.PathValues[i]
		}
	}
	return ""
}

type callKey struct{}

// FromContext returns the call of the request that has this context, or nil.
func FromContext(ctx context.Context) *Call {
	call, _ := ctx.Value(callKey{}).(*Call)
	return call
}

func (c *Call) pathParams() map[string]string {
	params := map[string]string{}
	if c.Operation != nil {
		for _, name := range c.PathNames {
			params[name] = c.PathValue(name)
		}
	}
	return params
}
