package witness

import (
	"cmp"
	"slices"
	"strings"
)

// fold replaces findings that have one cause by one finding. Causes are names spelt in another case, an object with other members
// altogether, and a place of the document that several operations use.
func fold(list []*Finding) []*Finding {
	// The first of several findings is kept and gives the ID, so that the order must not depend on counts.
	slices.SortFunc(list, func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Class, b.Class),
			cmp.Compare(a.In, b.In), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Rule, b.Rule))
	})
	list = foldType(list)
	objects := objectsOf(list)
	for at, group := range objects {
		list = foldCase(list, at, group)
		list = foldShape(list, at, group)
	}
	return foldSchemas(list)
}

// foldType removes findings of enumerations and formats at values of another type: such values can match neither.
func foldType(list []*Finding) []*Finding {
	types := map[key]int64{}
	for _, f := range list {
		if f.Rule == "type" {
			types[key{"", f.Operation, f.In, f.Status, f.Place, ""}] += f.Places
		}
	}
	return slices.DeleteFunc(list, func(f *Finding) bool {
		return (f.Rule == "enum" || f.Rule == "format") && f.Places <= types[key{"", f.Operation, f.In, f.Status, f.Place, ""}]
	})
}

// An object identifies an object of the messages, for grouping the findings about its members.
type object struct {
	operation, in, place string
	status               int
	yours                bool
}

func objectsOf(list []*Finding) map[object][]*Finding {
	objects := map[object][]*Finding{}
	for _, f := range list {
		i := strings.LastIndexByte(f.Place, '/')
		if i < 0 || f.In != "body" && f.In != "response" || f.Rule == "header" {
			continue
		}
		at := object{f.Operation, f.In, f.Place[:i], f.Status, f.Class == Yours}
		objects[at] = append(objects[at], f)
	}
	return objects
}

// foldCase folds the findings of an object whose members are spelt in another case: undeclared members, and the declared ones that are
// missing because of it. Servers write such objects when their serialiser uses another naming policy, such as PascalCase.
func foldCase(list []*Finding, at object, group []*Finding) []*Finding {
	twin := map[string]bool{} // names, in lower case, of members that are missing or spelt in another case
	for _, f := range group {
		if f.Rule == "required" || f.Rule == ruleCase {
			twin[strings.ToLower(lastStep(f.Place))] = true
		}
	}
	var twins []*Finding
	folded := map[string]bool{}
	for _, f := range group {
		name := strings.ToLower(lastStep(f.Place))
		if f.Rule == ruleCase || twin[name] && (f.Rule == "undeclared" || f.Rule == "additionalProperties") {
			twins = append(twins, f)
			folded[name] = true
		}
	}
	if len(twins) == 0 {
		return list
	}
	one := *twins[0]
	one.Rule, one.Place, one.Class = ruleCase, at.place, twins[0].Class
	if one.Class == New || one.Class == Strict {
		one.Class = Differs // because a declared member is missing
	}
	one.Expected, one.Got, one.Schema, one.Line = "members spelt as in the contract", nil, "", 0
	for _, f := range twins {
		one.addGot(Count{lastStep(f.Place), f.Exchanges}, func(a, b int64) int64 { return max(a, b) })
		one.Exchanges, one.Places = max(one.Exchanges, f.Exchanges), max(one.Places, f.Places)
		one.AtLeast = one.AtLeast && f.AtLeast
	}
	return append(slices.DeleteFunc(list, func(f *Finding) bool {
		return slices.Contains(twins, f) || f.Rule == "required" && slices.Contains(group, f) && folded[strings.ToLower(lastStep(f.Place))]
	}), &one)
}

// foldShape folds the findings of an object in which all required members are missing and others are there: it is another kind of object.
func foldShape(list []*Finding, at object, group []*Finding) []*Finding {
	var missing, others []*Finding
	for _, f := range group {
		switch f.Rule {
		case "required":
			missing = append(missing, f)
		case "undeclared", "additionalProperties":
			others = append(others, f)
		}
	}
	if len(missing) < 2 || len(others) == 0 || !slices.Contains(list, missing[0]) {
		return list
	}
	n := missing[0].Places
	for _, f := range missing {
		if f.Places != n {
			return list
		}
	}
	one := *missing[0]
	one.Rule, one.Place, one.Class = ruleShape, at.place, Differs
	if at.yours {
		one.Class = Yours
	}
	one.Expected, one.Got = "an object with "+names(missing), nil
	one.Schema, one.Line = parentSchema(one.Schema), 0
	for _, f := range others {
		one.Got = append(one.Got, Count{lastStep(f.Place), f.Places})
	}
	return append(slices.DeleteFunc(list, func(f *Finding) bool {
		return slices.Contains(missing, f) || slices.Contains(others, f)
	}), &one)
}

// names lists the last names of the places of findings.
func names(list []*Finding) string {
	var all []string
	for _, f := range list {
		all = append(all, lastStep(f.Place))
	}
	return strings.Join(all, ", ")
}

func lastStep(place string) string {
	return unescaper.Replace(place[strings.LastIndexByte(place, '/')+1:])
}

// parentSchema returns the pointer of the schema that declares a property.
func parentSchema(schema string) string {
	if i := strings.LastIndex(schema, "/properties/"); i >= 0 {
		return schema[:i]
	}
	return schema
}

// foldSchemas folds findings at one place of a component schema that several operations or statuses use.
func foldSchemas(list []*Finding) []*Finding {
	type shared struct {
		class              Class
		schema, rule, last string
		response           bool
	}
	first := map[shared]*Finding{}
	var kept []*Finding
	for _, f := range list {
		if !strings.HasPrefix(f.Schema, "#/components/") {
			kept = append(kept, f)
			continue
		}
		at := shared{f.Class, f.Schema, f.Rule, lastStep("/" + f.Place), f.In == "response"}
		one := first[at]
		if one == nil {
			first[at] = f
			kept = append(kept, f)
			continue
		}
		one.join(f)
	}
	return kept
}

// join adds another finding to f.
func (f *Finding) join(o *Finding) {
	also := o.Operation
	if o.Status != 0 {
		also += " " + statusText(o.Status)
	}
	f.Also = append(f.Also, also)
	f.Exchanges, f.Of, f.Places = f.Exchanges+o.Exchanges, f.Of+o.Of, f.Places+o.Places
	f.AtLeast = f.AtLeast || o.AtLeast
	f.First, f.Last = earlier(f.First, o.First), max(f.Last, o.Last)
	f.runs = max(f.runs, o.runs)
	for _, c := range o.Got {
		f.addGot(c, func(a, b int64) int64 { return a + b })
	}
}

// addGot adds what was found to f.Got, and combines the counts of equal entries.
func (f *Finding) addGot(c Count, sum func(a, b int64) int64) {
	i := slices.IndexFunc(f.Got, func(have Count) bool { return have.What == c.What })
	if i < 0 {
		f.Got = append(f.Got, c)
		return
	}
	f.Got[i].N = sum(f.Got[i].N, c.N)
}
