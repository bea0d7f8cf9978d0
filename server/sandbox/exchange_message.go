package sandbox

import (
	"io"
	"net/http"
	"strings"

	"github.com/resellerkit/resellerkit/gen/control"
)

// What is kept of a message, so that none of them costs the others their places.
const (
	maxShownBody   = 16 << 10 // bytes
	maxShownLines  = 64
	maxShownHeader = 256 // bytes of one line
)

const redacted = "[redacted]"

// keptMessage is what is kept of a request or an answer. Its body holds secrets, which go when somebody asks for it.
type keptMessage struct {
	lines  []headerLine
	media  string
	body   []byte // the beginning
	length int64  // of the whole body
	part   bool   // the body was cut on its way
}

type headerLine struct{ name, value string }

// harmless are the headers whose values hold no secret. Of all others, whoever may have invented them, only the names are kept.
var harmless = setOf(
	"Accept", "Accept-Encoding", "Accept-Language", "Allow", "Cache-Control", "Connection", "Content-Encoding", "Content-Length",
	"Content-Type", "Date", "Expect", "Prefer", "Preference-Applied", "Retry-After", "Traceparent", "User-Agent",
	"Www-Authenticate", "X-Correlation-Id", "X-Tenant",
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// linesOf keeps a header that goes on to be changed.
func linesOf(h http.Header) []headerLine {
	lines := make([]headerLine, 0, len(h))
	for name, values := range h {
		known := harmless[name]
		for _, value := range values {
			if len(lines) == maxShownLines {
				return lines
			}
			if !known {
				value = redacted
			}
			lines = append(lines, headerLine{cutString(name), cutString(value)})
		}
	}
	return lines
}

// cutString does not hold on to what it cuts off.
func cutString(s string) string {
	if len(s) > maxShownHeader {
		return strings.Clone(s[:maxShownHeader])
	}
	return s
}

// kept is the beginning of a body with the next bytes of it.
func kept(body, next []byte) []byte {
	return append(body, next[:min(len(next), maxShownBody-len(body))]...)
}

func (m *keptMessage) cut() bool { return m.part || m.length > int64(len(m.body)) }

func (m *keptMessage) size() (n int) {
	for _, line := range m.lines {
		n += lineOverhead + len(line.name) + len(line.value)
	}
	return n + cap(m.body)
}

// shown is the message with what is left of its body; nil is none.
func (m *keptMessage) shown(body []byte) *control.ExchangeMessage {
	shown := &control.ExchangeMessage{Headers: map[string][]string{}, Length: m.length}
	for _, line := range m.lines {
		name := readable(line.name)
		shown.Headers[name] = append(shown.Headers[name], readable(line.value))
	}
	if body != nil {
		// What replaces is longer than what it replaces may be.
		text := strings.ToValidUTF8(string(body[:min(len(body), maxShownBody)]), "")
		shown.Body, shown.Cut = &text, m.cut() || len(body) > maxShownBody
	}
	return shown
}

// readable is text that the list's own contract does not refuse.
func readable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// tap keeps the beginning of a request's body as it is read. Before the request is routed nothing tells what in it is secret.
type tap struct {
	io.ReadCloser
	x      *exchange
	body   []byte
	length int64
}

// Read reads the body.
func (t *tap) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.length += int64(n)
	if n > 0 && t.x.operation != "" {
		t.body = kept(t.body, p[:n])
	}
	return n, err
}
