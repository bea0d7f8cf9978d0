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
	maxErrorBody = 64 << 10 // how much of a body an Error keeps
	maxEnvelope  = 1 << 20  // longer bodies are not read as an error's envelope
	firstRead    = 1 << 20  // how much memory a Content-Length may reserve before any byte arrived
	maxPooled    = 4 << 20  // larger buffers are left to the garbage collector
)

// A response is what one attempt received. Its body is in a pooled buffer until release.
type response struct {
	status int
	header http.Header
	body   []byte
	buf    *[]byte
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// release returns the buffer to the pool. The body must not be used afterwards.
func (r *response) release() {
	if r.buf != nil && cap(r.body) <= maxPooled {
		*r.buf = r.body[:0]
		buffers.Put(r.buf)
	}
	r.buf, r.body = nil, nil
}

// errBodyTooLarge marks a body that is larger than the limit.
var errBodyTooLarge = errors.New("body too large")

// readResponse reads the body up to limit. The limit counts decompressed bytes, so that a small gzip body cannot expand
// without bound. On an error the response holds what was read until then.
func readResponse(resp *http.Response, limit int64) (*response, error) {
	defer resp.Body.Close()
	res := &response{status: resp.StatusCode, header: resp.Header}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return res, nil // the bytes that follow are no body, and no deadline ends them
	}
	res.buf = buffers.Get().(*[]byte)
	body, err := readUpTo(*res.buf, resp.Body, limit, resp.ContentLength)
	res.body = body
	return res, err
}

// readUpTo is io.ReadAll into buf, with a limit beyond which the buffer does not grow.
func readUpTo(buf []byte, r io.Reader, limit, expected int64) ([]byte, error) {
	if n := min(expected, limit, firstRead) + 1; n > int64(cap(buf)) { // one byte more, so that io.EOF is seen without growing
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

// decode parses the body as JSON into out. kind is nil, ErrNotJSON or ErrShape.
func (r *response) decode(out any) (kind, err error) {
	if len(r.body) == 0 {
		return ErrNotJSON, errEmpty
	}
	if !isJSON(r.header) {
		return ErrNotJSON, errors.New("the content type is " + orElse(r.header.Get("Content-Type"), "missing"))
	}
	if !utf8.Valid(r.body) {
		return ErrNotJSON, errors.New("the body is not UTF-8") // encoding/json would replace the bytes by U+FFFD
	}
	err = json.Unmarshal(r.body, out)
	if _, syntax := errors.AsType[*json.SyntaxError](err); syntax {
		return ErrNotJSON, err
	}
	if err != nil {
		return ErrShape, err
	}
	return nil, nil
}

// isJSON reports whether the content type is application/json, text/json or one with the suffix +json.
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
