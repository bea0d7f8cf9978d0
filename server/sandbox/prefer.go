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
)

// example is a response that a contract declares, with its example.
type example struct {
	status int
	header http.Header
	body   []byte // nil is none
}

// The examples of both APIs, by operationId and status. They are read when somebody first wants one.
var examples = sync.OnceValues(func() (map[string]map[string]example, error) {
	all := map[string]map[string]example{}
	for _, api := range []struct {
		load   func() (*openapi3.T, error)
		encode func(any) ([]byte, error)
	}{{openapi.CloudCockpit, json.Marshal}, {openapi.MyReports, encodeReport}} {
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
			continue // no status of its own
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

// exampleOf is the one example, or the first by name.
func exampleOf(media *openapi3.MediaType) any {
	if names := slices.Sorted(maps.Keys(media.Examples)); media.Example == nil && len(names) > 0 {
		return media.Examples[names[0]].Value.Value
	}
	return media.Example
}

// operationIDs are those of both APIs.
func operationIDs() (map[string]bool, error) {
	all, err := examples()
	ids := make(map[string]bool, len(all))
	for id := range all {
		ids[id] = true
	}
	return ids, err
}

// prefer answers with the example that the caller wants by Prefer: code=404, as users of Prism know it. It stands behind the
// check of the request, and what it answers is checked. A status that the operation does not declare is ignored.
func (s *Sandbox) prefer(next http.Handler, media string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code := preferredCode(r.Header)
		call := contract.FromContext(r.Context())
		if code == "" || call == nil {
			next.ServeHTTP(w, r)
			return
		}
		all, err := examples()
		if err != nil {
			note(r, err)
		}
		e, ok := all[call.ID][code]
		if !ok {
			found(r, call, "header", "/Prefer", "undeclared", "a status that the operation declares")
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
	_, _ = w.Write(e.body) // the client is gone when this fails
}

// preferredCode reads the preference code: RFC 7240 section 2. The first one counts.
func preferredCode(h http.Header) string {
	for _, line := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(line, ",") {
			first, _, _ := strings.Cut(preference, ";") // parameters of the preference mean nothing here
			name, code, _ := strings.Cut(first, "=")
			if strings.EqualFold(strings.TrimSpace(name), "code") {
				return cmp.Or(strings.Trim(strings.TrimSpace(code), `"`), "none")
			}
		}
	}
	return ""
}
