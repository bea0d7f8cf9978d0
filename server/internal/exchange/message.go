package exchange

import (
	"io"
	"net/http"
	"strings"

	"github.com/resellerkit/resellerkit/gen/control"
)

// The bounds of what is kept of one message, so that a large one does not push many others out of the log.
const (
	maxBody   = 16 << 10 // bytes
	maxLines  = 64
	maxHeader = 256 // bytes of one line
)

const redacted = "[redacted]"

// A message is what is kept of a request or a response. Its body holds secrets, which are removed when it is listed.
type message struct {
	lines     []headerLine
	media     string
	body      []byte // the beginning
	length    int64  // of the whole body
	truncated bool   // the body was cut short on its way
}

type headerLine struct{ name, value string }

// harmless are the headers whose values hold no secret. Of all other headers, which callers may invent, only the name is kept.
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

// linesOf copies a header, because the server goes on to change it.
func linesOf(h http.Header) []headerLine {
	lines := make([]headerLine, 0, min(len(h), maxLines))
	for name, values := range h {
		known := harmless[name]
		for _, value := range values {
			if len(lines) == maxLines {
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

// cutString copies what it keeps of a long string, so that the rest can be freed.
func cutString(s string) string {
	if len(s) > maxHeader {
		return strings.Clone(s[:maxHeader])
	}
	return s
}

// appendKept appends the next bytes of a body to what is kept of it, up to the bound.
func appendKept(body, next []byte) []byte {
	return append(body, next[:min(len(next), maxBody-len(body))]...)
}

// cut reports whether only the beginning of the body is kept.
func (m *message) cut() bool { return m.truncated || m.length > int64(len(m.body)) }

func (m *message) size() (n int) {
	for _, line := range m.lines {
		n += lineOverhead + len(line.name) + len(line.value)
	}
	return n + cap(m.body)
}

// show returns the message with what may be shown of its body; nil stands for no body.
func (m *message) show(body []byte) control.ExchangeMessage {
	shown := control.ExchangeMessage{Headers: map[string][]string{}, Length: m.length}
	for _, line := range m.lines {
		name := printable(line.name)
		shown.Headers[name] = append(shown.Headers[name], printable(line.value))
	}
	if body != nil {
		// "[redacted]" may be longer than the value that it replaces, so that the bound is applied again.
		text := strings.ToValidUTF8(string(body[:min(len(body), maxBody)]), "")
		shown.Body, shown.Cut = &text, m.cut() || len(body) > maxBody
	}
	return shown
}

// printable replaces what JSON text must not or should not hold: invalid UTF-8 and U+0000. A caller may send both, and the
// list of exchanges has a contract of its own, which refuses them.
func printable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// A bodyTap keeps the beginning of a request's body as it is read. It keeps nothing before the request is routed, because
// without an operation the contract cannot tell what in it is secret.
type bodyTap struct {
	io.ReadCloser
	exchange *Exchange
	kept     []byte
	length   int64
}

// Read reads the body.
func (t *bodyTap) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.length += int64(n)
	if n > 0 && t.exchange.Operation != "" {
		t.kept = appendKept(t.kept, p[:n])
	}
	return n, err
}
