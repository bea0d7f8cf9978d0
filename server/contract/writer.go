package contract

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
	"strconv"

	"github.com/resellerkit/resellerkit/server/contract/internal/content"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
)

// A writerState says what happens to what the handler writes.
type writerState uint8

const (
	buffering writerState = iota // kept until the handler returns
	passing                      // sent as it is written
	refused                      // dropped, because the contract has sent its own response
	hijacked                     // the handler has taken over the connection
	over                         // the handler has returned; later writes are not checked
)

// A responseWriter is the http.ResponseWriter that a handler gets. As with any other, one goroutine at a time may use it.
//
// The handler changes the header of the ResponseWriter behind it. That header is restored if the response is refused, or if
// the handler panics before anything was sent.
type responseWriter struct {
	w     http.ResponseWriter
	ex    *exchange // nil after the handler has returned
	body  []byte    // written, and not sent yet
	code  int32     // the status that the handler wrote, if wrote is set
	wrote bool
	state writerState
	lost  bool // body does not hold everything that was written
	whole bool // the first Write was the whole response, and was accepted
}

func (rw *responseWriter) start(w http.ResponseWriter, ex *exchange) {
	rw.w, rw.ex = w, ex
	rw.ex.before.Take(w.Header())
}

// Header returns the header of the response. It holds what middleware outside of the contract has set.
func (rw *responseWriter) Header() http.Header {
	switch {
	case rw.state != refused:
		return rw.w.Header()
	case rw.ex == nil:
		return http.Header{}
	case rw.ex.dropped == nil:
		rw.ex.dropped = http.Header{}
	}
	return rw.ex.dropped
}

// status returns the status that the handler wrote.
func (rw *responseWriter) status() int { return int(rw.code) }

// Unwrap lets http.ResponseController set deadlines and full duplex on the connection.
func (rw *responseWriter) Unwrap() http.ResponseWriter { return rw.w }

// WriteHeader keeps the first status that is not informational. Informational responses (1xx) are sent at once.
func (rw *responseWriter) WriteHeader(status int) {
	switch {
	case rw.wrote || rw.state == hijacked || rw.state == over:
		return
	case 100 <= status && status < 200 && status != http.StatusSwitchingProtocols:
		rw.w.WriteHeader(status)
		return
	}
	rw.code, rw.wrote = int32(max(0, min(status, 1000))), true // net/http panics at both bounds, as it does at anything outside them
	rw.ex.sent.Take(rw.w.Header())
	if rw.ex.op.observe {
		rw.pass()
	}
}

// Write sends p if it is a whole response that the fast path accepts, and buffers it otherwise.
func (rw *responseWriter) Write(p []byte) (int, error) {
	switch {
	case rw.state == hijacked:
		return 0, http.ErrHijacked
	case rw.state == over:
		return rw.w.Write(p)
	case rw.state == refused:
		return len(p), nil
	case rw.whole:
		return rw.writeAfter(p)
	case !rw.wrote:
		rw.WriteHeader(http.StatusOK)
	}
	if rw.body == nil && !rw.lost {
		announced := rw.announced()
		if announced <= int64(len(p)) && rw.accepts(p) {
			return rw.writeWhole(p)
		}
		rw.tryStream(false, p)
		if rw.keeps() {
			rw.body = content.Buffer(min(announced, rw.ex.c.options.MaxResponseBody))
		}
	}
	rw.buffer(p)
	if rw.state == passing {
		return rw.w.Write(p)
	}
	return len(p), nil
}

