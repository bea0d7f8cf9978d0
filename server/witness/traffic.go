package witness

import (
	"slices"
	"sync"
	"time"
)

const (
	maxTraffic       = 1000 // exchanges in the list
	maxTrafficBodies = 200  // exchanges in the list that still have their bodies
	maxTrafficBody   = 64 << 10
	maxWaiting       = 64 // exchanges that a watcher has not read yet
)

// Traffic is a list of the last exchanges, for the console: their operation, duration, sizes, JSON types and findings. It holds values of
// messages only if it was made to show bodies. Its method Note is for [ProxyOptions.Exchanged].
type Traffic struct {
	bodies bool

	mu       sync.Mutex
	last     int64
	list     []*Passed // the oldest first
	watchers map[chan *Passed]bool
}

// A Passed is one exchange in the list.
type Passed struct {
	ID        int64       `json:"id"`
	Time      time.Time   `json:"time"`
	Contract  string      `json:"contract"`
	Operation string      `json:"operation,omitempty"` // "" where no operation matches
	Method    string      `json:"method"`
	Status    int         `json:"status"`
	Duration  float64     `json:"duration"` // milliseconds
	Request   PassedMsg   `json:"request"`
	Response  PassedMsg   `json:"response"`
	Findings  []Departure `json:"findings"`
}

// PassedMsg is the request or response of an exchange in the list.
type PassedMsg struct {
	Length int      `json:"length"` // bytes that were copied
	Cut    bool     `json:"cut,omitempty"`
	Kinds  []string `json:"kinds,omitempty"` // such as "/items/*/id: string"
	Body   string   `json:"body,omitempty"`  // redacted; only if bodies are shown
}

// NewTraffic returns an empty list. With bodies, the last 200 exchanges have their bodies. Redaction removes secrets and undeclared
// values from these, but not personal data in declared members, so that they must only be shown on loopback.
func NewTraffic(bodies bool) *Traffic {
	return &Traffic{bodies: bodies, watchers: map[chan *Passed]bool{}}
}

// Note adds an exchange.
func (t *Traffic) Note(rec *Recorder, x *Exchange, result Result) {
	p := &Passed{
		Time: x.Start.UTC(), Contract: rec.doc.Name, Operation: result.Operation, Method: methodName(x.Method), Status: x.Status,
		Duration: float64(x.Duration) / float64(time.Millisecond), Findings: append([]Departure{}, result.Findings...),
		Request:  t.message(rec.doc, x.RequestHeader, x.Request),
		Response: t.message(rec.doc, x.Header, x.Response),
	}
	if t.bodies && result.Operation != "" {
		shown, hidden := rec.doc.contract.RedactRequest(result.Operation, x.RequestHeader.Get("Content-Type"), x.Request.Data, x.Request.Cut)
		p.Request.Body = string(shown[:min(len(shown), maxTrafficBody)])
		shown = rec.doc.contract.RedactResponse(result.Operation, x.Status, x.Header.Get("Content-Type"), x.Response.Data, x.Response.Cut, hidden)
		p.Response.Body = string(shown[:min(len(shown), maxTrafficBody)])
	}
	t.add(p)
}

func (t *Traffic) message(doc *Document, header map[string][]string, body Body) PassedMsg {
	return PassedMsg{Length: len(body.Data), Cut: body.Cut, Kinds: doc.kindsIn(header, body.Data)}
}

func (t *Traffic) add(p *Passed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	p.ID = t.last
	t.list = append(t.list, p)
	if len(t.list) > maxTraffic {
		t.list = slices.Delete(t.list, 0, len(t.list)-maxTraffic)
	}
	if i := len(t.list) - 1 - maxTrafficBodies; i >= 0 && t.list[i].Request.Body+t.list[i].Response.Body != "" {
		bare := *t.list[i]
		bare.Request.Body, bare.Response.Body = "", ""
		t.list[i] = &bare
	}
	for w := range t.watchers {
		select {
		case w <- p:
		default: // the watcher is too slow: it is disconnected, and can ask again for what follows the last exchange that it read
			delete(t.watchers, w)
			close(w)
		}
	}
}

// After returns the exchanges after the one with an ID, the oldest first.
func (t *Traffic) After(id int64) []*Passed {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.after(id)
}

func (t *Traffic) after(id int64) []*Passed {
	i := 0
	for i < len(t.list) && t.list[i].ID <= id {
		i++
	}
	return append([]*Passed{}, t.list[i:]...)
}

// watch returns the exchanges after an ID, and a channel of the following ones, which is closed if the reader is too slow.
func (t *Traffic) watch(id int64) (before []*Passed, more chan *Passed, stop func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	more = make(chan *Passed, maxWaiting)
	t.watchers[more] = true
	return t.after(id), more, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.watchers, more)
	}
}
