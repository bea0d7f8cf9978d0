package contract

import (
	"net/url"
	"strings"
)

// A quickNode is what quick needs of a pathNode. All of them are in one piece, and so are their steps, for a tree in pieces costs
// a request more cache lines than all else that is looked up for it.
type quickNode struct {
	steps    []quickStep
	value    *quickNode           // where a value leads, if nothing but the literals could fit besides
	literals map[string]*pathNode // the pathNode's
	routes   []*route
}

// A quickStep leads on by a segment as the document has it, which every route through it spells alike, and nobody can escape.
type quickStep struct {
	segment string
	next    *quickNode
}

// A quickTree makes the quickNodes.
type quickTree struct {
	nodes []quickNode
	steps []quickStep
}

// quicken makes the tree that quick uses, after the last route was added.
func (t *router) quicken() {
	nodes, steps := t.root.count()
	tree := &quickTree{make([]quickNode, 0, nodes), make([]quickStep, 0, steps)}
	t.fast = tree.add(t.root)
}

// count returns how many nodes and steps there are from n on.
func (n *pathNode) count() (nodes, steps int) {
	nodes, steps = 1, len(n.exact)
	below := func(next *pathNode) {
		moreNodes, moreSteps := next.count()
		nodes, steps = nodes+moreNodes, steps+moreSteps
	}
	for _, e := range n.exact {
		below(e.next)
	}
	if n.param != nil {
		below(n.param)
	}
	return nodes, steps
}

// add never grows the slices, for pointers lead into them.
func (tree *quickTree) add(n *pathNode) *quickNode {
	tree.nodes = append(tree.nodes, quickNode{literals: n.literals, routes: n.routes})
	q := &tree.nodes[len(tree.nodes)-1]
	first := len(tree.steps)
	for _, e := range n.exact {
		tree.steps = append(tree.steps, quickStep{segment: e.segment})
	}
	q.steps = tree.steps[first:len(tree.steps):len(tree.steps)]
	for i, e := range n.exact {
		q.steps[i].next = tree.add(e.next)
	}
	if n.param != nil {
		if value := tree.add(n.param); len(n.partials) == 0 {
			q.value = value
		}
	}
	return q
}

// quick finds the route of a path that is written as the document writes it, without escapes and where no other branch could
// fit, which is how nearly all requests are. It appends the path's values. Nil leaves the path to find.
func (t *router) quick(method string, u *url.URL, values []string) (*route, []string) {
	path := u.Path
	if u.RawPath != "" || path == "" || path[0] != '/' {
		return nil, nil
	}
	n := t.fast
	for rest := path[1:]; ; {
		var end int
		if step := n.exactly(rest); step != nil {
			n, end = step.next, len(step.segment)
		} else {
			if end = valueLength(rest); end <= 0 || !t.onlyValue(n, rest[:end]) {
				return nil, nil
			}
			n = n.value
			values = append(values, rest[:end])
		}
		if end == len(rest) {
			return routeOf(n.routes, method), values
		}
		rest = rest[end+1:]
	}
}

// exactly returns the step for the segment that rest begins with, if that is a literal as the document has it.
func (n *quickNode) exactly(rest string) *quickStep {
	for i := range n.steps {
		step := &n.steps[i]
		if end := len(step.segment); len(rest) >= end && rest[:end] == step.segment && (len(rest) == end || rest[end] == '/') {
			return step
		}
	}
	return nil
}

// valueLength returns the length of the segment that rest begins with, or -1 if somebody could read that in another way.
func valueLength(rest string) int {
	i := 0
	for i < len(rest) && plainInPath[rest[i]] {
		i++
	}
	if i < len(rest) && rest[i] != '/' {
		return -1
	}
	return i
}

// onlyValue holds for a segment that can be nothing but the value of a parameter.
func (t *router) onlyValue(n *quickNode, segment string) bool {
	return n.value != nil && (len(n.literals) == 0 || n.literals[t.key(segment)] == nil)
}

// plainInPath are the bytes that url.URL.EscapedPath leaves alone and url.PathUnescape, too.
var plainInPath = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = isAlphanumeric(byte(c)) || strings.IndexByte("-_.~$&+,:;=@", byte(c)) >= 0
	}
	return plain
}()
