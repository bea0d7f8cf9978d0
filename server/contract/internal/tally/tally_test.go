package tally

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/contract/internal/format"
)

// shapeOf compiles a shape for tests, with what counts say of it.
func shapeOf(s Shape) *Shape {
	s.Declared = &counts.Declared{Kinds: s.Kinds.Names(), Enum: s.Enum, Secret: s.Secret, Closed: s.Undeclared == AdditionalProperties}
	s.Declared.WriteOnly = s.Secret
	if len(s.Formats) > 0 {
		s.Declared.Format = "uuid"
	}
	s.Compile()
	return &s
}

var (
	textShape = shapeOf(Shape{Kinds: String})
	idShape   = shapeOf(Shape{Kinds: String, Formats: []func([]byte) bool{format.IsUUID}})
	kindShape = shapeOf(Shape{Kinds: String | Null, Enum: []string{"user", "admin"}})
	intShape  = shapeOf(Shape{Kinds: Integer})
	userShape = shapeOf(Shape{Kinds: Object, Undeclared: AdditionalProperties, Members: []Member{
		{Name: "id", Schema: idShape, Required: true},
		{Name: "kind", Schema: kindShape},
		{Name: "name", Schema: textShape, Required: true},
		{Name: "password", Schema: shapeOf(Shape{Kinds: String | Object, Secret: true}), Rule: WriteOnly},
		{Name: "labels", Schema: shapeOf(Shape{Kinds: Object, Map: true, Rest: textShape})},
		{Name: "extra"},
	}})
	pageShape = shapeOf(Shape{Kinds: Object, Undeclared: Undeclared, Members: []Member{
		{Name: "items", Schema: shapeOf(Shape{Kinds: Array, Items: userShape}), Required: true},
		{Name: "total", Schema: intShape},
	}})
)

// users is an operation with all that a Tally looks at.
func users() []*Operation {
	request := Declaration{
		Parameters: []Parameter{
			{In: "path", Name: "id", Schema: idShape, Required: true},
			{In: "query", Name: "page", Schema: intShape},
			{In: "query", Name: "search", Schema: textShape},
			{In: "query", Name: "all", Schema: shapeOf(Shape{Kinds: Boolean})},
			{In: "query", Name: "ids", Kind: List, Exploded: true, Schema: shapeOf(Shape{Kinds: Array, Items: intShape})},
			{In: "header", Name: "X-Tenant", Schema: textShape, Required: true},
			{In: "header", Name: "X-List", Kind: List, Separator: ",", Schema: shapeOf(Shape{Kinds: Array, Items: intShape})},
			{In: "query", Name: "filter", Kind: JSON, Schema: pageShape},
			{In: "cookie", Name: "session", Kind: Opaque},
		},
		Media:           []Media{{Key: "application/json", JSON: true, Schema: userShape}},
		IsUndeclared:    func(name string) bool { return strings.HasPrefix(name, "X-") },
		FoldQuery:       strings.ToLower,
		UndeclaredQuery: Undeclared,
	}
	ok := Declaration{
		Parameters: []Parameter{{In: "header", Name: "X-Id", Schema: idShape}},
		Media:      []Media{{Key: "application/json", JSON: true, Schema: pageShape}, {Key: "image/png"}},
		EmptyBody:  Required,
	}
	return []*Operation{{
		ID: "list", Request: request, UndeclaredStatus: StatusRule,
		Statuses: []Status{{"200", ok}, {"204", Declaration{}}},
	}}
}

const (
	uuid1   = "a0000000-0000-4000-8000-000000000001"
	goodOne = `{"id":"` + uuid1 + `","name":"Grace","kind":"admin","labels":{"a b":"x"},"extra":[1,{"x":null}]}`
	page    = `{"items":[` + goodOne + `,{"id":"` + uuid1 + `","name":"Ada \u0041"}],"total":2}`
)

func response(t *Tally, body string) Fit {
	return t.Response(0, 0, 200, &Message{JSON: true, Body: []byte(body)})
}

func request(t *Tally, query string, header http.Header) Fit {
	if header == nil {
		header = http.Header{"X-Tenant": {"contoso"}}
	}
	return t.Request(0, Accepted, &Message{PathValues: []string{uuid1}, Query: query, Header: header})
}

