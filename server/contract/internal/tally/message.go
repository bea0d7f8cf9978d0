package tally

import (
	"net/http"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// A Message is one that is counted.
type Message struct {
	PathValues []string
	PathSent   []string // the same with their escapes, or nil if these do not matter
	Query      string   // as it was sent
	Header     http.Header
	Cookies    func(name string) []string // the values of a cookie

	Media     int    // index of the declared media type, or -1
	MediaName string // of an undeclared one, as it was sent
	JSON      bool   // the body is JSON, and not encoded
	Body      []byte
	Bodiless  bool // HTTP has no body here, so that its absence says nothing
	HeadOnly  bool // the body is not known
	Implied   bool // an undeclared status is HTTP's own here, and does not depart
	Rule      Rule // how the message departs as a whole, as far as the caller knows; 0 if it does not
}

// An operation is the counters of one operation.
type operation struct {
	requests   [outcomes]*message // nil until seen
	statuses   []*message         // by index of Operation.Statuses
	undeclared map[int]*message
	others     *message // statuses that are one too many
}

func newOperation(declared *Operation) *operation {
	return &operation{statuses: make([]*message, len(declared.Statuses))}
}

// status returns the counters of a status: at is the index of what declares it, or -1.
func (o *operation) status(declared *Operation, at, status int) *message {
	switch {
	case at >= 0:
		if o.statuses[at] == nil {
			o.statuses[at] = newMessage(&declared.Statuses[at].Declaration)
		}
		return o.statuses[at]
	case o.undeclared[status] != nil:
		return o.undeclared[status]
	case len(o.undeclared) == counts.MaxStatuses || status < 100 || status > 999:
		if o.others == nil {
			o.others = newMessage(&nothing)
		}
		return o.others
	case o.undeclared == nil:
		o.undeclared = map[int]*message{}
	}
	o.undeclared[status] = newMessage(&nothing)
	return o.undeclared[status]
}

// nothing is what a document declares of an undeclared status.
var nothing = Declaration{}

// A message is the counters of messages of one outcome or status.
type message struct {
	declared          *Declaration
	seen, fits, empty int64
	parameters        []*node // by index of declared.Parameters
	undeclared        map[string]*node
	otherQuery        *node
	otherHeader       *node
	media             []*media // by index of declared.Media
	undeclaredMedia   map[string]*media
	misfits           misfits
	given             []int           // how often each parameter was given in the message under way
	named             map[string]int  // index of a query parameter by its name
	headers           map[string]bool // canonical names of the declared headers
}

// A media is the counters of one media type.
type media struct {
	seen int64
	body *node // nil where bodies are not looked into
}

func newMessage(declared *Declaration) *message {
	m := &message{
		declared: declared, parameters: make([]*node, len(declared.Parameters)), media: make([]*media, len(declared.Media)),
		given: make([]int, len(declared.Parameters)), named: map[string]int{}, headers: map[string]bool{},
	}
	for i := range declared.Parameters {
		p := &declared.Parameters[i]
		m.parameters[i] = newNode(p.Schema, hashOf(0, p.key()), 0, true, false)
		switch p.In {
		case "query":
			m.named[m.fold(p.Name)] = i
		case "header":
			m.headers[p.Name] = true
		}
	}
	return m
}

func (m *message) fold(name string) string {
	if m.declared.FoldQuery == nil {
		return name
	}
	return m.declared.FoldQuery(name)
}

// message counts a message.
func (s *scanner) message(m *message, in *Message) Fit {
	s.begin()
	m.seen++
	s.misfit(&m.misfits, 0, in.Rule)
	s.parameters(m, in)
	if !in.HeadOnly && !in.Bodiless {
		s.body(m, in)
	}
	fit := s.end()
	if fit == 0 {
		m.fits++
	}
	return fit
}

func (s *scanner) body(m *message, in *Message) {
	if len(in.Body) == 0 {
		m.empty++
		s.misfit(&m.misfits, 0, m.declared.EmptyBody)
		return
	}
	body := s.media(m, in)
	if body == nil {
		return
	}
	body.seen++
	if body.body != nil && in.JSON && !s.text(body.body, in.Body) {
		s.misfit(&m.misfits, 0, Syntax)
	}
}

// media returns the counters of the message's media type, or nil where there is no more room.
func (s *scanner) media(m *message, in *Message) *media {
	if at := in.Media; at >= 0 {
		if m.media[at] == nil {
			m.media[at] = newMedia(&m.declared.Media[at])
		}
		return m.media[at]
	}
	if known := m.undeclaredMedia[in.MediaName]; known != nil {
		return known
	}
	name := counts.MediaName(in.MediaName)
	if m.undeclaredMedia[name] == nil && len(m.undeclaredMedia) >= counts.MaxMedia {
		name = counts.Other
	}
	known := m.undeclaredMedia[name]
	if known == nil {
		if m.undeclaredMedia == nil {
			m.undeclaredMedia = map[string]*media{}
		}
		known = &media{}
		m.undeclaredMedia[name] = known
	}
	if in.JSON && known.body == nil && s.budget > 0 {
		s.budget--
		known.body = newNode(nil, hashOf(1, name), 0, false, false)
	}
	return known
}

func newMedia(declared *Media) *media {
	m := &media{}
	if declared.JSON {
		m.body = newNode(declared.Schema, hashOf(2, declared.Key), 0, true, false)
	}
	return m
}
