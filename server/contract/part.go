package contract

import (
	"net/http"
	"strconv"
	"strings"
)

// A Part is a JSON value that was checked once for one place in the answers of an operation, such as one item of a page. An
// [Answer] may have it any number of times without its being checked again. A Part never changes, and is safe for concurrent
// use. The zero Part is no value.
type Part struct {
	text  []byte
	node  *node
	depth int
}

// Part checks text for the place at pointer in the JSON body of an answer: "/items/0" for any item of the member items. It
// returns false if no schema describes that place, or if text is not surely good there. Then write text as it is: the answer
// it stands in is checked as a whole, and what is wrong with it is said.
func (c *Contract) Part(operation string, status int, pointer string, text []byte) (Part, bool) {
	p := Part{text: append([]byte(nil), text...), node: c.placeOfAnswer(operation, status, pointer), depth: nesting(text)}
	return p, p.node != nil && program{p.node}.accepts(p.text)
}

// placeOfAnswer returns nil for a place that no schema describes.
func (c *Contract) placeOfAnswer(operation string, status int, pointer string) *node {
	op := c.operations[operation]
	if op == nil {
		return nil
	}
	plan := op.responses.find(status)
	if plan == nil || len(plan.media) != 1 || plan.media[0].plan == nil || plan.media[0].plan.program.never() {
		return nil
	}
	n := plan.media[0].plan.program.root
	if pointer == "" {
		return n
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if n == nil {
			return nil
		}
		n = n.step(pointerUnescaper.Replace(token))
	}
	return n
}

var pointerUnescaper = strings.NewReplacer("~1", "/", "~0", "~")

// step returns what is asked of a member or an element.
func (n *node) step(token string) *node {
	if at := n.members.find([]byte(token)); at >= 0 {
		return n.members.list[at].node
	}
	if _, err := strconv.ParseUint(token, 10, 32); err == nil {
		return n.items
	}
	return nil
}

// nesting is how deeply text is nested at most, brackets within strings included.
func nesting(text []byte) int {
	depth, deepest := 0, 0
	for _, c := range text {
		switch c {
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		}
	}
	return deepest
}

// An Answer is a JSON body that is put together from text and parts. The zero Answer is empty; one may be used again and again,
// by one goroutine at a time.
type Answer struct {
	// Text is the body so far. Append to it what is not a Part.
	Text []byte

	parts []placedPart
}

// A placedPart is a Part and where in a text it should begin.
type placedPart struct {
	from int
	Part
}

// Add appends a part.
func (a *Answer) Add(p Part) {
	a.parts = append(a.parts, placedPart{len(a.Text), p})
	a.Text = append(a.Text, p.text...)
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
func (a *Answer) partsOf(p []byte) []placedPart {
	if a == nil || len(p) != len(a.Text) {
		return nil
	}
	return a.parts
}
