package jsonpatch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxShown bounds the bytes of an array or object in a message. .NET prints all
// of it, which may be thirty times as long as the request.
const maxShown = 64 << 10

// indented formats raw as Json.NET's JToken.ToString does: with two blanks per
// level, and its own format of numbers and strings. Lines end as on Linux.
func indented(raw json.RawMessage) string {
	w := &indenter{}
	for token, err := range tokens(raw) {
		if err != nil || w.out.Len() > maxShown {
			break
		}
		w.token(token)
	}
	return cut(w.out.String())
}

// An indenter writes tokens. Its stack has a frame for each open container.
type indenter struct {
	out   strings.Builder
	stack []frame
}

type frame struct {
	object bool
	count  int // names and values written so far
}

func (w *indenter) token(token json.Token) {
	delim, isDelim := token.(json.Delim)
	if isDelim && step(delim) < 0 {
		w.close(delim)
		return
	}
	w.separate()
	switch t := token.(type) {
	case json.Delim:
		w.out.WriteString(t.String())
		w.stack = append(w.stack, frame{object: t == '{'})
	case string:
		writeString(&w.out, t)
	case json.Number:
		plain, _, _ := number(t.String())
		w.out.WriteString(plain)
	case bool:
		w.out.WriteString(strconv.FormatBool(t))
	default:
		w.out.WriteString("null")
	}
}

// separate writes the punctuation before a name or a value.
func (w *indenter) separate() {
	if len(w.stack) == 0 {
		return
	}
	top := &w.stack[len(w.stack)-1]
	if top.object && top.count%2 == 1 {
		w.out.WriteString(": ")
	} else {
		if top.count > 0 {
			w.out.WriteByte(',')
		}
		w.newLine()
	}
	top.count++
}

func (w *indenter) close(delim json.Delim) {
	last := len(w.stack) - 1
	empty := w.stack[last].count == 0
	w.stack = w.stack[:last]
	if !empty {
		w.newLine()
	}
	w.out.WriteString(delim.String())
}

func (w *indenter) newLine() {
	w.out.WriteByte('\n')
	for range w.stack {
		w.out.WriteString("  ")
	}
}

// writeString writes s as a JSON string with Json.NET's default escapes.
func writeString(out *strings.Builder, s string) {
	const short = "\b\f\n\r\t\"\\"
	const letters = "bfnrt\"\\"
	const hex = "0123456789abcdef"
	out.WriteByte('"')
	for _, r := range s {
		switch i := strings.IndexRune(short, r); {
		case i >= 0:
			out.WriteByte('\\')
			out.WriteByte(letters[i])
		case r < ' ' || r == '\u0085':
			out.WriteString(`\u00`)
			out.WriteByte(hex[r>>4])
			out.WriteByte(hex[r&15])
		case r == '\u2028' || r == '\u2029':
			out.WriteString(`\u202`)
			out.WriteByte(hex[r&15])
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
}

// cut shortens s to at most maxShown bytes, without splitting a character.
func cut(s string) string {
	if len(s) <= maxShown {
		return s
	}
	i := maxShown
	for !utf8.RuneStart(s[i]) {
		i--
	}
	return s[:i] + "…"
}

// tokens yields the tokens of raw. It stops after the first error.
func tokens(raw json.RawMessage) func(yield func(json.Token, error) bool) {
	return func(yield func(json.Token, error) bool) {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) || !yield(token, err) || err != nil {
				return
			}
		}
	}
}

func step(d json.Delim) int {
	if d == '[' || d == '{' {
		return 1
	}
	return -1
}
