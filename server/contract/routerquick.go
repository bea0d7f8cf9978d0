package contract

import (
	"net/url"
	"strings"
)

// quick finds the route of a path that is written as the document writes it, without escapes and where no other branch could
// fit, which is how nearly all requests are. It appends the path's values. Nil leaves the path to find.
func (t *router) quick(method string, u *url.URL, values []PathValue) (*route, []PathValue) {
	path := u.Path
	if u.RawPath != "" || path == "" || path[0] != '/' {
		return nil, nil
	}
	first := len(values)
	n := t.root
	for rest := path[1:]; ; {
		var end int
		if step := n.exactly(rest); step != nil {
			n, end = step.next, len(step.segment)
		} else {
			if end = valueLength(rest); end < 0 || !t.onlyValue(n, rest[:end]) {
				return nil, nil
			}
			n = n.param
			values = append(values, PathValue{Value: rest[:end]})
		}
		if end == len(rest) {
			return n.named(method, values, first)
		}
		rest = rest[end+1:]
	}
}

// exactly returns the step for the segment that rest begins with, if that is a literal as the document has it.
func (n *pathNode) exactly(rest string) *exactStep {
	for i := range n.exact {
		step := &n.exact[i]
		if end := len(step.segment); len(rest) >= end && rest[:end] == step.segment && (len(rest) == end || rest[end] == '/') {
			return step
		}
	}
	return nil
}

// valueLength returns the length of the segment that rest begins with, or -1 if somebody could read that in another way.
func valueLength(rest string) int {
	for i := range len(rest) {
		if rest[i] == '/' {
			return i
		}
		if !plainInPath[rest[i]] {
			return -1
		}
	}
	return len(rest)
}

// onlyValue holds for a segment that can be nothing but the value of a parameter.
func (t *router) onlyValue(n *pathNode, segment string) bool {
	return n.param != nil && segment != "" && len(n.partials) == 0 && (len(n.literals) == 0 || n.literals[t.key(segment)] == nil)
}

// named returns the node's route for a method, and gives the values behind first the names that it has for them.
func (n *pathNode) named(method string, values []PathValue, first int) (*route, []PathValue) {
	for _, rt := range n.listed {
		if rt.op.method != method {
			continue
		}
		for i, name := range rt.values {
			values[first+i].Name = name
		}
		return rt, values
	}
	return nil, nil
}

// plainInPath are the bytes that url.URL.EscapedPath leaves alone and url.PathUnescape, too.
var plainInPath = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = isAlphanumeric(byte(c)) || strings.IndexByte("-_.~$&+,:;=@", byte(c)) >= 0
	}
	return plain
}()
