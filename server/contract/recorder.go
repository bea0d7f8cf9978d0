package contract

import (
	"bufio"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
)

// A recorderState is what becomes of what the handler writes.
type recorderState int

const (
	buffering recorderState = iota // kept, until the handler is done
	passing                        // written on as it comes
	refused                        // dropped: the answer is the contract's
	hijacked                       // no business of ours any more
)

// A recorder is the ResponseWriter that a handler gets. One goroutine uses it at a time, as with any ResponseWriter.
type recorder struct {
	w      http.ResponseWriter
	ex     *exchange
	header http.Header // the handler's
	sent   http.Header // as it was when the handler wrote the status
	status int         // 0 before
	state  recorderState
	body   []byte
	lost   bool // body is not all that was written
}

func newRecorder(w http.ResponseWriter, ex *exchange) *recorder {
	return &recorder{w: w, ex: ex, header: w.Header().Clone()}
}

// Header returns the header of the answer, with what was set on the way in.
func (rec *recorder) Header() http.Header {
	if rec.header == nil {
		rec.header = http.Header{}
	}
	return rec.header
}

// Unwrap is for http.ResponseController: deadlines and full duplex are the connection's.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.w }

// WriteHeader notes the first status. Informational ones go out at once.
func (rec *recorder) WriteHeader(status int) {
	switch {
	case rec.status != 0 || rec.state == hijacked:
		return
	case 100 <= status && status < 200 && status != http.StatusSwitchingProtocols:
		rec.inform(status)
		return
	}
	rec.status = status
	rec.sent = rec.Header().Clone()
	if rec.ex.observe() {
		rec.pass()
	}
}

// inform sends an informational status with the handler's headers, which are not those of the answer yet.
func (rec *recorder) inform(status int) {
	before := rec.w.Header().Clone()
	replace(rec.w.Header(), rec.Header())
	rec.w.WriteHeader(status)
	replace(rec.w.Header(), before)
}

func replace(header, with http.Header) {
	clear(header)
	maps.Copy(header, with)
}

// Write keeps p, or passes it on.
func (rec *recorder) Write(p []byte) (int, error) {
	if rec.state == hijacked {
		return 0, http.ErrHijacked
	}
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	rec.keep(p)
	if rec.state == passing {
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
		f := place{"response", "", rec.ex.op.grade}.finding("size", "a body small enough to be checked")
		f.reportOnly = true
		rec.ex.report(f)
	}
}

// stream starts passing on, if the head of the answer is good.
func (rec *recorder) stream() {
	ck := newResponseCheck(rec.ex.op, rec.ex.call.Method, rec.status, rec.sent)
	ck.head()
	if ck.plan != nil && !ck.bodiless {
		if len(ck.plan.media) == 0 {
			ck.out.add(ck.place().finding("body", "no body"))
		} else {
			ck.media()
		}
	}
	rec.settle(ck)
}

// settle answers for the handler if the check refused, and passes on what it wrote if not.
func (rec *recorder) settle(ck *responseCheck) {
	violations := ck.out.violations()
	rec.ex.tell(violations)
	if bad := violations.Refused(); len(bad) > 0 && !rec.ex.observe() {
		rec.state, rec.body = refused, nil
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
	replace(rec.w.Header(), rec.sent)
	rec.w.WriteHeader(rec.status)
	if len(rec.body) > 0 {
		_, _ = rec.w.Write(rec.body)
	}
}

// Flush sends what was written, where no check has to wait for the rest. Echo panics without it.
func (rec *recorder) Flush() { _ = rec.FlushError() }

// FlushError is Flush for http.ResponseController.
func (rec *recorder) FlushError() error {
	if rec.state == buffering && rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	if rec.state == buffering {
		rec.tryStream()
	}
	if rec.state != passing {
		return nil
	}
	err := http.NewResponseController(rec.w).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// tryStream starts passing on an answer that has no schema, such as an event stream.
func (rec *recorder) tryStream() {
	ck := newResponseCheck(rec.ex.op, rec.ex.call.Method, rec.status, rec.sent)
	ck.head()
	if ck.unchecked() {
		rec.settle(ck)
		rec.lost = true
	}
}

// Hijack hands the connection to the handler, which is a finding, as nothing is checked from there on.
func (rec *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(rec.w).Hijack()
	if err == nil {
		rec.state = hijacked
		f := place{"response", "", rec.ex.op.grade}.finding("hijack", "an answer over HTTP")
		f.reportOnly = true
		rec.ex.report(f)
	}
	return conn, rw, err
}

// finish checks and sends what the handler left. It is not called when the handler panics: then nothing goes out.
func (rec *recorder) finish() {
	if rec.state == refused || rec.state == hijacked {
		return
	}
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	if !rec.lost {
		rec.check()
	}
	if rec.state == passing {
		rec.trailers()
	}
}

func (rec *recorder) check() {
	ck := newResponseCheck(rec.ex.op, rec.ex.call.Method, rec.status, rec.sent)
	ck.head()
	ck.body(rec.body)
	rec.settle(ck)
}

// trailers copies what the handler set after the body, by both of net/http's ways.
func (rec *recorder) trailers() {
	var announced []string
	for _, line := range rec.sent.Values("Trailer") {
		for name := range strings.SplitSeq(line, ",") {
			announced = append(announced, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	for name, values := range rec.header {
		if slices.Contains(announced, name) || strings.HasPrefix(name, http.TrailerPrefix) {
			rec.w.Header()[name] = values
		}
	}
}
