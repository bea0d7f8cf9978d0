package client

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	maxErrorBody = 64 << 10 // what an Error keeps of a body
	firstRead    = 1 << 20  // how far a Content-Length is believed before bytes come
	maxPooled    = 4 << 20  // larger buffers go to the garbage collector
)

// An answer is what came back for one attempt. Its body is in a buffer of the pool until release.
type answer struct {
	status int
	header http.Header
	body   []byte
	buf    *[]byte
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// release gives the buffer back. The body must not be used after it.
func (a *answer) release() {
	if a.buf != nil && cap(a.body) <= maxPooled {
		*a.buf = a.body[:0]
		buffers.Put(a.buf)
	}
	a.buf, a.body = nil, nil
}

// errBodyTooLarge marks a body that does not fit.
var errBodyTooLarge = errors.New("body too large")

// readAnswer reads the body up to limit, after content coding, so that what a small gzip body grows to is bounded as
// well. On an error the answer holds what came.
func readAnswer(resp *http.Response, limit int64) (*answer, error) {
	defer resp.Body.Close()
	ans := &answer{status: resp.StatusCode, header: resp.Header}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return ans, nil // what follows is no body, and no deadline ends it
	}
	ans.buf = buffers.Get().(*[]byte)
	body, err := readUpTo(*ans.buf, resp.Body, limit, resp.ContentLength)
	ans.body = body
	return ans, err
}

// readUpTo is io.ReadAll with a limit, into a buffer that never grows much beyond it.
func readUpTo(buf []byte, r io.Reader, limit, expected int64) ([]byte, error) {
	if n := min(expected, limit, firstRead) + 1; n > int64(cap(buf)) { // one byte more, to see the end without growing
		buf = make([]byte, 0, n)
	}
	for {
		if len(buf) == cap(buf) {
			next := max(512, 2*int64(cap(buf)))
			if next >= limit {
				next = limit + 1
			}
			buf = append(make([]byte, 0, next), buf...)
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > limit:
			return buf[:limit], errBodyTooLarge
		case err == io.EOF:
			return buf, nil
		case err != nil:
			return buf, err
		}
	}
}

var errEmpty = errors.New("the body is empty")

// decode reads the body as JSON into out and returns what kind of failure it was.
func (a *answer) decode(out any) (kind, err error) {
	if len(a.body) == 0 {
		return ErrNotJSON, errEmpty
	}
	if !isJSON(a.header) {
		return ErrNotJSON, errors.New("the content type is " + orElse(a.header.Get("Content-Type"), "missing"))
	}
	if !utf8.Valid(a.body) {
		return ErrNotJSON, errors.New("the body is not UTF-8") // encoding/json would put U+FFFD there
	}
	err = json.Unmarshal(a.body, out)
	if _, syntax := errors.AsType[*json.SyntaxError](err); syntax {
		return ErrNotJSON, err
	}
	if err != nil {
		return ErrShape, err
	}
	return nil, nil
}

// isJSON tells application/json, text/json and application/…+json from the rest.
func isJSON(h http.Header) bool {
	value := h.Get("Content-Type")
	if value == "application/json" || value == "application/json; charset=utf-8" {
		return true
	}
	media, _, err := mime.ParseMediaType(value)
	return err == nil && (media == "application/json" || media == "text/json" || strings.HasSuffix(media, "+json"))
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
