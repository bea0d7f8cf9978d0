package contract

import (
	"net/http"
	"strconv"
)

// A responseProgram decides about an answer of a declared status.
type responseProgram struct {
	usable bool // or else every answer has to go the slow way
	header []parameterProgram
	known  []knownType
}

func (s *slabs) newResponseProgram(plan *responsePlan) (g responseProgram) {
	g.header, g.usable = s.parameterPrograms(plan.headers)
	g.known = s.knownTypes(plan.media)
	return g
}

// accepts holds for an answer that the slow half would say nothing about.
func (p *responsePlans) accepts(method string, status int, header http.Header, body []byte) bool {
	plan := p.usable(method, status)
	if plan == nil || !plan.acceptsHead(header, len(body)) {
		return false
	}
	if len(body) == 0 || len(plan.media) == 0 {
		return len(body) == 0 && len(plan.media) == 0
	}
	known := acceptedType(plan.program.known, header)
	return known != nil && known.accepts(body, nil)
}

// acceptsWrite holds for an answer whose body is p alone: JSON that says itself where it ends, so that nothing written after
// it can change what it means. A number does not.
func (p *responsePlans) acceptsWrite(method string, status int, header http.Header, body []byte, parts []placedPart) bool {
	plan := p.usable(method, status)
	if plan == nil || !selfDelimiting(body) {
		return false
	}
	known := acceptedType(plan.program.known, header)
	return known != nil && known.decoder == jsonBody && plan.acceptsHead(header, len(body)) && known.accepts(body, parts)
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
func (p *responsePlan) acceptsHead(header http.Header, n int) bool {
	return len(header["Content-Encoding"]) == 0 && announces(header, n) && p.program.acceptsHeader(header) && p.names.accepts(header)
}

// announces holds if the header has no Content-Length but n.
func announces(header http.Header, n int) bool {
	length := header["Content-Length"]
	return len(length) == 0 || len(length) == 1 && length[0] == strconv.Itoa(n)
}

func (g *responseProgram) acceptsHeader(header http.Header) bool {
	if len(g.header) == 0 {
		return true
	}
	s := newScanner(nil)
	defer s.release()
	for i := range g.header {
		if p := &g.header[i]; !p.acceptsTexts(s, header[p.key]) {
			return false
		}
	}
	return true
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