func body(t *Tally) *counts.Place {
	return t.Counts().Operations["list"].Statuses["200"].Media["application/json"].Body
}

// at finds a place by its steps.
func at(t *testing.T, p *counts.Place, steps ...string) *counts.Place {
	t.Helper()
	for _, step := range steps {
		var next *counts.Place
		switch {
		case step == "*":
			next = p.Items
		case step == "{}" && p.Rest != nil:
			next = p.Rest
		case p.Members[step] != nil:
			next = p.Members[step]
		default:
			next = p.Undeclared[step]
		}
		if next == nil {
			t.Fatalf("no place %s in %v", step, steps)
		}
		p = next
	}
	return p
}

func misfitsOf(p *counts.Place) string {
	if len(p.Misfits) == 0 {
		return ""
	}
	text, err := json.Marshal(p.Misfits)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Ensure that each place counts what stood there.
func TestTally_Response(t *testing.T) {
	t.Parallel()
	tally := New(users())
	if fit := response(tally, page); fit != 0 {
		t.Errorf("a good page does not fit: %x", fit)
	}
	p := body(tally)
	for steps, want := range map[string]counts.Place{
		"":                  {Seen: 1, Object: 1},
		"total":             {Seen: 1, Integer: 1},
		"items":             {Seen: 1, Array: 1},
		"items *":           {Seen: 2, Object: 2},
		"items * id":        {Seen: 2, String: 2, Longest: 36, Strings: counts.Strings{UUID: 2}},
		"items * kind":      {Seen: 1, Absent: 1, String: 1, Longest: 5, Strings: counts.Strings{Word: 1}, Values: map[string]int64{"admin": 1, "user": 0}},
		"items * name":      {Seen: 2, String: 2, Longest: 5, Strings: counts.Strings{Word: 1, Other: 1}},
		"items * password":  {Absent: 2},
		"items * labels":    {Seen: 1, Absent: 1, Object: 1},
		"items * labels {}": {Seen: 1, String: 1, Longest: 1, Strings: counts.Strings{Word: 1}},
		"items * extra":     {Seen: 1, Absent: 1, Array: 1},
		"items * extra *":   {Seen: 2, Integer: 1, Object: 1},
		"items * extra * x": {Seen: 1, Null: 1},
	} {
		got := *at(t, p, strings.Fields(steps)...)
		ignore := cmpopts.IgnoreFields(counts.Place{}, "Members", "Undeclared", "Rest", "Items", "Declared", "Required")
		if diff := cmp.Diff(want, got, ignore, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", steps, diff)
		}
	}
	if m := tally.Counts().Operations["list"].Statuses["200"]; m.Seen != 1 || m.Fits != 1 || m.Parameters["header X-Id"].Absent != 1 {
		t.Errorf("the message is counted as %+v", m)
	}
}

// Ensure that a departure is counted at its place under its rule, and that values and exchanges are told apart.
func TestTally_Misfits(t *testing.T) {
	t.Parallel()
	user := func(member string) string { return `{"items":[{"id":"` + uuid1 + `","name":"Grace"` + member + `}]}` }
	for name, c := range map[string]struct{ text, place, want string }{
		"kind":            {`[]`, "", "type"},
		"null":            {`{"items":null}`, "items", "nullable"},
		"fraction":        {`{"items":[],"total":1.5}`, "total", "type"},
		"text":            {`{"items":[],"total":"1"}`, "total", "type"},
		"absent":          {`{}`, "items", "required"},
		"undeclared":      {`{"items":[],"more":1}`, "more", "undeclared"},
		"undeclared data": {`{"items":[],"grace@contoso.example":1}`, "{}", "undeclared"},
		"closed":          {user(`,"more":1`), "items * more", "additionalProperties"},
		"enum":            {user(`,"kind":"root"`), "items * kind", "enum"},
		"wrong direction": {user(`,"password":"x"`), "items * password", "writeOnly"},
		"twice":           {`{"items":[],"items":[]}`, "items", "duplicate"},
		"format":          {`{"items":[{"id":"1","name":""}]}`, "items * id", "format"},
		"escaped name":    {user(`,"kin\u0064":"root"`), "items * kind", "enum"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := New(users())
			for range 2 {
				if response(tally, c.text) == 0 {
					t.Fatal("it fits")
				}
			}
			want := fmt.Sprintf(`{"%s":{"values":2,"exchanges":2}}`, c.want)
			if got := misfitsOf(at(t, body(tally), strings.Fields(c.place)...)); got != want {
				t.Errorf("misfits of %q: %s, want %s", c.place, got, want)
			}
			places := 0
			for _, p := range tally.Counts().Places() {
				places += len(p.Misfits)
			}
			if places != 1 {
				t.Errorf("%d departures are counted, want 1", places)
			}
		})
	}
	tally := New(users())
	response(tally, `{"items":[{"id":"1","name":""},{"id":"2","name":""}]}`)
	if got, want := misfitsOf(at(t, body(tally), "items", "*", "id")), `{"format":{"values":2,"exchanges":1}}`; got != want {
		t.Errorf("two values in one exchange are %s, want %s", got, want)
	}
}

