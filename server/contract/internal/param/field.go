package param

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// A Field is one name=value of a query or form.
type Field struct {
	Name, Value string
	raw         string // the value as it was sent, or ""
	bare        bool   // there is no equals sign
}

// SplitFields reads a query or a form. It calls found for each field that the standard decoders ignore or change: with a
// semicolon, a bad escape, invalid UTF-8 or U+0000. Such fields are not returned, because different readers see different
// values in them. name is "" if the name itself cannot be read. If reserved reports true for a name, its value may contain
// semicolons; they are escaped in the field.
func SplitFields(text string, reserved func(name string) bool, found func(rule, expected, name string)) []Field {
	var fields []Field
	for part := range strings.SplitSeq(text, "&") {
		if part == "" {
			continue
		}
		rawName, raw, equals := strings.Cut(part, "=")
		name, err1 := url.QueryUnescape(rawName)
		if err1 == nil && strings.Contains(raw, ";") && reserved(name) {
			raw = strings.ReplaceAll(raw, ";", "%3B") // as url.ParseQuery reads it
			part = rawName + "=" + raw
		}
		value, err2 := url.QueryUnescape(raw)
		readable := name
		if err1 != nil || !utf8.ValidString(name) || strings.ContainsAny(name, ";\x00") {
			readable = ""
		}
		switch {
		case strings.Contains(part, ";"):
			found("syntax", "& between parameters, ; written as %3B", readable)
		case err1 != nil || err2 != nil:
			found("syntax", "two hexadecimal digits after each %", readable)
		case !utf8.ValidString(name) || !utf8.ValidString(value):
			found("utf8", "valid UTF-8", readable)
		case strings.Contains(name, "\x00") || strings.Contains(value, "\x00"):
			found("nul", "no U+0000", readable)
		default:
			fields = append(fields, Field{name, value, raw, !equals})
		}
	}
	return fields
}

// maxFields is the number of parameters that net/url reads in a query, empty ones included. For a query with more,
// url.URL.Query returns none at all, so that a handler would see nothing of what was checked.
const maxFields = 10_000

func hasTooMany(text string) bool {
	return len(text) >= maxFields && strings.Count(text, "&") >= maxFields
}

func joinFields(fields []Field) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.Name))
		if !f.bare {
			b.WriteString("=" + f.raw)
		}
	}
	return b.String()
}

// unescaped returns a part of a query without its escapes, which are known to be correct.
func unescaped(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		return text
	}
	return plain
}
