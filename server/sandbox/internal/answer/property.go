package answer

import (
	"fmt"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract"
)

// PropertyName writes the pointer of a violation as ASP.NET names members: customerUser.displayName, groups[0].id. It is ""
// for the body as a whole, and for a violation about the request itself.
func PropertyName(v contract.Violation) string {
	if v.Pointer == "" || v.Pointer[0] != '/' {
		return ""
	}
	var b strings.Builder
	for _, part := range strings.Split(v.Pointer[1:], "/") {
		part = unescapePointer.Replace(part)
		switch {
		case v.In == "body" && isIndex(part):
			fmt.Fprintf(&b, "[%s]", part)
		case b.Len() > 0:
			b.WriteString("." + part)
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}

// departureHint is added to what is said of a request that departs from the contract, and that the services are believed to carry out
// all the same.
const departureHint = "the services are believed to accept this, and --departures report does"

// Hint adds to a text about a violation that it is such a departure, if it is one.
func Hint(text string, v contract.Violation) string {
	if v.Departure == "" {
		return text
	}
	if text == "" {
		return departureHint
	}
	return text + "; " + departureHint
}

// unescapePointer undoes the escapes of RFC 6901 section 3.
var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

func isIndex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
