package contract_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"pgregory.net/rapid"

	"github.com/resellerkit/resellerkit/server/contract"
)

// tolerant is an API of which every request can depart.
const tolerant = `
openapi: 3.0.3
info: {title: tolerant, version: "1"}
servers: [{url: /base}]
paths:
  /v1/{id}/items:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
      - {name: flag, in: query, schema: {type: boolean}}
      - {name: n, in: query, schema: {type: integer, minimum: 1}}
      - {name: ratio, in: query, schema: {type: number}}
      - {name: sort, in: query, schema: {type: string, enum: [DisplayName, Email]}}
      - {name: ref, in: query, schema: {type: string, format: uuid}}
      - {name: must, in: query, required: true, schema: {type: string, minLength: 1}}
      - {name: charges, in: header, schema: {type: boolean}}
      - {name: count, in: header, schema: {type: integer}}
    post:
      operationId: post
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
      responses: {"204": {description: ok}}
    delete:
      operationId: delete
      responses: {"204": {description: ok}}
components:
  schemas:
    Item:
      type: object
      additionalProperties: false
      required: [displayName]
      properties:
        displayName: {type: string}
        value: {nullable: true}
        parts: {type: array, items: {$ref: "#/components/schemas/Item"}}
`

const (
	toleratedID = "A0000000-0000-4000-8000-00000000000a"
	itemsPath   = "/base/v1/" + toleratedID + "/items"
)

// every sets all policies.
func every(p contract.Policy) contract.Departures {
	var d contract.Departures
	fields := reflect.ValueOf(&d).Elem()
	for i := range fields.NumField() {
		fields.Field(i).Set(reflect.ValueOf(p))
	}
	return d
}

var withUUIDs = map[string]func([]byte) bool{"uuid": nil}

// departed sends a request to tolerant, and returns the status, what the handler got and what was found.
func departed(t testing.TB, d contract.Departures, r *http.Request, observe bool) (status int, got string, found contract.Violations) {
	t.Helper()
	c := compile(t, tolerant, contract.Options{
		Departures: d, Formats: withUUIDs, Observe: observe,
		Finding: func(_ *http.Request, v contract.Violation) { found = append(found, v) },
	})
	h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		call := contract.FromContext(r.Context())
		got = fmt.Sprintf("%s %s?%s %s|%s|%s %d %s", call.PathValue("id"), r.URL.EscapedPath(), r.URL.RawQuery,
			r.Header.Get("charges"), r.Header.Get("count"), r.Header.Get("Content-Type"), r.ContentLength, body)
		w.WriteHeader(204)
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, got, found
}

