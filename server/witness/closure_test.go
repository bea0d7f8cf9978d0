package witness

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// everyMutation is set where TestClosure tries all mutations and not two of each kind: `make witness-closure`.
var everyMutation = flag.Bool("mutations", false, "try every mutation of every response")

// A sampleCall is a good exchange of an operation, made of the document's examples.
type sampleCall struct {
	operation string
	exchange  Exchange
	response  any // decoded
}

// samples returns a good exchange for each response of a document that has an example or no body.
func samples(t *testing.T, doc *Document) []sampleCall {
	t.Helper()
	var all []sampleCall
	for _, path := range slices.Sorted(maps.Keys(doc.doc.Paths.Map())) {
		for method, op := range doc.doc.Paths.Value(path).Operations() {
			request := sampleRequest(t, doc, path, method, op)
			for _, key := range slices.Sorted(maps.Keys(op.Responses.Map())) {
				status, _ := strconv.Atoi(key)
				x := request
				x.Status, x.Header, x.Response = status, http.Header{}, Body{Known: true}
				s := sampleCall{operation: op.OperationID, exchange: x}
				for name, media := range op.Responses.Value(key).Value.Content {
					s.response = media.Example
					for _, named := range media.Examples {
						s.response = named.Value.Value
					}
					s.exchange.Header.Set("Content-Type", name)
					s.exchange.Response.Data, _ = json.Marshal(s.response)
				}
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b sampleCall) int {
		return strings.Compare(a.operation+strconv.Itoa(a.exchange.Status), b.operation+strconv.Itoa(b.exchange.Status))
	})
	return all
}

func sampleRequest(t *testing.T, doc *Document, path, method string, op *openapi3.Operation) Exchange {
	t.Helper()
	x := Exchange{Method: method, RequestHeader: http.Header{"Authorization": {"Bearer t"}}, Request: Body{Known: true}}
	query := url.Values{}
	for _, ref := range op.Parameters {
		p := ref.Value
		value := fmt.Sprint(p.Example)
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value))
		case !p.Required:
		case p.In == "query":
			query.Set(p.Name, value)
		case p.In == "header":
			x.RequestHeader.Set(p.Name, value)
		}
	}
	if op.RequestBody != nil {
		for name, media := range op.RequestBody.Value.Content {
			example := media.Example
			for _, named := range media.Examples {
				example = named.Value.Value
			}
			x.RequestHeader.Set("Content-Type", name)
			x.Request.Data, _ = json.Marshal(example)
		}
	}
	u, err := url.Parse(doc.Base() + path + "?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	x.URL = u
	return x
}

// A mutation is one change of a response, and the place and rule at which it must be found.
type mutation struct {
	name  string
	place string
	rules []string
	kind  string // of the value that it puts there
	make  func(x *Exchange, body any)
}

// mutations returns every mutation of a response.
func mutations(s sampleCall) []mutation {
	all := []mutation{
		{"status", "", []string{"status"}, "", func(x *Exchange, _ any) { x.Status = 418 }},
	}
	if s.response != nil {
		all = append(all, mutation{"mediaType", "", []string{"mediaType"}, "", func(x *Exchange, _ any) { x.Header.Set("Content-Type", "application/vnd.other+json") }},
			mutation{"header", "/X-Other", []string{"header"}, "", func(x *Exchange, _ any) { x.Header.Set("X-Other", "1") }})
		all = append(all, mutationsBelow("", nil, s.response)...)
	}
	return all
}

func mutationsBelow(place string, path []any, value any) []mutation {
	at := func(change func(parent any, step any)) func(*Exchange, any) {
		return func(x *Exchange, body any) {
			if len(path) == 0 {
				return
			}
			parent := body
			for _, step := range path[:len(path)-1] {
				parent = child(parent, step)
			}
			change(parent, path[len(path)-1])
			x.Response.Data, _ = json.Marshal(body)
		}
	}
	set := func(v any) func(*Exchange, any) { return at(func(parent, step any) { put(parent, step, v) }) }
	var all []mutation
	if len(path) > 0 {
		all = append(all, mutation{"null", place, []string{"nullable"}, "null", set(nil)})
		other, kind := any("x"), "string"
		if _, isText := value.(string); isText {
			other, kind = 7, "integer"
		}
		all = append(all, mutation{"type", place, []string{"type", "format", "enum", "pattern"}, kind, set(other)})
		if _, isText := value.(string); isText {
			all = append(all, mutation{"text", place, []string{"format", "enum", "pattern"}, "string", set("not a thing")})
		}
		if _, inObject := path[len(path)-1].(string); inObject {
			all = append(all, mutation{"absent", place, []string{"required"}, "", at(func(parent, step any) { delete(parent.(map[string]any), step.(string)) })})
		}
	}
	switch v := value.(type) {
	case map[string]any:
		all = append(all, mutation{"undeclared", place + "/someOther", []string{"undeclared", "additionalProperties"}, "string", func(x *Exchange, body any) {
			target := body
			for _, step := range path {
				target = child(target, step)
			}
			target.(map[string]any)["someOther"] = "x"
			x.Response.Data, _ = json.Marshal(body)
		}})
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, mutationsBelow(place+"/"+name, append(slices.Clone(path), name), v[name])...)
		}
	case []any:
		if len(v) > 0 {
			all = append(all, mutationsBelow(place+"/*", append(slices.Clone(path), 0), v[0])...)
		}
	}
	return all
}

