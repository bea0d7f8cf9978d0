package counts

import (
	"maps"
	"slices"
)

// place moves a place to one of which the document says declared, or, where that is nil, that it takes anything.
func (r *rebaser) place(declared *Declared, src *Place, required bool) *Place {
	if declared == nil {
		p := r.undeclared(src)
		p.Absent = src.Absent
		return p
	}
	p := &Place{}
	p.addCounters(src)
	p.Declared, p.Required = declared, required
	if declared.Secret {
		p.Strings, p.Longest = Strings{}, 0
	}
	r.values(p, src)
	for _, name := range slices.Sorted(maps.Keys(src.Members)) {
		r.member(p, name, src.Members[name], true)
	}
	for _, name := range slices.Sorted(maps.Keys(src.Undeclared)) {
		r.member(p, name, src.Undeclared[name], false)
	}
	if src.Rest != nil {
		r.member(p, Other, src.Rest, true)
	}
	if src.Items != nil {
		p.Items = r.place(declared.Items, src.Items, false)
	}
	p.judge()
	return p
}

// undeclared moves a place that the document does not declare.
func (r *rebaser) undeclared(src *Place) *Place {
	p := &Place{}
	p.addCounters(src)
	p.Declared, p.Required, p.Absent, p.Longest = nil, false, 0, 0
	for rule := range p.Misfits {
		if rule != "undeclared" && rule != "additionalProperties" {
			delete(p.Misfits, rule)
		}
	}
	for _, members := range []map[string]*Place{src.Members, src.Undeclared, {Other: src.Rest}} {
		for name, member := range members {
			if member == nil || member.Seen == 0 {
				continue
			}
			if name != Other && !IsName(name) {
				name = Other
			}
			addSome(&p.Undeclared, map[string]*Place{name: r.undeclared(member)}, (*Place).add, MaxNames)
		}
	}
	if src.Items != nil {
		p.Items = r.undeclared(src.Items)
	}
	return p
}

// member moves a member to where the document of p has it; declared says that it was declared where it comes from.
func (r *rebaser) member(p *Place, name string, src *Place, declared bool) {
	if src == nil {
		return
	}
	if member, ok := p.Declared.Members[name]; ok {
		moved := r.place(member.Declared, src, member.Required)
		if !declared {
			moved.admit()
		}
		addAll(&p.Members, map[string]*Place{name: moved}, (*Place).add)
		return
	}
	if rest := p.Declared.Rest; rest != nil {
		moved := r.place(rest, src, false)
		moved.admit()
		addOne(&p.Rest, moved, (*Place).add)
		return
	}
	if src.Seen == 0 {
		return
	}
	if name != Other && !IsName(name) {
		name = Other
	}
	moved := r.undeclared(src)
	if declared {
		r.unknown += src.places()
		rule := "undeclared"
		if p.Declared.Closed {
			rule = "additionalProperties"
		}
		moved.Misfits = Misfits{rule: {Values: src.Seen, Exchanges: 1}}
	}
	addSome(&p.Undeclared, map[string]*Place{name: moved}, (*Place).add, MaxNames)
}

// admit forgets that the place was undeclared in another document.
func (p *Place) admit() {
	delete(p.Misfits, "undeclared")
	delete(p.Misfits, "additionalProperties")
}

// values sorts the values of an enumeration into those that the document lists and the others.
func (r *rebaser) values(p, src *Place) {
	if len(p.Declared.Enum) == 0 {
		return
	}
	for _, values := range []map[string]int64{src.Values, src.Unlisted} {
		for value, n := range values {
			switch {
			case n == 0:
			case slices.Contains(p.Declared.Enum, value):
				if p.Declared.Secret {
					continue
				}
				p.addValues(&Place{Values: map[string]int64{value: n}})
			case IsName(value) && !p.Declared.Secret:
				p.addValues(&Place{Unlisted: map[string]int64{value: n}})
			default:
				p.addValues(&Place{Unlisted: map[string]int64{Other: n}})
			}
		}
	}
}
