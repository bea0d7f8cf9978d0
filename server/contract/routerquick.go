package contract

import (
	"encoding/binary"
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
)

// A quickTree is what quick needs of a router's tree, in one piece: a tree of pointers costs a request more cache lines than all
// else that is looked up for it. Each node is written as
//
//	value:  the place of the node behind a value, or 0; and 1 + an index of literals that the value must not be, or 0
//	routes: the place where they are
//	steps:  a count, and for each the length and the bytes of a literal that every route through it spells alike, and nobody can
//	        escape, and the place of the node behind it
//
// and its routes as a count, and for each the length and the bytes of the method, and an index of routes. Lengths are bytes,
// everything else is a word of 32 bits.
type quickTree struct {
	nodes    []byte
	literals []map[string]*pathNode
	routes   []*route
}

// quicken makes the tree that quick uses, after the last route was added.
func (t *router) quicken() {
	t.fast = &quickTree{nodes: []byte{}}
	t.fast.add(t.root)
}

func (q *quickTree) word(n int) { q.nodes = binary.LittleEndian.AppendUint32(q.nodes, uint32(n)) }

func (q *quickTree) text(s string) {
	q.nodes = append(q.nodes, byte(len(s)))
	q.nodes = append(q.nodes, s...)
}

// add writes a node, and behind it those that it leads to, and returns its place. A literal that is too long is left out, and
// its paths with it.
func (q *quickTree) add(n *pathNode) int {
	at := len(q.nodes)
	var steps []exactStep
	for _, e := range n.exact {
		if len(e.segment) <= math.MaxUint8 {
			steps = append(steps, e)
		}
	}
	places := map[int]*pathNode{} // in nodes, of words that are written later
	if n.param != nil && len(n.partials) == 0 {
		places[at] = n.param
	}
	q.word(0)
	if len(n.literals) > 0 {
		q.literals = append(q.literals, n.literals)
		q.word(len(q.literals))
	} else {
		q.word(0)
	}
	q.word(0)
	q.word(len(steps))
	for _, e := range steps {
		q.text(e.segment)
		places[len(q.nodes)] = e.next
		q.word(0)
	}
	q.put(at+8, len(q.nodes))
	q.word(len(n.routes))
	for _, rt := range n.routes {
		q.text(rt.op.Method)
		q.word(len(q.routes))
		q.routes = append(q.routes, rt)
	}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		next := q.add(places[place])
		q.put(place, next)
	}
	return at
}

// quick finds the route of a path that is written as the document writes it, without escapes and where no other branch could
// fit, which is how nearly all requests are. It appends the path's values. Nil leaves the path to find.
func (t *router) quick(method string, u *url.URL, values []string) (*route, []string) {
	path := u.Path
	if u.RawPath != "" || path == "" || path[0] != '/' {
		return nil, nil
	}
	q := t.fast
	at := 0
	for rest := path[1:]; ; {
		next, end := q.step(at, rest)
		if next == 0 {
			value, literals := q.at(at), q.at(at+4)
			if end = valueLength(rest); end <= 0 || value == 0 || literals > 0 && q.literals[literals-1][t.key(rest[:end])] != nil {
				return nil, nil
			}
			next = value
			values = append(values, rest[:end])
		}
		at = next
		if end == len(rest) {
			return q.route(at, method), values
		}
		rest = rest[end+1:]
	}
}

func (q *quickTree) at(i int) int { return int(binary.LittleEndian.Uint32(q.nodes[i:])) }

func (q *quickTree) put(i, n int) { binary.LittleEndian.PutUint32(q.nodes[i:], uint32(n)) }

// step returns the length of the segment that rest begins with, and the place of the node behind it, if that is a literal as the
// document has it, or 0.
func (q *quickTree) step(at int, rest string) (next, end int) {
	i := at + 16
	for range q.at(at + 12) {
		end = int(q.nodes[i])
		from := i + 1
		i = from + end + 4
		if len(rest) >= end && (len(rest) == end || rest[end] == '/') && string(q.nodes[from:from+end]) == rest[:end] {
			return q.at(from + end), end
		}
	}
	return 0, 0
}

// route returns the node's route for a method.
func (q *quickTree) route(at int, method string) *route {
	list := q.at(at + 8)
	i := list + 4
	for range q.at(list) {
		from := i + 1
		end := from + int(q.nodes[i])
		if string(q.nodes[from:end]) == method {
			return q.routes[q.at(end)]
		}
		i = end + 4
	}
	return nil
}

// valueLength returns the length of the segment that rest begins with, or -1 if somebody could read that in another way.
func valueLength(rest string) int {
	var id [36]byte // of a UUID, as most values are
	if len(rest) == len(id) || len(rest) > len(id) && rest[len(id)] == '/' {
		if copy(id[:], rest); isUUID(id[:]) {
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

// plainInPath are the bytes that url.URL.EscapedPath leaves alone and url.PathUnescape, too.
var plainInPath = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = isAlphanumeric(byte(c)) || strings.IndexByte("-_.~$&+,:;=@", byte(c)) >= 0
	}
	return plain
}()
