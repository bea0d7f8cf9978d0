package contract

import (
	"net/http"
	"strconv"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
)

// A responseProgram decides about an answer of a declared status.
type responseProgram struct {
	usable bool // or else every answer has to go the slow way
	header []param.Program
	known  []media.KnownType
}

func newResponseProgram(plan *responsePlan) (g responseProgram) {
	g.header, g.usable = param.Programs(plan.headers)
	g.known = media.KnownTypes(plan.media)
	return g
}

// accepts holds for an answer that the slow half would say nothing about.
func (p *responsePlans) accepts(s *accept.Scanner, method string, status int, head *snapshot, body []byte) bool {
	plan := p.usable(method, status)
	if plan == nil || !plan.acceptsHead(s, head, len(body)) {
		return false
	}
	if len(body) == 0 || len(plan.media) == 0 {
		return len(body) == 0 && len(plan.media) == 0
	}
	known := plan.program.acceptedType(head)
	return known != nil && known.Accepts(s, body, nil)
}

// acceptsWrite holds for an answer whose body is p alone: JSON that says itself where it ends, so that nothing written after
// it can change what it means. A number does not.
func (p *responsePlans) acceptsWrite(s *accept.Scanner, method string, status int, head *snapshot, body []byte, parts []accept.PlacedPart) bool {
	plan := p.usable(method, status)
	if plan == nil || !selfDelimiting(body) {
		return false
	}
	known := plan.program.acceptedType(head)
	return known != nil && known.Decoder == media.JSONBody && plan.acceptsHead(s, head, len(body)) && known.Accepts(s, body, parts)
}

// usable returns nil for an answer that has to go the slow way.
func (p *responsePlans) usable(method string, status int) *responsePlan {
	plan := p.find(status)
	if plan == nil || !plan.program.usable || method == http.MethodHead || status == http.StatusNotModified {
		return nil
	}
	return plan
}

// acceptsHead decides about the header of an answer with a body of n bytes.
func (p *responsePlan) acceptsHead(s *accept.Scanner, head *snapshot, n int) bool {
	if _, encodings := head.first("Content-Encoding"); encodings > 0 {
		return false
	}
	if length, lines := head.first("Content-Length"); lines > 1 || lines == 1 && length != strconv.Itoa(n) {
		return false
	}
	s.Begin(nil)
	for i := range p.program.header {
		g := &p.program.header[i]
		if text, lines := head.first(g.Key); !g.AcceptsLines(s, text, lines) {
			return false
		}
	}
	return p.names.Accepts(head.header)
}

func (g *responseProgram) acceptedType(head *snapshot) *media.KnownType {
	given, lines := head.first("Content-Type")
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
