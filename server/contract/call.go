package contract

import (
	"context"
	"slices"
)

// A Call is a request that has been routed. But for Value it must not be changed.
type Call struct {
	*Operation
	PathValues []string // of PathNames, unescaped

	// Value is for Options.Admit to leave what it learned (who calls, for whom) to the handler, which finds it by [FromContext].
	// It costs less than a context of its own.
	Value any

	respelt bool // the path is not as the document writes it
}

// An Operation is what a document says of an operation, as far as a handler may want to know it. All calls share it, and it must
// not be changed.
type Operation struct {
	ID        string // operationId, or method and path template where the document gives none
	Method    string
	Template  string                // as the document's paths writes it, without the base path of the server
	PathNames []string              // of the parameters in it, in its order
	Security  []SecurityRequirement // alternatives, the operation's own or the document's; empty: none is required
}

// A SecurityRequirement maps names of security schemes to the scopes needed. All of its schemes are required together; one
// without schemes admits everybody.
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

// FromContext returns the call that the request with this context was routed to, or nil.
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