func child(parent, step any) any {
	if i, ok := step.(int); ok {
		return parent.([]any)[i]
	}
	return parent.(map[string]any)[step.(string)]
}

func put(parent, step, value any) {
	if i, ok := step.(int); ok {
		parent.([]any)[i] = value
		return
	}
	parent.(map[string]any)[step.(string)] = value
}

func copyOf(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var c any
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// mutated makes the exchange of a mutation.
func (m mutation) exchange(t *testing.T, s sampleCall) *Exchange {
	t.Helper()
	x := s.exchange
	x.Header = x.Header.Clone()
	if s.response != nil {
		body := copyOf(t, s.response)
		x.Response.Data, _ = json.Marshal(body)
		m.make(&x, body)
	} else {
		m.make(&x, nil)
	}
	return &x
}

// twoRuns is the report of two runs of the same exchanges, as two evidence files would have them. It closes its recorder itself: one
// that closes with the test would keep the counters of the document in memory until the last mutation.
func twoRuns(t *testing.T, doc *Document, exchanges ...*Exchange) *Report {
	t.Helper()
	rec, err := NewRecorder(doc, Options{Source: SourceHAR})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range exchanges {
		rec.Add(x)
	}
	m, run := newMerger(doc), rec.run()
	m.add(run)
	m.add(run)
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	return m.report()
}

func departed(r *Report) []*Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f *Finding) bool { return f.In != "response" })
}

// Ensure that a deviation anywhere in the responses of our documents is exactly one finding, at exactly that place; that the proposal
// made of it settles it, and changes nothing else; and that what has no patch is still there, with the reason.
func TestClosure(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cloudcockpit", "myreports"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &closure{doc: embeddedDocument(t, name), without: map[string]int{}}
			all := samples(t, c.doc)
			c.examplesFit(t, all)
			t.Cleanup(func() { c.total(t) })
			rare := map[string]int{} // mutations tried by kind, without -mutations
			for _, s := range all {
				var chosen []mutation
				for _, m := range mutations(s) {
					rare[m.name]++
					if *everyMutation || rare[m.name]%everyNth[m.name] == 0 && rare[m.name] <= 2*everyNth[m.name] {
						chosen = append(chosen, m)
					}
				}
				if len(chosen) == 0 {
					continue
				}
				t.Run(fmt.Sprint(s.operation, " ", s.exchange.Status), func(t *testing.T) {
					t.Parallel()
					c.try(t, s, chosen)
				})
			}
		})
	}
}

// everyNth is how the plain run chooses mutations: two of each kind, far from each other.
var everyNth = map[string]int{"status": 17, "mediaType": 13, "header": 11, "null": 41, "type": 59, "text": 37, "absent": 47, "undeclared": 19}

// A closure is the test of one document.
type closure struct {
	doc *Document

	mu                    sync.Mutex
	tried, found, settled int
	without               map[string]int // findings without a patch, by the reason
}

// examplesFit checks that the exchanges which are mutated show no departure before.
func (c *closure) examplesFit(t *testing.T, all []sampleCall) {
	t.Helper()
	var exchanges []*Exchange
	for i := range all {
		exchanges = append(exchanges, &all[i].exchange)
	}
	for _, f := range departed(twoRuns(t, c.doc, exchanges...)) {
		t.Errorf("an example departs: %s", f.line(&Report{}))
	}
}

func (c *closure) total(t *testing.T) {
	t.Logf("%s: %d mutations, %d findings, %d settled; without a patch: %v", c.doc.Name, c.tried, c.found, c.settled, c.without)
	if c.found == 0 || c.settled == 0 {
		t.Errorf("%s: %d found, %d settled", c.doc.Name, c.found, c.settled)
	}
}

