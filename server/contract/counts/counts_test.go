package counts_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// Ensure that what can be data is no name.
func TestIsName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"displayName": true, "_id": true, "$ref": true, "@odata.context": true, "members@odata.count": true, "a.b-c": true, "v12345": true,
		"": false, "$": false, "@": false, "1st": false, "-a": false, "grace@contoso.example": false, "members@odata.": false,
		"members@odata.2": false, "v123456": false, "a b": false, "a/b": false, "naïve": false,
		"a0000000-0000-4000-8000-000000000001": false, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false,
		"$" + strings.Repeat("a", 64): true,
	} {
		if got := counts.IsName(name); got != want {
			t.Errorf("IsName(%q) = %t, want %t", name, got, want)
		}
		if got := counts.IsName([]byte(name)); got != want {
			t.Errorf("IsName([]byte(%q)) = %t, want %t", name, got, want)
		}
	}
}

// Ensure that a media type is kept only where it looks like one.
func TestMediaName(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "", "text/html": "text/html", " Application/Problem+JSON ; charset=utf-8": "application/problem+json",
		"html": "{}", "a/b/c": "{}", "text/": "{}", "text/ü": "{}", "text/" + strings.Repeat("a", 64): "{}",
		"text/x12345": "text/x12345", "text/x123456": "{}",
	} {
		if got := counts.MediaName(given); got != want {
			t.Errorf("MediaName(%q) = %q, want %q", given, got, want)
		}
	}
}

var names = rapid.SampledFrom([]string{"a", "b", "c", "id", "{}"})

// drawPlace makes the counts of a place as a Tally of any document might have them.
func drawPlace(t *rapid.T, depth int) *counts.Place {
	n := func(label string) int64 { return rapid.Int64Range(0, 3).Draw(t, label) }
	p := &counts.Place{Seen: n("seen") + 1, Absent: n("absent"), Null: n("null"), Integer: n("integer"), String: n("string"), Longest: n("longest")}
	p.Strings = counts.Strings{Word: n("word"), UUID: n("uuid"), Other: n("other")}
	if rapid.Bool().Draw(t, "misfits") {
		p.Misfits = counts.Misfits{"nullable": {Values: n("values") + 1, Exchanges: 1}}
	}
	if rapid.Bool().Draw(t, "enum") {
		p.Unlisted = map[string]int64{}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, 40), 0, 14).Draw(t, "unlisted") {
			p.Unlisted[fmt.Sprintf("v%d", i)] = n("unlisted") + 1
		}
	}
	if depth == 0 {
		return p
	}
	if rapid.Bool().Draw(t, "items") {
		p.Items = drawPlace(t, depth-1)
	}
	p.Members, p.Undeclared = map[string]*counts.Place{}, map[string]*counts.Place{}
	for _, name := range rapid.SliceOfN(names, 0, 3).Draw(t, "members") {
		if name != "{}" {
			p.Members["m"+name] = drawPlace(t, depth-1)
		}
	}
	for _, name := range rapid.SliceOfN(names, 0, 3).Draw(t, "undeclared") {
		p.Undeclared[name] = drawPlace(t, depth-1)
	}
	if rapid.IntRange(0, 9).Draw(t, "many") == 0 {
		from := rapid.IntRange(0, 100).Draw(t, "from")
		for i := range 50 {
			p.Undeclared[fmt.Sprintf("u%d", from+i)] = &counts.Place{Seen: 1, String: 1}
		}
	}
	return p
}

func drawMessage(t *rapid.T) *counts.Message {
	m := &counts.Message{Seen: rapid.Int64Range(1, 9).Draw(t, "seen"), Fits: 1, Misfits: counts.Misfits{"mediaType": {Values: 1, Exchanges: 1}}}
	m.Parameters = map[string]*counts.Place{"query a": drawPlace(t, 0)}
	m.Undeclared = map[string]*counts.Place{}
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, 200), 0, 40).Draw(t, "undeclared") {
		in := []string{"query", "header"}[i%2]
		m.Undeclared[fmt.Sprintf("%s p%d", in, i)] = &counts.Place{Seen: 1}
	}
	m.Media = map[string]*counts.Media{"application/json": {Seen: 2, Body: drawPlace(t, 2)}}
	m.UndeclaredMedia = map[string]*counts.Media{}
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, 30), 0, 10).Draw(t, "media") {
		m.UndeclaredMedia[fmt.Sprintf("text/x%d", i)] = &counts.Media{Seen: 1, Body: drawPlace(t, 0)}
	}
	return m
}

