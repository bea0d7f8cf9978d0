package witness

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/go-json-experiment/json/jsontext"
)

// maxLiteral limits how much of a string in a HAR file is kept in memory, in bytes of JSON text. It is larger than the largest body that a
// proxy checks by default, to leave room for escapes and base64.
const maxLiteral = 16 << 20

// Reasons for which [ReadHAR] skips an entry.
const (
	SkipPreflight = "preflight" // a CORS preflight, which browsers send and documents do not describe
	SkipScheme    = "scheme"    // the URL is not http or https, but data:, blob:, chrome-extension: or the like
	SkipCached    = "cached"    // the browser took the response from its cache
	SkipWebSocket = "websocket" // the connection became a WebSocket
	SkipStatus    = "status"    // there is no response, because the request was blocked or aborted
	SkipEntry     = "entry"     // not a HAR entry: the URL or the method is missing
)

// ReadHAR reads a HAR file, or NDJSON of HAR entries, and calls each with every entry: with the exchange, or with the reason for which it
// is skipped. It holds one entry in memory at a time. If each returns an error, ReadHAR stops and returns it. Any other error says that the
// file is damaged or cut off; each was called for the entries before.
//
// HAR files do not hold everything: bodies are decoded text without invalid UTF-8 and byte order marks, and many tools leave out
// credentials. [Exchange.Without] is set accordingly.
func ReadHAR(r io.Reader, each func(x *Exchange, skip string) error) error {
	src := newStringLimiter(skipBOM(r), maxLiteral)
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
			return fmt.Errorf("%w at byte %d, after %d entries", withoutText(err), h.dec.InputOffset(), h.entries)
		}
	}
}

// stopError wraps an error of the caller's function.
type stopError struct{ err error }

func (e *stopError) Error() string { return e.err.Error() }

// withoutText returns an error that quotes nothing of the file, as the messages of jsontext do.
func withoutText(err error) error {
	var syntax *jsontext.SyntacticError
	var file *fs.PathError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the file is cut off")
	case errors.As(err, &syntax):
		return errors.New("the file is not JSON")
	case errors.As(err, &file):
		return fmt.Errorf("cannot %s the file: %w", file.Op, file.Err)
	}
	return err
}

// skipBOM skips a byte order mark, which tools on Windows write.
func skipBOM(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 64<<10)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\xEF\xBB\xBF" {
		_, _ = b.Discard(3)
	}
	return b
}

// A harReader reads one file.
type harReader struct {
	src     *stringLimiter
	dec     *jsontext.Decoder
	each    func(*Exchange, string) error
	entries int
}

// root reads one value at the top level: a HAR file, an entry, or a list of entries.
func (h *harReader) root() error {
	if h.dec.PeekKind() == '[' {
		return h.array(h.entry)
	}
	return h.rootObject()
}

// rootObject reads an object at the top level. If it has no member log, it is an entry.
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

// log reads the value of the member log, which holds the entries.
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

// object calls member with the name of each member of an object; member must read the value. A value that is no object is skipped.
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

// array calls element for each element of an array; element must read it. A value that is no array is skipped.
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

// inside turns io.EOF within a value into io.ErrUnexpectedEOF, because ReadHAR takes io.EOF for the regular end of the file.
func inside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// text reads a string. For another kind of value ok is false. cut says that s is only the beginning of the string.
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

// number reads a number. For another kind of value ok is false.
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
