package shape

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// merge joins entries with the same schema, and adds their weights. It keeps the order of the document.
func merge(list []Applied) []Applied {
	if len(list) < 2 {
		return list
	}
	merged := make([]Applied, 0, len(list))
	for _, a := range list {
		i := slices.IndexFunc(merged, func(b Applied) bool { return a.Schema == b.Schema })
		if i < 0 {
			merged = append(merged, a)
			continue
		}
		merged[i].firm = merged[i].firm || a.firm
		merged[i].negated = merged[i].negated && a.negated
		merged[i].weight += a.weight
		merged[i].Ways = append(merged[i].Ways, a.Ways...)
	}
	return merged
}

// keyOf returns the key of a shape. It leaves out the weights, which say how a place is reached and not what is there.
func keyOf(roots []Applied) string {
	var b strings.Builder
	for _, a := range roots {
		fmt.Fprintf(&b, "%p %t %t;", a.Schema, a.firm, a.negated)
	}
	return b.String()
}

// flatten adds the schemas that the roots are composed of.
func flatten(roots []Applied) []Applied {
	if len(roots) == 1 && roots[0].firm && !Composed(roots[0].Schema) {
		return []Applied{{Schema: roots[0].Schema, weight: 1, firm: true, negated: roots[0].negated}}
	}
	var all []Applied
	var path, branches []*openapi3.Schema // those on the way to the schema that is visited
	var visit func(a Applied)
	visitAll := func(refs openapi3.SchemaRefs, a Applied) {
		for _, ref := range refs {
			visit(Applied{Schema: ref.Value, weight: a.weight, firm: a.firm, negated: a.negated})
		}
	}
	visitBranches := func(refs openapi3.SchemaRefs, a Applied) {
		a.weight, a.firm = 2*a.weight, false
		for _, ref := range refs {
			branches = append(branches, ref.Value)
			visitAll(openapi3.SchemaRefs{ref}, a)
			branches = branches[:len(branches)-1]
		}
	}
	visit = func(a Applied) {
		if a.Schema == nil || slices.Contains(path, a.Schema) {
			return
		}
		path = append(path, a.Schema)
		if !a.firm {
			a.Ways = []Way{{Root: path[0], Branches: slices.Clone(branches)}}
		}
		all = append(all, a)
		visitAll(a.Schema.AllOf, a)
		visitBranches(a.Schema.OneOf, a)
		visitBranches(a.Schema.AnyOf, a)
		if a.Schema.Not != nil {
			visit(Applied{Schema: a.Schema.Not.Value, weight: a.weight, negated: true})
		}
		path = path[:len(path)-1]
	}
	for _, root := range roots {
		visit(Applied{Schema: root.Schema, weight: 1, firm: root.firm, negated: root.negated})
	}
	return merge(all)
}
