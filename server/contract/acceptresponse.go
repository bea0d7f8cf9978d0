package contract

import (
	"net/http"
	"strconv"
)

// A responseProgram decides about an answer of a declared status.
type responseProgram struct {
	plan   *responsePlan
	header []parameterProgram
	known  []knownType
}

// newResponseProgram returns nil where every answer has to go the slow way.
func newResponseProgram(plan *responsePlan) *responseProgram {
	header, ok := parameterPrograms(plan.headers)
	if !ok {
		return nil
	}
	return &responseProgram{plan, header, knownTypes(plan.media)}
}

// accepts holds for an answer that the slow half would say nothing about.
func (p *responsePlans) accepts(method string, status int, header http.Header, body []byte) bool {
	g := p.program(method, status)
	if g == nil || !g.acceptsHead(header, len(body)) {
		return false
	}
	if len(body) == 0 || len(g.plan.media) == 0 {
		return len(body) == 0 && len(g.plan.media) == 0
	}
	media := acceptedMedia(g.known, header)
	return media != nil && media.accepts(body)
}

// acceptsWrite holds for an answer whose body is p alone: JSON that says itself where it ends, so that nothing written after
// it can change what it means. A number does not.
func (p *responsePlans) acceptsWrite(method string, status int, header http.Header, body []byte, parts []placedPart) bool {
	g := p.program(method, status)
	if g == nil || !selfDelimiting(body) {
		return false
	}
	media := acceptedMedia(g.known, header)
	return media != nil && media.decoder == jsonBody && g.acceptsHead(header, len(body)) && media.acceptsParts(body, parts)
}

// program returns nil for an answer that has to go the slow way.
func (p *responsePlans) program(method string, status int) *responseProgram {
	plan := p.find(status)
	if plan == nil || method == http.MethodHead || status == http.StatusNotModified {
		return nil
	}
	return plan.program
}

// acceptsHead decides about the header of an answer with a body of n bytes.
func (g *responseProgram) acceptsHead(header http.Header, n int) bool {
	return len(header["Content-Encoding"]) == 0 && announces(header, n) && g.acceptsHeader(header) &&
		g.plan.names.accepts(header)
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
