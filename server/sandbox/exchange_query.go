package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/openapi"
)

// query is the beginning of a request's query as it was sent. It holds what may be secret.
func query(r *http.Request) string {
	raw := r.URL.RawQuery
	if len(raw) > maxPath || len(r.RequestURI) > maxPath {
		return strings.Clone(raw[:min(len(raw), maxPath)]) // holds on to nothing else
	}
	return raw
}

// shownQuery is the exchange's query without its secrets. Nothing says that the value of a parameter that is not declared is none,
// nor one that a finding refuses, whose place it may have taken.
func (rec *record) shownQuery() string {
	if rec.query == "" {
		return ""
	}
	var declared map[string]bool
	if all, err := queryNames(); err == nil && rec.Operation != nil {
		declared = all[*rec.Operation]
	}
	pairs := strings.Split(rec.query, "&")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		known, err := url.QueryUnescape(name)
		// A semicolon separates parameters for some, and is part of a value for others.
		if ok && (err != nil || !declared[strings.ToLower(known)] || rec.refused(known) || strings.Contains(value, ";")) {
			pairs[i] = name + "=" + redacted
		}
	}
	return readable(strings.Join(pairs, "&"))
}

// refused holds where a finding is about the value of a parameter.
func (rec *record) refused(name string) bool {
	return slices.ContainsFunc(rec.Findings, func(f control.Finding) bool {
		return f.Where == "query" && f.Rule != "canonical" && strings.EqualFold(f.Pointer, "/"+name)
	})
}

// queryNames are the declared query parameters of both APIs in lower case, by operationId. They are read when somebody first
// wants them.
var queryNames = sync.OnceValues(func() (map[string]map[string]bool, error) {
	all := map[string]map[string]bool{}
	for _, load := range []func() (*openapi3.T, error){openapi.CloudCockpit, openapi.MyReports} {
		doc, err := load()
		if err != nil {
			return nil, err
		}
		for _, item := range doc.Paths.Map() {
			for _, op := range item.Operations() {
				names := map[string]bool{}
				for _, list := range []openapi3.Parameters{item.Parameters, op.Parameters} {
					for _, p := range list {
						names[strings.ToLower(p.Value.Name)] = p.Value.In == openapi3.ParameterInQuery
					}
				}
				all[op.OperationID] = names
			}
		}
	}
	return all, nil
})
