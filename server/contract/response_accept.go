package contract

import (
	"net/http"
	"strconv"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/headers"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
)

// A responseProgram accepts correct responses of one declared status quickly.
type responseProgram struct {
	usable bool // false if every response needs the full check
	header []param.Program
	known  []media.KnownType
}

func newResponseProgram(plan *responsePlan) (g responseProgram) {
	g.header, g.usable = param.Programs(plan.headers)
	g.known = media.KnownTypes(plan.media)
	return g
}

// accepts reports whether the full check would find nothing in a response. False says nothing.
func (p *responsePlans) accepts(s *accept.Scanner, method string, status int, head *headers.Snapshot, body []byte) bool {
	plan := p.usable(method, status)
	if plan == nil || !plan.acceptsHead(s, head, len(body)) {
		return false
	}
	if len(body) == 0 || len(plan.media) == 0 || forbidsBody(status) {
		return len(body) == 0 && (len(plan.media) == 0 || forbidsBody(status))
	}
	known := plan.program.acceptedType(head)
	return known != nil && known.Accepts(s, body)
}

// acceptsWrite is accepts for a response of which body is all that was written so far. The body must be JSON that shows where
// it ends, so that nothing written after it can change what it means; a number does not.
func (p *responsePlans) acceptsWrite(s *accept.Scanner, method string, status int, head *headers.Snapshot, body []byte) bool {
	plan := p.usable(method, status)
	if plan == nil || forbidsBody(status) || !selfDelimiting(body) {
		return false
	}
	known := plan.program.acceptedType(head)
	return known != nil && known.Decoder == media.JSONBody && plan.acceptsHead(s, head, len(body)) && known.Accepts(s, body)
}

// usable returns nil if a response needs the full check.
func (p *responsePlans) usable(method string, status int) *responsePlan {
	plan := p.find(status)
	if plan == nil || !plan.program.usable || method == http.MethodHead || status == http.StatusNotModified {
		return nil
	}
	return plan
}

// acceptsHead is accepts for the header of a response whose body has n bytes.
func (p *responsePlan) acceptsHead(s *accept.Scanner, head *headers.Snapshot, n int) bool {
	if _, encodings := head.First("Content-Encoding"); encodings > 0 {
		return false
	}
	if length, lines := head.First("Content-Length"); lines > 1 || lines == 1 && length != strconv.Itoa(n) {
		return false
	}
	s.Begin(nil)
	for i := range p.program.header {
		g := &p.program.header[i]
		if text, lines := head.First(g.Key); !g.AcceptsLines(s, text, lines) {
			return false
		}
	}
	return p.names.Accepts(head.Header)
}

func (g *responseProgram) acceptedType(head *headers.Snapshot) *media.KnownType {
	given, lines := head.First("Content-Type")
	if lines != 1 {
		return nil
	}
	return media.Usual(g.known, given)
}

func selfDelimiting(body []byte) bool {
	for _, c := range body {
		switch c {
		case ' ', '\t', '\r', '\n':
		case '{', '[', '"', 't', 'f', 'n':
			return true
		default:
			return false
		}
	}
	return false
}
