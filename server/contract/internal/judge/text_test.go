package judge

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// inPieces makes the check of a large text.
func (p *Plan) inPieces(data []byte) []explain.Finding {
	out := &explain.Report{}
	p.CheckText(data, explain.Place{In: "body"}, out)
	return out.Findings()
}

// unexplained reports whether a finding is not about one place: kin-openapi refuses something, or would take too long to say. The full
// check makes one only if it finds nothing else. Piece by piece each piece may have one.
func unexplained(f explain.Finding) bool { return f.Rule == "schema" || f.Rule == "depth" }

func refuses(f explain.Finding) bool { return !f.ReportOnly }

// anyOfSeveral returns findings without the value that each names, where it may stand for several: elements, or members whose names are
// data. The full check looks at all values for one kind of fault before it looks for the next, so that it may come to another one first.
func anyOfSeveral(findings []explain.Finding) []explain.Finding {
	for i := range findings {
		if f := &findings[i]; f.Where != "" && f.Where != f.Pointer {
			f.Pointer, f.Expected, f.Got = f.Where, "", ""
		}
	}
	slices.SortFunc(findings, func(a, b explain.Finding) int {
		return cmp.Or(strings.Compare(a.Pointer, b.Pointer), strings.Compare(a.Rule, b.Rule))
	})
	return findings
}

// samePieces fails if the check piece by piece finds something else than the full check.
func (j judged) samePieces(t interface{ Fatalf(string, ...any) }, text []byte) {
	whole, pieces := j.plan.slowly(text), j.plan.inPieces(text)
	if slices.ContainsFunc(whole, unexplained) || len(whole) >= strictjson.MaxFindings {
		return // of more findings, each check reports others
	}
	if slices.ContainsFunc(whole, refuses) {
		pieces = slices.DeleteFunc(pieces, unexplained)
	}
	whole, pieces = anyOfSeveral(whole), anyOfSeveral(pieces)
	if diff := gocmp.Diff(whole, pieces, cmpopts.IgnoreUnexported(explain.Finding{}), cmpopts.IgnoreFields(explain.Finding{}, "Where", "Source")); diff != "" {
		t.Fatalf("%s: %s: the check piece by piece differs (-whole +pieces):\n%s", j.name, text, diff)
	}
}

// Ensure that a text is found as wrong piece by piece as it is as a whole. TestProgram_drawn does so for schemas that are drawn.
func TestCheckText_vectors(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		for _, j := range []judged{{v.name, v.plan(t, false, shape.Report), nil}, {v.name, v.plan(t, true, shape.Ignore), nil}} {
			for _, text := range append(v.good, v.bad...) {
				j.samePieces(t, []byte(text))
				j.samePieces(t, []byte(spaceOut(text)))
				for i := range min(len(text), 100) {
					j.samePieces(t, []byte(text[:i]))
				}
			}
		}
	}
}
