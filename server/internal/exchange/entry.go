package exchange

import (
	"net/http"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
)

// What an entry, a header line and a finding take beside their texts, in bytes. The sum bounds the log's memory.
const (
	entryOverhead   = 512
	lineOverhead    = 32
	findingOverhead = 256
)

// maxPath limits what is kept of a path, and of a query, in bytes.
const maxPath = 2048

// An entry is an exchange in the log, with its secrets. Once it is in the log, the log's lock guards its id, its duration, its
// size, its place among those that ended and the response's body; the rest does not change.
type entry struct {
	id                        int64
	contract                  *contract.Contract
	operation                 string
	method, path, query       string // path and query as they were sent
	status                    int
	findings                  contract.Violations
	started, time             time.Time
	duration                  time.Duration
	ended                     int64 // counts the responses that have ended in a log; 0 before
	requestKept, responseKept message
	size                      int
}

// newEntry keeps what is known when the status line is sent.
func newEntry(r *http.Request, x *Exchange, status int, header http.Header) *entry {
	e := &entry{
		contract: x.Contract, operation: x.Operation, method: cutString(r.Method), path: Path(r), query: queryOf(r),
		status: status, findings: x.Findings, started: x.Started, time: x.Time, duration: time.Since(x.Started),
		requestKept: message{lines: linesOf(r.Header), media: x.media, body: x.body.kept, length: x.body.length},
	}
	if status != 0 {
		e.responseKept = message{lines: linesOf(header), media: header.Get("Content-Type"), truncated: x.Truncated}
	}
	e.size = entryOverhead + len(e.method) + len(e.path) + len(e.query) + e.requestKept.size() + e.responseKept.size()
	for _, f := range e.findings {
		e.size += findingOverhead + len(f.Pointer) + len(f.Expected)
	}
	return e
}

// Path returns the path of a request as it was sent, cut to 2,048 bytes. The escaped form is ASCII: a control character in it
// cannot break a list or a log.
func Path(r *http.Request) string {
	escaped := r.URL.EscapedPath()
	if len(escaped) > maxPath || len(r.RequestURI) > maxPath {
		return strings.Clone(escaped[:min(len(escaped), maxPath)]) // a clone, so that the whole request line can be freed
	}
	return escaped
}

// queryOf returns the beginning of the query as it was sent, which may hold secrets.
func queryOf(r *http.Request) string {
	raw := r.URL.RawQuery
	if len(raw) > maxPath || len(r.RequestURI) > maxPath {
		return strings.Clone(raw[:min(len(raw), maxPath)])
	}
	return raw
}

// redact returns the exchange without its secrets. Bodies are read here and not while the request is served, which would make
// every caller wait for it.
func (e *entry) redact() control.Exchange {
	x := control.Exchange{
		ID: e.id, Method: e.method, Path: e.path, Status: int32(e.status), Time: e.time,
		Query:    printable(e.contract.RedactQuery(e.operation, e.query, e.findings)),
		Duration: float64(e.duration.Microseconds()) / 1000, Findings: make([]control.Finding, len(e.findings)),
	}
	for i, v := range e.findings {
		x.Findings[i] = control.Finding{Where: v.In, Pointer: printable(v.Pointer), Rule: v.Rule, Expected: v.Expected, Grade: v.Grade}
	}
	if e.operation != "" {
		x.Operation = &e.operation
	}
	body, hidden := e.requestBody()
	x.Request = e.requestKept.show(body)
	if e.status != 0 {
		response := e.responseKept.show(e.responseBody(body, hidden))
		x.Response = &response
	}
	return x
}

// requestBody returns what may be shown of the request's body, and the values that it hides.
func (e *entry) requestBody() (shown []byte, hidden []string) {
	m := &e.requestKept
	if e.operation == "" || len(m.body) == 0 {
		return nil, nil
	}
	return e.contract.RedactRequest(e.operation, m.media, m.body, m.cut())
}

// responseBody returns what may be shown of the response's body. An error may repeat a value of the request (MyReports quotes
// it); if the request could not be read in full, nothing tells what of the error is such a value, and it is not shown.
func (e *entry) responseBody(request []byte, hidden []string) []byte {
	m := &e.responseKept
	failed := e.status >= http.StatusBadRequest
	unread := e.requestKept.length > 0 && (request == nil || e.requestKept.cut())
	if e.operation == "" || len(m.body) == 0 || failed && unread {
		return nil
	}
	if !failed {
		hidden = nil
	}
	return e.contract.RedactResponse(e.operation, e.status, m.media, m.body, m.cut(), hidden)
}
