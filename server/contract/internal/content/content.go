// Package content holds the bytes of messages: [Read] reads the body of a request, [Body] gives it to a handler, and [Buffer]
// collects that of a response.
package content

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// maxGrow bounds what is allocated for a body before its bytes have arrived.
const maxGrow = 1 << 20

// Read reads a body into a new buffer of the announced length, which the handler may keep. It stops at the first byte
// beyond the limit.
func Read(body io.Reader, announced, limit int64) ([]byte, error) {
	size := int64(bytes.MinRead)
	if announced > 0 { // Content-Length is the client's claim: it is not trusted for more than maxGrow
		size = min(announced, maxGrow) + 1
	}
	data := make([]byte, 0, size)
	for {
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case err == io.EOF:
			return data, nil
		case err != nil || int64(len(data)) > limit:
			return data, err
		case len(data) == cap(data):
			data = append(data, 0)[:len(data)]
		}
	}
}

// A Body is the request body that the handler reads.
type Body struct {
	Data []byte
	read int // number of bytes of data that were read
}

// Bytes returns the whole body.
func (b *Body) Bytes() []byte { return b.Data }

// Read implements io.Reader.
func (b *Body) Read(p []byte) (int, error) {
	if b.read == len(b.Data) {
		return 0, io.EOF
	}
	n := copy(p, b.Data[b.read:])
	b.read += n
	return n, nil
}

// WriteTo implements io.WriterTo, so that io.Copy needs no buffer.
func (b *Body) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(b.Data[b.read:])
	b.read += n
	return int64(n), err
}

// Close implements io.Closer.
func (*Body) Close() error { return nil }

// Again implements the request's GetBody.
func (b *Body) Again() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(b.Data)), nil
}

// None implements the GetBody of a request without a body.
func None() (io.ReadCloser, error) { return http.NoBody, nil }

// Rest returns the body of an observed request that was too large to check: what was read, then what was not.
func Rest(read []byte, unread io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), unread), unread}
}

// idleBodies are buffers of responses that were checked. A page of several hundred kilobytes costs more to allocate than to check.
var idleBodies sync.Pool

// Buffer returns an empty buffer for a body that is announced to have n bytes; 0 if nothing is announced.
func Buffer(n int64) []byte {
	if idle, ok := idleBodies.Get().(*[]byte); ok {
		return (*idle)[:0]
	}
	return make([]byte, 0, max(bytes.MinRead, min(n, maxGrow)))
}

// Release makes a buffer available to other responses.
func Release(body []byte) {
	if 0 < cap(body) && cap(body) <= 2*maxGrow {
		kept := body // only here is it moved to the heap
		idleBodies.Put(&kept)
	}
}
