package witness

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

// A bodyCopy is a copy of a body that is being forwarded, up to a limit. It has a lock because the transport may still read the
// request's body after the response has ended.
type bodyCopy struct {
	mu         sync.Mutex
	queue      *queue // limits the bytes of all copies together; nil means no limit
	limit      int64
	data       []byte
	cut        bool // the body is longer than data
	ended      bool // the body was read to its end
	broken     bool // reading the body failed
	closed     bool // the exchange is over: nothing more is copied
	overBudget bool // queue had no room for the body
}

// expect allocates memory for a body whose length is known.
func (c *bodyCopy) expect(length int64) {
	if 0 < length && length <= c.limit && c.queue.take(length) {
		c.data = make([]byte, 0, length)
	}
}

func (c *bodyCopy) write(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.cut || c.overBudget {
		return
	}
	if room := c.limit - int64(len(c.data)); int64(len(p)) > room {
		p, c.cut = p[:room], true
	}
	if !c.grow(len(p)) {
		c.overBudget, c.cut = true, true
		return
	}
	c.data = append(c.data, p...)
}

// grow makes room for n more bytes. It reports false if the queue's limit does not allow that.
func (c *bodyCopy) grow(n int) bool {
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

func (c *bodyCopy) end() {
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
}

// fail records that the body ended early.
func (c *bodyCopy) fail() {
	c.mu.Lock()
	c.broken = true
	c.mu.Unlock()
}

// failed reports whether the body ended early.
func (c *bodyCopy) failed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

// close ends the copying and returns the copy.
func (c *bodyCopy) close() Body {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return Body{Data: c.data, Known: true, Cut: c.cut || !c.ended}
}

// size returns how many bytes the copy takes of the queue's limit.
func (c *bodyCopy) size() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(cap(c.data))
}

// A tee is a body that is copied as it is read. onEnd, if set, is called at the end of the body.
type tee struct {
	io.ReadCloser
	to    *bodyCopy
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
