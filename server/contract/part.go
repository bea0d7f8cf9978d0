package contract

import (
	"net/http"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
)

// A Part is a JSON value that was checked once for one place in the responses of an operation, such as one item of a page. An
// [Answer] may contain it many times without another check. A Part never changes, and is safe for concurrent use. The zero
// Part is not a value.
type Part struct{ checked accept.Part }

// Part checks text for the place at pointer in the JSON body of a response: "/items/0" stands for any item of the member
// items. It reports false if no schema describes that place, or if text cannot be proven valid there; the caller then writes
// it as ordinary JSON, which is checked as part of the whole response.
func (c *Contract) Part(operation string, status int, pointer string, text []byte) (Part, bool) {
	p, ok := accept.NewPart(c.placeOf(operation, status, pointer), text)
	return Part{p}, ok
}

// placeOf returns nil for a place that no schema describes.
func (c *Contract) placeOf(operation string, status int, pointer string) *accept.Node {
	op := c.operations[operation]
	if op == nil {
		return nil
	}
	plan := op.responses.find(status)
	if plan == nil || len(plan.media) != 1 || plan.media[0].Plan == nil || plan.media[0].Plan.Program.Never() {
		return nil
	}
	n := plan.media[0].Plan.Program.Root
	if pointer == "" {
		return n
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if n == nil {
			return nil
		}
		n = n.Step(pointerUnescaper.Replace(token))
	}
	return n
}

var pointerUnescaper = strings.NewReplacer("~1", "/", "~0", "~")

// An Answer is a JSON body that is assembled from text and parts. The zero Answer is empty. It can be used again after Reset,
// by one goroutine at a time.
type Answer struct {
	// Text is the body so far. Append to it everything that is not a Part.
	Text []byte

	parts []accept.PlacedPart
}

// Add appends a part.
func (a *Answer) Add(p Part) {
	a.parts = append(a.parts, accept.PlacedPart{From: len(a.Text), Part: p.checked})
	a.Text = append(a.Text, p.checked.Text...)
}

// Reset empties the answer and keeps its memory.
func (a *Answer) Reset() { a.Text, a.parts = a.Text[:0], a.parts[:0] }

// Write writes the body with one call of w.Write. Behind a [Contract.Handler] its parts are not checked again, unless a
// ResponseWriter between changes what is written.
func (a *Answer) Write(w http.ResponseWriter) error {
	if rw := writerOf(w); rw != nil && rw.ex != nil {
		ex := rw.ex // the writer's own field is nil after the handler has returned
		ex.awaited = a
		defer func() { ex.awaited = nil }()
	}
	_, err := w.Write(a.Text)
	return err
}

func writerOf(w http.ResponseWriter) *responseWriter {
	for {
		switch within := w.(type) {
		case *responseWriter:
			return within
		case interface{ Unwrap() http.ResponseWriter }:
			w = within.Unwrap()
		default:
			return nil
		}
	}
}

// partsOf returns the parts that p contains if p is the whole answer.
func (a *Answer) partsOf(p []byte) []accept.PlacedPart {
	if a == nil || len(p) != len(a.Text) {
		return nil
	}
	return a.parts
}
