package counts

import (
	"maps"
	"slices"
	"strings"
)

// A rebaser makes counts of one document into counts of another one.
type rebaser struct {
	unknown int
}

// counts returns what src is in the terms of the document that c is of.
func (r *rebaser) counts(c, src *Counts) *Counts {
	moved := &Counts{Operations: map[string]*Operation{}}
	for _, id := range slices.Sorted(maps.Keys(src.Operations)) {
		op, known := src.Operations[id], c.Operations[id]
		switch {
		case op == nil:
		case known == nil:
			r.unknown += op.places()
		default:
			moved.Operations[id] = r.operation(known, op)
		}
	}
	return moved
}

func (r *rebaser) operation(known, src *Operation) *Operation {
	moved := &Operation{Seen: src.Seen, First: src.First, Last: src.Last}
	asked := known.Requests.Accepted // which has what the document declares of requests
	moved.Requests = Requests{
		Accepted: r.message(asked, src.Requests.Accepted, false),
		Refused:  r.message(asked, src.Requests.Refused, false),
		Denied:   r.message(asked, src.Requests.Denied, false),
		Failed:   r.message(asked, src.Requests.Failed, false),
	}
	for status, m := range src.Statuses {
		r.response(moved, known, status, m, true)
	}
	for status, m := range src.Undeclared {
		r.response(moved, known, status, m, false)
	}
	return moved
}

// response moves the responses of a status, which another document declares or not.
func (r *rebaser) response(moved, known *Operation, status string, src *Message, declared bool) {
	if src == nil {
		return
	}
	if key := known.status(status); key != "" {
		m := r.message(known.Statuses[key], src, false)
		addAll(&moved.Statuses, map[string]*Message{key: m}, (*Message).add)
		return
	}
	if declared {
		r.unknown += src.places()
	}
	if !isStatus(status) && status != Other {
		return
	}
	m := r.message(nil, src, true)
	addSome(&moved.Undeclared, map[string]*Message{status: m}, (*Message).add, MaxStatuses)
}

// status returns the key under which the document has a status, or "".
func (o *Operation) status(key string) string {
	if o.Statuses[key] != nil {
		return key
	}
	if isStatus(key) {
		for _, wider := range []string{key[:1] + "XX", "default"} {
			if o.Statuses[wider] != nil {
				return wider
			}
		}
	}
	return ""
}

func isStatus(key string) bool {
	return len(key) == 3 && '1' <= key[0] && key[0] <= '9' && strings.Trim(key, "0123456789") == ""
}

// message moves a message; known is nil where the document says nothing about it.
func (r *rebaser) message(known, src *Message, undeclared bool) *Message {
	if src == nil {
		return nil
	}
	if known == nil {
		known = &Message{}
	}
	moved := &Message{Seen: src.Seen, Fits: src.Fits, Empty: src.Empty, Misfits: maps.Clone(src.Misfits)}
	for name, p := range src.Parameters {
		r.parameter(moved, known, name, p, !undeclared)
	}
	for name, p := range src.Undeclared {
		r.parameter(moved, known, name, p, false)
	}
	for key, m := range src.Media {
		r.media(moved, known, key, m, !undeclared)
	}
	for key, m := range src.UndeclaredMedia {
		r.media(moved, known, key, m, false)
	}
	if !undeclared {
		delete(moved.Misfits, "status")
		if len(moved.UndeclaredMedia) == 0 {
			delete(moved.Misfits, "mediaType")
		}
	}
	return moved
}

func (r *rebaser) parameter(moved, known *Message, name string, src *Place, declared bool) {
	if src == nil {
		return
	}
	if here := known.Parameters[name]; here != nil {
		p := r.place(here.Declared, src, here.Required)
		if !declared {
			p.admit()
		}
		addAll(&moved.Parameters, map[string]*Place{name: p}, (*Place).add)
		return
	}
	if declared {
		r.unknown += src.places()
	}
	in, bare, _ := strings.Cut(name, " ")
	if in != "query" && in != "header" {
		return // a path has no undeclared parameters, and undeclared cookies are not counted
	}
	if !IsName(bare) {
		name = otherOf(name)
	}
	p := r.undeclared(src)
	addSome(&moved.Undeclared, map[string]*Place{name: p}, (*Place).add, MaxNames)
}

func (r *rebaser) media(moved, known *Message, key string, src *Media, declared bool) {
	if src == nil {
		return
	}
	if there := known.media(key); there != "" {
		m := &Media{Seen: src.Seen}
		if body := known.Media[there].Body; body != nil && src.Body != nil {
			m.Body = r.place(body.Declared, src.Body, body.Required)
		}
		addAll(&moved.Media, map[string]*Media{there: m}, (*Media).add)
		return
	}
	if declared {
		r.unknown += src.places()
	}
	m := &Media{Seen: src.Seen}
	if src.Body != nil {
		m.Body = r.undeclared(src.Body)
	}
	addSome(&moved.UndeclaredMedia, map[string]*Media{key: m}, (*Media).add, MaxMedia)
}

// media returns the key under which a media type is declared, or "". The more specific key goes before.
func (m *Message) media(key string) string {
	if m.Media[key] != nil {
		return key
	}
	typ, _, _ := strings.Cut(key, ";")
	major, _, _ := strings.Cut(typ, "/")
	for _, wider := range []string{typ, major + "/*", "*/*"} {
		if m.Media[wider] != nil && key != "" {
			return wider
		}
	}
	return ""
}
