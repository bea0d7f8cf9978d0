package witness

import (
	"io"
	"net/http"
	"net/url"
	"time"
)

// Handler returns a handler that calls next and adds what it was asked and responded to the recorder: the way to learn how much of a
// document a test suite touches. The exchange is checked before Handler returns. leaveOut is asked afterwards; a reason of one word
// leaves the exchange out, and nil leaves nothing out.
func (rec *Recorder) Handler(next http.Handler, leaveOut func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tap := &tapWriter{ResponseWriter: w, body: capture{limit: defaultMaxResponse}}
		request := capture{limit: defaultMaxRequest}
		x := &Exchange{
			Method: r.Method, Host: r.Host, URL: cloneURL(r), RequestHeader: r.Header.Clone(), Start: time.Now(), Without: HeaderCase,
		}
		inner := r.WithContext(r.Context())
		inner.Body = teeInto(&request, r.Body)
		next.ServeHTTP(tap, inner)
		_, _ = io.Copy(io.Discard, inner.Body) // what the handler did not read is checked as well
		x.Duration = time.Since(x.Start)
		if leaveOut != nil {
			if reason := leaveOut(r); reason != "" {
				rec.Skip(reason)
				return
			}
		}
		tap.body.end()
		x.Request, x.Response = request.close(), tap.body.close()
		x.Status, x.Header = tap.status, tap.header
		if tap.status == 0 {
			x.Status, x.Header = http.StatusOK, w.Header().Clone()
		}
		rec.Add(x)
	})
}

func teeInto(to *capture, body io.ReadCloser) io.ReadCloser {
	if body == nil || body == http.NoBody {
		to.end()
		return http.NoBody
	}
	return &tee{ReadCloser: body, to: to}
}

// A tapWriter copies a response as it is written.
type tapWriter struct {
	http.ResponseWriter
	status int
	header http.Header
	body   capture
}

func (t *tapWriter) WriteHeader(status int) {
	if t.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		t.status, t.header = status, t.Header().Clone()
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *tapWriter) Write(p []byte) (int, error) {
	if t.status == 0 {
		t.WriteHeader(http.StatusOK)
	}
	t.body.write(p)
	return t.ResponseWriter.Write(p)
}

// Unwrap returns the writer below, for http.ResponseController.
func (t *tapWriter) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func cloneURL(r *http.Request) *url.URL {
	u := *r.URL
	return &u
}
