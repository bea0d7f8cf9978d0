package route

import (
	"net/url"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/format"
)

// Quick finds the route of a path without allocating, if the path has no escapes, is spelt as the document spells it, and no
// other branch of the tree could match it. Nearly all requests are so. It appends the path's parameters to values. A nil
// route says nothing: Find decides.
func (t *Router[Target]) Quick(method string, u *url.URL, values []string) (*Route[Target], []string) {
	path := u.Path
	if u.RawPath != "" || path == "" || path[0] != '/' {
		return nil, nil
	}
	n := t.root
	for rest := path[1:]; ; {
		next, end := n.exactly(rest)
		if next == nil {
			end = valueLength(rest)
			if end <= 0 || n.param == nil || len(n.partials) > 0 || len(n.literals) > 0 && n.literals[t.key(rest[:end])] != nil {
				return nil, nil
			}
			next = n.param
			values = append(values, rest[:end])
		}
		n = next
		if end == len(rest) {
			rt := n.route(method)
			if rt == nil {
				return nil, nil
			}
			return rt, values[rt.inBase:]
		}
		rest = rest[end+1:]
	}
}

// exactly returns the node behind the literal that rest begins with, and the literal's length, or nil.
func (n *node[Target]) exactly(rest string) (next *node[Target], end int) {
	for i := range n.exact {
		e := &n.exact[i]
		end = len(e.segment)
		if len(rest) >= end && (len(rest) == end || rest[end] == '/') && rest[:end] == e.segment {
			return e.next, end
		}
	}
	return nil, 0
}

// valueLength returns the length of the segment that rest begins with, or -1 if it contains a byte that needs an escape in
// some reading of a path.
func valueLength(rest string) int {
	var id [36]byte // of a UUID, as most values are
	if len(rest) == len(id) || len(rest) > len(id) && rest[len(id)] == '/' {
		if copy(id[:], rest); format.IsUUID(id[:]) {
			return len(id)
		}
	}
	i := 0
	for i < len(rest) && plainInPath[rest[i]] {
		i++
	}
	if i < len(rest) && rest[i] != '/' {
		return -1
	}
	return i
}

// plainInPath are the bytes that neither url.URL.EscapedPath nor url.PathUnescape changes.
var plainInPath = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = format.IsAlphanumeric(byte(c)) || strings.IndexByte("-_.~$&+,:;=@", byte(c)) >= 0
	}
	return plain
}()
