package contract

import (
	"bufio"
	"bytes"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
)

// A recorderState is what becomes of what the handler writes.
type recorderState uint8

const (
	buffering recorderState = iota // kept, until the handler is done
	passing                        // written on as it comes
	refused                        // dropped: the answer is the contract's
	hijacked                       // no business of ours any more
	over                           // the handler has returned; whoever writes still is outside of the contract
)

// A recorder is the ResponseWriter that a handler gets. One goroutine uses it at a time, as with any ResponseWriter.
//
// The handler works on the header of the writer behind it, which is put back as it was if the answer is refused, or if the
// handler panics before anything was sent.
type recorder struct {
	w     http.ResponseWriter
	ex    *exchange // until it is over
	body  []byte    // what was written and has to wait
	code  int32     // what the handler wrote, if it did
	wrote bool
	state recorderState
	lost  bool // body is not all that was written
	whole bool // the first write was the whole answer, and was accepted
}

func (rec *recorder) start(w http.ResponseWriter, ex *exchange) {
	rec.w, rec.ex = w, ex
	rec.ex.before.take(w.Header())
}

// Header returns the header of the answer, with what was set on the way in.
func (rec *recorder) Header() http.Header {
	switch {
	case rec.state != refused:
		return rec.w.Header()
	case rec.ex == nil:
		return http.Header{}
	case rec.ex.dropped == nil:
		rec.ex.dropped = http.Header{}
	}
	return rec.ex.dropped
}

// status is what the handler wrote.
func (rec *recorder) status() int { return int(rec.code) }

// Unwrap is for http.ResponseController: deadlines and full duplex are the connection's.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.w }

// WriteHeader notes the first status. Informational ones go out at once.
func (rec *recorder) WriteHeader(status int) {
	switch {
	case rec.wrote || rec.state == hijacked || rec.state == over:
		return
	case 100 <= status && status < 200 && status != http.StatusSwitchingProtocols:
		rec.w.WriteHeader(status)
		return
	}
	rec.code, rec.wrote = int32(max(0, min(status, 1000))), true // where it has not three digits, another is no better
	rec.ex.sent.take(rec.w.Header())
	if rec.ex.op.observe {
		rec.pass()
	}
}

// Write passes p on if it is a whole and good answer, and keeps it if not.
func (rec *recorder) Write(p []byte) (int, error) {
	switch {
	case rec.state == hijacked:
		return 0, http.ErrHijacked
	case rec.state == over:
		return rec.w.Write(p)
	case rec.state == refused:
		return len(p), nil
	case rec.whole:
		return rec.surplus(p)
	case !rec.wrote:
		rec.WriteHeader(http.StatusOK)
	}
	if rec.body == nil && !rec.lost {
		if rec.accepts(p) {
			return rec.writeWhole(p)
		}
		rec.tryStream(false)
	}
	rec.keep(p)
	if rec.state == passing {
		return rec.w.Write(p)
	}
	return len(p), nil
}

// writeWhole passes on an answer that was accepted.
func (rec *recorder) writeWhole(p []byte) (int, error) {
	rec.whole = true
	if rec.state == buffering {
		rec.state = passing
		rec.announce(len(p))
		rec.w.WriteHeader(rec.status())
	}
	return rec.w.Write(p)
}

func (rec *recorder) accepts(p []byte) bool {
	return int64(len(p)) <= rec.ex.c.options.MaxResponseBody && rec.ex.sent.holds(rec.w.Header()) &&
		rec.ex.op.responses.acceptsWrite(&rec.ex.scan, rec.ex.call.Method, rec.status(), &rec.ex.sent, p, rec.ex.awaited.partsOf(p))
}

// short is the length up to which net/http finds out itself how long an answer is.
const short = 2048

// announce gives a whole answer its length, so that a long one is not chunked. Trailers need the chunks.
func (rec *recorder) announce(n int) {
	if n <= short {
		return
	}
	header := rec.w.Header()
	if len(header["Content-Length"])+len(header["Trailer"]) == 0 && rec.status() != http.StatusNoContent {
		header["Content-Length"] = []string{strconv.Itoa(n)}
	}
}

// surplus is what a handler writes after a whole answer. It is too late to refuse that, but not to keep the client from it.
func (rec *recorder) surplus(p []byte) (int, error) {
	blank := len(bytes.Trim(p, " \t\r\n")) == 0
	if !blank && !rec.lost {
		rec.lost = true // it is reported once
		rec.ex.report(explain.Place{In: "response", Pointer: "", Source: rec.ex.op.Source}.Finding("trailing", "nothing after the JSON value"))
	}
	if rec.ex.op.observe {
		return rec.w.Write(p)
	}
	return len(p), nil
}

// keep holds on to p for the check, as long as there is room, and as long as HTTP has a body here.
func (rec *recorder) keep(p []byte) {
	switch {
	case rec.state == refused || rec.lost || rec.ex.call.Method == http.MethodHead:
	case int64(len(rec.body))+int64(len(p)) <= rec.ex.c.options.MaxResponseBody:
		rec.body = append(rec.body, p...)
	default:
		rec.overflow()
	}
}

