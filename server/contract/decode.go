package contract

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Errors of [Decode], which wraps them.
var (
	// ErrCoding is that a body has a content coding that Decode does not know, such as br, or more than two of them.
	ErrCoding = errors.New("content coding is not supported")

	// ErrInflated is that a body is larger than the limit, or grew so much that it must be meant to fill the memory.
	ErrInflated = errors.New("body is too large when it is decoded")
)

// Bounds of what a body may grow to: a small one may always become inflatedFloor bytes.
const (
	maxInflation  = 100
	inflatedFloor = 64 << 10
	maxCodings    = 2
)

// Decode returns a body without its content coding, and a header for it: without Content-Encoding, Content-Length and
// Transfer-Encoding. It knows gzip and deflate, and returns what it got where there is no coding, or only identity. Neither the
// header nor the body that it got is changed.
//
// The result has at most limit bytes, and at most a hundred times those of body.
func Decode(header http.Header, body []byte, limit int64) ([]byte, http.Header, error) {
	codings := codingsOf(header)
	if len(codings) > maxCodings {
		return nil, nil, fmt.Errorf("contract: decode: %w", ErrCoding)
	}
	limit = min(limit, max(inflatedFloor, maxInflation*int64(len(body))))
	for _, coding := range slices.Backward(codings) { // they are listed in the order in which they were applied
		decoded, err := inflate(coding, body, limit)
		if err != nil {
			return nil, nil, fmt.Errorf("contract: decode: %w", err)
		}
		body = decoded
	}
	if header.Get("Content-Encoding") == "" {
		return body, header, nil
	}
	header = header.Clone()
	for _, name := range []string{"Content-Encoding", "Content-Length", "Transfer-Encoding"} {
		header.Del(name)
	}
	return body, header, nil
}

// codingsOf returns the content codings of a message but identity, in lower case.
func codingsOf(header http.Header) []string {
	var codings []string
	for _, line := range header.Values("Content-Encoding") {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = strings.ToLower(strings.TrimSpace(coding)); coding != "" && coding != "identity" {
				codings = append(codings, coding)
			}
		}
	}
	return codings
}

func inflate(coding string, body []byte, limit int64) ([]byte, error) {
	if len(body) == 0 {
		return body, nil // as a response to HEAD is
	}
	var r io.Reader
	var err error
	switch coding {
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		if r, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
			r, err = flate.NewReader(bytes.NewReader(body)), nil // some send it without the zlib header of RFC 9110
		}
	default:
		return nil, ErrCoding
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", coding, err)
	}
	decoded, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case int64(len(decoded)) > limit:
		return nil, ErrInflated
	case err != nil:
		return nil, fmt.Errorf("%s: %w", coding, err)
	}
	return decoded, nil
}
