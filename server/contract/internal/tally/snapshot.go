package tally

import (
	"strconv"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// snapshotOf copies the counters of a shard. Without any it returns what is declared, with zeros.
func snapshotOf(declared []*Operation, counted []*operation) *counts.Counts {
	c := &counts.Counts{Document: true, Operations: make(map[string]*counts.Operation, len(declared))}
	for i, op := range declared {
		if counted == nil {
			c.Operations[op.ID] = declaredOperation(op)
		} else if counted[i] != nil {
			c.Operations[op.ID] = counted[i].counts(op)
		}
	}
	return c
}

func declaredOperation(op *Operation) *counts.Operation {
	c := &counts.Operation{Statuses: make(map[string]*counts.Message, len(op.Statuses))}
	c.Requests.Accepted = newMessage(&op.Request).whole()
	for i := range op.Statuses {
		c.Statuses[op.Statuses[i].Key] = newMessage(&op.Statuses[i].Declaration).whole()
	}
	return c
}

// whole makes all declared places of a message and returns its counts.
func (m *message) whole() *counts.Message {
	for i := range m.declared.Media {
		m.media[i] = newMedia(&m.declared.Media[i])
		m.media[i].body.grow(nil)
	}
	for _, n := range m.parameters {
		n.grow(nil)
	}
	return m.counts()
}

// grow makes the declared places below n, until a schema is met again.
func (n *node) grow(above []*Shape) {
	if n == nil || n.shape == nil {
		return
	}
	for _, s := range above {
		if s == n.shape {
			return
		}
	}
	above = append(above[:len(above):len(above)], n.shape)
	for i := range n.shape.Members {
		n.member(i).grow(above)
	}
	if n.shape.Map {
		n.restNode().grow(above)
	}
	if n.shape.Kinds&Array != 0 && n.shape.Items != nil {
		n.items = n.below(n.shape.Items, "*")
		n.items.grow(above)
	}
}

func (o *operation) counts(declared *Operation) *counts.Operation {
	c := &counts.Operation{Statuses: map[string]*counts.Message{}, Undeclared: map[string]*counts.Message{}}
	c.Requests = counts.Requests{
		Accepted: o.requests[Accepted].counts(), Refused: o.requests[Refused].counts(),
		Denied: o.requests[Denied].counts(), Failed: o.requests[Failed].counts(),
	}
	for i, m := range o.statuses {
		if m != nil {
			c.Statuses[declared.Statuses[i].Key] = m.counts()
		}
	}
	for status, m := range o.undeclared {
		c.Undeclared[strconv.Itoa(status)] = m.counts()
	}
	if o.others != nil {
		c.Undeclared[counts.Other] = o.others.counts()
	}
	return c
}

func (m *message) counts() *counts.Message {
	if m == nil {
		return nil
	}
	c := &counts.Message{
		Seen: m.seen, Fits: m.fits, Empty: m.empty, Misfits: m.misfits.counts(),
		Parameters: map[string]*counts.Place{}, Undeclared: map[string]*counts.Place{},
		Media: map[string]*counts.Media{}, UndeclaredMedia: map[string]*counts.Media{},
	}
	for i, n := range m.parameters {
		p := &m.declared.Parameters[i]
		place := n.counts()
		place.Required = p.Required
		c.Parameters[p.key()] = place
	}
	for key, n := range m.undeclared {
		c.Undeclared[key] = n.counts()
	}
	if m.otherQuery != nil {
		c.Undeclared["query "+counts.Other] = m.otherQuery.counts()
	}
	if m.otherHeader != nil {
		c.Undeclared["header "+counts.Other] = m.otherHeader.counts()
	}
	for i, one := range m.media {
		if one != nil {
			c.Media[m.declared.Media[i].Key] = one.counts()
		}
	}
	for key, one := range m.undeclaredMedia {
		c.UndeclaredMedia[key] = one.counts()
	}
	return c
}

func (m *media) counts() *counts.Media {
	return &counts.Media{Seen: m.seen, Body: m.body.counts()}
}

// counts copies the counters of a place and of all below it.
func (n *node) counts() *counts.Place {
	if n == nil {
		return nil
	}
	c := &counts.Place{
		Seen: n.seen, Absent: n.absent, Longest: int64(n.longest),
		Null: n.kinds[0], Boolean: n.kinds[1], Integer: n.kinds[2], Number: n.kinds[3], String: n.kinds[4], Array: n.kinds[5], Object: n.kinds[6],
		Strings: stringsOf(&n.classes), Rest: n.rest.counts(), Items: n.items.counts(), Misfits: n.misfits.counts(),
		Declared: n.shape.declared(),
	}
	if c.Rest != nil && c.Rest.Declared == nil && c.Declared != nil {
		c.Rest.Declared = c.Declared.Rest // where the document takes anything
	}
	n.copyValues(c)
	n.copyMembers(c)
	return c
}

func (n *node) copyValues(c *counts.Place) {
	if len(n.values) > 0 {
		c.Values = make(map[string]int64, len(n.values))
		for i, count := range n.values {
			c.Values[n.shape.Enum[i]] = count
		}
	}
	if len(n.unlisted) > 0 || n.others > 0 {
		c.Unlisted = make(map[string]int64, len(n.unlisted)+1)
		for text, count := range n.unlisted {
			c.Unlisted[text] = *count
		}
		if n.others > 0 {
			c.Unlisted[counts.Other] = n.others
		}
	}
}

func (n *node) copyMembers(c *counts.Place) {
	if len(n.members) > 0 {
		c.Members = make(map[string]*counts.Place, len(n.members))
	}
	for i, child := range n.members {
		if child != nil {
			m := &n.shape.Members[i]
			place := child.counts()
			place.Required = m.Required
			c.Members[m.Name] = place
		}
	}
	if len(n.undeclared) > 0 || n.other != nil {
		c.Undeclared = make(map[string]*counts.Place, len(n.undeclared)+1)
	}
	for name, child := range n.undeclared {
		c.Undeclared[name] = child.counts()
	}
	if n.other != nil {
		c.Undeclared[counts.Other] = n.other.counts()
	}
}
