package counts

// trimmed returns an operation without the places, statuses and media types that were never seen.
func (o *Operation) trimmed() *Operation {
	t := *o
	t.Requests = Requests{
		o.Requests.Accepted.trimmed(), o.Requests.Refused.trimmed(), o.Requests.Denied.trimmed(), o.Requests.Failed.trimmed(),
	}
	t.Statuses = trim(o.Statuses, (*Message).trimmed)
	t.Undeclared = trim(o.Undeclared, (*Message).trimmed)
	return &t
}

// trim leaves out what trimmed returns nil for.
func trim[T any](m map[string]*T, trimmed func(*T) *T) map[string]*T {
	kept := map[string]*T{}
	for name, value := range m {
		if t := trimmed(value); t != nil {
			kept[name] = t
		}
	}
	return kept
}

func (m *Message) trimmed() *Message {
	if m == nil || m.Seen == 0 {
		return nil
	}
	t := *m
	t.Parameters = trim(m.Parameters, (*Place).trimmed)
	t.Undeclared = trim(m.Undeclared, (*Place).trimmed)
	t.Media = trim(m.Media, (*Media).trimmed)
	t.UndeclaredMedia = trim(m.UndeclaredMedia, (*Media).trimmed)
	return &t
}

func (m *Media) trimmed() *Media {
	if m == nil || m.Seen == 0 {
		return nil
	}
	return &Media{Seen: m.Seen, Body: m.Body.trimmed()}
}

// trimmed keeps a place that was never seen where it was absent: that is known of it.
func (p *Place) trimmed() *Place {
	if p == nil || p.Seen == 0 && p.Absent == 0 {
		return nil
	}
	t := *p
	t.Values = map[string]int64{}
	for value, n := range p.Values {
		if n > 0 {
			t.Values[value] = n
		}
	}
	t.Members = trim(p.Members, (*Place).trimmed)
	t.Undeclared = trim(p.Undeclared, (*Place).trimmed)
	t.Rest, t.Items = p.Rest.trimmed(), p.Items.trimmed()
	return &t
}