func drawCounts(t *rapid.T) *counts.Counts {
	op := &counts.Operation{
		Seen: 3, First: fmt.Sprintf("2026-11-%02d", rapid.IntRange(1, 28).Draw(t, "first")), Last: "2026-11-28",
		Statuses: map[string]*counts.Message{"200": drawMessage(t)}, Undeclared: map[string]*counts.Message{},
	}
	op.Requests.Accepted = drawMessage(t)
	for _, status := range rapid.SliceOfN(rapid.IntRange(400, 499), 0, 30).Draw(t, "statuses") {
		op.Undeclared[fmt.Sprint(status)] = &counts.Message{Seen: 1}
	}
	id := rapid.SampledFrom([]string{"list", "get"}).Draw(t, "id")
	return &counts.Counts{Operations: map[string]*counts.Operation{id: op}}
}

func clone(t *rapid.T, c *counts.Counts) *counts.Counts {
	var copied counts.Counts
	if err := json.Unmarshal(marshal(t, c), &copied); err != nil {
		t.Fatal(err)
	}
	return &copied
}

func marshal(t interface{ Fatal(...any) }, c *counts.Counts) []byte {
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func sum(t *rapid.T, list ...*counts.Counts) *counts.Counts {
	total := &counts.Counts{}
	for _, c := range list {
		if unknown := total.Add(clone(t, c)); unknown != 0 {
			t.Fatalf("%d places are unknown where no document is known", unknown)
		}
	}
	return total
}

// Ensure that it does not matter in which order files are added, nor how they were put together before.
func TestCounts_AddCommutes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawCounts(t), drawCounts(t), drawCounts(t)
		want := marshal(t, sum(t, a, b, c))
		for name, got := range map[string]*counts.Counts{
			"another order":    sum(t, c, a, b),
			"grouped right":    sum(t, a, sum(t, b, c)),
			"grouped left":     sum(t, sum(t, a, b), c),
			"grouped crossing": sum(t, sum(t, c, a), b),
		} {
			if diff := cmp.Diff(string(want), string(marshal(t, got))); diff != "" {
				t.Fatalf("%s (-in order +%s):\n%s", name, name, diff)
			}
		}
	})
}

// Ensure that adding loses no count, whatever the limits do to names.
func TestCounts_AddKeepsTotals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawCounts(t), drawCounts(t)
		total := func(list ...*counts.Counts) (seen, null int64) {
			for _, c := range list {
				for _, p := range c.Places() {
					seen, null = seen+p.Seen, null+p.Null
				}
			}
			return seen, null
		}
		wantSeen, wantNull := total(a, b)
		gotSeen, gotNull := total(sum(t, a, b))
		if gotSeen != wantSeen || gotNull != wantNull {
			t.Fatalf("the sum has %d values and %d nulls, its parts have %d and %d", gotSeen, gotNull, wantSeen, wantNull)
		}
	})
}

// Ensure that the result of Add shares nothing with what was added.
func TestCounts_AddCopies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawCounts(t)
		before := marshal(t, a)
		total := &counts.Counts{}
		total.Add(a)
		total.Add(a)
		if diff := cmp.Diff(string(before), string(marshal(t, a))); diff != "" {
			t.Fatalf("adding changed what was added (-before +after):\n%s", diff)
		}
	})
}

// Ensure that JSON gives back what was written, but for what was never seen.
func TestCounts_JSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCounts(t)
		if diff := cmp.Diff(c, clone(t, c), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
	})
	never := &counts.Counts{Operations: map[string]*counts.Operation{"list": {}, "get": nil}}
	if got := string(marshal(t, never)); got != "{}" {
		t.Errorf("operations that were never seen are written as %s", got)
	}
}

