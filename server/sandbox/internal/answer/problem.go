// Package answer writes what the parts of the sandbox write alike: JSON bodies and RFC 9457 problems. It also has the few
// conversions between a store's rows and generated types that several parts need.
package answer

import (
	"net/http"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
)

// Problem writes an error as RFC 9457's application/problem+json, with the place of each violation. Requests that belong to
// neither of the two APIs get it.
func Problem(w http.ResponseWriter, status int, detail string, violations contract.Violations) {
	body := control.Problem{Type: "about:blank", Title: http.StatusText(status), Status: int32(status)}
	if detail != "" {
		body.Detail = &detail
	}
	if len(violations) > 0 {
		details := make([]control.ProblemDetail, len(violations))
		for i, v := range violations {
			details[i] = control.ProblemDetail{Where: v.In, Pointer: v.Pointer, Rule: v.Rule, Expected: v.Expected}
		}
		body.Errors = &details
	}
	JSON(w, "application/problem+json", status, body)
}
