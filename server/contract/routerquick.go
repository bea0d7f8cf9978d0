package contract

import (
	"net/url"
	"strings"
)

// quick finds the route of a path that is written as the document writes it, without escapes and where no other branch could
// fit, which is how nearly all requests are. It appends the path's values. Nil leaves the path to find.
func (t *router) quick(method string, u *url.URL, values []PathValue) (*route, []PathValue) {
	if u.RawPath != "" || !isPlainPath(u.Path) {
		return nil, nil
	}
	n := t.root
	for rest, more := u.Path[1:], true; more; {
		var segment string
		segment, rest, more = strings.Cut(rest, "/")
		if n = t.quickStep(n, segment); n == nil {
			return nil, nil
		}
	}
	rt := n.routes[method]
	if rt == nil {
		return nil, nil
	}
	return rt.quickValues(u.Path, values)
}

func (t *router) quickStep(n *pathNode, segment string) *pathNode {
	if next := n.exact[segment]; next != nil {
		return next
	}
	if segment == "" || len(n.partials) > 0 {
		return nil
	}
	if len(n.literals) > 0 && n.literals[t.key(segment)] != nil {
		return nil
	}
	return n.param
}

// quickValues appends the values of a path, if its literals are the route's: one node may stand for several spellings.
func (rt *route) quickValues(path string, values []PathValue) (*route, []PathValue) {
	rest := path[1:]
	for i := range rt.segments {
		s := &rt.segments[i]
		var segment string
		segment, rest, _ = strings.Cut(rest, "/")
		switch {
		case s.pattern != nil:
			return nil, nil
		case len(s.names) > 0:
			values = append(values, PathValue{s.names[0], segment})
		case s.template != segment:
			return nil, nil
		}
	}
	return rt, values
}

// isPlainPath holds for a path of characters that are the same escaped.
func isPlainPath(path string) bool {
	for i := range len(path) {
		if c := path[i]; !isAlphanumeric(c) && strings.IndexByte("/-_.~$&+,:;=@", c) < 0 {
			return false
		}
	}
	return len(path) > 0 && path[0] == '/'
}