// Ensure that each departure is refused with its name by default, and read in its canonical form on demand.
func TestDepartures(t *testing.T) {
	t.Parallel()
	plain := strings.ReplaceAll(toleratedID, "-", "")
	for name, tt := range map[string]struct {
		method, target, body string
		headers              []string
		rule                 string // of the departure
		refused              string // what is refused by default
		want                 string // what the handler gets
		status               int    // by default
	}{
		"case": {"POST", itemsPath + "?must=1", `{"DisplayName":"x","Parts":[{"DISPLAYNAME":"y"}]}`, jsonType, "case",
			"body /DisplayName case; body /Parts case; body /displayName required",
			toleratedID + " " + itemsPath + `?must=1 ||application/json 49 {"displayName":"x","parts":[{"displayName":"y"}]}`, 400},
		"the value of a patch": {"POST", itemsPath + "?must=1", `{"DisplayName":"x","value":{"DisplayName":1}}`, jsonType, "case",
			"body /DisplayName case; body /displayName required",
			toleratedID + " " + itemsPath + `?must=1 ||application/json 45 {"displayName":"x","value":{"DisplayName":1}}`, 400},
		"boolean in the query": {"DELETE", itemsPath + "?must=1&flag=True", "", nil, "boolean", "query /flag type",
			toleratedID + " " + itemsPath + "?must=1&flag=true || 0 ", 400},
		"boolean with white space": {"DELETE", itemsPath + "?must=1&flag=%20FALSE+", "", nil, "boolean", "query /flag type",
			toleratedID + " " + itemsPath + "?must=1&flag=false || 0 ", 400},
		"boolean in a header": {"DELETE", itemsPath + "?must=1", "", []string{"charges: True"}, "boolean", "header /charges type",
			toleratedID + " " + itemsPath + "?must=1 true|| 0 ", 400},
		"enum": {"DELETE", itemsPath + "?must=1&sort=displayname", "", nil, "enum", "query /sort enum",
			toleratedID + " " + itemsPath + "?must=1&sort=DisplayName || 0 ", 400},
		"integer": {"DELETE", itemsPath + "?n=%2B01&must=1", "", nil, "integer", "query /n type",
			toleratedID + " " + itemsPath + "?n=1&must=1 || 0 ", 400},
		"empty enum": {"DELETE", itemsPath + "?sort=&must=1", "", nil, "empty", "query /sort enum",
			toleratedID + " " + itemsPath + "?must=1 || 0 ", 400},
		"empty uuid": {"DELETE", itemsPath + "?must=1&ref", "", nil, "empty", "query /ref format",
			toleratedID + " " + itemsPath + "?must=1 || 0 ", 400},
		"body": {"DELETE", itemsPath + "?must=1", `anything`, nil, "body", "body body",
			toleratedID + " " + itemsPath + "?must=1 || 0 ", 400},
		"uuid in the path": {"DELETE", "/base/v1/" + plain + "/items?must=1", "", nil, "uuid", "path /id format",
			toleratedID + " " + itemsPath + "?must=1 || 0 ", 400},
		"uuid in braces": {"DELETE", "/base/v1/%7B" + toleratedID + "%7D/items?must=1&ref=(" + toleratedID + ")", "", nil, "uuid", "path /id format; query /ref format",
			toleratedID + " " + itemsPath + "?must=1&ref=" + toleratedID + " || 0 ", 400},
		"escape": {"DELETE", itemsPath + "?must=100%&x;y=1", "", nil, "escape", "query / syntax; query /must syntax",
			toleratedID + " " + itemsPath + "?must=100%25&x%3By=1 || 0 ", 400},
		"byte order mark": {"POST", itemsPath + "?must=1", "\xEF\xBB\xBF" + `{"displayName":"x"}`, jsonType, "bom", "body syntax",
			toleratedID + " " + itemsPath + `?must=1 ||application/json 19 {"displayName":"x"}`, 400},
		"media type": {"POST", itemsPath + "?must=1", `{"displayName":"x"}`, []string{"Content-Type: text/json; charset=UTF-8"}, "mediaType", "header /Content-Type mediaType",
			toleratedID + " " + itemsPath + `?must=1 ||application/json; charset=UTF-8 19 {"displayName":"x"}`, 415},
		"patch": {"POST", itemsPath + "?must=1", `{"displayName":"x"}`, []string{"Content-Type: application/json-patch+json"}, "mediaType", "header /Content-Type mediaType",
			toleratedID + " " + itemsPath + `?must=1 ||application/json 19 {"displayName":"x"}`, 415},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := func() *http.Request { return newRequest(t, tt.method, tt.target, tt.body, tt.headers...) }
			status, got, vs := departed(t, contract.Departures{}, request(), false)
			refused := vs.Refused()
			text := found(refused)
			if name == "escape" {
				slices.SortFunc(refused, func(a, b contract.Violation) int { return strings.Compare(a.Pointer, b.Pointer) })
				text = strings.ReplaceAll(found(refused), "query syntax", "query / syntax")
			}
			if status != tt.status || got != "" || text != tt.refused {
				t.Errorf("by default: %d %q, found %q, want %d %q", status, got, text, tt.status, tt.refused)
			}
			for _, v := range refused {
				if v.Departure != tt.rule {
					t.Errorf("%s would be the departure %q, want %q", v, v.Departure, tt.rule)
				}
			}
			status, got, vs = departed(t, every(contract.Report), request(), false)
			if status != 204 || got != tt.want || len(vs.Refused()) > 0 || !slices.ContainsFunc(vs, func(v contract.Violation) bool { return v.Rule == tt.rule && v.Departure == tt.rule && !v.Refused }) {
				t.Errorf("reported: %d, found %q\ngot  %q\nwant %q", status, found(vs), got, tt.want)
			}
			status, got, vs = departed(t, every(contract.Ignore), request(), false)
			if status != 204 || got != tt.want || slices.ContainsFunc(vs, func(v contract.Violation) bool { return v.Rule != "undeclared" }) {
				t.Errorf("ignored: %d, found %q\ngot  %q", status, found(vs), got)
			}
			sent := request()
			_, got, _ = departed(t, every(contract.Report), sent, true)
			if !strings.Contains(got, "?"+sent.URL.RawQuery+" ") || !strings.HasSuffix(got, " "+tt.body) || !strings.Contains(got, sent.URL.EscapedPath()) {
				t.Errorf("observed: the handler gets %q", got)
			}
		})
	}
}