// Ensure that what may be here departs in nothing.
func TestTally_Fits(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"null of a nullable enumeration": `{"items":[{"id":"` + uuid1 + `","name":"","kind":null}]}`,
		"null tells no secret":           `{"items":[{"id":"` + uuid1 + `","name":"","password":null}]}`,
		"anything in a free place":       `{"items":[{"id":"` + uuid1 + `","name":"","extra":{"a":{"b":[[]]}}}]}`,
	} {
		tally := New(users())
		fit := response(tally, text)
		if name == "null tells no secret" {
			if got := misfitsOf(at(t, body(tally), "items", "*", "password")); strings.Contains(got, "writeOnly") {
				t.Errorf("%s: %s", name, got)
			}
			continue
		}
		if fit != 0 {
			t.Errorf("%s: it does not fit", name)
		}
	}
}

// Ensure that messages that depart in the same way have one Fit, and others another one.
func TestTally_Fit(t *testing.T) {
	t.Parallel()
	tally := New(users())
	same := []string{`{"items":[],"total":null}`, `{"total":null,"items":[]}`, `{"items":[{"id":"` + uuid1 + `","name":"x"}],"total":null}`}
	first := response(tally, same[0])
	for _, text := range same[1:] {
		if got := response(tally, text); got != first {
			t.Errorf("%s has the Fit %x, want %x", text, got, first)
		}
	}
	seen := map[Fit]string{0: "a message that fits", first: same[0]}
	for _, text := range []string{`{"items":null,"total":null}`, `{"items":[],"total":"1"}`, `{"items":[],"more":1}`, `{"items":[],"more":1,"total":null}`, `{`} {
		fit := response(tally, text)
		if other, taken := seen[fit]; taken {
			t.Errorf("%s has the Fit of %s", text, other)
		}
		seen[fit] = text
	}
}