// Ensure that hostile evidence is an error that shows nothing of it.
func TestCounts_UnmarshalJSON(t *testing.T) {
	t.Parallel()
	body := func(place string) string {
		return `{"op":{"seen":1,"statuses":{"200":{"seen":1,"mediaTypes":{"application/json":{"seen":1,"body":` + place + `}}}}}}`
	}
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"n%d":{"seen":1}`, i)
		}
		return `{"seen":1,"undeclared":{` + b.String()[1:] + `}}`
	}
	for name, text := range map[string]string{
		"no object":            `[]`,
		"a null operation":     `{"op":null}`,
		"a null member":        body(`{"seen":1,"members":{"a":null}}`),
		"a name that is data":  body(`{"seen":1,"undeclared":{"grace@canary.example":{"seen":1}}}`),
		"a value that is data": body(`{"seen":1,"unlisted":{"Grace Canary":1}}`),
		"a negative count":     body(`{"seen":-1}`),
		"a negative string":    body(`{"seen":1,"strings":{"word":-1}}`),
		"a count too large":    body(`{"seen":9223372036854775807}`),
		"no number":            body(`{"seen":1.5}`),
		"too many names":       body(many(counts.MaxNames + 1)),
		"too deep":             body(strings.Repeat(`{"seen":1,"items":`, 70) + `{"seen":1}` + strings.Repeat(`}`, 70)),
		"a day":                `{"op":{"seen":1,"first":"canary"}}`,
		"a status":             `{"op":{"seen":1,"undeclared":{"canary":{"seen":1}}}}`,
		"a media type":         `{"op":{"seen":1,"statuses":{"200":{"seen":1,"undeclaredMediaTypes":{"canary":{"seen":1}}}}}}`,
		"a parameter":          `{"op":{"seen":1,"requests":{"accepted":{"seen":1,"undeclared":{"query 1canary":{"seen":1}}}}}}`,
		"a cookie":             `{"op":{"seen":1,"requests":{"refused":{"seen":1,"undeclared":{"cookie canary":{"seen":1}}}}}}`,
		"a rule":               body(`{"seen":1,"misfits":{"canary 1":{"values":1,"exchanges":1}}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c counts.Counts
			err := json.Unmarshal([]byte(text), &c)
			if err == nil {
				t.Fatalf("%.200s was read", text)
			}
			if strings.Contains(strings.ToLower(err.Error()), "canary") {
				t.Errorf("the error shows a value: %v", err)
			}
		})
	}
	var c counts.Counts
	if err := json.Unmarshal([]byte(body(many(counts.MaxNames))), &c); err != nil {
		t.Errorf("as many names as are kept: %v", err)
	}
}

func places(c *counts.Counts) []string {
	var list []string
	for at, p := range c.Places() {
		if p.Seen > 0 {
			list = append(list, fmt.Sprintf("%s%s %s%s %s declared=%t", at.Outcome, at.Status, at.In, at.Place, at.Media, at.Declared))
		}
	}
	return list
}

// known is the counts of a document that declares one operation.
func known(body *counts.Declared) *counts.Counts {
	message := func() *counts.Message {
		return &counts.Message{
			Parameters: map[string]*counts.Place{"query page": {Declared: &counts.Declared{Kinds: []string{"integer"}}}},
			Media:      map[string]*counts.Media{"application/json": {Body: &counts.Place{Declared: body}}},
		}
	}
	return &counts.Counts{Document: true, Operations: map[string]*counts.Operation{"list": {
		Requests: counts.Requests{Accepted: message()},
		Statuses: map[string]*counts.Message{"200": message(), "4XX": message()},
	}}}
}

