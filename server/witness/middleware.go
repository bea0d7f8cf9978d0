package witness

import (
	"io"
	"net/http"
	"net/url"
	"time"
)

// Handler returns a handler that calls next and adds the exchange to the recorder. With it, the tests of a service measure how much of a
// document they cover. The exchange is checked before ServeHTTP returns. leaveOut is called after next; if it returns a reason, which must
// be one word, the exchange is skipped. A nil leaveOut skips nothing.
func (rec *Recorder) Handler(next http.Handler, leaveOut func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		written := &copyingWriter{ResponseWriter: w, body: bodyCopy{limit: defaultMaxResponse}}
		request := bodyCopy{limit: defaultMaxRequest}
		x := &Exchange{
			Method: r.Method, Host: r.Host, URL: cloneURL(r), RequestHeader: r.Header.Clone(), Start: time.Now(), Without: HeaderCase,
		}
		inner := r.WithContext(r.Context())
		inner.Body = teeInto(&request, r.Body)
		next.ServeHTTP(written, inner)
		_, _ = io.Copy(io.Discard, inner.Body) // so that a body is checked which the handler has not read
		x.Duration = time.Since(x.Start)
		if leaveOut != nil {
			if reason := leaveOut(r); reason != "" {
				rec.Skip(reason)
				return
			}
		}
		written.body.end()
		x.Request, x.Response = request.close(), written.body.close()
		x.Status, x.Header = written.status, written.header
		if written.status == 0 {
			x.Status, x.Header = http.StatusOK, w.Header().Clone()
		}
		rec.Add(x)
	})
}

// teeInto returns a body that is copied as it is read.
func teeInto(to *bodyCopy, body io.ReadCloser) io.ReadCloser {
	if body == nil || body == http.NoBody {
		to.end()
		return http.NoBody
	}
	return &tee{ReadCloser: body, to: to}
}

// A copyingWriter copies a response as it is written.
type copyingWriter struct {
	http.ResponseWriter
	status int
	header http.Header
	body   bodyCopy
}

func (c *copyingWriter) WriteHeader(status int) {
	if c.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		c.status, c.header = status, c.Header().Clone()
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *copyingWriter) Write(p []byte) (int, error) {
	if c.status == 0 {
		c.WriteHeader(http.StatusOK)
	}
	c.body.write(p)
	return c.ResponseWriter.Write(p)
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (c *copyingWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func cloneURL(r *http.Request) *url.URL {
	u := *r.URL
	return &u
}