// Ensure that what no service reads alike stays refused, and is no departure.
func TestDepartures_None(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		method, target, body string
		headers              []string
		want                 string
	}{
		"both spellings":      {"POST", itemsPath + "?must=1", `{"DisplayName":"x","displayName":"y"}`, jsonType, "body /DisplayName case"},
		"twice":               {"POST", itemsPath + "?must=1", `{"DisplayName":"x","DisplayName":"y"}`, jsonType, "body /DisplayName case; body /DisplayName duplicate; body /displayName required"},
		"another name":        {"POST", itemsPath + "?must=1", `{"displayName":"x","Other":1}`, jsonType, "body /Other additionalProperties"},
		"a wrong type":        {"POST", itemsPath + "?must=1", `{"DisplayName":1}`, jsonType, "body /displayName type"},
		"empty number":        {"DELETE", itemsPath + "?must=1&n=&flag=&ratio=", "", nil, "query /flag empty; query /n empty; query /ratio empty"},
		"empty required":      {"DELETE", itemsPath + "?must=", "", nil, "query /must minLength"},
		"below the minimum":   {"DELETE", itemsPath + "?must=1&n=%2B0", "", nil, "query /n type"},
		"integer in a header": {"DELETE", itemsPath + "?must=1", "", []string{"count: 01"}, "header /count type"},
		"twice in the query":  {"DELETE", itemsPath + "?must=1&flag=True&flag=True", "", nil, "query /flag duplicate"},
		"no JSON":             {"POST", itemsPath + "?must=1", `<a/>`, []string{"Content-Type: text/xml"}, "header /Content-Type mediaType"},
		"a charset":           {"POST", itemsPath + "?must=1", `{"displayName":"x"}`, []string{"Content-Type: text/json; charset=utf-16"}, "header /Content-Type mediaType"},
		"no UUID":             {"DELETE", "/base/v1/x/items?must=1", "", nil, "path /id format"},
	} {
		_, got, vs := departed(t, every(contract.Report), newRequest(t, tt.method, tt.target, tt.body, tt.headers...), false)
		if text := found(vs.Refused()); got != "" || text != tt.want {
			if name == "a charset" && strings.Contains(text, "charset") {
				continue
			}
			t.Errorf("%s: the handler gets %q, found %q, want %q", name, got, text, tt.want)
		}
		for _, v := range vs {
			if v.Departure != "" {
				t.Errorf("%s: %s is said to be the departure %s", name, v, v.Departure)
			}
		}
	}
}

// Ensure that policies are for single departures: one that is refused hides no other, and is not read.
func TestDepartures_Policies(t *testing.T) {
	t.Parallel()
	d := contract.Departures{Boolean: contract.Report, Case: contract.Ignore}
	r := newRequest(t, "POST", itemsPath+"?must=1&flag=True&sort=email", `{"DisplayName":"x"}`, jsonType...)
	status, _, vs := departed(t, d, r, false)
	if text := found(vs); status != 400 || text != "query /sort enum" || vs[0].Departure != "enum" {
		t.Errorf("%d, found %q, %+v", status, text, vs)
	}
	d.Enum = contract.Report
	r = newRequest(t, "POST", itemsPath+"?must=1&flag=True&sort=email", `{"DisplayName":"x"}`, jsonType...)
	status, _, vs = departed(t, d, r, false)
	if text := found(vs); status != 204 || text != "(query /flag boolean); (query /sort enum)" {
		t.Errorf("%d, found %q", status, text)
	}
	if _, err := contract.New(load(t, tolerant), contract.Options{Departures: contract.Departures{BOM: 9}}); err == nil || !strings.Contains(err.Error(), "bom") {
		t.Errorf("a policy that is none: %v", err)
	}
}

