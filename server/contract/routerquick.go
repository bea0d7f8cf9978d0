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
	for from, i := 1, 1; ; i++ {
		if i < len(path) && path[i] != '/' {
			if !plainInPath[path[i]] {
				return nil, nil
			}
			continue
		}
		var isValue bool
		if n, isValue = t.quickStep(n, path[from:i]); n == nil {
			return nil, nil
		}
		if isValue {
			values = append(values, PathValue{Value: path[from:i]})
		}
		if i >= len(path) {
			return n.named(method, values, first)
		}
		from = i + 1
	}
}

// quickStep returns the node that a segment surely leads to, and whether as the value of a parameter.
func (t *router) quickStep(n *pathNode, segment string) (next *pathNode, isValue bool) {
	for i := range n.exact {
		if n.exact[i].segment == segment {
			return n.exact[i].next, false
		}
	}
	switch {
	case segment == "" || len(n.partials) > 0:
		return nil, false
	case len(n.literals) > 0 && n.literals[t.key(segment)] != nil:
		return nil, false
	}
	return n.param, true
}

// named returns the node's route for a method, and gives the values behind first the names that it has for them.
func (n *pathNode) named(method string, values []PathValue, first int) (*route, []PathValue) {
	rt := n.routes[method]
	if rt == nil {
		return nil, nil
	}
	for i, name := range rt.values {
		values[first+i].Name = name
	}
	return rt, values
}

// plainInPath are the bytes that url.URL.EscapedPath leaves alone and url.PathUnescape, too.
var plainInPath = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = isAlphanumeric(byte(c)) || strings.IndexByte("-_.~$&+,:;=@", byte(c)) >= 0
	}
	return plain
}()
