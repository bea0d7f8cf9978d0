package sandbox_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/operationtest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A departure is a request that departs from the contract as callers in production do.
type departure struct {
	rule string
	call call
}

// departures are all ways in which a good call of an operation can depart.
func departures(o operationtest.Operation, c call) (list []departure) {
	add := func(rule string, c call) { list = append(list, departure{rule, c}) }
	cockpit := o.API == operationtest.CloudCockpit
	for _, ref := range o.Spec.Parameters {
		p := ref.Value
		switch schema := p.Schema.Value; {
		case p.In == openapi3.ParameterInQuery:
			list = append(list, queryDepartures(c, p, schema)...)
		case p.In == openapi3.ParameterInHeader && schema.Type.Is("boolean"):
			add("boolean", c.with(p.Name, "True"))
		}
	}
	for _, id := range uuidForm.FindAllString(pathOf(c.target), -1) {
		add("uuid", withTarget(c, id, strings.ReplaceAll(id, "-", "")))
		add("uuid", withTarget(c, id, "%7B"+id+"%7D"))
	}
	if o.Spec.RequestBody == nil {
		add("body", withBody(c, "{}").with("Content-Type", "application/json"))
		add("body", withBody(c, "anything").with("Content-Type", "text/plain"))
	} else {
		add("case", withBody(c, memberForm.ReplaceAllStringFunc(c.body, func(m string) string { return m[:1] + strings.ToUpper(m[1:2]) + m[2:] })))
		if cockpit {
			add("bom", withBody(c, "\ufeff"+c.body))
		} else {
			add("mediaType", c.with("Content-Type", "text/json"))
			add("mediaType", c.with("Content-Type", "application/vnd.client+json"))
		}
	}
	if cockpit {
		add("correlation", c.with("X-Correlation-Id", "client-1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"))
		add("correlation", c.with("X-Correlation-Id", ""))
	}
	return list
}

var (
	uuidForm   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	memberForm = regexp.MustCompile(`"[a-z][A-Za-z]*":`)
)

func pathOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}

// queryDepartures are the ways in which a parameter of the query can depart.
func queryDepartures(c call, p *openapi3.Parameter, schema *openapi3.Schema) (list []departure) {
	path, query, _ := strings.Cut(c.target, "?")
	sent, _ := url.ParseQuery(query)
	with := func(raw string) call {
		values := url.Values{}
		for name, v := range sent {
			if name != p.Name {
				values[name] = v
			}
		}
		c := c
		c.target = path + "?" + strings.TrimPrefix(values.Encode()+"&"+p.Name+"="+raw, "&")
		return c
	}
	add := func(rule, raw string) { list = append(list, departure{rule, with(raw)}) }
	switch {
	case schema.Type.Is("boolean"):
		add("boolean", "True")
		add("boolean", "%20false")
	case schema.Type.Is("integer"):
		add("integer", "01")
		add("integer", "%201")
		add("integer", "%2B1")
	case schema.Type.Is("string") && len(schema.Enum) > 0:
		raw := strings.ToLower(fmt.Sprint(schema.Enum[0]))
		if p.Name == "searchField" {
			raw += "&searchValue=a" // which it needs
		}
		add("enum", raw)
	}
	if schema.Type.Is("string") && !p.Required {
		if !p.AllowEmptyValue && (schema.MinLength > 0 || schema.Format == "uuid" || len(schema.Enum) > 0) {
			add("empty", "")
		}
		if schema.Format == "" && len(schema.Enum) == 0 && schema.Pattern == "" {
			add("escape", "50%")
			add("escape", "a;b")
		}
	}
	if id := sent.Get(p.Name); schema.Format == "uuid" && id != "" {
		add("uuid", strings.ReplaceAll(id, "-", ""))
		add("uuid", "("+id+")")
	}
	return list
}

