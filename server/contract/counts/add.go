package counts

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Add adds other, which stays as it was and shares nothing with c afterwards.
//
// Where c is of a document (see [Counts.Document]), other may be of another version of it: what stands in both is counted where c
// has it, and unknown is how many places of other that were seen stand nowhere in the document of c. Departures are counted anew
// for the document of c, as far as the counters tell; where other's document asked less, they count as one exchange.
//
// Adding is commutative and associative for counts of one document. Of undeclared names beyond the limits, those that sort first
// are kept.
func (c *Counts) Add(other *Counts) (unknown int) {
	if other == nil {
		return 0
	}
	if c.Document {
		r := rebaser{}
		other = r.counts(c, other)
		unknown = r.unknown
	}
	addAll(&c.Operations, other.Operations, (*Operation).add)
	return unknown
}

// addAll adds what stands in src to what stands under the same name in dst.
func addAll[T any](dst *map[string]*T, src map[string]*T, add func(dst, src *T)) {
	if *dst == nil && len(src) > 0 {
		*dst = make(map[string]*T, len(src))
	}
	for name, from := range src {
		if from == nil {
			continue
		}
		to := (*dst)[name]
		if to == nil {
			to = new(T)
			(*dst)[name] = to
		}
		add(to, from)
	}
}

// addSome is addAll for names that are bounded.
func addSome[T any](dst *map[string]*T, src map[string]*T, add func(dst, src *T), limit int) {
	addAll(dst, src, add)
	for _, name := range surplus(*dst, limit) {
		addAll(dst, map[string]*T{otherOf(name): (*dst)[name]}, add)
		delete(*dst, name)
	}
}

// otherOf returns the name under which a name is counted that is not kept. Those of parameters say where they stand.
func otherOf(name string) string {
	if in, _, isParameter := strings.Cut(name, " "); isParameter {
		return in + " " + Other
	}
	return Other
}

func isOther(name string) bool { return name == otherOf(name) }

// surplus returns the names beyond the limit, the last ones in their order, so that it does not matter what was added first.
func surplus[T any](m map[string]T, limit int) []string {
	if len(m) <= limit {
		return nil
	}
	names := slices.Sorted(maps.Keys(m))
	names = slices.DeleteFunc(names, isOther)
	return names[min(limit, len(names)):]
}

func addOne[T any](dst **T, src *T, add func(dst, src *T)) {
	if src == nil {
		return
	}
	if *dst == nil {
		*dst = new(T)
	}
	add(*dst, src)
}

func (o *Operation) add(src *Operation) {
	o.Seen += src.Seen
	o.First = earlier(o.First, src.First)
	o.Last = max(o.Last, src.Last)
	addOne(&o.Requests.Accepted, src.Requests.Accepted, (*Message).add)
	addOne(&o.Requests.Refused, src.Requests.Refused, (*Message).add)
	addOne(&o.Requests.Denied, src.Requests.Denied, (*Message).add)
	addOne(&o.Requests.Failed, src.Requests.Failed, (*Message).add)
	addAll(&o.Statuses, src.Statuses, (*Message).add)
	addSome(&o.Undeclared, src.Undeclared, (*Message).add, MaxStatuses)
}

func earlier(a, b string) string {
	if a == "" || b == "" {
		return cmp.Or(a, b)
	}
	return min(a, b)
}

func (m *Message) add(src *Message) {
	m.Seen += src.Seen
	m.Fits += src.Fits
	m.Empty += src.Empty
	addAll(&m.Parameters, src.Parameters, (*Place).add)
	addSome(&m.Undeclared, src.Undeclared, (*Place).add, MaxNames)
	addAll(&m.Media, src.Media, (*Media).add)
	addSome(&m.UndeclaredMedia, src.UndeclaredMedia, (*Media).add, MaxMedia)
	m.Misfits.add(src.Misfits)
}

func (m *Media) add(src *Media) {
	m.Seen += src.Seen
	addOne(&m.Body, src.Body, (*Place).add)
}

func (p *Place) add(src *Place) {
	p.addCounters(src)
	p.addValues(src)
	addAll(&p.Members, src.Members, (*Place).add)
	addSome(&p.Undeclared, src.Undeclared, (*Place).add, MaxNames)
	addOne(&p.Rest, src.Rest, (*Place).add)
	addOne(&p.Items, src.Items, (*Place).add)
}

// addCounters adds what is counted at the place itself.
func (p *Place) addCounters(src *Place) {
	p.Declared, p.Required = cmp.Or(p.Declared, src.Declared), p.Required || src.Required
	p.Seen += src.Seen
	p.Absent += src.Absent
	p.Null += src.Null
	p.Boolean += src.Boolean
	p.Integer += src.Integer
	p.Number += src.Number
	p.String += src.String
	p.Array += src.Array
	p.Object += src.Object
	p.Strings.add(src.Strings)
	p.Longest = max(p.Longest, src.Longest)
	p.Misfits.add(src.Misfits)
}

func (p *Place) addValues(src *Place) {
	addNumbers(&p.Values, src.Values)
	addNumbers(&p.Unlisted, src.Unlisted)
	for _, name := range surplus(p.Unlisted, MaxUnlisted) {
		p.Unlisted[Other] += p.Unlisted[name]
		delete(p.Unlisted, name)
	}
}

func addNumbers(dst *map[string]int64, src map[string]int64) {
	if *dst == nil && len(src) > 0 {
		*dst = make(map[string]int64, len(src))
	}
	for name, n := range src {
		(*dst)[name] += n
	}
}

func (s *Strings) add(src Strings) {
	s.Empty += src.Empty
	s.UUID += src.UUID
	s.UpperUUID += src.UpperUUID
	s.DateTime += src.DateTime
	s.LocalDateTime += src.LocalDateTime
	s.Date += src.Date
	s.Digits += src.Digits
	s.Word += src.Word
	s.Other += src.Other
}

func (m *Misfits) add(src Misfits) {
	if *m == nil && len(src) > 0 {
		*m = make(Misfits, len(src))
	}
	for rule, n := range src {
		sum := (*m)[rule]
		(*m)[rule] = Misfit{sum.Values + n.Values, sum.Exchanges + n.Exchanges}
	}
}
