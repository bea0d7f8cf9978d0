package contract

import (
	"net/http"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
)

// A Part is a JSON value that was checked once for one place in the answers of an operation, such as one item of a page. An
// [Answer] may have it any number of times without its being checked again. A Part never changes, and is safe for concurrent
// use. The zero Part is no value.
type Part struct{ checked accept.Part }

// Part checks text for the place at pointer in the JSON body of an answer: "/items/0" for any item of the member items. It
// returns false if no schema describes that place, or if text is not surely good there. Then write text as it is: the answer
// it stands in is checked as a whole, and what is wrong with it is said.
func (c *Contract) Part(operation string, status int, pointer string, text []byte) (Part, bool) {
	p, ok := accept.NewPart(c.placeOfAnswer(operation, status, pointer), text)
	return Part{p}, ok
}

// placeOfAnswer returns nil for a place that no schema describes.
func (c *Contract) placeOfAnswer(operation string, status int, pointer string) *accept.Node {
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

// An Answer is a JSON body that is put together from text and parts. The zero Answer is empty; one may be used again and again,
// by one goroutine at a time.
type Answer struct {
	// Text is the body so far. Append to it what is not a Part.
	Text []byte

	parts []accept.PlacedPart
}

// Add appends a part.
func (a *Answer) Add(p Part) {
	a.parts = append(a.parts, accept.PlacedPart{From: len(a.Text), Part: p.checked})
	a.Text = append(a.Text, p.checked.Text...)
}

// Reset makes the answer empty, and keeps its memory.
func (a *Answer) Reset() { a.Text, a.parts = a.Text[:0], a.parts[:0] }

// Write writes the answer as the body, with one call of w.Write. Behind a [Contract.Handler] its parts are not checked again,
// if nothing between changes what is written.
func (a *Answer) Write(w http.ResponseWriter) error {
	if rec := recorderOf(w); rec != nil && rec.ex != nil {
		ex := rec.ex // which is gone when the handler has returned
		ex.awaited = a
		defer func() { ex.awaited = nil }()
	}
	_, err := w.Write(a.Text)
	return err
}

func recorderOf(w http.ResponseWriter) *recorder {
	for {
		switch within := w.(type) {
		case *recorder:
			return within
		case interface{ Unwrap() http.ResponseWriter }:
			w = within.Unwrap()
		default:
			return nil
		}
	}
}

// partsOf returns the parts that p should have.
func (a *Answer) partsOf(p []byte) []accept.PlacedPart {
	if a == nil || len(p) != len(a.Text) {
		return nil
	}
	return a.parts
}
