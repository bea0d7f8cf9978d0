package contract_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract"
)

// A mutation is one thing changed in a documented response.
type mutation struct {
	name  string
	place string // where the one violation must be
	rules []string
	apply func(root any) any
}

// A spot is a place of an example that a schema describes.
type spot struct {
	place    string
	schema   *openapi3.Schema
	required bool
	get      func(root any) any
	set      func(root any, value any) any // puts a value there
	drop     func(root any) any            // removes the member
}

// spots returns all places of a value: of an array those of its first element, of a map those of its first member.
func spots(at spot, value any) []spot {
	all := []spot{at}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			step, schema := member(at.schema, name)
			if schema == nil {
				continue
			}
			all = append(all, spots(at.member(name, step, schema), value[name])...)
			if step == "{}" {
				break
			}
		}
	case []any:
		if len(value) > 0 && at.schema.Items != nil {
			all = append(all, spots(at.element(), value[0])...)
		}
	}
	return all
}

func (s spot) member(name, step string, schema *openapi3.Schema) spot {
	return spot{
		place: s.place + "/" + step, schema: schema, required: slices.Contains(s.schema.Required, name),
		get: func(root any) any { return s.get(root).(map[string]any)[name] },
		set: func(root, v any) any { return s.set(root, with(s.get(root), name, v)) },
		drop: func(root any) any {
			copied := maps.Clone(s.get(root).(map[string]any))
			delete(copied, name)
			return s.set(root, copied)
		},
	}
}

func (s spot) element() spot {
	return spot{
		place: s.place + "/*", schema: s.schema.Items.Value,
		get: func(root any) any { return s.get(root).([]any)[0] },
		set: func(root, v any) any {
			list := slices.Clone(s.get(root).([]any))
			list[0] = v
			return s.set(root, list)
		},
	}
}

// member returns the step of a place and the schema for a member.
func member(s *openapi3.Schema, name string) (step string, schema *openapi3.Schema) {
	switch ref := s.Properties[name]; {
	case ref != nil:
		return name, ref.Value
	case s.AdditionalProperties.Schema != nil:
		return "{}", s.AdditionalProperties.Schema.Value
	}
	return "", nil
}

func with(object any, name string, value any) map[string]any {
	copied := maps.Clone(object.(map[string]any))
	copied[name] = value
	return copied
}

// mutations are all that can be changed at a spot so that the document is departed from in one way.
func mutations(s spot) []mutation {
	set := func(value any) func(any) any { return func(root any) any { return s.set(root, value) } }
	var all []mutation
	if !s.schema.Nullable && s.schema.Type != nil {
		all = append(all, mutation{"null", s.place, []string{"nullable"}, set(nil)})
	}
	if s.schema.Type != nil {
		other := any([]any{})
		if s.schema.Type.Is("array") {
			other = true
		}
		all = append(all, mutation{"type", s.place, []string{"type"}, set(other)})
	}
	switch {
	case s.schema.Format == "uuid" || s.schema.Format == "date-time" || s.schema.Format == "date":
		all = append(all, mutation{"format", s.place, []string{"format"}, set("x")})
	case len(s.schema.Enum) > 0 && s.schema.Type.Is("string"):
		all = append(all, mutation{"enum", s.place, []string{"enum"}, set("none of these")})
	}
	if s.required {
		all = append(all, mutation{"required", s.place, []string{"required"}, s.drop})
	}
	if len(s.schema.Properties) > 0 && (s.schema.AdditionalProperties.Has == nil || !*s.schema.AdditionalProperties.Has) {
		all = append(all, mutation{"undeclared", s.place + "/shoeSize", []string{"undeclared", "additionalProperties"}, func(root any) any {
			return s.set(root, with(s.get(root), "shoeSize", 43))
		}})
	}
	return all
}

