package witness

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// maxLiteral bounds a string of a HAR file, in bytes of JSON text; the rest of it is not read into memory. It is above what
// is checked of a body, with room for escapes and base64.
const maxLiteral = 16 << 20

// Reasons for which [ReadHAR] skips an entry.
const (
	SkipPreflight = "preflight" // a CORS preflight is between browser and server, and no operation
	SkipScheme    = "scheme"    // data:, blob:, chrome-extension: and the like
	SkipCached    = "cached"    // the browser's cache answered, not the service
	SkipWebSocket = "websocket" // a connection that left HTTP
	SkipStatus    = "status"    // blocked or aborted: there is no response
	SkipEntry     = "entry"     // no entry of the format: a URL or a method is missing
)

// ReadHAR reads a HAR file, or entries of one that stand one after the other (NDJSON), and calls each for every entry: with
// the exchange, or with the reason for which it is skipped. It holds one entry in memory at a time. An error of each ends the
// reading and is returned; any other error says that the file is damaged or ends early, after what was read until then.
//
// A HAR file is lossy: bodies are decoded text, bytes outside of UTF-8 and byte order marks are gone, and many tools leave
// credentials out. [Exchange.Without] says so.
func ReadHAR(r io.Reader, each func(x *Exchange, skip string) error) error {
	src := newClip(skipMark(r), maxLiteral)
	h := &harReader{
		src: src, each: each,
		dec: jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
	}
	for {
		err := h.root()
		var stop *stopError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &stop):
			return stop.err
		case err != nil:
			return fmt.Errorf("read HAR at byte %d, after %d entries: %w", h.dec.InputOffset(), h.entries, damage(err))
		}
	}
}

// stopError is an error of the caller's function.
type stopError struct{ err error }

func (e *stopError) Error() string { return e.err.Error() }

// damage keeps text of the file, which jsontext quotes in its messages, out of the error.
func damage(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	case errors.As(err, &syntax):
		return errors.New("not JSON")
	}
	return err
}

// skipMark drops a byte order mark, which tools on Windows write.
func skipMark(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 64<<10)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\xEF\xBB\xBF" {
		_, _ = b.Discard(3)
	}
	return b
}

// A harReader walks one file.
type harReader struct {
	src     *clip
	dec     *jsontext.Decoder
	each    func(*Exchange, string) error
	entries int
}

// root reads one value at the top: a HAR file, an entry, or a list of entries.
func (h *harReader) root() error {
	if h.dec.PeekKind() == '[' {
		return h.array(h.entry)
	}
	return h.rootObject()
}

// rootObject reads a HAR file's object, or takes the object for an entry.
func (h *harReader) rootObject() error {
	e, isLog := newHarEntry(), false
	kind := h.dec.PeekKind()
	err := h.object(func(name string) error {
		if name == "log" {
			isLog = true
			return h.log()
		}
		return h.entryMember(e, name)
	})
	if err != nil || isLog {
		return err
	}
	if kind != '{' {
		return h.deliver(nil, SkipEntry)
	}
	return h.finish(e)
}

func (h *harReader) log() error {
	return h.object(func(name string) error {
		if name == "entries" {
			return h.array(h.entry)
		}
		return h.dec.SkipValue()
	})
}

func (h *harReader) entry() error {
	e := newHarEntry()
	if err := h.object(func(name string) error { return h.entryMember(e, name) }); err != nil {
		return err
	}
	return h.finish(e)
}

func (h *harReader) finish(e *harEntry) error {
	if skip := e.skip(); skip != "" {
		return h.deliver(nil, skip)
	}
	return h.deliver(e.exchange(), "")
}

func (h *harReader) deliver(x *Exchange, skip string) error {
	h.entries++
	if err := h.each(x, skip); err != nil {
		return &stopError{err}
	}
	return nil
}

// object calls member with the name of each member, and member reads its value. Another kind of value is skipped.
func (h *harReader) object(member func(name string) error) error {
	if h.dec.PeekKind() != '{' {
		return h.dec.SkipValue()
	}
	if _, err := h.dec.ReadToken(); err != nil {
		return err
	}
	for h.dec.PeekKind() == '"' {
		token, err := h.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := inside(member(token.String())); err != nil {
			return err
		}
	}
	_, err := h.dec.ReadToken()
	return inside(err)
}

// array calls element before each element, which it reads.
func (h *harReader) array(element func() error) error {
	if h.dec.PeekKind() != '[' {
		return h.dec.SkipValue()
	}
	if _, err := h.dec.ReadToken(); err != nil {
		return err
	}
	for h.dec.PeekKind() != ']' {
		if err := inside(element()); err != nil {
			return err
		}
	}
	_, err := h.dec.ReadToken()
	return inside(err)
}

// inside turns the end of the input within a value into an error that is not taken for the end of the file.
func inside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// text reads a string; another kind of value gives ok false. cut says that the string is longer than what was read.
func (h *harReader) text() (s string, ok, cut bool, err error) {
	if h.dec.PeekKind() != '"' {
		return "", false, false, h.dec.SkipValue()
	}
	token, err := h.dec.ReadToken()
	if err != nil {
		return "", false, false, err
	}
	return token.String(), true, h.src.shortened(h.dec.InputOffset()), nil
}

// number reads a number; another kind of value gives ok false.
func (h *harReader) number() (n float64, ok bool, err error) {
	if h.dec.PeekKind() != '0' {
		return 0, false, h.dec.SkipValue()
	}
	token, err := h.dec.ReadToken()
	if err != nil {
		return 0, false, err
	}
	n, err = token.Float()
	return n, err == nil, nil
}
