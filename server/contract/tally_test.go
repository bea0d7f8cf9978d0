package contract_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// seenByTally reports whether a violation is of those that a Tally sees at its place alone.
func seenByTally(v contract.Violation) bool {
	switch v.Rule {
	case "type", "nullable", "enum", "required", "additionalProperties", "undeclared", "writeOnly", "readOnly", "status", "mediaType", "body":
		return true
	case "format":
		return slices.Contains([]string{"uuid", "date", "date-time", "email", "uri", "byte", "ipv4", "ipv6", "hostname"}, v.Expected)
	}
	return false
}

// agree checks a message with the contract and with a Tally.
func agree(t interface {
	Helper()
	Errorf(string, ...any)
}, what string, fits bool, found contract.Violations) {
	t.Helper()
	if !fits && len(found) == 0 {
		t.Errorf("%s: it does not fit, and the contract finds nothing", what)
	}
	if fits && slices.ContainsFunc(found, seenByTally) {
		t.Errorf("%s: it fits, and the contract finds %v", what, found)
	}
}

// Ensure that the Tally agrees with the checks about responses of both documents, whatever is changed in them.
func TestTally_AgreesAboutResponses(t *testing.T) {
	t.Parallel()
	type drawn struct {
		list    []*documented
		tallies map[string]*contract.Tally // by document
	}
	var all []drawn
	for n := range uint8(4) {
		opts := contract.OptionsOf(7 * n)
		opts.Departures = contract.Departures{}
		one := drawn{documentedResponses(t, opts), map[string]*contract.Tally{}}
		for _, d := range one.list {
			one.tallies[d.document] = d.c.Tally()
			agree(t, d.call.ID, one.tallies[d.document].Response(d.call, d.status, d.header(), encode(t, d.example)), d.check(t, d.example))
		}
		all = append(all, one)
	}
	departed := 0
	rapid.Check(t, func(t *rapid.T) {
		with := rapid.SampledFrom(all).Draw(t, "options")
		tallies := with.tallies
		d := rapid.SampledFrom(with.list).Draw(t, "response")
		value := changed(t, d.example, 3)
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		status := rapid.SampledFrom([]int{d.status, d.status, d.status, 299, 304, 204, 206, 302, 412, 416}).Draw(t, "status")
		header := http.Header{"Content-Type": {rapid.SampledFrom([]string{d.mediaType, d.mediaType, d.mediaType + "; charset=utf-8", "text/html", "application/problem+json", ""}).Draw(t, "type")}}
		if rapid.IntRange(0, 9).Draw(t, "empty") == 0 {
			text = nil
		}
		asked := &http.Request{Method: d.call.Method, URL: &url.URL{}, Header: http.Header{}}
		for _, name := range rapid.SliceOf(rapid.SampledFrom([]string{"If-None-Match", "Range"})).Draw(t, "conditions") {
			asked.Header.Set(name, "x")
		}
		tallies[d.document].RequestHeadFit(d.call, status, asked)
		for _, name := range rapid.SliceOf(rapid.SampledFrom([]string{"Content-Range", "Location"})).Draw(t, "header") {
			header.Set(name, "x")
		}
		fits := tallies[d.document].Response(d.call, status, header, text)
		if !fits {
			departed++
		}
		agree(t, fmt.Sprintf("%s %d %s %s", d.call.ID, status, header, text), fits, d.c.CheckResponse(d.call, status, header, text))
	})
	if departed == 0 {
		t.Error("everything fits")
	}
}

// changed returns a copy of a value with something changed at random places.
func changed(t *rapid.T, value any, depth int) any {
	if rapid.IntRange(0, 9).Draw(t, "change") == 0 || depth == 0 {
		return rapid.SampledFrom([]any{
			value, value, nil, true, "", "x", "a0000000-0000-4000-8000-000000000001", "A0000000-0000-4000-8000-00000000000A",
			"2026-11-27T10:11:12Z", "2026-11-27", 1, 1.5, -1, 1e20, []any{}, []any{1, "x", nil}, map[string]any{}, map[string]any{"a": 1},
		}).Draw(t, "value")
	}
	switch value := value.(type) {
	case map[string]any:
		copied := map[string]any{}
		for name, member := range value {
			switch rapid.IntRange(0, 14).Draw(t, name) {
			case 0:
			case 1:
				copied[strings.ToUpper(name)] = member
			default:
				copied[name] = changed(t, member, depth-1)
			}
		}
		if rapid.IntRange(0, 9).Draw(t, "undeclared") == 0 {
			copied[rapid.SampledFrom([]string{"more", "grace@contoso.example", "id", "Id"}).Draw(t, "name")] = 1
		}
		return copied
	case []any:
		copied := []any{}
		for _, element := range value {
			copied = append(copied, changed(t, element, depth-1))
		}
		return copied
	}
	return value
}

