package contract

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A queryProgram decides about a query string in one pass over it.
type queryProgram struct {
	list     []parameterProgram
	names    memberTable // by name, as the document has it
	required uint64
	ignore   bool // undeclared names are ignored
	fold     bool // and names that differ only in case from a declared one are not undeclared
}

// maxQuery is how many query parameters a program knows.
const maxQuery = 64

// newQueryProgram returns nil where every query has to go the slow way.
func (s *slabs) newQueryProgram(plan *queryPlan, list []*parameter, policy Policy) *queryProgram {
	programs, ok := s.parameterPrograms(list)
	if !ok || len(list) > maxQuery {
		return nil
	}
	q := &queryProgram{list: programs, ignore: policy == Ignore, fold: plan.ignoreCase}
	var names []member
	for i, p := range list {
		if other := plan.names[plan.key(p.name)]; other != p {
			return nil // two names that differ only in case, which is ignored
		}
		names = append(names, member{name: p.name})
		if p.required {
			q.required |= 1 << i
		}
	}
	q.names = newMemberTable(names)
	return q
}

// accepts holds for a query that the slow half would say nothing about.
func (q *queryProgram) accepts(s *scanner, text string) bool {
	if text == "" {
		return q.required == 0
	}
	if hasTooMany(text) {
		return false
	}
	s.counts = append(s.counts[:0], make([]int, len(q.list))...)
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
		if p := &q.list[at]; seen&(1<<at) != 0 && !(p.kind == list && p.explode) && p.kind != unchecked {
			return false
		}
		seen |= 1 << at
	}
	return q.required&^seen == 0 && q.counted(s, seen)
}

// field reads one name=value and returns which parameter it is for, or -1, and the text after it.
func (q *queryProgram) field(s *scanner, text string) (at int, rest string, ok bool) {
	text, rest, _ = strings.Cut(text, "&")
	if text == "" {
		return -1, rest, true
	}
	equals := strings.IndexByte(text, '=')
	if strings.IndexByte(text, '%') < 0 && strings.IndexByte(text, '+') < 0 && strings.IndexByte(text, ';') < 0 { // as in most
		s.scratch = append(s.scratch[:0], text...)
	} else if equals, ok = s.unescape(text); !ok {
		return 0, "", false
	}
	at, ok = q.value(s, equals)
	return at, rest, ok
}

// unescape reads name=value into scratch, and returns where the name ends there, or -1.
func (s *scanner) unescape(text string) (equals int, ok bool) {
	equals = -1
	s.scratch = s.scratch[:0]
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '=' && equals < 0:
			equals = len(s.scratch)
		case c == ';':
			return 0, false
		case c == '+':
			c = ' '
		case c == '%':
			if i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2]) {
				return 0, false
			}
			c = hexDigit(text[i+1])<<4 | hexDigit(text[i+2])
			i += 2
		}
		s.scratch = append(s.scratch, c)
	}
	return equals, true
}

// value decides about the field in scratch, whose name ends at equals.
func (q *queryProgram) value(s *scanner, equals int) (at int, ok bool) {
	name, value := s.scratch, []byte(nil)
	if equals >= 0 {
		name, value = s.scratch[:equals], s.scratch[equals+1:]
	}
	if !isText(s.scratch) {
		return 0, false
	}
	at = q.names.find(name)
	if at < 0 {
		return at, q.ignore && !(q.fold && (!isASCII(name) || q.names.twin(name)))
	}
	p := &q.list[at]
	if p.uuid != nil && len(value) > 0 {
		return at, p.uuid(value)
	}
	if p.kind == list && p.explode {
		s.counts[at]++
		// An empty list is one empty element, which allowEmptyValue makes good only if it is alone.
		return at, !(p.allowEmpty && len(value) == 0) && p.acceptsElement(s, value)
	}
	return at, p.accepts(s, value)
}

// isText holds for bytes of whole characters without U+0000.
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

// counted holds if the lists have as many elements as they should.
func (q *queryProgram) counted(s *scanner, seen uint64) bool {
	for at := range q.list {
		if p := &q.list[at]; seen&(1<<at) != 0 && p.kind == list && p.explode && !p.acceptsCount(s.counts[at]) {
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
