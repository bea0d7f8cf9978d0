package contract

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
)

// overflow gives up checking a body that is too large to keep. The head has still to be correct.
func (rw *responseWriter) overflow() {
	rw.stream()
	rw.lost, rw.body = true, nil
	if rw.state == passing {
		f := explain.Place{In: "response", Pointer: "", Source: rw.ex.op.source}.Finding("size", "a body small enough to be checked")
		f.ReportOnly = true
		rw.ex.report(f)
	}
}

// stream starts to send the response if its head is correct.
func (rw *responseWriter) stream() {
	ck := rw.check(rw.body)
	switch {
	case ck.plan == nil || ck.bodiless || isPart(ck.status, ck.header):
	case len(ck.plan.media) == 0 || forbidsBody(ck.status):
		ck.undeclaredBody()
	default:
		ck.media()
	}
	rw.settle(ck)
}

// check starts the full check, with the header as it was when the handler wrote the status: what a handler sets later is not
// sent. body is what was written of the body.
func (rw *responseWriter) check(body []byte) *responseCheck {
	header := rw.w.Header()
	if !rw.ex.sent.Holds(header) {
		header = maps.Clone(header)
		rw.ex.sent.Restore(header)
	}
	if rw.ex.sniffed != nil {
		body = rw.ex.sniffed
	}
	if len(body) > 0 && sniffs(header) {
		header = withSniffed(header, body)
	}
	ck := newResponseCheck(rw.ex.op, rw.ex.call, conditionsOf(rw.ex.call.Method, rw.ex.r.Header), rw.status(), header)
	ck.head()
	return ck
}

// settle sends what the handler wrote, or, if the check refuses it, the contract's own response.
func (rw *responseWriter) settle(ck *responseCheck) {
	violations := violationsOf(rw.ex.op.ID, rw.status(), ck.out)
	rw.ex.tell(violations)
	if bad := violations.Refused(); len(bad) > 0 && !rw.ex.op.observe {
		rw.state, rw.body = refused, nil
		rw.ex.before.Restore(rw.w.Header())
		rw.ex.reject(rw.w, &Rejection{Status: http.StatusInternalServerError, Violations: bad})
		return
	}
	if rw.state == buffering {
		rw.pass()
	}
}

// pass sends the head and what was buffered. The error of a failed write is ignored, because the server notices a lost client
// itself.
func (rw *responseWriter) pass() {
	rw.state = passing
	late := rw.ex.sent.Restore(rw.w.Header())
	rw.w.WriteHeader(rw.status())
	if len(rw.body) > 0 {
		_, _ = rw.w.Write(rw.body)
	}
	if late != nil {
		if slices.ContainsFunc(slices.Collect(maps.Keys(late)), unannounced) {
			_ = http.NewResponseController(rw.w).Flush() // otherwise net/http sets Content-Length, and a response with a length has no trailers
		}
		copyTrailers(rw.w.Header(), late)
	}
}

// unannounced reports whether a header is a trailer that the handler did not announce in a Trailer header.
func unannounced(name string) bool { return strings.HasPrefix(name, http.TrailerPrefix) }

// copyTrailers copies the trailers that were set after the status, announced and unannounced ones.
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

// tryStream starts to send a response whose body has no schema, such as an event stream or a file. If its head is refused, the
// contract answers at once only if now is set, because the handler flushed. body is what was written of the body.
func (rw *responseWriter) tryStream(now bool, body []byte) {
	if rw.state != buffering {
		return
	}
	undecided := len(body) < sniffLen && sniffs(rw.w.Header()) // more of the body may make it another media type
	if undecided && !now {
		return
	}
	if ck := rw.check(body); ck.unchecked() && (now && !undecided || len(ck.out.Refused) == 0) {
		rw.settle(ck)
		rw.lost = true
	}
}

// finish checks and sends what is left when the handler returns. It is not called if the handler panics: then nothing is sent.
func (rw *responseWriter) finish() {
	if rw.state == refused || rw.state == hijacked || rw.whole {
		return
	}
	if !rw.wrote {
		rw.WriteHeader(http.StatusOK)
	}
	if rw.lost {
		return
	}
	if rw.acceptsWhole() {
		if rw.state == buffering {
			rw.pass()
		}
		return
	}
	ck := rw.check(rw.body)
	ck.body(rw.body)
	rw.settle(ck)
}

func (rw *responseWriter) acceptsWhole() bool {
	return rw.ex.sent.Holds(rw.w.Header()) &&
		rw.ex.op.responses.accepts(&rw.ex.scan, rw.ex.call.Method, rw.status(), &rw.ex.sent, rw.body)
}