// Ensure that they agree about a document with all that schemas can say, in both directions.
func TestTally_AgreesAboutSchemas(t *testing.T) {
	t.Parallel()
	item := map[string]any{
		"id": lowerUUID, "name": "a", "count": 1, "big": 2, "price": 1.5, "day": "2026-11-27", "at": "2026-11-27T10:11:12Z", "code": "a", "kind": "a",
		"maybe": nil, "list": []any{1, 2}, "owner": map[string]any{"name": "x", "id": lowerUUID}, "labels": map[string]any{"x": "y"},
		"free": map[string]any{"x": 1}, "bare": map[string]any{"y": []any{}}, "any": 1, "both": map[string]any{"x": 1, "y": "a"}, "one": "x",
		"tree": map[string]any{"kids": []any{"a", map[string]any{"kids": []any{}}}}, "secret": "x",
	}
	drawn := tallied(t, shop)
	rapid.Check(t, func(t *rapid.T) {
		c := drawn.Of(t, rapid.Uint8().Draw(t, "options"))
		tally := c.Tally()
		for range 3 {
			text, err := json.Marshal(changed(t, item, 4))
			if err != nil {
				t.Fatal(err)
			}
			agreeAboutItem(t, c, tally, text)
		}
	})
}

// tallied are the contracts by which tallies are tested: without departures, for a Tally sees a request as it was sent.
func tallied(t testing.TB, text string) *contract.Drawn {
	t.Helper()
	return &contract.Drawn{Doc: load(t, text), Change: func(o *contract.Options) { o.Departures = contract.Departures{} }}
}

// agreeAboutItem holds a Tally and the checks to each other about an item of the shop, in both directions.
func agreeAboutItem(t interface {
	Helper()
	Errorf(string, ...any)
}, c *contract.Contract, tally *contract.Tally, text []byte) {
	t.Helper()
	header := http.Header{"Content-Type": {"application/json"}}
	r := &http.Request{Method: "POST", URL: &url.URL{Path: "/api/items"}, Header: header}
	post, _ := c.Route("POST", r.URL)
	get, _ := c.Route("GET", &url.URL{Path: "/api/items/" + uuid})
	agree(t, "request "+string(text), tally.Request(post, 201, r, text), c.CheckRequest(post, r, text))
	agree(t, "response "+string(text), tally.Response(get, 200, header, text), c.CheckResponse(get, 200, header, text))
}

// Ensure that they agree about parameters.
func TestTally_AgreesAboutParameters(t *testing.T) {
	t.Parallel()
	drawn := tallied(t, shop)
	rapid.Check(t, func(t *rapid.T) {
		c := drawn.Of(t, rapid.Uint8().Draw(t, "options"))
		tally := c.Tally()
		var query []string
		for range rapid.IntRange(0, 4).Draw(t, "parameters") {
			name := rapid.SampledFrom([]string{"pageSize", "PAGESIZE", "ratio", "active", "search", "sort", "ids", "tags", "filter[min]", "blank", "where", "more", "a@b.example"}).Draw(t, "name")
			value := rapid.SampledFrom([]string{"", "1", "-1", "1.5", "x", "true", "Name", "name", "1,2", "a,b", "{}", `{"a":1}`, `{"a":null}`, "%41", "%zz", "a;b", "+", "9999999999999999999999"}).Draw(t, "value")
			query = append(query, name+"="+value)
		}
		r, err := http.NewRequest("GET", "http://localhost/api/items", http.NoBody) //nolint:noctx // never sent
		if err != nil {
			t.Fatal(err)
		}
		r.URL.RawQuery = strings.Join(query, "&")
		for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"X-Tenant", "X-Trace", "X-Nums", "X-More", "Accept", "Cookie"}), 0, 4).Draw(t, "headers") {
			r.Header.Add(name, rapid.SampledFrom([]string{"", "x", "1, 2", "1,x", uuid, "session=a", "session=abc"}).Draw(t, "line"))
		}
		call, rej := c.Route("GET", r.URL)
		if rej != nil {
			t.Fatal(rej.Violations)
		}
		found := slices.DeleteFunc(c.CheckRequest(call, r, nil), func(v contract.Violation) bool {
			return v.In == "query" && strings.HasPrefix(v.Place, "/filter") // only kin-openapi decodes it
		})
		fits := tally.Request(call, 200, r, nil)
		if !fits && len(found) == 0 {
			t.Errorf("%s %v: it does not fit, and the contract finds nothing", r.URL.RawQuery, r.Header)
		}
		if fits && slices.ContainsFunc(found, func(v contract.Violation) bool { return seenByTally(v) && v.In != "cookie" }) {
			t.Errorf("%s %v: it fits, and the contract finds %v", r.URL.RawQuery, r.Header, found)
		}
	})
}