func read(t *testing.T, text string) *counts.Counts {
	t.Helper()
	var c counts.Counts
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

// Ensure that evidence of another version of a document counts where this one has the place, and is said to be unknown elsewhere.
func TestCounts_AddRebases(t *testing.T) {
	t.Parallel()
	text := &counts.Declared{Kinds: []string{"string"}, Enum: []string{"a", "b"}}
	c := known(&counts.Declared{Kinds: []string{"object"}, Members: map[string]counts.Member{"kind": {Declared: text, Required: true}}})
	unknown := c.Add(read(t, `{
		"gone":{"seen":1,"statuses":{"200":{"seen":1,"mediaTypes":{"application/json":{"seen":1,"body":{"seen":1}}}}}},
		"list":{"seen":5,
			"requests":{"refused":{"seen":1,"undeclared":{"query page":{"seen":1,"integer":1,"misfits":{"undeclared":{"values":1,"exchanges":1}}}}}},
			"statuses":{"200":{"seen":2,"mediaTypes":{"application/json":{"seen":2,"body":{"seen":2,"object":2,
				"members":{"old":{"seen":2,"string":2}},
				"undeclared":{"kind":{"seen":2,"string":1,"null":1,"strings":{"word":1},"unlisted":{"b":1},"misfits":{"undeclared":{"values":2,"exchanges":2}}}}}}}}},
			"undeclared":{"404":{"seen":2,"misfits":{"status":{"values":2,"exchanges":2}},
				"undeclaredMediaTypes":{"application/json":{"seen":2,"body":{"seen":2,"array":2,"items":{"seen":3,"integer":3}}}}}}}}`))
	if unknown != 2 {
		t.Errorf("%d places are unknown, want 2: the body of gone and the member old", unknown)
	}
	want := []string{
		"refused query/page  declared=true", "200 response application/json declared=true", "200 response/kind application/json declared=true",
		"200 response/old application/json declared=false", "4XX response application/json declared=true", "4XX response/* application/json declared=true",
	}
	if diff := cmp.Diff(want, places(c)); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	body := c.Operations["list"].Statuses["200"].Media["application/json"].Body
	kind := body.Members["kind"]
	if diff := cmp.Diff(counts.Misfits{"nullable": {Values: 1, Exchanges: 1}}, kind.Misfits); diff != "" {
		t.Errorf("departures of kind (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"b": 1}, kind.Values); diff != "" || len(kind.Unlisted) > 0 {
		t.Errorf("values of kind (-want +got):\n%s, unlisted %v", diff, kind.Unlisted)
	}
	if got := slices.Sorted(maps.Keys(body.Undeclared["old"].Misfits)); !slices.Equal(got, []string{"undeclared"}) {
		t.Errorf("departures of old: %v, want undeclared", got)
	}
	if got := c.Operations["list"].Statuses["4XX"].Misfits; len(got) > 0 {
		t.Errorf("a status that is declared now departs by %v", got)
	}
	if got := c.Operations["list"].Statuses["4XX"].Media["application/json"].Body.Misfits["type"]; got.Values != 2 {
		t.Errorf("%d arrays depart where an object is declared, want 2", got.Values)
	}
}

// Ensure that a schema that refers to itself is followed as deeply as there are counts.
func TestCounts_AddRecursive(t *testing.T) {
	t.Parallel()
	tree := &counts.Declared{Kinds: []string{"object"}}
	tree.Members = map[string]counts.Member{"next": {Declared: tree}}
	c := known(tree)
	const text = `{"list":{"seen":1,"statuses":{"200":{"seen":1,"mediaTypes":{"application/json":{"seen":1,"body":
		{"seen":1,"object":1,"members":{"next":{"seen":1,"object":1,"members":{"next":{"seen":1,"string":1}}}}}}}}}}}`
	if unknown := c.Add(read(t, text)); unknown != 0 {
		t.Errorf("%d places are unknown, want none", unknown)
	}
	inner := c.Operations["list"].Statuses["200"].Media["application/json"].Body.Members["next"].Members["next"]
	if inner.Misfits["type"].Values != 1 {
		t.Errorf("departures of the inner member: %v, want one type", inner.Misfits)
	}
}

func FuzzCounts_UnmarshalJSON(f *testing.F) {
	f.Add([]byte(`{"op":{"seen":1,"statuses":{"200":{"seen":1,"mediaTypes":{"application/json":{"seen":1,"body":{"seen":1,"unlisted":{"a":1}}}}}}}}`))
	f.Add([]byte(`{"op":{"seen":1,"undeclared":{"404":{"seen":1,"undeclared":{"header {}":{"seen":1}}}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var c counts.Counts
		if json.Unmarshal(text, &c) != nil {
			return
		}
		body := &counts.Declared{Kinds: []string{"object"}, Members: map[string]counts.Member{"a": {}}}
		total := known(body)
		total.Add(&c)
		once := marshal(t, total)
		if err := json.Unmarshal(once, &counts.Counts{}); err != nil {
			t.Fatalf("what was added cannot be read again: %v\n%s", err, once)
		}
		again := known(body)
		if again.Add(read(t, string(once))) != 0 || string(marshal(t, again)) != string(once) {
			t.Fatalf("moved to its own document:\n%s\nbefore:\n%s", marshal(t, again), once)
		}
	})
}
