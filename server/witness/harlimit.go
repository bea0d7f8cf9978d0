package witness

import (
	"bytes"
	"io"
)

// A stringLimiter reads JSON text and shortens long strings in it, so that an entry of any size fits in memory. The only syntax that it
// needs is that of strings: a quote begins one, the next quote ends it, and a backslash within it begins an escape.
type stringLimiter struct {
	src   io.Reader
	limit int // bytes of a string that are kept

	state   limiterState
	hex     int     // digits that \u still needs
	kept    int     // bytes of the current string that were kept
	dropped bool    // the current string has been shortened
	written int64   // bytes kept in all
	ends    []int64 // where shortened strings end, as offsets in the bytes kept
	err     error
}

type limiterState uint8

const (
	outsideString limiterState = iota
	insideString
	insideEscape
)

func newStringLimiter(src io.Reader, limit int) *stringLimiter {
	return &stringLimiter{src: src, limit: limit}
}

// Read returns the next bytes that are kept.
func (l *stringLimiter) Read(p []byte) (int, error) {
	for l.err == nil && len(p) > 0 {
		n, err := l.src.Read(p)
		l.err = err
		if n = l.filter(p[:n]); n > 0 {
			return n, nil
		}
	}
	return 0, l.err
}

// filter removes the bytes of p that are not kept, and returns how many are left. Bytes without a quote or a backslash before them
// are treated together, which is faster than one by one.
func (l *stringLimiter) filter(p []byte) int {
	n, quote := 0, -1
	for i := 0; i < len(p); {
		if quote < i {
			quote = indexOrEnd(p, i, '"')
		}
		if end := l.plain(p, i, quote); end > i {
			if !l.dropped {
				n += copy(p[n:], p[i:end])
				l.written += int64(end - i)
			}
			i = end
			continue
		}
		if l.keep(p[i]) {
			p[n] = p[i]
			n++
			l.written++
		}
		i++
	}
	return n
}

// plain returns the end of the bytes from i on that do not change the state, and counts them. quote is the index of the next quote.
func (l *stringLimiter) plain(p []byte, i, quote int) int {
	switch {
	case l.state == outsideString:
		return quote
	case l.state == insideEscape || l.hex > 0:
		return i
	}
	end := i + indexOrEnd(p[i:quote], 0, '\\')
	if !l.dropped {
		end = min(end, i+max(0, l.limit-l.kept))
	}
	l.kept += end - i
	return end
}

// indexOrEnd returns the index of a byte from i on, or the length of p.
func indexOrEnd(p []byte, i int, b byte) int {
	if at := bytes.IndexByte(p[i:], b); at >= 0 {
		return i + at
	}
	return len(p)
}

// keep reads one byte, and reports whether it is kept. Strings are only cut where a character or an escape begins, so that the rest is
// still JSON.
func (l *stringLimiter) keep(b byte) bool {
	switch {
	case l.state == outsideString:
		if b == '"' {
			l.state, l.kept = insideString, 0
		}
		return true
	case l.state == insideString && l.hex == 0 && b == '"':
		l.state = outsideString
		if l.dropped {
			l.ends = append(l.ends, l.written)
			l.dropped = false
		}
		return true
	case l.state == insideString && l.hex == 0 && l.kept >= l.limit && b&0xC0 != 0x80:
		l.dropped = true
	}
	l.step(b)
	l.kept++
	return !l.dropped
}

// step updates the state within escapes.
func (l *stringLimiter) step(b byte) {
	switch {
	case l.hex > 0:
		l.hex--
	case l.state == insideEscape:
		l.state = insideString
		if b == 'u' {
			l.hex = 4
		}
	case b == '\\':
		l.state = insideEscape
	}
}

// shortened reports whether a string was shortened that ends before an offset in the bytes kept, since the last call.
func (l *stringLimiter) shortened(offset int64) bool {
	n := 0
	for n < len(l.ends) && l.ends[n] < offset {
		n++
	}
	l.ends = l.ends[n:]
	return n > 0
}