// overflow gives up checking the body, which is too large to hold. Its head is checked still.
func (rec *recorder) overflow() {
	rec.stream()
	rec.lost, rec.body = true, nil
	if rec.state == passing {
		f := explain.Place{In: "response", Pointer: "", Source: rec.ex.op.Source}.Finding("size", "a body small enough to be checked")
		f.ReportOnly = true
		rec.ex.report(f)
	}
}

// stream starts passing on, if the head of the answer is good.
func (rec *recorder) stream() {
	ck := rec.check()
	if ck.plan != nil && !ck.bodiless {
		if len(ck.plan.media) == 0 {
			ck.out.Add(ck.place().Finding("body", "no body"))
		} else {
			ck.media()
		}
	}
	rec.settle(ck)
}

// check begins the slow check, with the head as it was when the handler wrote the status.
func (rec *recorder) check() *responseCheck {
	header := rec.w.Header()
	if !rec.ex.sent.holds(header) {
		header = maps.Clone(header)
		rec.ex.sent.restore(header)
	}
	ck := newResponseCheck(rec.ex.op, rec.ex.call.Method, rec.status(), header)
	ck.head()
	return ck
}

// settle answers for the handler if the check refused, and passes on what it wrote if not.
func (rec *recorder) settle(ck *responseCheck) {
	violations := violationsOf(rec.ex.op.ID, ck.out)
	rec.ex.tell(violations)
	if bad := violations.Refused(); len(bad) > 0 && !rec.ex.op.observe {
		rec.state, rec.body = refused, nil
		rec.ex.before.restore(rec.w.Header())
		rec.ex.reject(rec.w, &Rejection{Status: http.StatusInternalServerError, Violations: bad})
		return
	}
	if rec.state == buffering {
		rec.pass()
	}
}

// pass sends the head and what was kept. A write that fails is the client's leaving, which the server knows of.
func (rec *recorder) pass() {
	rec.state = passing
	late := rec.ex.sent.restore(rec.w.Header())
	rec.w.WriteHeader(rec.status())
	if len(rec.body) > 0 {
		_, _ = rec.w.Write(rec.body)
	}
	if late != nil {
		if slices.ContainsFunc(slices.Collect(maps.Keys(late)), unannounced) {
			_ = http.NewResponseController(rec.w).Flush() // a body with a length has no trailers
		}
		copyTrailers(rec.w.Header(), late)
	}
}

// unannounced holds for the header by which a handler sends a trailer that it did not announce.
func unannounced(name string) bool { return strings.HasPrefix(name, http.TrailerPrefix) }

// copyTrailers copies what is to follow the body, by both of net/http's ways.
func copyTrailers(header, late http.Header) {
	var announced []string
	for _, line := range header.Values("Trailer") {
		for name := range strings.SplitSeq(line, ",") {
			announced = append(announced, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	for name, values := range late {
		if slices.Contains(announced, name) || unannounced(name) {
			header[name] = values
		}
	}
}

// Flush sends what was written, where no check has to wait for the rest. Echo panics without it.
func (rec *recorder) Flush() { _ = rec.FlushError() }

// FlushError is Flush for http.ResponseController.
func (rec *recorder) FlushError() error {
	if rec.state == buffering && !rec.wrote {
		rec.WriteHeader(http.StatusOK)
	}
	rec.tryStream(true)
	if rec.state != passing {
		return nil
	}
	err := http.NewResponseController(rec.w).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// tryStream starts passing on an answer whose body no schema describes, such as an event stream or a file. One that is refused
// for its head is answered now only if the handler does not want to wait.
func (rec *recorder) tryStream(now bool) {
	if rec.state != buffering {
		return
	}
	if ck := rec.check(); ck.unchecked() && (now || len(ck.out.Refused) == 0) {
		rec.settle(ck)
		rec.lost = true
	}
}

// Hijack hands the connection to the handler, which is a finding, as nothing is checked from there on.
func (rec *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(rec.w).Hijack()
	if err == nil && rec.ex != nil {
		rec.state = hijacked
		f := explain.Place{In: "response", Pointer: "", Source: rec.ex.op.Source}.Finding("hijack", "an answer over HTTP")
		f.ReportOnly = true
		rec.ex.report(f)
	}
	return conn, rw, err
}

// finish checks and sends what the handler left. It is not called when the handler panics: then nothing goes out.
func (rec *recorder) finish() {
	if rec.state == refused || rec.state == hijacked || rec.whole {
		return
	}
	if !rec.wrote {
		rec.WriteHeader(http.StatusOK)
	}
	if rec.lost {
		return
	}
	if rec.state == buffering && rec.acceptsWhole() {
		rec.pass()
		return
	}
	ck := rec.check()
	ck.body(rec.body)
	rec.settle(ck)
}

func (rec *recorder) acceptsWhole() bool {
	return rec.ex.sent.holds(rec.w.Header()) &&
		rec.ex.op.responses.accepts(&rec.ex.scan, rec.ex.call.Method, rec.status(), &rec.ex.sent, rec.body)
}

// close lets go of the exchange. A refused answer stays refused, whoever still holds the recorder and writes.
func (rec *recorder) close() {
	if rec.state == buffering || rec.state == passing {
		rec.state = over
	}
	rec.ex = nil
}

// abandon is called when the handler panics.
func (rec *recorder) abandon() {
	if rec.state == buffering {
		rec.ex.before.restore(rec.w.Header())
	}
}
