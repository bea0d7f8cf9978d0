package witness

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"
)

// maxRatio is how many times larger than its compressed form a body may be: more is a bomb, and no body of an API.
const maxRatio = 100

var errEncoding = errors.New("an encoding that cannot be decoded")

// decode returns a body without its Content-Encoding, and a header without it. Of gzip and deflate up to limit bytes are decoded; an
// error says that the body cannot be read, or not to its end.
func decode(h http.Header, body []byte, limit int64) ([]byte, http.Header, error) {
	codings := strings.Split(strings.Join(h.Values("Content-Encoding"), ","), ",")
	decoded := body
	for i := len(codings) - 1; i >= 0; i-- {
		coding := strings.ToLower(strings.TrimSpace(codings[i]))
		if coding == "" || coding == "identity" || len(body) == 0 {
			continue
		}
		r, err := newDecoder(coding, decoded)
		if err != nil {
			return nil, h, err
		}
		most := min(limit, int64(len(decoded))*maxRatio)
		if decoded, err = io.ReadAll(io.LimitReader(r, most+1)); err != nil || int64(len(decoded)) > most {
			return nil, h, errors.Join(errEncoding, err)
		}
	}
	if h.Get("Content-Encoding") != "" {
		h = h.Clone()
		h.Del("Content-Encoding")
		h.Del("Content-Length") // of the encoded body
	}
	return decoded, h, nil
}

func newDecoder(coding string, body []byte) (io.Reader, error) {
	switch coding {
	case "gzip", "x-gzip":
		return gzip.NewReader(bytes.NewReader(body))
	case "deflate": // zlib's form, and in practice also without its frame
		b := bufio.NewReader(bytes.NewReader(body))
		if head, err := b.Peek(2); err == nil && head[0]&0x0F == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
			return zlib.NewReader(b)
		}
		return flate.NewReader(b), nil
	}
	return nil, errEncoding
}