// try mutates one exchange.
func (c *closure) try(t *testing.T, s sampleCall, chosen []mutation) {
	places := placesOf(c.doc, s)
	for _, m := range chosen {
		m.place = declaredPlace(places, m.place)
		if m.name == "undeclared" && strings.HasSuffix(m.place, "/{}") {
			m.rules = []string{"type"} // the object is a map, of other values
		}
		where := fmt.Sprintf("%s %s", m.name, m.place)
		x := m.exchange(t, s)
		report := twoRuns(t, c.doc, x)
		list := departed(report)
		switch {
		case len(list) == 0 && m.mayFit(places):
			c.count(false, "")
		case len(list) != 1 || list[0].In != "response" || list[0].Place != m.place || !slices.Contains(m.rules, list[0].Rule):
			t.Errorf("%s: %d findings %q", where, len(list), departures(report))
		default:
			c.count(true, closes(t, c.doc, report, list[0], x))
		}
	}
}

// count counts a mutation: whether it was found, and why there is no patch, or "".
func (c *closure) count(found bool, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tried++
	switch {
	case !found:
	case why == "":
		c.found++
		c.settled++
	default:
		c.found++
		c.without[why]++
	}
}

// placesOf returns the places that the document declares in the response of a sample.
func placesOf(doc *Document, s sampleCall) map[string]*counts.Place {
	known := map[string]*counts.Place{}
	for where, p := range doc.contract.Tally().Counts().Places() {
		if where.Operation == s.operation && where.Status == strconv.Itoa(s.exchange.Status) && where.In == "response" {
			known[where.Place] = p
		}
	}
	return known
}

// declaredPlace returns a place as findings have it: {} for a name that additionalProperties admits.
func declaredPlace(known map[string]*counts.Place, place string) string {
	steps := strings.Split(place, "/")
	for i := range steps {
		at := strings.Join(steps[:i], "/") + "/{}"
		if i > 0 && known[strings.Join(steps[:i+1], "/")] == nil && known[at] != nil {
			steps[i] = "{}"
		}
	}
	return strings.Join(steps, "/")
}

// mayFit reports whether a mutation is allowed by the document: null where it is nullable, any text where there is no format, a
// member that is optional, and what no schema describes.
func (m mutation) mayFit(places map[string]*counts.Place) bool {
	p := places[m.place]
	switch m.name {
	case "null", "type":
		return p == nil || p.Declared == nil || slices.Contains(p.Declared.Kinds, m.kind)
	case "text":
		return p == nil || p.Declared == nil || p.Declared.Format == "" && len(p.Declared.Enum) == 0 ||
			!slices.Contains([]string{"uuid", "date-time", "date"}, p.Declared.Format)
	case "absent":
		return p == nil || !p.Required
	case "undeclared":
		object := places[m.place[:strings.LastIndexByte(m.place, '/')]]
		return p != nil && (p.Declared == nil || slices.Contains(p.Declared.Kinds, m.kind)) || object == nil ||
			object.Declared == nil || len(object.Declared.Members) == 0 && !object.Declared.Closed // nothing is declared there
	}
	return false
}

// closes proposes, applies, and tries again. It returns why there is no patch, or "".
func closes(t *testing.T, doc *Document, report *Report, f *Finding, x *Exchange) string {
	t.Helper()
	proposal, err := Propose(report, doc.Name, ProposeOptions{Min: 1})
	if err != nil {
		t.Errorf("%s: %v", f.line(report), err)
		return "error"
	}
	for _, left := range proposal.Unsettled {
		if left.Finding == f {
			return left.Why
		}
	}
	if _, err := proposal.Diff(); err != nil {
		t.Errorf("%s: %v", f.line(report), err)
	}
	changed := proposal.result
	if string(changed.Data) != string(proposal.Result) {
		t.Errorf("%s: verified another document than the result", f.line(report))
	}
	for _, fault := range observedFaults(changed.root) {
		t.Errorf("%s: %s", f.line(report), fault)
	}
	if list := departed(twoRuns(t, changed, x)); len(list) > 0 {
		t.Errorf("%s: after the proposal there is %s", f.line(report), list[0].line(report))
	}
	return ""
}

// observedFaults reports evidence of the grade observed that does not say what such evidence must.
func observedFaults(node *yaml.Node) []string {
	var faults []string
	for _, child := range node.Content {
		faults = append(faults, observedFaults(child)...)
	}
	if text(node, "grade") != "observed" {
		return faults
	}
	number := func(name string) int {
		n, err := strconv.Atoi(text(node, name))
		if err != nil {
			faults = append(faults, name+" is no number")
		}
		return n
	}
	seen, of := number("seen"), number("of")
	first, err1 := time.Parse(time.DateOnly, text(node, "first"))
	last, err2 := time.Parse(time.DateOnly, text(node, "last"))
	if seen < 1 || of < seen || err1 != nil || err2 != nil || last.Before(first) || text(node, "source") == "" || text(node, "null") != "" && number("null") > seen {
		faults = append(faults, fmt.Sprintf("line %d: evidence that does not fit", node.Line))
	}
	return faults
}