// Ensure that they agree about commas and semicolons that are escaped or not, in paths and queries.
func TestTally_AgreesAboutSeparators(t *testing.T) {
	t.Parallel()
	drawn := tallied(t, listsInPaths)
	rapid.Check(t, func(t *rapid.T) {
		c := drawn.Of(t, rapid.Uint8().Draw(t, "options"))
		tally := c.Tally()
		text := rapid.SampledFrom([]string{"a", "a,b", "a%2Cb", "b%2Cc", "a%2Cb,a", "b%2cc,a", "%61", "c+d", "c%2Bd", "c%20d,a", "a,", "%2C"})
		target := rapid.SampledFrom([]string{"/v1/kinds/", "/v1/two/"}).Draw(t, "path") + text.Draw(t, "value")
		query := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			"kinds=a%2Cb", "kinds=b%2Cc,a", "kinds=b,c", "links=a;b", "links=a%3Bb", "Links=a;b", "plain=a;b", "plain=a", "links;=a",
		}), 0, 2).Draw(t, "query"), "&")
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		u.RawQuery = query
		r := &http.Request{Method: "GET", URL: u, Header: http.Header{}}
		call, rej := c.Route("GET", u)
		if rej != nil {
			t.Fatal(rej.Violations)
		}
		found := c.CheckRequest(call, r, nil)
		fits := tally.Request(call, 200, r, nil)
		agree(t, u.String(), fits, found)
		if fits && slices.ContainsFunc(found, func(v contract.Violation) bool { return v.Rule == "syntax" }) {
			t.Errorf("%s: it fits, and the contract finds %v", u, found)
		}
	})
}

// Ensure that what a Tally has counted stays the same when it is added to the empty counts of its document, the descriptions of the
// places among it.
func TestTally_CountsAddAgrees(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	item := map[string]any{
		"id": lowerUUID, "name": "a", "labels": map[string]any{"x": "y"}, "free": map[string]any{"x": 1, "y": map[string]any{"a": []any{1}}}, "any": []any{1},
		"bare": map[string]any{"y": []any{"a"}}, "tree": map[string]any{"kids": []any{"a", map[string]any{"kids": []any{}}}}, "list": []any{1, "x"},
	}
	r := newRequest(t, "POST", "/api/items?pageSize=x", "", jsonType...)
	post, _ := c.Route("POST", r.URL)
	get, _ := c.Route("GET", newRequest(t, "GET", "/api/items/"+uuid, "").URL)
	rapid.Check(t, func(t *rapid.T) {
		tally := c.Tally()
		for range rapid.IntRange(0, 2).Draw(t, "messages") {
			text, err := json.Marshal(changed(t, item, 4))
			if err != nil {
				t.Fatal(err)
			}
			tally.Request(post, rapid.SampledFrom([]int{201, 400}).Draw(t, "status"), r, text)
			tally.Response(get, 200, http.Header{"Content-Type": {"application/json"}}, text)
		}
		want, got := tally.Counts(), c.Tally().Counts()
		if unknown := got.Add(want); unknown != 0 {
			t.Errorf("%d places are unknown", unknown)
		}
		places := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() == reflect.TypeFor[*counts.Declared]() }, cmp.Comparer(sameDeclared))
		if diff := cmp.Diff(want, got, places, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-counted +added):\n%s", diff)
		}
	})
}

// sameDeclared compares without going below, for schemas may be recursive.
func sameDeclared(a, b *counts.Declared) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Schema == b.Schema && slices.Equal(a.Kinds, b.Kinds)
}

