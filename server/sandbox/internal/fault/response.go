package fault

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/resellerkit/resellerkit/gen/control"
)

// An injected is a fault on its way into a response.
type injected struct {
	control.FaultAction
	target Target
}

// write writes the error that takes the place of the response, or cuts the connection.
func (f *injected) write(w http.ResponseWriter) {
	if f.Cut != "" {
		cut()
	}
	if f.RetryAfter != nil {
		w.Header().Set("Retry-After", strconv.Itoa(int(*f.RetryAfter)))
	}
	status := int(f.Status)
	switch {
	case f.Gateway:
		writeGateway(w, status)
	case status == 0:
		f.target.WriteFault(w, http.StatusInternalServerError)
	default:
		f.target.WriteFault(w, status)
	}
}

// writeGateway writes the page of a gateway whose service does not respond: HTML, and not the API's envelope.
func writeGateway(w http.ResponseWriter, status int) {
	if status == 0 {
		status = http.StatusBadGateway
	}
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<html>\r\n<head><title>"+title+"</title></head>\r\n<body>\r\n<center><h1>"+title+
		"</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n") // fails when the client is gone
}

// A Writer is the http.ResponseWriter of a request. It holds the response back if a fault is about it, and passes it on as it
// is written otherwise. One goroutine uses it.
type Writer struct {
	http.ResponseWriter
	fault  *injected
	status int
	body   []byte
}

// WriteHeader keeps the status, or passes it on.
func (w *Writer) WriteHeader(status int) {
	switch {
	case w.fault == nil:
		w.ResponseWriter.WriteHeader(status)
	case w.status == 0 && status >= http.StatusOK:
		w.status = status
	}
}

// Write keeps the body, or passes it on.
func (w *Writer) Write(b []byte) (int, error) {
	if w.fault == nil {
		return w.ResponseWriter.Write(b)
	}
	w.WriteHeader(http.StatusOK)
	w.body = append(w.body, b...)
	return len(b), nil
}

// FlushError flushes the response if it is not held back.
func (w *Writer) FlushError() error {
	if w.fault == nil {
		return http.NewResponseController(w.ResponseWriter).Flush()
	}
	return nil
}

// Unwrap returns the writer below, for http.ResponseController.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Finish sends the response that was held back, with its fault.
func (w *Writer) Finish() {
	if w.fault == nil {
		return
	}
	w.WriteHeader(http.StatusOK)
	fault := w.fault
	if fault.CommitThenFail && w.status < http.StatusMultipleChoices && (fault.Cut == "" || fault.Cut == control.Before) {
		for _, name := range []string{"Content-Length", "Content-Type", "Location"} {
			w.Header().Del(name)
		}
		fault.write(w.ResponseWriter)
		return
	}
	w.release(fault.Cut)
}

// release sends the response up to where it is cut. It flushes before the cut, because net/http drops what it has buffered.
func (w *Writer) release(at control.FaultActionCut) {
	part := w.body
	if at == control.Within {
		part = w.body[:len(w.body)/2]
	}
	// With a Content-Length the client sees that a part of the body is missing. A cut within an empty body gets none: the body
	// is then chunked, and the last chunk is missing.
	if at != control.Within || len(w.body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(w.body)))
	}
	if w.status == http.StatusNoContent {
		w.Header().Del("Content-Length")
	}
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(part) // fails when the client is gone
	if at == control.Within || at == control.After {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
		cut()
	}
}
