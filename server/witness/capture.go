package witness

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

// A capture is the copy of a body that passes: its beginning, up to a limit. The transport may still read a request's body
// when the response has ended, so that a capture is locked, and ends with its exchange.
type capture struct {
	mu     sync.Mutex
	queue  *queue // whose budget the bytes count against; nil where there is none
	limit  int64
	data   []byte
	cut    bool // there was more
	ended  bool // the body was read to its end
	broken bool // it could not be read to its end
	closed bool // the exchange is over: nothing more is copied
	over   bool // the budget was spent
}

// expect makes room for a body of a length that is known.
func (c *capture) expect(length int64) {
	if 0 < length && length <= c.limit && c.queue.take(length) {
		c.data = make([]byte, 0, length)
	}
}

func (c *capture) write(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.cut || c.over {
		return
	}
	if room := c.limit - int64(len(c.data)); int64(len(p)) > room {
		p, c.cut = p[:room], true
	}
	if !c.grow(len(p)) {
		c.over, c.cut = true, true
		return
	}
	c.data = append(c.data, p...)
}

// grow makes room for n more bytes, if the budget has them.
func (c *capture) grow(n int) bool {
	need := len(c.data) + n
	if need <= cap(c.data) {
		return true
	}
	size := min(max(need, 2*cap(c.data), bytes.MinRead), int(max(c.limit, bytes.MinRead)))
	if !c.queue.take(int64(size - cap(c.data))) {
		return false
	}
	c.data = append(make([]byte, 0, size), c.data...)
	return true
}

func (c *capture) end() {
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
}

// fail notes that the body ended early, and failed reports it.
func (c *capture) fail() {
	c.mu.Lock()
	c.broken = true
	c.mu.Unlock()
}

func (c *capture) failed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

// close ends the copying, and returns what was copied.
func (c *capture) close() Body {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return Body{Data: c.data, Known: true, Cut: c.cut || !c.ended}
}

// size is how much the capture took of the budget.
func (c *capture) size() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(cap(c.data))
}

// A tee is a body that is copied as it is read.
type tee struct {
	io.ReadCloser
	to    *capture
	onEnd func()
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	if n > 0 {
		t.to.write(p[:n])
	}
	switch {
	case errors.Is(err, io.EOF):
		t.to.end()
		if t.onEnd != nil {
			t.onEnd()
		}
	case err != nil:
		t.to.fail()
	}
	return n, err
}