// announced returns the Content-Length that the handler has set, or 0.
func (rw *responseWriter) announced() int64 {
	length, lines := rw.ex.sent.First("Content-Length")
	if lines != 1 {
		return 0
	}
	n, err := strconv.ParseInt(length, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// writeWhole sends a response that was accepted.
func (rw *responseWriter) writeWhole(p []byte) (int, error) {
	rw.whole = true
	if rw.state == buffering {
		rw.state = passing
		rw.setLength(len(p))
		rw.w.WriteHeader(rw.status())
	}
	return rw.w.Write(p)
}

func (rw *responseWriter) accepts(p []byte) bool {
	return int64(len(p)) <= rw.ex.c.options.MaxResponseBody && rw.ex.sent.Holds(rw.w.Header()) &&
		rw.ex.op.responses.acceptsWrite(&rw.ex.scan, rw.ex.call.Method, rw.status(), &rw.ex.sent, p)
}

// short is the length of a body up to which net/http sets Content-Length itself.
const short = 2048

// setLength sets the Content-Length of a whole response, so that net/http does not chunk a long one. Trailers need chunks.
func (rw *responseWriter) setLength(n int) {
	if n <= short {
		return
	}
	header := rw.w.Header()
	if len(header["Content-Length"])+len(header["Trailer"]) == 0 && rw.status() != http.StatusNoContent {
		header["Content-Length"] = []string{strconv.Itoa(n)}
	}
}

// writeAfter handles what is written after a whole response. That response has been sent already, so that p can only be
// dropped.
func (rw *responseWriter) writeAfter(p []byte) (int, error) {
	blank := len(bytes.Trim(p, " \t\r\n")) == 0
	if !blank && !rw.lost {
		rw.lost = true // reported once
		rw.ex.report(explain.Place{In: "response", Pointer: "", Source: rw.ex.op.source}.Finding("trailing", "nothing after the JSON value"))
	}
	if rw.ex.op.observe {
		return rw.w.Write(p)
	}
	return len(p), nil
}

// buffer keeps p for the check, unless the body grows beyond the limit or HTTP sends no body here (HEAD).
func (rw *responseWriter) buffer(p []byte) {
	switch {
	case !rw.keeps():
	case int64(len(rw.body))+int64(len(p)) <= rw.ex.c.options.MaxResponseBody:
		rw.body = append(rw.body, p...)
	default:
		rw.overflow()
	}
}

// keeps reports whether the body is needed for the check.
func (rw *responseWriter) keeps() bool {
	return rw.state != refused && !rw.lost && rw.ex.call.Method != http.MethodHead
}

// Flush sends what was written if no check needs the rest of the body. Echo panics at a ResponseWriter without it.
func (rw *responseWriter) Flush() { _ = rw.FlushError() }

// FlushError is Flush as http.ResponseController calls it.
func (rw *responseWriter) FlushError() error {
	if rw.state == buffering && !rw.wrote {
		rw.WriteHeader(http.StatusOK)
	}
	rw.tryStream(true, rw.body)
	if rw.state != passing {
		return nil
	}
	if rw.ex != nil && rw.ex.sniffed == nil {
		rw.ex.sniffed = bytes.Clone(rw.body[:min(len(rw.body), sniffLen)]) // net/http decides now
	}
	err := http.NewResponseController(rw.w).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// Hijack hands the connection to the handler. That is reported, because nothing is checked from there on.
func (rw *responseWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(rw.w).Hijack()
	if err == nil && rw.ex != nil {
		rw.state = hijacked
	}
	if err == nil && rw.ex != nil && !rw.ex.op.responses.upgrades() {
		f := explain.Place{In: "response", Source: rw.ex.op.source}.Finding("hijack", "a response over HTTP")
		f.ReportOnly = true
		rw.ex.report(f)
	}
	return conn, buffered, err
}

// close detaches the writer from the exchange. After a refused response, what a goroutine of the handler still writes is
// dropped.
func (rw *responseWriter) close() {
	if rw.state == buffering || rw.state == passing {
		rw.state = over
	}
	rw.ex = nil
	content.Release(rw.body)
	rw.body = nil
}

// abandon restores the header when the handler panics.
func (rw *responseWriter) abandon() {
	if rw.state == buffering {
		rw.ex.before.Restore(rw.w.Header())
	}
}