// Ensure that parameters are counted as the kind that is declared where their text has its form.
func TestTally_Request(t *testing.T) {
	t.Parallel()
	parameter := func(tally *Tally, key string) *counts.Place {
		m := tally.Counts().Operations["list"].Requests.Accepted
		if m.Parameters[key] != nil {
			return m.Parameters[key]
		}
		return m.Undeclared[key]
	}
	for name, c := range map[string]struct {
		query, key string
		want       counts.Place
	}{
		"integer":         {"page=1", "query page", counts.Place{Seen: 1, Integer: 1}},
		"no integer":      {"page=x", "query page", counts.Place{Seen: 1, String: 1, Strings: counts.Strings{Word: 1}, Misfits: counts.Misfits{"type": {Values: 1, Exchanges: 1}}}},
		"empty integer":   {"page=", "query page", counts.Place{Seen: 1, Strings: counts.Strings{Empty: 1}, Misfits: counts.Misfits{"empty": {Values: 1, Exchanges: 1}}}},
		"twice":           {"page=1&page=2", "query page", counts.Place{Seen: 1, Integer: 1, Misfits: counts.Misfits{"duplicate": {Values: 1, Exchanges: 1}}}},
		"another case":    {"PAGE=1", "query page", counts.Place{Seen: 1, Integer: 1}},
		"escaped":         {"p%61ge=%31", "query page", counts.Place{Seen: 1, Integer: 1}},
		"boolean":         {"all=true", "query all", counts.Place{Seen: 1, Boolean: 1}},
		"text of digits":  {"search=12", "query search", counts.Place{Seen: 1, String: 1, Longest: 2, Strings: counts.Strings{Digits: 1}}},
		"list":            {"ids=1&ids=2", "query ids", counts.Place{Seen: 1, Array: 1, Items: &counts.Place{Seen: 2, Integer: 2}}},
		"undeclared":      {"foo=bar", "query foo", counts.Place{Seen: 1, String: 1, Strings: counts.Strings{Word: 1}, Misfits: counts.Misfits{"undeclared": {Values: 1, Exchanges: 1}}}},
		"undeclared data": {"a%40b.example=1", "query {}", counts.Place{Seen: 1, String: 1, Strings: counts.Strings{Digits: 1}, Misfits: counts.Misfits{"undeclared": {Values: 1, Exchanges: 1}}}},
		"absent":          {"", "query page", counts.Place{Absent: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := New(users())
			if fit := request(tally, c.query, nil); (fit == 0) != (len(c.want.Misfits) == 0) {
				t.Errorf("its Fit is %x", fit)
			}
			ignore := cmpopts.IgnoreFields(counts.Place{}, "Members", "Declared", "Required", "Undeclared")
			if diff := cmp.Diff(&c.want, parameter(tally, c.key), ignore, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.key, diff)
			}
		})
	}
	tally := New(users())
	if request(tally, "a=%zz", nil) == 0 || request(tally, "a=1;b=2", nil) == 0 {
		t.Error("a query that cannot be read fits")
	}
	if fit := request(tally, `filter={"items":[]}`, nil); fit != 0 {
		t.Errorf("a parameter of JSON does not fit: %x", fit)
	}
	if request(tally, `filter={"items":null}`, nil) == 0 || request(tally, `filter={`, nil) == 0 {
		t.Error("a bad parameter of JSON fits")
	}
}

// Ensure that headers are counted by name alone where they are not declared, and required ones are missed.
func TestTally_Headers(t *testing.T) {
	t.Parallel()
	tally := New(users())
	if request(tally, "", http.Header{}) == 0 {
		t.Error("a request without the required header fits")
	}
	header := http.Header{"X-Tenant": {"a"}, "X-Foo": {"canary"}, "X-List": {"1, 2", "3"}, "Accept": {"*/*"}}
	if fit := request(tally, "", header); fit != 0 {
		t.Errorf("a good request has the Fit %x", fit)
	}
	m := tally.Counts().Operations["list"].Requests.Accepted
	if n := m.Undeclared["header X-Foo"]; n == nil || n.Seen != 1 || n.String != 0 || m.Undeclared["header Accept"] != nil {
		t.Errorf("undeclared headers are counted as %v", m.Undeclared)
	}
	if n := m.Parameters["header X-List"]; n.Array != 1 || n.Items.Integer != 3 {
		t.Errorf("a list in two lines is counted as %+v", n)
	}
	if n := m.Parameters["header X-Tenant"]; n.Absent != 1 || n.Misfits["required"].Values != 1 {
		t.Errorf("the required header is counted as %+v", n)
	}
}

// Ensure that requests are told apart by what became of them.
func TestOutcomeOf(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]Outcome{
		200: Accepted, 204: Accepted, 302: Accepted, 304: Accepted, 400: Refused, 415: Refused, 422: Refused,
		401: Denied, 404: Denied, 409: Denied, 429: Denied, 500: Failed, 502: Failed, 0: Failed,
	} {
		if got := OutcomeOf(status); got != want {
			t.Errorf("a request with the response %d has the outcome %d, want %d", status, got, want)
		}
	}
}

