package contract

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A field is one name=value of a query or form.
type field struct {
	name, value string
	raw         string // what stood after the =, or "" where there was none
	bare        bool   // there was none
}

// splitFields reads a query string or a form. It calls found for what the standard decoders pass over: a semicolon, a bad
// escape, invalid UTF-8, U+0000; such fields are not returned, for nobody can say what they mean. The name is "" where it is
// the name that cannot be read.
func splitFields(text string, found func(rule, expected, name string)) []field {
	var fields []field
	for part := range strings.SplitSeq(text, "&") {
		if part == "" {
			continue
		}
		rawName, raw, equals := strings.Cut(part, "=")
		name, err1 := url.QueryUnescape(rawName)
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
			fields = append(fields, field{name, value, raw, !equals})
		}
	}
	return fields
}

// maxFields is how many parameters net/url reads of a query. Of one that has more, empty ones included, url.URL.Query returns
// none at all, so that a handler would see nothing of what was checked.
const maxFields = 10_000

func hasTooMany(text string) bool {
	return len(text) >= maxFields && strings.Count(text, "&") >= maxFields
}

// A queryPlan says which parameter each name belongs to.
type queryPlan struct {
	ignoreCase bool
	names      map[string]*parameter // folded where case is ignored
	prefixes   []string              // of deepObject parameters: name[
	free       bool                  // an exploded object takes any name
}

func (q *queryPlan) add(p *parameter) {
	if q.names == nil {
		q.names = map[string]*parameter{}
	}
	q.names[q.key(p.name)] = p
	if p.kind != byKin {
		return
	}
	if p.style == "deepObject" {
		q.prefixes = append(q.prefixes, p.name+"[")
	}
	if p.style == "form" && p.explode {
		q.free = true
	}
}

func (q *queryPlan) key(name string) string {
	if q.ignoreCase {
		return fold(name)
	}
	return name
}

// declares holds for a name that belongs to a parameter made of many.
func (q *queryPlan) declares(name string) bool {
	for _, prefix := range q.prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return q.free
}

// A query is a query string, read.
type query struct {
	values    map[*parameter][]string
	unread    map[*parameter]bool // given, and not readable
	all       url.Values
	canonical string // the query string in the document's spelling
	rewritten bool
}

// read sorts the fields to their parameters.
func (q *queryPlan) read(text string, ck *requestCheck) *query {
	at := place{"query", "", ck.op.src}
	result := &query{values: map[*parameter][]string{}, unread: map[*parameter]bool{}, all: url.Values{}, canonical: text}
	if hasTooMany(text) {
		ck.out.add(at.finding("size", "at most "+strconv.Itoa(maxFields)+" parameters"))
		for _, p := range q.names {
			result.unread[p] = true
		}
		return result
	}
	fields := splitFields(text, func(rule, expected, name string) {
		here := at
		if p := q.names[q.key(name)]; p != nil {
			here, result.unread[p] = p.place, true
		} else if name != "" {
			here.pointer = pointerTo("", name)
		}
		ck.out.add(here.finding(rule, expected))
	})
	for i, f := range fields {
		p := q.names[q.key(f.name)]
		if p == nil {
			q.undeclared(f.name, at, ck)
		} else {
			result.values[p] = append(result.values[p], f.value)
			if f.name != p.name {
				result.rewritten = true
				fields[i].name = p.name
				ck.out.add(p.place.canonical(p.name))
			}
		}
		result.all.Add(fields[i].name, f.value)
	}
	if result.rewritten {
		result.canonical = joinFields(fields)
	}
	return result
}

func (q *queryPlan) undeclared(name string, at place, ck *requestCheck) {
	if ck.policy == Ignore || q.declares(name) {
		return
	}
	at.pointer = pointerTo("", name)
	f := at.finding("undeclared", "only declared parameters")
	f.reportOnly = ck.policy == Report
	ck.out.add(f)
}

func (p place) canonical(name string) finding {
	f := p.finding("canonical", name)
	f.reportOnly = true
	return f
}

func joinFields(fields []field) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.name))
		if !f.bare {
			b.WriteString("=" + f.raw)
		}
	}
	return b.String()
}
