package witness

import (
	"slices"

	"sync"
	"time"
)

const (
	maxTraffic       = 1000 // exchanges that are remembered
	maxTrafficBodies = 200  // of which bodies are, where they are
	maxTrafficBody   = 64 << 10
	maxWaiting       = 64 // exchanges that a slow reader may be behind
)

// Traffic remembers the last exchanges for those who watch: which operation, how long, what sizes and kinds, what departs. It holds no
// value of a message, unless it was made to show bodies. Give its method Note to [ProxyOptions.Exchanged].
type Traffic struct {
	bodies bool

	mu       sync.Mutex
	last     int64
	list     []*Passed // the oldest first
	watchers map[chan *Passed]bool
}

// A Passed is one exchange that has passed.
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

// PassedMsg is a message of an exchange that has passed.
type PassedMsg struct {
	Length int      `json:"length"` // bytes that were copied
	Cut    bool     `json:"cut,omitempty"`
	Kinds  []string `json:"kinds,omitempty"` // such as "/items/*/id: string"
	Body   string   `json:"body,omitempty"`  // redacted, and only where bodies are shown
}

// NewTraffic returns an empty list. With bodies it also keeps bodies, redacted by the document, of the last 200 exchanges: values that
// the document declares stand in them, personal data among these, so that it is for a loopback listener alone.
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
		default: // who cannot keep up is let go, and asks again from the last one that it got
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

// watch returns the exchanges after an ID, and a channel of those that follow. It is closed where the reader falls behind.
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
