package judge

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A vector is a file of testdata/schemas: schemas by name, of which S is tested, good messages, and messages in which
// something is found.
type vector struct {
	name      string
	schemas   map[string]string
	good, bad []string
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	names, err := filepath.Glob("testdata/schemas/*.txt")
	if err != nil || len(names) < 60 {
		t.Fatal(len(names), err)
	}
	var list []vector
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, readVector(t, strings.TrimSuffix(filepath.Base(name), ".txt"), string(data)))
	}
	return list
}

func readVector(t testing.TB, name, text string) vector {
	t.Helper()
	v := vector{name: name, schemas: map[string]string{}}
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "schema":
			name, schema, _ := strings.Cut(rest, " ")
			v.schemas[name] = schema
		case "good":
			v.good = append(v.good, rest)
		case "bad":
			v.bad = append(v.bad, rest)
		default:
			t.Fatalf("%s: %s", name, line)
		}
	}
	return v
}

// document returns an OpenAPI document with only the schemas.
func (v vector) document(t testing.TB) *openapi3.T {
	t.Helper()
	var list []string
	for name, schema := range v.schemas {
		list = append(list, `"`+name+`":`+schema)
	}
	return documentOf(t, "{"+strings.Join(list, ",")+"}")
}

func documentOf(t testing.TB, schemas string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(
		`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{},"components":{"schemas":` + schemas + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// rules opt in to all formats that the contract can check.
func rules(undeclared shape.Policy) Rules {
	return Rules{Undeclared: undeclared, Formats: map[string]func([]byte) bool{"uuid": nil, "email": nil, "uri": nil, "ipv4": nil, "ipv6": nil, "hostname": nil}}
}

// plannerOf returns the planner for one direction.
func plannerOf(response bool, rules Rules) *Planner {
	request, other := NewPlanners(rules, shape.NewPruner(pattern.NewSet(nil)), nil)
	if response {
		return other
	}
	return request
}

// plan compiles the schema S for requests or responses.
func (v vector) plan(t testing.TB, response bool, policy shape.Policy) *Plan {
	t.Helper()
	d := plannerOf(response, rules(policy))
	defer d.Finish()
	return d.Plan(v.document(t).Components.Schemas["S"])
}

// slowly makes the full check of a text.
func (p *Plan) slowly(data []byte) []explain.Finding {
	out, body := &explain.Report{}, explain.Place{In: "body"}
	value, ok := strictjson.Read(data, func(rule, expected string, steps []strictjson.Step) {
		out.Add(body.Below(p.Shape, steps).Finding(rule, expected))
	})
	if ok {
		p.Check(value, body, out)
	}
	return out.Findings()
}

// Ensure program and full check find what the files say. A program may leave one in a hundred good messages to the full check,
// so that the fast path cannot stop working unnoticed.
func TestVectors(t *testing.T) {
	t.Parallel()
	good, accepted := 0, 0
	for _, v := range readVectors(t) {
		for _, response := range []bool{false, true} {
			p := v.plan(t, response, shape.Report)
			for _, text := range v.good {
				good++
				if found := p.slowly([]byte(text)); len(found) > 0 {
					t.Errorf("%s: %s: %v", v.name, text, found)
				}
				if p.Program.Accepts([]byte(text)) {
					accepted++
				} else {
					t.Logf("%s: %s goes the slow way", v.name, text)
				}
			}
			for _, text := range v.bad {
				if len(p.slowly([]byte(text))) == 0 {
					t.Errorf("%s: nothing is said of %s", v.name, text)
				}
				if p.Program.Accepts([]byte(text)) {
					t.Errorf("%s: the program accepts %s", v.name, text)
				}
			}
		}
	}
	if t.Logf("%d good messages, %d accepted by programs", good, accepted); accepted*100 < good*99 {
		t.Error("programs leave too much to the slow half")
	}
}

// Ensure the same with white space wherever JSON allows it.
func TestVectors_space(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		p := v.plan(t, false, shape.Report)
		for _, text := range v.good {
			spaced := " \n" + spaceOut(text) + "\t\r"
			if len(p.slowly([]byte(spaced))) > 0 || p.Program.Accepts([]byte(text)) != p.Program.Accepts([]byte(spaced)) {
				t.Errorf("%s: %s", v.name, spaced)
			}
		}
	}
}

// spaceOut adds blanks wherever they are allowed outside of strings.
func spaceOut(text string) string {
	var b strings.Builder
	inString, escaped := false, false
	for _, c := range text {
		if !inString && strings.ContainsRune("{}[],:", c) {
			b.WriteString(" " + string(c) + "\n")
			continue
		}
		b.WriteRune(c)
		switch {
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		}
	}
	return b.String()
}

// Ensure programs do not read beyond their text, and accept only what the full check accepts, for good messages that are cut
// or changed at each byte.
func TestProgram_acceptsPrefixesOfNothing(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		p := v.plan(t, false, shape.Report)
		for _, text := range v.good {
			text = text[:min(len(text), 200)]
			for i := range len(text) {
				for _, c := range []string{"", "\"", "\\", "}", ",", "0", "\x00", "\xff"} {
					for _, changed := range []string{text[:i] + c, text[:i] + c + text[i+1:], text[:i] + c + text[i:]} {
						// The slice ends with the text, so that reading beyond it panics.
						data := append(make([]byte, 0, len(changed)), changed...)
						if p.Program.Accepts(data) && len(p.slowly(data)) > 0 {
							t.Fatalf("%s: the program accepts %q: %v", v.name, changed, p.slowly(data))
						}
					}
				}
			}
		}
	}
}