// Ensure that every departure, of every operation where it can occur, is refused with a hint and changes nothing, or carried out as
// the service does, with a finding or without one.
func TestDepartures(t *testing.T) {
	t.Parallel()
	for policy, name := range map[contract.Policy]string{
		contract.Default: "default", contract.Report: "report", contract.Ignore: "ignore",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := populated(t, sandbox.Options{Departures: policy})
			seed := b.state(t)
			seen := map[string]bool{}
			for _, o := range apiOperations(t) {
				good := callOf(o, o.Good.Own())
				for _, d := range departures(o, good) {
					seen[d.rule] = true
					if good.method != http.MethodGet && policy != contract.Default {
						if err := b.Reset(t.Context()); err != nil {
							t.Fatal(err)
						}
					}
					a := b.do(t, d.call)
					findings := lastExchange(t, b).Findings
					what := fmt.Sprintf("%s, %s: %s %s %.100s", o.ID, d.rule, d.call.method, d.call.target, d.call.body)
					found := slices.ContainsFunc(findings, func(f control.Finding) bool { return f.Rule == d.rule })
					hinted := slices.ContainsFunc(findings, func(f control.Finding) bool { return strings.Contains(f.Expected, "--departures") })
					switch policy {
					case contract.Report:
						if got := strconv.Itoa(a.status); got != o.Succeeds(t) || !found {
							t.Errorf("%s: got %s %s and %v, want %s and a finding", what, got, a.body, findings, o.Succeeds(t))
						}
					case contract.Ignore:
						if got := strconv.Itoa(a.status); got != o.Succeeds(t) || found {
							t.Errorf("%s: got %s %s and %v, want %s without a finding", what, got, a.body, findings, o.Succeeds(t))
						}
					default:
						if want := refusalOf(d.rule); a.status != want || !hinted {
							t.Errorf("%s: got %d %s and %v, want %d and a hint", what, a.status, a.body, findings, want)
						}
						if o.API == operationtest.CloudCockpit && a.status == http.StatusBadRequest && !strings.Contains(a.body, "--departures") {
							t.Errorf("%s: the response does not name the flag: %s", what, a.body)
						}
					}
				}
				if policy == contract.Default {
					b.wantState(t, seed, o.ID+": a refused departure changed the state")
				}
			}
			for _, rule := range []string{"case", "boolean", "enum", "integer", "empty", "body", "uuid", "correlation", "mediaType", "escape", "bom"} {
				if !seen[rule] {
					t.Errorf("no operation departs by %s", rule)
				}
			}
		})
	}
}

func refusalOf(rule string) int {
	if rule == "mediaType" {
		return http.StatusUnsupportedMediaType
	}
	return http.StatusBadRequest
}

// Ensure what is refused whatever the policy is, and that a response has the id that the caller sent, whatever its form.
func TestDepartures_Edges(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{Departures: contract.Report})
	long := strings.Repeat("c", 128)
	for name, tt := range map[string]struct {
		call   call
		status int
	}{
		"both spellings":                 {cockpit("POST", "/customer/"+contoso+"/users", `{"firstName":"A","FirstName":"A","lastName":"B","email":"e@x","role":{},"groups":[]}`), 400},
		"a byte order mark in MyReports": {reports("POST", accountUsers, "\ufeff"+`{"email":"a@x","displayName":"A"}`), 400},
		"an empty integer":               {cockpit("GET", "/users/groups?pageSize=", ""), 400},
		"a correlation id of 129":        {groupList.with("X-Correlation-Id", long+"c"), 400},
		"two correlation ids":            {groupList.with("X-Correlation-Id", "a", "b"), 400},
		"a correlation id of 128":        {groupList.with("X-Correlation-Id", long), 200},
		"text/plain":                     {reports("POST", accountUsers, `{"email":"a@x","displayName":"A"}`).with("Content-Type", "text/plain"), 415},
	} {
		a := b.do(t, tt.call)
		if a.status != tt.status {
			t.Errorf("%s: got %d %s, want %d", name, a.status, a.body, tt.status)
		}
	}
	for _, c := range []call{groupList, groupList.as(""), cockpit("GET", "/nothing", ""), cockpit("GET", "/users/groups?pageSize=0", "")} {
		a := b.do(t, c.with("X-Correlation-Id", "Client-1"))
		if a.header.Get("X-Correlation-Id") != "Client-1" || a.body != "" && a.status >= 400 && !bytes.Contains([]byte(a.body), []byte(`"correlationId":"Client-1"`)) {
			t.Errorf("%s: got %d, X-Correlation-Id %q and %s", c.target, a.status, a.header.Get("X-Correlation-Id"), a.body)
		}
	}
	if a := b.do(t, groupList.with("X-Correlation-Id", "")); !lowerUUID.MatchString(a.header.Get("X-Correlation-Id")) {
		t.Errorf("an empty one: got X-Correlation-Id %q, want a new one", a.header.Get("X-Correlation-Id"))
	}
}

// Ensure that EVIDENCE.md lists each departure that the engine knows, and CloudCockpit's own, and no others.
func TestDepartures_Listed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../openapi/EVIDENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"correlation"}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[contract.Departures]()) {
		known = append(known, strings.ToLower(field.Name))
	}
	_, section, _ := strings.Cut(string(text), "\n## Departures\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(section, -1) {
		listed = append(listed, strings.ToLower(row[1]))
	}
	slices.Sort(known)
	slices.Sort(listed)
	if diff := cmp.Diff(known, listed); diff != "" {
		t.Errorf("the section Departures of openapi/EVIDENCE.md has one row for each departure (-known +listed):\n%s", diff)
	}
}