// Ensure that what is read as a departure is, in its canonical form, what kin-openapi accepts.
func TestDepartures_AreAcceptedByKin(t *testing.T) {
	t.Parallel()
	doc := load(t, tolerant)
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		r := drawDeparting(t)
		var got *http.Request
		var body []byte
		var found contract.Violations
		opts := contract.OptionsOf(rapid.Uint8().Draw(t, "options"))
		opts.Observe, opts.Formats, opts.Finding = false, withUUIDs, func(_ *http.Request, v contract.Violation) { found = append(found, v) }
		if rapid.Bool().Draw(t, "all") {
			opts.Departures = every(contract.Report)
		}
		c, err := contract.New(doc, opts)
		if err != nil {
			t.Fatal(err)
		}
		var call *contract.Call
		c.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got, call = r, contract.FromContext(r.Context())
			body, _ = io.ReadAll(r.Body)
			w.WriteHeader(204)
		})).ServeHTTP(httptest.NewRecorder(), r)
		if got == nil {
			return
		}
		if slices.ContainsFunc(found, func(v contract.Violation) bool { return v.Departure != "" }) {
			read++
		}
		opts.Departures = contract.Departures{}
		strict, err := contract.New(doc, opts)
		if err != nil {
			t.Fatal(err)
		}
		again, rej := strict.Route(got.Method, got.URL)
		if rej != nil || again.PathValue("id") != call.PathValue("id") {
			t.Fatalf("%s is routed to %v, %v", got.URL, again, rej)
		}
		if vs := strict.CheckRequest(again, got, body).Refused(); len(vs) > 0 {
			t.Errorf("the handler got %s %s %q, of which is found %v", got.Method, got.URL, body, vs)
		}
		if err := byKin(doc, got, call, body); err != nil {
			t.Errorf("the handler got %s %s %q, which kin-openapi refuses: %v", got.Method, got.URL, body, err)
		}
	})
	if read == 0 {
		t.Error("nothing was read as a departure")
	}
}

// byKin asks kin-openapi about a request.
func byKin(doc *openapi3.T, r *http.Request, call *contract.Call, body []byte) error {
	item := doc.Paths.Value("/v1/{id}/items")
	op := item.GetOperation(r.Method)
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	return openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{"id": call.PathValue("id")}, QueryParams: r.URL.Query(),
		Route: &routers.Route{Spec: doc, PathItem: item, Method: r.Method, Operation: op},
	})
}

func drawDeparting(t *rapid.T) *http.Request {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	id := pick("id", toleratedID, strings.ReplaceAll(toleratedID, "-", ""), "%7B"+toleratedID+"%7D", "("+toleratedID+")", "x")
	query := []string{"must=" + pick("must", "1", "100%", "a;b", "")}
	for range rapid.IntRange(0, 4).Draw(t, "parameters") {
		query = append(query, pick("name", "flag", "n", "ratio", "sort", "ref", "more")+
			pick("value", "", "=", "=True", "=+false", "=01", "=%2B1", "=email", "=DISPLAYNAME", "="+toleratedID, "={"+toleratedID+"}", "=%", "=1;2", "=1.50"))
	}
	var body io.Reader = http.NoBody
	method := pick("method", "POST", "DELETE")
	if rapid.Bool().Draw(t, "body") {
		value, err := json.Marshal(map[string]any{
			pick("member", "displayName", "DisplayName", "DISPLAYNAME"): "x", pick("other", "value", "Value", "more"): map[string]any{"DisplayName": 1},
			pick("list", "parts", "Parts"): []any{map[string]any{pick("inner", "displayName", "Displayname"): "y"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		body = strings.NewReader(pick("mark", "", "\xEF\xBB\xBF") + string(value))
	}
	r := httptest.NewRequest(method, "/base/v1/"+id+"/items", body)
	r.URL.RawQuery = strings.Join(query, "&")
	if rapid.Bool().Draw(t, "header") {
		r.Header.Set("charges", pick("charges", "true", "False", " TRUE ", "1"))
	}
	r.Header.Set("Content-Type", pick("type", "application/json", "text/json", "application/merge-patch+json; charset=utf-8"))
	return r
}
