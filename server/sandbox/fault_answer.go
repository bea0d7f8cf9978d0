package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
)

// strike is called as soon as a request is routed. It watches the caller and lets go wrong what the faults say: it returns
// the request to go on with, or nil after it has answered. What happens to the answer of a request that goes on, stage does.
func (s *Sandbox) strike(w http.ResponseWriter, r *http.Request, call *contract.Call, idp identity, f failer) *http.Request {
	s.watch.check(s, r, call, idp)
	action, ok := s.faults.pick(call.ID, r.Header.Get(correlationHeader))
	if !ok {
		return r
	}
	s.watch.expect(s, r, call, idp, action)
	wait(r, time.Duration(action.Latency)*time.Millisecond)
	spoil := &spoiler{action, f}
	switch {
	case action.ExpiredToken:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="The token is expired"`)
		w.WriteHeader(http.StatusUnauthorized)
	case action.CommitThenFail || action.Cut == control.Within || action.Cut == control.After:
		exchangeOf(r.Context()).spoil = spoil
		return r
	case action.Cut != "" || action.Status != 0 || action.Gateway:
		spoil.answer(w)
	default:
		return r
	}
	return nil
}

// wait waits in real time, but not for a caller who has left.
func wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		abort()
	}
}

// abort cuts the connection. net/http does so on this panic, and logs nothing.
func abort() { panic(http.ErrAbortHandler) }

// spoiler spoils an answer.
type spoiler struct {
	control.FaultAction
	failer failer
}

// answer gives the error in the place of an answer.
func (s *spoiler) answer(w http.ResponseWriter) {
	if s.Cut != "" {
		abort()
	}
	if s.RetryAfter != nil {
		w.Header().Set("Retry-After", strconv.Itoa(int(*s.RetryAfter)))
	}
	status := int(s.Status)
	switch {
	case s.Gateway:
		writeGateway(w, status)
	case status == 0:
		s.failer.writeFault(w, http.StatusInternalServerError)
	default:
		s.failer.writeFault(w, status)
	}
}

// writeGateway writes what stands in front of a service when the service does not answer: no envelope, no JSON.
func writeGateway(w http.ResponseWriter, status int) {
	if status == 0 {
		status = http.StatusBadGateway
	}
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<html>\r\n<head><title>"+title+"</title></head>\r\n<body>\r\n<center><h1>"+title+
		"</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n") // the client is gone when this fails
}

// stage holds an answer back while its exchange has a spoiler, and passes it on as it comes otherwise. One goroutine uses it.
type stage struct {
	http.ResponseWriter
	x      *exchange
	status int
	body   []byte
}

// WriteHeader keeps the status, or passes it on.
func (s *stage) WriteHeader(status int) {
	switch {
	case s.x.spoil == nil:
		s.ResponseWriter.WriteHeader(status)
	case s.status == 0 && status >= http.StatusOK:
		s.status = status
	}
}

// Write keeps the body, or passes it on.
func (s *stage) Write(b []byte) (int, error) {
	if s.x.spoil == nil {
		return s.ResponseWriter.Write(b)
	}
	s.WriteHeader(http.StatusOK)
	s.body = append(s.body, b...)
	return len(b), nil
}

// FlushError flushes what is not held back.
func (s *stage) FlushError() error {
	if s.x.spoil == nil {
		return http.NewResponseController(s.ResponseWriter).Flush()
	}
	return nil
}

// Unwrap lets http.ResponseController reach what the server's writer can do.
func (s *stage) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// finish gives what was held back, spoiled.
func (s *stage) finish() {
	if s.x.spoil == nil {
		return
	}
	s.WriteHeader(http.StatusOK)
	w, spoil := s.ResponseWriter, s.x.spoil
	if spoil.CommitThenFail && s.status < http.StatusMultipleChoices && (spoil.Cut == "" || spoil.Cut == control.Before) {
		for _, name := range []string{"Content-Length", "Content-Type", "Location"} {
			w.Header().Del(name)
		}
		spoil.answer(w)
		return
	}
	s.release(spoil.Cut)
}

// release sends the answer up to where it is cut. Before a cut it is flushed: what net/http still holds would be lost.
func (s *stage) release(cut control.FaultActionCut) {
	part := s.body
	if cut == control.Within {
		part = s.body[:len(s.body)/2]
	}
	// An announced length makes a part of the body one; without a body, one that is announced as chunks never ends.
	if cut != control.Within || len(s.body) > 0 {
		s.Header().Set("Content-Length", strconv.Itoa(len(s.body)))
	}
	if s.status == http.StatusNoContent {
		s.Header().Del("Content-Length")
	}
	s.ResponseWriter.WriteHeader(s.status)
	_, _ = s.ResponseWriter.Write(part) // the client is gone when this fails
	if cut == control.Within || cut == control.After {
		_ = http.NewResponseController(s.ResponseWriter).Flush()
		abort()
	}
}
