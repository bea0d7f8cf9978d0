// Package pace ends exchanges with peers that stop sending or reading. Without it, each such peer holds a connection, and the
// goroutine that serves it, for ever: net/http's own timeouts are for whole exchanges, and would end a slow upload that moves.
//
// Most callers wrap the outermost handler in a [Handler].
package pace

import (
	"io"
	"net/http"
	"time"
)

// window is the number of bytes that must be moved in the time of one deadline.
const window = 64 << 10

// A Handler gives Next deadlines: a body must arrive, and a response be read, within Timeout, which begins anew with every
// 64 KiB, and with every Flush. The time that Next takes to respond is not limited.
type Handler struct {
	Next    http.Handler
	Timeout time.Duration
}

// ServeHTTP serves a request. A writer without deadlines gets none.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := &writer{ResponseWriter: w, control: http.NewResponseController(w), timeout: h.Timeout}
	if r.Body == nil || r.Body == http.NoBody {
		h.Next.ServeHTTP(out, r)
		out.finish()
		return
	}
	in := &body{ReadCloser: r.Body, out: out}
	// A copy: net/http looks at the type of its own request's body when the client expects 100 Continue.
	copied := *r
	copied.Body = in
	h.Next.ServeHTTP(out, &copied)
	out.finish()
	in.abandon()
}

// A writer sets the deadline for writing.
type writer struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	left    int // bytes until the deadline is set anew
	begun   bool
}

// finish prepares for the status that net/http sends if the handler has sent none.
func (w *writer) finish() {
	if !w.begun {
		w.extend()
	}
}

// WriteHeader sends the status.
func (w *writer) WriteHeader(status int) {
	w.begun = true
	w.extend()
	w.ResponseWriter.WriteHeader(status)
}

// extend gives the peer the time anew. The deadline stays when the handler returns, because net/http then sends what it has
// buffered; the next response on the connection sets its own.
func (w *writer) extend() {
	w.left = window
	_ = w.control.SetWriteDeadline(time.Now().Add(w.timeout))
}

// Write writes in pieces of 64 KiB, so that a peer that reads slowly has time for each of them.
func (w *writer) Write(b []byte) (written int, err error) {
	w.begun = true
	for {
		if w.left <= 0 {
			w.extend()
		}
		piece := b[:min(len(b), window)]
		n, err := w.ResponseWriter.Write(piece)
		written += n
		w.left -= n
		if b = b[len(piece):]; err != nil || len(b) == 0 {
			return written, err
		}
	}
}

// FlushError sends what is buffered, with the time anew.
func (w *writer) FlushError() error {
	w.extend()
	return w.control.Flush()
}

// Unwrap returns the writer below, for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// A body sets the deadline for reading. It is set from the first read to the end of the body only: net/http reads in the
// background after that, and would take a deadline that passes for a client that is gone.
type body struct {
	io.ReadCloser
	out  *writer
	left int // bytes until the deadline is set anew
	done bool
}

// Read reads the body.
func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 && !b.done {
		b.left = window
		deadline := time.Now().Add(b.out.timeout)
		_ = b.out.control.SetReadDeadline(deadline)
		_ = b.out.control.SetWriteDeadline(deadline) // net/http may send 100 Continue
		b.out.left = 0
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), window)])
	b.left -= n
	if err == io.EOF && !b.done {
		_ = b.out.control.SetReadDeadline(time.Time{})
	}
	b.done = b.done || err != nil
	return n, err
}

// abandon gives what is left of the body one more deadline. net/http reads it after the handler, to use the connection again, and
// before it sends the response, which therefore gets twice the time.
func (b *body) abandon() {
	if b.done {
		return
	}
	now := time.Now()
	_ = b.out.control.SetReadDeadline(now.Add(b.out.timeout))
	_ = b.out.control.SetWriteDeadline(now.Add(2 * b.out.timeout))
}
