// Package route finds what a method and a path stand for: the templates of an OpenAPI document's paths, below the base paths of
// its servers. [Router.Quick] finds nearly all of them without allocating, [Router.Find] finds all of them.
package route

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Router is a tree of path segments. Where several branches match a path, a literal segment comes before one that is
// partly a parameter, and that before one that is a parameter, as OpenAPI asks: concrete paths match before templated ones.
//
// Target is what the caller finds: its own data about an operation. Add is not safe for concurrent use; Quick and Find are.
type Router[Target any] struct {
	ignoreCase bool
	root       *node[Target]
}

// A Route is one method and template below one base path.
type Route[Target any] struct {
	Target           Target
	method, template string
	segments         []segment
	inBase           int // number of values that are variables of the base path
}

// A node of the tree is reached by one prefix of a path.
type node[Target any] struct {
	literals map[string]*node[Target] // by unescaped segment, folded if the router ignores case
	exact    []exactStep[Target]      // the literals that Quick may compare with the path as it was sent
	partials []partial[Target]
	param    *node[Target]
	routes   []*Route[Target] // one for each method
	respelt  bool             // routes spell the literal that leads here in several ways, or with escapes
}

// An exactStep leads to a node by a segment that every route through it spells alike and without escapes.
type exactStep[Target any] struct {
	segment string
	next    *node[Target]
}

// A partial is a segment with text around its parameters, such as {name}.json.
type partial[Target any] struct {
	pattern *regexp.Regexp
	next    *node[Target]
}

// New returns a router without routes. With ignoreCase it matches paths without regard to case and to one slash at the end.
func New[Target any](ignoreCase bool) *Router[Target] {
	return &Router[Target]{ignoreCase: ignoreCase, root: &node[Target]{}}
}

// Add adds a template, such as /users/{id}, below a base path. It fails if another template has the same method and cannot
// be told from it: if they differ only in the names of their parameters.
func (t *Router[Target]) Add(base Base, method, template string, target Target) error {
	rt := &Route[Target]{Target: target, method: method, template: template, inBase: len(Names(base.Path))}
	rt.segments = append(t.parse(base.Path, base.Values), t.parse(template, nil)...)
	n := t.root
	for _, s := range rt.segments {
		next := t.step(n, s)
		if len(s.names) == 0 {
			n.spell(s, next)
		}
		n = next
	}
	if other := n.route(method); other != nil {
		return fmt.Errorf("%s %s%s cannot be told from %s", method, base.Path, template, other.template)
	}
	n.routes = append(n.routes, rt)
	return nil
}

// route returns nil if no route of the path has the method.
func (n *node[Target]) route(method string) *Route[Target] {
	for _, rt := range n.routes {
		if rt.method == method {
			return rt
		}
	}
	return nil
}

// spell records how a route spells the literal that leads to next. If routes differ in that, or use escapes, the path as it
// was sent does not show whether it is spelt as the document has it, and Quick leaves it to Find.
func (n *node[Target]) spell(s segment, next *node[Target]) {
	at := slices.IndexFunc(n.exact, func(e exactStep[Target]) bool { return e.next == next })
	switch {
	case next.respelt || at >= 0 && n.exact[at].segment == s.template:
	case at < 0 && s.template == s.literal && valueLength(s.literal) == len(s.literal):
		n.exact = append(n.exact, exactStep[Target]{s.literal, next})
	default:
		next.respelt = true
		if at >= 0 {
			n.exact = slices.Delete(n.exact, at, at+1)
		}
	}
}

// key returns the key of node.literals for a segment.
func (t *Router[Target]) key(literal string) string {
	if t.ignoreCase {
		return strictjson.Fold(literal)
	}
	return literal
}

// step returns the node that a segment leads to from n, which is made if there is none yet.
func (t *Router[Target]) step(n *node[Target], s segment) *node[Target] {
	switch {
	case s.pattern != nil:
		for _, p := range n.partials {
			if p.pattern.String() == s.pattern.String() {
				return p.next
			}
		}
		next := new(node[Target])
		n.partials = append(n.partials, partial[Target]{s.pattern, next})
		return next
	case len(s.names) > 0:
		if n.param == nil {
			n.param = new(node[Target])
		}
		return n.param
	}
	if n.literals == nil {
		n.literals = map[string]*node[Target]{}
	}
	key := t.key(s.literal)
	if n.literals[key] == nil {
		n.literals[key] = new(node[Target])
	}
	return n.literals[key]
}

// methodsOf returns the methods, sorted.
func methodsOf(methods map[string]bool) []string {
	var list []string
	for name := range methods {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
