package param

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A QueryProgram accepts correct queries of one operation in one pass over them.
type QueryProgram struct {
	list     []Program
	names    accept.MemberTable // by the document's spelling
	required uint64
	ignore   bool // undeclared names are ignored
	fold     bool // names are compared without case, so that a name in another case is not undeclared
}

// maxQuery is the number of query parameters for which there is a bit.
const maxQuery = 64

// NewQueryProgram returns nil if every query needs the full check.
func NewQueryProgram(plan *QueryPlan, list []*Parameter, policy shape.Policy) *QueryProgram {
	programs, ok := Programs(list)
	if !ok || len(list) > maxQuery {
		return nil
	}
	q := &QueryProgram{list: programs, ignore: policy == shape.Ignore, fold: plan.IgnoreCase}
	names := make([]string, len(list))
	for i, p := range list {
		if other := plan.Names[plan.Key(p.Name)]; other != p {
			return nil // their names differ only in case, which is ignored
		}
		names[i] = p.Name
		if p.Required {
			q.required |= 1 << i
		}
	}
	q.names = accept.NewNameTable(names)
	return q
}

// Accepts reports whether the full check would find nothing in a query.
func (q *QueryProgram) Accepts(s *accept.Scanner, text string) bool {
	if text == "" {
		return q.required == 0
	}
	if hasTooMany(text) {
		return false
	}
	s.Counts = append(s.Counts[:0], make([]int, len(q.list))...)
	seen := uint64(0)
	for len(text) > 0 {
		var at int
		var ok bool
		if at, text, ok = q.field(s, text); !ok {
			return false
		}
		if at < 0 {
			continue
		}
		if p := &q.list[at]; seen&(1<<at) != 0 && !(p.Kind == list && p.explode) && p.Kind != unchecked {
			return false
		}
		seen |= 1 << at
	}
	return q.required&^seen == 0 && q.counted(s, seen)
}

// field reads one name=value. It returns the index of its parameter, or -1, and the text after it.
func (q *QueryProgram) field(s *accept.Scanner, text string) (at int, rest string, ok bool) {
	text, rest, _ = strings.Cut(text, "&")
	if text == "" {
		return -1, rest, true
	}
	equals := strings.IndexByte(text, '=')
	if strings.IndexByte(text, '%') < 0 && strings.IndexByte(text, '+') < 0 && strings.IndexByte(text, ';') < 0 { // most have none of these
		s.Scratch = append(s.Scratch[:0], text...)
	} else if s.Scratch, equals, ok = unescape(s.Scratch[:0], text); !ok {
		return 0, "", false
	}
	at, ok = q.value(s, equals)
	return at, rest, ok
}

// unescape appends name=value to scratch without its escapes. It returns the index of the equals sign, or -1.
func unescape(scratch []byte, text string) (out []byte, equals int, ok bool) {
	equals = -1
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '=' && equals < 0:
			equals = len(scratch)
		case c == ';':
			return scratch, 0, false
		case c == '+':
			c = ' '
		case c == '%':
			if i+2 >= len(text) || !strictjson.IsHex(text[i+1]) || !strictjson.IsHex(text[i+2]) {
				return scratch, 0, false
			}
			c = hexDigit(text[i+1])<<4 | hexDigit(text[i+2])
			i += 2
		}
		scratch = append(scratch, c)
	}
	return scratch, equals, true
}

// value checks the field in Scratch, whose name ends at equals.
func (q *QueryProgram) value(s *accept.Scanner, equals int) (at int, ok bool) {
	name, value := s.Scratch, []byte(nil)
	if equals >= 0 {
		name, value = s.Scratch[:equals], s.Scratch[equals+1:]
	}
	if !isText(s.Scratch) {
		return 0, false
	}
	at = q.names.Find(name)
	if at < 0 {
		return at, q.ignore && !(q.fold && (!isASCII(name) || q.names.Twin(name)))
	}
	p := &q.list[at]
	if p.uuid != nil && len(value) > 0 {
		return at, p.uuid(value)
	}
	if p.Kind == list && p.explode {
		s.Counts[at]++
		// An empty array is one empty element. allowEmptyValue permits it only if there is no other, which is left to the full
		// check.
		return at, !(p.allowEmpty && len(value) == 0) && p.acceptsElement(s, value)
	}
	return at, p.accepts(s, value)
}

// isText reports whether text is valid UTF-8 without U+0000.
func isText(text []byte) bool {
	return bytes.IndexByte(text, 0) < 0 && utf8.Valid(text)
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// counted reports whether the arrays have as many elements as they should.
func (q *QueryProgram) counted(s *accept.Scanner, seen uint64) bool {
	for at := range q.list {
		if p := &q.list[at]; seen&(1<<at) != 0 && p.Kind == list && p.explode && !p.root().AcceptsCount(s.Counts[at]) {
			return false
		}
	}
	return true
}

func hexDigit(c byte) byte {
	if c > '9' {
		return c | 0x20 - 'a' + 10
	}
	return c - '0'
}
