package judge

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// samePieces fails if the check piece by piece finds something else than the full check.
func (j judged) samePieces(t interface{ Fatalf(string, ...any) }, text []byte) {
	whole, pieces := j.plan.slowly(text), j.plan.inPieces(text)
	if slices.ContainsFunc(whole, unexplained) || len(whole) >= strictjson.MaxFindings {
		return // of more findings, each check reports others
	}
	if slices.ContainsFunc(whole, refuses) {
		pieces = slices.DeleteFunc(pieces, unexplained)
	}
	if diff := cmp.Diff(whole, pieces, cmpopts.IgnoreUnexported(explain.Finding{}), cmpopts.IgnoreFields(explain.Finding{}, "Where", "Source")); diff != "" {
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
