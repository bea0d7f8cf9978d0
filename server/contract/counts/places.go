package counts

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Where is where a place stands.
type Where struct {
	Operation string
	In        string // path, query, header or cookie; body of a request, response for the body of one
	Outcome   string // of a request: accepted, refused, denied or failed
	Status    string // of a response
	Media     string // of a body
	Place     string // such as /items/*/id; /name for a parameter or header
	Declared  bool   // the document declares the status, the media type, and each step to the place
}

// Places returns all places, in an order that depends on nothing but their names.
func (c *Counts) Places() iter.Seq2[Where, *Place] {
	return func(yield func(Where, *Place) bool) {
		w := walker{yield: yield}
		for id, op := range sorted(c.Operations) {
			w.operation(id, op)
			if w.stopped {
				return
			}
		}
	}
}

// sorted ranges over a map in the order of its names, and leaves out nil.
func sorted[T any](m map[string]*T) iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if m[name] != nil && !yield(name, m[name]) {
				return
			}
		}
	}
}

type walker struct {
	yield   func(Where, *Place) bool
	stopped bool
}

func (w *walker) operation(id string, op *Operation) {
	for _, r := range []struct {
		outcome string
		*Message
	}{
		{"accepted", op.Requests.Accepted}, {"refused", op.Requests.Refused},
		{"denied", op.Requests.Denied}, {"failed", op.Requests.Failed},
	} {
		if r.Message != nil {
			w.message(Where{Operation: id, In: "body", Outcome: r.outcome, Declared: true}, r.Message)
		}
	}
	for status, m := range sorted(op.Statuses) {
		w.message(Where{Operation: id, In: "response", Status: status, Declared: true}, m)
	}
	for status, m := range sorted(op.Undeclared) {
		w.message(Where{Operation: id, In: "response", Status: status}, m)
	}
}

func (w *walker) message(at Where, m *Message) {
	w.parameters(at, m.Parameters, at.Declared)
	w.parameters(at, m.Undeclared, false)
	w.media(at, m.Media, at.Declared)
	w.media(at, m.UndeclaredMedia, false)
}

func (w *walker) parameters(at Where, places map[string]*Place, declared bool) {
	at.Declared = declared
	for key, p := range sorted(places) {
		in, name, _ := strings.Cut(key, " ")
		here := at
		here.In, here.Place = in, step(name)
		w.place(here, p)
	}
}

func (w *walker) media(at Where, media map[string]*Media, declared bool) {
	at.Declared = declared
	for key, m := range sorted(media) {
		if m.Body != nil {
			here := at
			here.Media = key
			w.place(here, m.Body)
		}
	}
}

// place yields a place and all below it.
func (w *walker) place(at Where, p *Place) {
	if w.stopped = w.stopped || !w.yield(at, p); w.stopped {
		return
	}
	below := func(name string, child *Place, declared bool) {
		here := at
		here.Place += name
		here.Declared = at.Declared && declared
		w.place(here, child)
	}
	for name, child := range sorted(p.Members) {
		below(step(name), child, true)
	}
	for name, child := range sorted(p.Undeclared) {
		below(step(name), child, false)
	}
	if p.Rest != nil {
		below("/"+Other, p.Rest, true)
	}
	if p.Items != nil {
		below("/*", p.Items, true)
	}
}

var escaper = strings.NewReplacer("~", "~0", "/", "~1")

// step is a step of a JSON pointer (RFC 6901).
func step(name string) string { return "/" + escaper.Replace(name) }

// places counts the places of an operation that were seen.
func (o *Operation) places() int {
	n := 0
	for _, p := range (&Counts{Operations: map[string]*Operation{"": o}}).Places() {
		n += p.seen()
	}
	return n
}

func (m *Message) places() int {
	return (&Operation{Statuses: map[string]*Message{"": m}}).places()
}

func (m *Media) places() int {
	return (&Message{Media: map[string]*Media{"": m}}).places()
}

func (p *Place) places() int {
	return (&Media{Body: p}).places()
}

func (p *Place) seen() int {
	if p.Seen > 0 {
		return 1
	}
	return 0
}