// Ensure that the body of an undeclared status or media type is looked into, and departs as a whole.
func TestTally_UndeclaredMessage(t *testing.T) {
	t.Parallel()
	tally := New(users())
	problem := &Message{Media: -1, MediaName: "application/problem+json; charset=utf-8", JSON: true, Body: []byte(`{"title":"No","status":409}`)}
	if tally.Response(0, -1, 409, problem) == 0 {
		t.Error("an undeclared status fits")
	}
	problem.Rule = MediaType
	if tally.Response(0, 0, 200, problem) == 0 {
		t.Error("an undeclared media type fits")
	}
	op := tally.Counts().Operations["list"]
	for name, m := range map[string]*counts.Message{"409": op.Undeclared["409"], "200": op.Statuses["200"]} {
		p := m.UndeclaredMedia["application/problem+json"].Body
		if p.Undeclared["status"].Integer != 1 || p.Undeclared["title"].String != 1 || misfitsOf(p.Undeclared["title"]) != "" {
			t.Errorf("the body of %s is counted as %+v", name, p)
		}
	}
	if op.Undeclared["409"].Misfits["status"].Values != 1 || op.Statuses["200"].Misfits["mediaType"].Values != 1 {
		t.Errorf("the messages depart by %v and %v", op.Undeclared["409"].Misfits, op.Statuses["200"].Misfits)
	}
}

// Ensure that a message without a body departs where one is declared, and not where HTTP has none or the body is unknown.
func TestTally_EmptyBody(t *testing.T) {
	t.Parallel()
	tally := New(users())
	if tally.Response(0, 0, 200, &Message{}) == 0 {
		t.Error("an empty body fits")
	}
	if tally.Response(0, 0, 200, &Message{Bodiless: true}) != 0 || tally.Response(0, 0, 200, &Message{HeadOnly: true}) != 0 ||
		tally.Response(0, 1, 204, &Message{}) != 0 {
		t.Error("a message without a body does not fit")
	}
	m := tally.Counts().Operations["list"].Statuses["200"]
	if m.Empty != 1 || m.Seen != 3 || m.Fits != 2 || m.Misfits["required"].Values != 1 {
		t.Errorf("the messages are counted as %+v", m)
	}
}

// Ensure that names are bounded in number, depth and form, and that nothing is named below a secret.
func TestTally_Limits(t *testing.T) {
	t.Parallel()
	tally := New(users())
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, `,"n%d":1`, i)
	}
	response(tally, `{"items":[]`+many.String()+`}`)
	p := body(tally)
	if n := len(p.Undeclared); n != counts.MaxNames+1 || p.Undeclared[counts.Other].Seen != 200-counts.MaxNames {
		t.Errorf("%d names are kept, %v is the rest", n, p.Undeclared[counts.Other])
	}
	tally = New(users())
	response(tally, strings.Repeat(`{"a":`, 100)+`1`+strings.Repeat(`}`, 100))
	steps := strings.Fields(strings.Repeat("a ", counts.MaxDepth))
	if p = at(t, body(tally), steps...); len(p.Undeclared) > 0 {
		t.Errorf("places deeper than %d are kept", counts.MaxDepth)
	}
	response(tally, `{"items":[{"password":{"canary":{"canary":"canary"}}}]}`)
	if text, err := json.Marshal(tally.Counts()); err != nil || strings.Contains(string(text), "canary") {
		t.Errorf("a name below a secret is kept: %s %v", text, err)
	}
	for i := range 100 {
		response(tally, fmt.Sprintf(`{"items":[{"id":"%s","name":"","kind":"k%d"}]}`, uuid1, i))
	}
	if kind := at(t, body(tally), "items", "*", "kind"); len(kind.Unlisted) != counts.MaxUnlisted+1 || kind.Misfits["enum"].Values != 100 {
		t.Errorf("%d values outside of the enumeration are kept, %v", len(kind.Unlisted), kind.Misfits)
	}
}

// Ensure that a service that makes up names cannot fill the memory.
func TestTally_Budget(t *testing.T) {
	t.Parallel()
	s := newShard(users())
	tally := &Tally{operations: users(), shards: []*shard{s}}
	for i := range 400 {
		var b strings.Builder
		for k := range 64 {
			fmt.Fprintf(&b, `,"n%d":{"m%d":{"a":1,"b":[{}]}}`, k, i)
		}
		response(tally, `{"items":[]`+b.String()+`}`)
	}
	places := 0
	for _, p := range tally.Counts().Places() {
		if p.Declared == nil {
			places++
		}
	}
	if s.scanner.budget != 0 || places > maxUndeclared+100 {
		t.Errorf("%d undeclared places are kept, %d more could be", places, s.scanner.budget)
	}
}