// Ensure that forms, plain text and images are counted by their media type, and not looked into.
func TestTally_MediaTypes(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	tally := c.Tally()
	for typ, want := range map[string]string{
		"application/json": "application/json", "Application/JSON; charset=utf-8": "application/json", "image/png": "image/*",
		"text/plain": "text/plain", "application/x-www-form-urlencoded": "application/x-www-form-urlencoded",
	} {
		r := newRequest(t, "POST", "/api/things", "", "Content-Type: "+typ)
		call, _ := c.Route("POST", r.URL)
		before := counted(tally, want)
		tally.Request(call, 200, r, []byte(`{"a":1}`))
		if got := counted(tally, want); got != before+1 {
			t.Errorf("%s is counted %d times as %s", typ, got-before, want)
		}
	}
	r := newRequest(t, "POST", "/api/things", "", "Content-Type: application/json", "Content-Encoding: gzip")
	call, _ := c.Route("POST", r.URL)
	if tally.Request(call, 200, r, []byte("\x1f\x8b")) {
		t.Error("a compressed body fits")
	}
	if n := tally.Counts().Operations["things"].Requests.Accepted.Misfits["encoding"].Values; n != 1 {
		t.Errorf("encoding is counted %d times", n)
	}
}

func counted(tally *contract.Tally, mediaType string) int64 {
	m := tally.Counts().Operations["things"].Requests.Accepted
	return m.Media[mediaType].Seen
}

// Ensure that the places of the counts say what the document asks there.
func TestTally_Declared(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	body := c.Tally().Counts().Operations["createItem"].Requests.Accepted.Media["application/json"].Body
	for place, want := range map[string]string{
		"id":    "string uuid readOnly",
		"kind":  "string [a b]",
		"maybe": "null string",
		"count": "integer",
		"name":  "string required",
		"owner": "object closed required",
		"price": "integer number",
	} {
		p := body.Members[place]
		got := strings.Join(p.Declared.Kinds, " ")
		for _, word := range []struct {
			text string
			is   bool
		}{{p.Declared.Format, p.Declared.Format != ""}, {fmt.Sprint(p.Declared.Enum), len(p.Declared.Enum) > 0}, {"readOnly", p.Declared.ReadOnly}, {"closed", p.Declared.Closed}, {"required", p.Required}} {
			if word.is {
				got += " " + word.text
			}
		}
		if got != want || p.Declared.Schema != "#/components/schemas/Item/properties/"+place {
			t.Errorf("%s: %s at %s, want %s", place, got, p.Declared.Schema, want)
		}
	}
	if tree := body.Members["tree"]; tree == nil || tree.Declared.Schema != "#/components/schemas/Tree" {
		t.Errorf("the recursive place is %+v", tree)
	}
}

// Ensure that a departure is counted for the response in which it is, and that good exchanges are all counted as such.
func TestTally_Counts(t *testing.T) {
	t.Parallel()
	list := documentedResponses(t, contract.Options{})
	tallies := map[string]*contract.Tally{}
	want := map[string]int64{}
	for _, d := range list {
		if tallies[d.document] == nil {
			tallies[d.document] = d.c.Tally()
		}
		d.call.Operation = &contract.Operation{ID: d.call.ID, Method: d.call.Method}
		if fit := tallies[d.document].ResponseFit(d.call, d.status, d.header(), encode(t, d.example)); fit != 0 && len(d.check(t, d.example)) == 0 {
			t.Errorf("%s %d: the example has the Fit %x", d.call.ID, d.status, fit)
		}
		want[d.call.ID+" "+d.key]++
	}
	got := map[string]int64{}
	for _, tally := range tallies {
		for id, op := range tally.Counts().Operations {
			for key, m := range op.Statuses {
				if m.Seen > 0 {
					got[id+" "+key] = m.Seen
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("responses (-checked +counted):\n%s", diff)
	}
}

// FuzzTally holds a Tally and the checks to each other, for any body in both directions and with any options.
func FuzzTally(f *testing.F) {
	for i, body := range []string{
		`{"id":"` + lowerUUID + `","name":"a",` + owner + `}`, `{"name":null,"kind":"c","list":[1,1.0,"x"],"one":true}`, `{"tree":{"kids":[{"kids":1}]}}`,
		`{"labels":{"a b":1},"free":{"x":[{}]},"more":1,"NAME":"x"}`, `[`, `null`, `"x"`, "\xEF\xBB\xBF{}", `{"day":"2026-02-30","at":"2026-11-27T10:11:12","big":1e400}`,
	} {
		f.Add([]byte(body), uint8(i))
	}
	drawn := tallied(f, shop)
	f.Fuzz(func(t *testing.T, body []byte, options uint8) {
		c := drawn.Of(t, options)
		agreeAboutItem(t, c, c.Tally(), body)
	})
}
