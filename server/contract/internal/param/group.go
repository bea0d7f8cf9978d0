package param

import (
	"slices"
	"strconv"
	"strings"
)

// A Group holds what was given for a parameter, or for a member of a form: texts of its own, and texts below names in brackets,
// as in filter[name]=a.
type Group struct {
	texts   []text
	members []member // in the order in which they came first
}

// A text is a value that was given, and how it was sent, or "" if that is not known.
type text struct{ value, raw string }

type member struct {
	name string
	*Group
}

// given reports whether anything was given.
func (g *Group) given() bool { return g != nil && len(g.texts)+len(g.members) > 0 }

// Member returns the group of a member, which is made if there is none yet.
func (g *Group) Member(name string) *Group {
	for _, m := range g.members {
		if m.name == name {
			return m.Group
		}
	}
	g.members = append(g.members, member{name, &Group{}})
	return g.members[len(g.members)-1].Group
}

// Put adds a field below the names in its brackets.
func (g *Group) Put(path []string, f Field) {
	for _, name := range path {
		g = g.Member(name)
	}
	g.texts = append(g.texts, text{f.Value, f.raw})
}

// Each calls f with each member.
func (g *Group) Each(f func(name string, g *Group)) {
	for _, m := range g.members {
		f(m.name, m.Group)
	}
}

// maxBrackets is how many names in brackets a name may have. What is beyond is a part of the last one.
const maxBrackets = 16

// Brackets splits a name such as tax[0][id] into tax and the names in its brackets. ok is false for a name without brackets.
func Brackets(name string) (base string, path []string, ok bool) {
	base, rest, ok := strings.Cut(name, "[")
	if !ok || base == "" {
		return name, nil, false
	}
	for {
		inner, more, closed := strings.Cut(rest, "]")
		if !closed {
			return name, nil, false
		}
		if more != "" && (more[0] != '[' || len(path) == maxBrackets) {
			return base, append(path, inner+"]"+more), true
		}
		path = append(path, inner)
		if more == "" {
			return base, path, true
		}
		rest = more[1:]
	}
}

// elements returns the groups of an array: those of a[], then those of a[0] and so on by their indices. ok is false if a name
// is not an index.
func (g *Group) elements() (list []*Group, ok bool) {
	type indexed struct {
		index int
		*Group
	}
	var all []indexed
	for _, m := range g.members {
		if m.name == "" {
			for _, t := range m.texts {
				list = append(list, &Group{texts: []text{t}})
			}
			if len(m.members) > 0 {
				list = append(list, &Group{members: m.members})
			}
			continue
		}
		index, err := strconv.Atoi(m.name)
		if err != nil || index < 0 {
			return nil, false
		}
		all = append(all, indexed{index, m.Group})
	}
	slices.SortStableFunc(all, func(a, b indexed) int { return a.index - b.index })
	for _, one := range all {
		list = append(list, one.Group)
	}
	return list, true
}
