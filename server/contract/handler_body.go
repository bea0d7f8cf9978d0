package contract

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// maxGrow bounds what is allocated for a body before its bytes have arrived.
const maxGrow = 1 << 20

// readBody reads a body into a new buffer of the announced length, which the handler may keep. It stops at the first byte
// beyond the limit.
func readBody(body io.Reader, announced, limit int64) ([]byte, error) {
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

// A checkedBody is the request body that the handler reads.
type checkedBody struct {
	data []byte
	read int // number of bytes of data that were read
}

// Bytes returns the whole body.
func (b *checkedBody) Bytes() []byte { return b.data }

func (b *checkedBody) Read(p []byte) (int, error) {
	if b.read == len(b.data) {
		return 0, io.EOF
	}
	n := copy(p, b.data[b.read:])
	b.read += n
	return n, nil
}

// WriteTo implements io.WriterTo, so that io.Copy needs no buffer.
func (b *checkedBody) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(b.data[b.read:])
	b.read += n
	return int64(n), err
}

func (*checkedBody) Close() error { return nil }

// again implements the request's GetBody.
func (b *checkedBody) again() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(b.data)), nil
}

func noBody() (io.ReadCloser, error) { return http.NoBody, nil }

// rest returns the body of an observed request that was too large to check: what was read, then what was not.
func rest(read []byte, unread io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), unread), unread}
}

// idleBodies are buffers of responses that were checked. A page of several hundred kilobytes costs more to allocate than to check.
var idleBodies sync.Pool

// bodyBuffer returns an empty buffer for a body that is announced to have n bytes; 0 if nothing is announced.
func bodyBuffer(n int64) []byte {
	if idle, ok := idleBodies.Get().(*[]byte); ok {
		return (*idle)[:0]
	}
	return make([]byte, 0, max(bytes.MinRead, min(n, maxGrow)))
}

// idle lets another response have a buffer.
func idle(body []byte) {
	if 0 < cap(body) && cap(body) <= 2*maxGrow {
		kept := body // only here is it moved to the heap
		idleBodies.Put(&kept)
	}
}
