package counts

import "slices"

// judge counts the departures of a place anew from its counters, for the document that it was moved to. What the counters do not
// tell stays as it was counted.
func (p *Place) judge() {
	d := p.Declared
	p.misfit("nullable", p.unless("null", p.Null), p.unless("null", p.Null))
	wrong := p.unless("boolean", p.Boolean) + p.unless("integer", p.Integer) + p.unless("number", p.Number) +
		p.unless("string", p.String) + p.unless("array", p.Array) + p.unless("object", p.Object)
	p.misfit("type", wrong, wrong)
	p.misfit("enum", p.outside(), p.outside())
	p.misfit("required", 0, p.absent())
	least, most := p.ofOtherFormat()
	p.misfit("format", least, most)
	if !d.ReadOnly {
		delete(p.Misfits, "readOnly")
	}
	if !d.WriteOnly {
		delete(p.Misfits, "writeOnly")
	}
}

// unless returns n, or 0 where values of the kind are accepted.
func (p *Place) unless(kind string, n int64) int64 {
	if slices.Contains(p.Declared.Kinds, kind) {
		return 0
	}
	return n
}

// outside is how many values the enumeration does not list.
func (p *Place) outside() int64 {
	if len(p.Declared.Enum) == 0 {
		return 0
	}
	outside := int64(0)
	for _, n := range p.Unlisted {
		outside += n
	}
	return outside
}

// absent is 0 where nothing is required. A member that does not travel in a direction is not missed there, so that what was
// counted stands where it is less.
func (p *Place) absent() int64 {
	if !p.Required {
		return 0
	}
	return p.Absent
}

// ofOtherFormat returns how many strings do not have the declared format, at least and at most.
func (p *Place) ofOtherFormat() (least, most int64) {
	if p.Declared.Secret {
		return 0, p.String // nothing is known of them but what was counted
	}
	switch p.Declared.Format {
	case "":
		return 0, 0
	case "uuid": // whose capital letters may be a departure or not
		most = p.String - p.Strings.UUID
		return most - p.Strings.UpperUUID, most
	case "date-time":
		most = p.String - p.Strings.DateTime
		return most, most
	case "date":
		most = p.String - p.Strings.Date
		return most, most
	}
	return 0, p.String
}

// misfit brings a departure within what the counters say: so many values at least, and at most.
func (p *Place) misfit(rule string, least, most int64) {
	m := p.Misfits[rule]
	m.Values = max(least, min(m.Values, most))
	m.Exchanges = min(m.Exchanges, m.Values)
	if m.Values <= 0 {
		delete(p.Misfits, rule)
		return
	}
	if p.Misfits == nil {
		p.Misfits = Misfits{}
	}
	m.Exchanges = max(m.Exchanges, 1)
	p.Misfits[rule] = m
}
