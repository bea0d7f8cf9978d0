package witness

import (
	"slices"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// countedFindings returns the findings that the counters show. Their numbers are exact, because every exchange is counted.
func (m *merger) countedFindings() []*Finding {
	byKey := findingsIn(m.doc, m.total.Operations)
	list := make([]*Finding, 0, len(byKey))
	for _, f := range byKey {
		list = append(list, f)
	}
	return list
}

// findingsIn returns the findings that counts show.
func findingsIn(doc *Document, operations *counts.Counts) map[key]*Finding {
	c := &collector{doc: doc, operations: operations, byKey: map[key]*Finding{}}
	for id, op := range operations.Operations {
		c.operation(id, op)
	}
	for where, place := range operations.Places() {
		c.place(where, place)
	}
	return c.byKey
}

type collector struct {
	doc        *Document
	operations *counts.Counts
	byKey      map[key]*Finding
	visited    map[string]*counts.Place // places of the current message that Counts.Places has returned so far
}

// operation collects departures that concern a whole message, such as its media type.
func (c *collector) operation(id string, op *counts.Operation) {
	for outcome, m := range requestsOf(op) {
		for rule, n := range m.Misfits {
			c.add(key{classOf(false, outcome, rule, false), id, "body", 0, "", rule}, n, nil)
		}
	}
	for _, of := range []map[string]*counts.Message{op.Statuses, op.Undeclared} {
		for status, m := range of {
			for rule, n := range m.Misfits {
				k := key{classOf(true, 0, rule, false), id, "response", statusOf(status), "", rule}
				c.add(k, n, gotOfMessage(rule, m))
			}
		}
	}
}

// requestsOf returns the counts of requests by their outcome.
func requestsOf(op *counts.Operation) map[int]*counts.Message {
	messages := map[int]*counts.Message{}
	for outcome, m := range map[int]*counts.Message{
		accepted: op.Requests.Accepted, refused: op.Requests.Refused, denied: op.Requests.Denied, failed: op.Requests.Failed,
	} {
		if m != nil {
			messages[outcome] = m
		}
	}
	return messages
}

var outcomes = map[string]int{"accepted": accepted, "refused": refused, "denied": denied, "failed": failed}

// place collects the departures at one place.
func (c *collector) place(where counts.Where, p *counts.Place) {
	if where.Place == "" {
		c.visited = map[string]*counts.Place{}
	}
	if c.visited != nil {
		c.visited[where.Place] = p
	}
	if where.In == "header" && !where.Declared && (where.Status == "" || c.doc.headers[where.Place]) {
		return // undeclared headers are usual in requests, and those that any response declares are the service's own
	}
	for rule, n := range p.Misfits {
		k := key{operation: where.Operation, in: where.In, place: where.Place, rule: rule}
		if where.Status != "" {
			k.status, k.in = statusOf(where.Status), "response"
			k.class = classOf(true, 0, rule, isStrict(rule, n, p))
			if where.In == "header" {
				k.rule = "header"
			}
		} else {
			k.class = classOf(false, outcomes[where.Outcome], rule, isStrict(rule, n, p))
		}
		f := c.add(k, n, gotAt(rule, n, p))
		f.at = p
		if parent := c.parent(where.Place); parent != nil && where.Media != "" {
			f.parent = parent.Declared
		}
		if d := p.Declared; d != nil {
			f.Schema, f.Line = d.Schema, d.Line
		} else if f.parent != nil {
			f.Schema, f.Line = f.parent.Schema, f.parent.Line
		}
	}
}

// parent returns the place that contains another; Counts.Places returns it first.
func (c *collector) parent(place string) *counts.Place {
	i := strings.LastIndexByte(place, '/')
	if i < 0 {
		return nil
	}
	return c.visited[place[:i]]
}

// add adds counts to a finding, which several outcomes of requests, or several media types, may share.
func (c *collector) add(k key, n counts.Misfit, got []Count) *Finding {
	f := c.byKey[k]
	if f == nil {
		f = &Finding{Class: k.class, Operation: k.operation, In: k.in, Status: k.status, Place: k.place, Rule: k.rule}
		f.Of = messagesOf(c.operations.Operations[k.operation], f)
		c.byKey[k] = f
	}
	f.Exchanges += n.Exchanges
	f.Places += n.Values
	for _, g := range got {
		i := slices.IndexFunc(f.Got, func(have Count) bool { return have.What == g.What })
		if i < 0 {
			f.Got = append(f.Got, g)
		} else {
			f.Got[i].N += g.N
		}
	}
	slices.SortFunc(f.Got, func(a, b Count) int { return strings.Compare(a.What, b.What) })
	return f
}

// isStrict reports whether a departure breaks a rule of package contract that OpenAPI does not have: that UUIDs are in lower case, and
// that a name occurs once in an object.
func isStrict(rule string, n counts.Misfit, p *counts.Place) bool {
	switch rule {
	case "duplicate":
		return true
	case "format":
		return p.Declared != nil && p.Declared.Format == "uuid" && n.Values <= p.Strings.UpperUUID
	}
	return false
}

// gotAt returns what was found at a place where something else is required.
func gotAt(rule string, n counts.Misfit, p *counts.Place) []Count {
	switch rule {
	case "nullable":
		return []Count{{"null", n.Values}}
	case "required":
		return []Count{{"absent", n.Values}}
	case "enum":
		return unlisted(p)
	case "format":
		return otherFormats(p)
	case "type":
		return slices.DeleteFunc(kindsOf(p), func(c Count) bool {
			return c.What == "null" || p.Declared != nil && slices.Contains(p.Declared.Kinds, c.What)
		})
	case "undeclared", "additionalProperties":
		return kindsOf(p)
	}
	return nil
}

// gotOfMessage returns the undeclared media types of a message.
func gotOfMessage(rule string, m *counts.Message) []Count {
	var got []Count
	if rule == "mediaType" {
		for name, media := range m.UndeclaredMedia {
			if media != nil && media.Seen > 0 {
				got = append(got, Count{What: mediaName(name), N: media.Seen})
			}
		}
	}
	return got
}

func mediaName(name string) string {
	if name == "" {
		return "no media type"
	}
	return name
}

// unlisted returns the values at a place that are not in the enumeration.
func unlisted(p *counts.Place) []Count {
	var got []Count
	for value, n := range p.Unlisted {
		got = append(got, Count{value, n})
	}
	return got
}

// kindsOf returns the JSON types of the values at a place, with how often each was seen.
func kindsOf(p *counts.Place) []Count {
	all := []Count{
		{"null", p.Null}, {"boolean", p.Boolean}, {"integer", p.Integer}, {"number", p.Number},
		{"string", p.String}, {"array", p.Array}, {"object", p.Object},
	}
	return slices.DeleteFunc(all, func(c Count) bool { return c.N == 0 })
}

// stringsOf returns the formats of the strings at a place, with how often each was seen.
func stringsOf(p *counts.Place) []Count {
	s := p.Strings
	all := []Count{
		{"empty", s.Empty}, {"uuid", s.UUID}, {"UUID in capitals", s.UpperUUID}, {"date-time", s.DateTime},
		{"date-time without offset", s.LocalDateTime}, {"date", s.Date}, {"digits", s.Digits}, {"word", s.Word}, {"other text", s.Other},
	}
	return slices.DeleteFunc(all, func(c Count) bool { return c.N == 0 })
}

// otherFormats returns the formats at a place without the declared one.
func otherFormats(p *counts.Place) []Count {
	return slices.DeleteFunc(stringsOf(p), func(c Count) bool { return p.Declared != nil && c.What == p.Declared.Format })
}

// statusOf returns a status of the document as a number. A range such as 4XX is its first digit, and default is 1; neither can be mistaken
// for a status.
func statusOf(key string) int {
	if n, err := strconv.Atoi(key); err == nil {
		return n
	}
	if len(key) == 3 && strings.EqualFold(key[1:], "XX") && '1' <= key[0] && key[0] <= '9' {
		return int(key[0] - '0')
	}
	return 1
}

// statusText is the reverse of statusOf.
func statusText(status int) string {
	switch {
	case status == 1:
		return "default"
	case status < 10:
		return strconv.Itoa(status) + "XX"
	}
	return strconv.Itoa(status)
}