// Ensure that no value of a message is in what is counted.
func TestTally_KeepsNoValue(t *testing.T) {
	t.Parallel()
	tally := New(users())
	const canary = "canary 1234567"
	for _, text := range []string{
		`{"items":[{"id":"` + canary + `","name":"` + canary + `","kind":"` + canary + `","password":"` + canary + `","labels":{"` + canary + `":"` + canary + `"}}]}`,
		`{"` + canary + `":"` + canary + `","x":{"` + canary + `":["` + canary + `"]}}`, `"` + canary + `"`, `{"items":[` + canary,
	} {
		response(tally, text)
	}
	request(tally, "page=canary+1234567&canary+1234567=canary+1234567&search=canary+1234567", http.Header{"X-Foo": {canary}, "X-Tenant": {canary}})
	tally.Response(0, -1, 409, &Message{Media: -1, MediaName: canary, JSON: true, Body: []byte(`"` + canary + `"`)})
	text, err := json.Marshal(tally.Counts())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "canary") || strings.Contains(string(text), "1234567") {
		t.Errorf("a value is kept: %s", text)
	}
}

// Ensure that a message at known places costs no memory.
func TestTally_Allocations(t *testing.T) {
	tally := New(users())
	header := http.Header{"X-Tenant": {"contoso"}, "Accept": {"*/*"}, "X-Foo": {"x"}}
	good := &Message{JSON: true, Body: []byte(page), Header: http.Header{"X-Id": {uuid1}}}
	bad := &Message{JSON: true, Body: []byte(`{"items":[{"id":"1","name":null,"kind":"root","more":[1]}],"total":"x","n1":{"n2":null}}`)}
	asked := &Message{PathValues: []string{uuid1}, Query: "page=1&search=abc&foo=1&ids=1", Header: header}
	for name, run := range map[string]func(){
		"a good response": func() { tally.Response(0, 0, 200, good) },
		"a bad response":  func() { tally.Response(0, 0, 200, bad) },
		"a request":       func() { tally.Request(0, Accepted, asked) },
	} {
		run()
		if n := testing.AllocsPerRun(100, run); n != 0 {
			t.Errorf("%s makes %v allocations", name, n)
		}
	}
}

// Ensure that nothing is lost where many count at once, and that a snapshot holds whole messages.
func TestTally_Concurrency(t *testing.T) {
	t.Parallel()
	tally := New(users())
	const workers, each = 8, 200
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				response(tally, page)
				request(tally, "page=1", nil)
			}
		})
	}
	for range 20 {
		if p := body(tally); p.Seen > 0 && p.Members["items"].Items.Seen != 2*p.Seen {
			t.Errorf("a snapshot has %d pages of %d users", p.Seen, p.Members["items"].Items.Seen)
		}
	}
	wg.Wait()
	op := tally.Counts().Operations["list"]
	if op.Seen != workers*each || body(tally).Seen != workers*each || op.Requests.Accepted.Parameters["query page"].Integer != workers*each {
		t.Errorf("%d exchanges were counted, want %d", op.Seen, workers*each)
	}
}

// Ensure that moving counts to their own document changes nothing, departures included.
func TestTally_CountsAreOfTheirDocument(t *testing.T) {
	t.Parallel()
	tally := New(users())
	for _, text := range []string{page, `{"items":[{"id":"1","name":null,"kind":"root","labels":{"x":null},"password":"x","more":[1]}],"n1":{"n2":1.5}}`, `[1]`, ``} {
		response(tally, text)
	}
	request(tally, "page=&all=x&foo=1&ids=1&search=", http.Header{"X-Tenant": {"a", "b"}, "X-Foo": {"1"}})
	got := New(users()).Counts()
	if unknown := got.Add(tally.Counts()); unknown != 0 {
		t.Errorf("%d places are unknown in their own document", unknown)
	}
	counted := tally.shards[0].snapshot(tally.operations)
	for _, c := range []*counts.Counts{counted, got} {
		c.Operations["list"].Seen = 1
	}
	if diff := cmp.Diff(onlySeen(t, counted), onlySeen(t, got), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-counted +moved):\n%s", diff)
	}
}

// onlySeen leaves out what was never seen.
func onlySeen(t *testing.T, c *counts.Counts) *counts.Counts {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var seen counts.Counts
	if err := json.Unmarshal(text, &seen); err != nil {
		t.Fatal(err)
	}
	return &seen
}
