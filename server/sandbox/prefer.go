package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/myreports"
)

// An example is a response that a contract declares, with its example.
type example struct {
	status int
	header http.Header
	body   []byte // nil without a body
}

// The examples of both APIs, by operationId and status. They are read when one is first needed.
var examples = sync.OnceValues(func() (map[string]map[string]example, error) {
	all := map[string]map[string]example{}
	for _, api := range []struct {
		load   func() (*openapi3.T, error)
		encode func(any) ([]byte, error)
	}{{openapi.CloudCockpit, json.Marshal}, {openapi.MyReports, myreports.EncodeExample}} {
		doc, err := api.load()
		if err != nil {
			return nil, err
		}
		for _, item := range doc.Paths.Map() {
			for _, op := range item.Operations() {
				if all[op.OperationID], err = examplesOf(op, api.encode); err != nil {
					return nil, fmt.Errorf("%s: %w", op.OperationID, err)
				}
			}
		}
	}
	return all, nil
})

func examplesOf(op *openapi3.Operation, encode func(any) ([]byte, error)) (map[string]example, error) {
	list := map[string]example{}
	for code, ref := range op.Responses.Map() {
		status, err := strconv.Atoi(code)
		if err != nil {
			continue // a range, or default
		}
		e := example{status: status, header: http.Header{}}
		for name, header := range ref.Value.Headers {
			if header.Value.Example != nil {
				e.header.Set(name, fmt.Sprint(header.Value.Example))
			}
		}
		if media := ref.Value.Content.Get("application/json"); media != nil {
			if e.body, err = encode(exampleOf(media)); err != nil {
				return nil, err
			}
		}
		list[code] = e
	}
	return list, nil
}

// exampleOf returns the example, or the first by name of several.
func exampleOf(media *openapi3.MediaType) any {
	if names := slices.Sorted(maps.Keys(media.Examples)); media.Example == nil && len(names) > 0 {
		return media.Examples[names[0]].Value.Value
	}
	return media.Example
}

// faultOperations returns the operations that a rule may name. A rule without an operation is for those of the two APIs, and not
// for the token endpoints, which most tests of faults need to work.
func faultOperations() (map[string]bool, error) {
	all, err := examples()
	ids := map[string]bool{identity.IssueTokenCloudCockpit: false, identity.IssueTokenMyReports: false}
	for id := range all {
		ids[id] = true
	}
	return ids, err
}

// prefer serves the example that the caller asks for by Prefer: code=404, as users of Prism know it. The request has been checked
// before, and the example is checked as every response is. A status that the operation does not declare is ignored, with a
// finding.
func prefer(next http.Handler, media string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code := preferredCode(r.Header)
		call := contract.FromContext(r.Context())
		if code == "" || call == nil {
			next.ServeHTTP(w, r)
			return
		}
		all, err := examples()
		if err != nil {
			exchange.Fail(r, err)
		}
		e, ok := all[call.ID][code]
		if !ok {
			exchange.Find(r, contract.Violation{
				Operation: call.ID, In: "header", Pointer: "/Prefer", Rule: "undeclared",
				Expected: "a status that the operation declares", Grade: "decided",
			})
			next.ServeHTTP(w, r)
			return
		}
		e.write(w, media, code)
	})
}

func (e example) write(w http.ResponseWriter, media, code string) {
	for name, values := range e.header {
		if w.Header().Get(name) == "" { // the correlation id is the request's
			w.Header()[name] = values
		}
	}
	w.Header().Set("Preference-Applied", "code="+code)
	if e.body != nil {
		w.Header().Set("Content-Type", media)
	}
	w.WriteHeader(e.status)
	_, _ = w.Write(e.body) // fails when the client is gone
}

// preferredCode returns the preference code: RFC 7240 section 2. The first one counts.
func preferredCode(h http.Header) string {
	for _, line := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(line, ",") {
			first, _, _ := strings.Cut(preference, ";") // its parameters are ignored
			name, code, _ := strings.Cut(first, "=")
			if strings.EqualFold(strings.TrimSpace(name), "code") {
				return cmp.Or(strings.Trim(strings.TrimSpace(code), `"`), "none")
			}
		}
	}
	return ""
}
