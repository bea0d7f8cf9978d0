package witness

import "io"

// A clip is a reader of JSON text that shortens long string literals, so that one entry of a capture fits in memory whatever
// it holds. It needs no syntax but that of strings: outside them a quote opens one, inside a backslash escapes.
type clip struct {
	src   io.Reader
	limit int // bytes of a literal that are passed on

	state   clipState
	hex     int   // digits that \u still needs
	kept    int   // bytes of the current literal that were passed on
	dropped bool  // the current literal has been shortened
	written int64 // bytes passed on
	ends    []int64
	err     error
}

type clipState uint8

const (
	clipOutside clipState = iota
	clipInside
	clipEscape
)

func newClip(src io.Reader, limit int) *clip { return &clip{src: src, limit: limit} }

// Read passes on what it may of the next bytes.
func (c *clip) Read(p []byte) (int, error) {
	for c.err == nil && len(p) > 0 {
		n, err := c.src.Read(p)
		c.err = err
		if n = c.filter(p[:n]); n > 0 {
			return n, nil
		}
	}
	return 0, c.err
}

// filter shortens p in place.
func (c *clip) filter(p []byte) int {
	n := 0
	for _, b := range p {
		if c.keep(b) {
			p[n] = b
			n++
			c.written++
		}
	}
	return n
}

// keep advances by one byte, and reports whether it is passed on. A literal is cut only where a character begins, so that
// what is left of it is still JSON.
func (c *clip) keep(b byte) bool {
	switch {
	case c.state == clipOutside:
		if b == '"' {
			c.state, c.kept, c.dropped = clipInside, 0, false
		}
		return true
	case c.state == clipInside && c.hex == 0 && b == '"':
		c.state = clipOutside
		if c.dropped {
			c.ends = append(c.ends, c.written)
		}
		return true
	case c.state == clipInside && c.hex == 0 && c.kept >= c.limit && b&0xC0 != 0x80:
		c.dropped = true
	}
	c.step(b)
	c.kept++
	return !c.dropped
}

// step follows escapes.
func (c *clip) step(b byte) {
	switch {
	case c.hex > 0:
		c.hex--
	case c.state == clipEscape:
		c.state = clipInside
		if b == 'u' {
			c.hex = 4
		}
	case b == '\\':
		c.state = clipEscape
	}
}

// shortened reports whether a literal that ends before the offset, in what was passed on, was shortened since the last call.
func (c *clip) shortened(offset int64) bool {
	n := 0
	for n < len(c.ends) && c.ends[n] < offset {
		n++
	}
	c.ends = c.ends[n:]
	return n > 0
}