// Ensure that each departure at each place of both documents' responses is found as exactly one violation, at exactly that place,
// and counted by a Tally as exactly one.
func TestMutations(t *testing.T) {
	t.Parallel()
	tried, tallied := map[string]int{}, map[string]bool{}
	for _, d := range documentedResponses(t, contract.Options{Formats: map[string]func([]byte) bool{"uuid": nil}}) {
		if len(d.check(t, d.example)) > 0 {
			continue // an example of what the schema does not say, such as a 402 that echoes its request
		}
		root := spot{schema: d.schema, get: func(root any) any { return root }, set: func(_, value any) any { return value }}
		for _, s := range spots(root, d.example) {
			for _, m := range mutations(s) {
				tried[m.name]++
				value := m.apply(decode(t, d.example))
				v := judge(t, d, m, value)
				if at := d.document + v.Schema + v.Place + v.Rule; !tallied[at] { // responses of many operations have one schema
					tallied[at] = true
					tally(t, d, m, value)
				}
			}
		}
	}
	t.Log("tried:", tried)
	for _, name := range []string{"null", "type", "format", "required", "undeclared"} {
		if tried[name] < 20 {
			t.Errorf("%s was tried %d times", name, tried[name])
		}
	}
}

func (d *documented) String() string { return fmt.Sprintf("%s %s %d", d.document, d.call.ID, d.status) }

// judge returns the one violation.
func judge(t *testing.T, d *documented, m mutation, value any) contract.Violation {
	t.Helper()
	found := d.check(t, value)
	if len(found) != 1 || found[0].Place != m.place || !slices.Contains(m.rules, found[0].Rule) || found[0].Count != 1 {
		t.Errorf("%s: %s at %q: found %q", d, m.name, m.place, placed(found))
		return contract.Violation{}
	}
	v := found[0]
	if v.Schema == "" || v.Status != d.status || v.Operation != d.call.ID {
		t.Errorf("%s: %+v", d, v)
	}
	return v
}

// tally counts the response as the only one.
func tally(t *testing.T, d *documented, m mutation, value any) {
	t.Helper()
	tally := d.c.Tally()
	if tally.Response(d.call, d.status, d.header(), encode(t, value)) {
		t.Errorf("%s: %s at %q: it fits", d, m.name, m.place)
	}
	var counted []string
	for at, p := range tally.Counts().Places() {
		for rule, n := range p.Misfits {
			counted = append(counted, fmt.Sprintf("%s %s %d", at.Place, rule, n.Values))
		}
	}
	one := func(rule string) bool {
		return len(counted) == 1 && counted[0] == fmt.Sprintf("%s %s 1", m.place, rule)
	}
	if !slices.ContainsFunc(m.rules, one) {
		t.Errorf("%s: %s at %q: counted %q", d, m.name, m.place, counted)
	}
}

// Ensure that what departs beside the body is one violation, too: the status, the media type, a header.
func TestMutations_Head(t *testing.T) {
	t.Parallel()
	for _, d := range documentedResponses(t, contract.Options{UndeclaredHeaders: contract.Report}) {
		body := encode(t, d.example)
		if len(d.check(t, d.example)) > 0 {
			continue
		}
		for name, tt := range map[string]struct {
			status int
			header http.Header
			body   []byte
			want   string
		}{
			"status":             {299, d.header(), body, " status 1"},
			"media type":         {d.status, http.Header{"Content-Type": {"text/html"}}, body, " mediaType 1"},
			"no media type":      {d.status, http.Header{}, body, " mediaType 1"},
			"charset":            {d.status, http.Header{"Content-Type": {d.mediaType + "; charset=utf-16"}}, body, " charset 1"},
			"undeclared header":  {d.status, http.Header{"Content-Type": {d.mediaType}, "X-Shoe-Size": {"43"}}, body, "/X-Shoe-Size header 1"},
			"empty body":         {d.status, d.header(), nil, " required 1"},
			"not JSON":           {d.status, d.header(), body[:len(body)-1], " syntax 1"},
			"another body after": {d.status, d.header(), append(slices.Clone(body), body...), " trailing 1"},
			"compressed":         {d.status, http.Header{"Content-Type": {d.mediaType}, "Content-Encoding": {"gzip"}}, body, " encoding 1"},
		} {
			found := d.c.CheckResponse(d.call, tt.status, tt.header, tt.body)
			if got := placed(found); got != strings.TrimSpace(tt.want) {
				t.Errorf("%s: %s: found %q, want %q", d, name, got, tt.want)
			}
			if d.c.Tally().Response(d.call, tt.status, tt.header, tt.body) {
				t.Errorf("%s: %s: it fits", d, name)
			}
		}
	}
}
