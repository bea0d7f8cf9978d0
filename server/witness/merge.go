package witness

import (
	"slices"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// A merger adds up runs for one document.
type merger struct {
	doc        *Document
	total      observed
	byKey      map[key]*explained
	recounted  map[key]bool // keys without their class: departures that the counters saw in runs with another version of the document
	runs       int
	unknown    int64 // places seen in runs with another version of the document that this version does not have
	otherSum   bool  // some run was with another version
	unverified int
	local      int
	start, end time.Time
	sources    []string
	upstreams  []string
}

func newMerger(doc *Document) *merger {
	return &merger{
		doc: doc, byKey: map[key]*explained{}, recounted: map[key]bool{},
		total: observed{Name: doc.Name, Skipped: map[string]int64{}, Operations: doc.contract.Tally().Counts()},
	}
}

// add adds the part of a run that belongs to the document. It keeps references to the run.
func (m *merger) add(r *run) {
	for _, o := range r.Contracts {
		if o.Name != m.doc.Name {
			continue
		}
		m.runs++
		if !r.Verified {
			m.unverified++
		}
		if r.Local {
			m.local++
		}
		m.span(r)
		m.sources = insert(m.sources, r.Source)
		m.upstreams = insert(m.upstreams, o.Upstream)
		m.observed(o)
	}
}

func (m *merger) span(r *run) {
	if m.start.IsZero() || r.Start.Before(m.start) {
		m.start = r.Start
	}
	if r.End.After(m.end) {
		m.end = r.End
	}
}

// insert inserts a string into a sorted list, unless it is empty or in the list.
func insert(list []string, s string) []string {
	i, found := slices.BinarySearch(list, s)
	if found || s == "" {
		return list
	}
	return slices.Insert(list, i, s)
}

func (m *merger) observed(o *observed) {
	t := &m.total
	t.Seen, t.Unread, t.Surplus = t.Seen+o.Seen, t.Unread+o.Unread, t.Surplus+o.Surplus
	t.Dropped, t.Failed = t.Dropped+o.Dropped, t.Failed+o.Failed
	for reason, n := range o.Skipped {
		t.Skipped[reason] += n
	}
	if o.SHA256 != m.doc.sum {
		m.otherSum = true
		for k := range findingsIn(m.doc, o.Operations) {
			m.recounted[k.anyClass()] = true
		}
	}
	m.unknown += int64(t.Operations.Add(o.Operations))
	for _, e := range o.Explained {
		m.explained(e)
	}
}

// explained adds a departure. If it is at a place that the document does not have, it is only counted as unknown.
func (m *merger) explained(e *explained) {
	if e.Operation != "" && m.total.Operations.Operations[e.Operation] == nil || !m.doc.placeIsKnown(e.Place) {
		m.unknown++
		return
	}
	k := e.key()
	sum := m.byKey[k]
	if sum == nil {
		if len(m.byKey) >= maxFindings {
			m.total.Surplus += e.Exchanges
			return
		}
		sum = &explained{Class: k.class, Operation: k.operation, In: k.in, Status: k.status, Place: k.place, Rule: k.rule}
		m.byKey[k] = sum
	}
	sum.add(e)
}

// report returns the report of all runs that were added.
func (m *merger) report() *Report {
	findings := m.findings()
	c := &ContractReport{
		Name: m.doc.Name, Document: m.doc.Path, SHA256: m.doc.sum, Upstream: strings.Join(m.upstreams, ", "), Sources: m.sources,
		Runs: m.runs, Unverified: m.unverified, Local: m.local, Start: m.start, End: m.end,
		Exchanges: m.total.Seen, Skipped: m.total.Skipped, Dropped: m.total.Dropped, Failed: m.total.Failed, Unread: m.total.Unread,
		OtherVersion: m.otherSum, Unknown: m.unknown, Surplus: m.total.Surplus,
		doc: m.doc, counts: m.total.Operations,
	}
	c.Coverage, c.Operations = coverageOf(m.doc, m.total.Operations, findings)
	for _, op := range c.Operations {
		c.First, c.Last = earlier(c.First, op.First), max(c.Last, op.Last)
		for _, what := range op.Missing {
			c.Missing = append(c.Missing, op.ID+": "+what)
		}
	}
	r := &Report{Contracts: []*ContractReport{c}, Findings: findings}
	r.Incomplete = c.incomplete()
	r.markProposals(ProposeOptions{})
	return r
}

// findings returns the findings, folded and in the order of reports.
func (m *merger) findings() []*Finding {
	list := m.countedFindings()
	known := map[key]*Finding{}
	for _, f := range list {
		known[f.key()] = f
	}
	for k, e := range m.byKey {
		f := known[k]
		if f == nil && m.recounted[k.anyClass()] {
			continue // the counters saw it depart from another version of the document, and it does not depart from this one
		}
		if f == nil {
			f = m.explainedFinding(e)
			list = append(list, f)
		}
		f.First, f.Last, f.runs = e.First, e.Last, e.runs
		f.Expected = e.Expected
		if f.Schema == "" {
			f.Schema, f.Line = e.Schema, e.line
		}
	}
	for _, f := range list {
		f.Contract = m.doc.Name
		m.locate(f)
	}
	list = fold(list)
	for _, f := range list {
		f.ID = f.key().id(m.doc.Name)
	}
	order(list)
	return list
}

// explainedFinding returns the finding for a departure that the counters cannot see, such as of a pattern. Its counts are those of the
// messages that were validated.
func (m *merger) explainedFinding(e *explained) *Finding {
	f := &Finding{
		Class: e.Class, Operation: e.Operation, Status: e.Status, In: e.In, Place: e.Place, Rule: e.Rule,
		Exchanges: e.Exchanges, Places: e.Places, AtLeast: e.Sampled,
	}
	if e.Got != "" {
		f.Got = []Count{{e.Got, e.Exchanges}}
	}
	if op := m.total.Operations.Operations[e.Operation]; op != nil {
		f.Of = messagesOf(op, f)
		if e.Rule == ruleRefused && (op.Requests.Accepted == nil || op.Requests.Accepted.Fits == 0) {
			f.Class = Differs // the service accepted no request that matches the document
		}
	}
	return f
}

// messagesOf returns in how many messages a finding could have been seen.
func messagesOf(op *counts.Operation, f *Finding) int64 {
	if f.In == "response" {
		if f.Class == Foreign {
			return op.Seen
		}
		n := int64(0)
		for key, m := range op.Statuses {
			if statusOf(key) == f.Status && m != nil {
				n += m.Seen
			}
		}
		for key, m := range op.Undeclared {
			if f.Rule != "status" && statusOf(key) == f.Status && m != nil {
				n += m.Seen
			}
		}
		if f.Rule == "status" {
			return op.Seen
		}
		return n
	}
	accepted, others := int64(0), int64(0)
	if m := op.Requests.Accepted; m != nil {
		accepted = m.Seen
	}
	for _, m := range []*counts.Message{op.Requests.Refused, op.Requests.Denied, op.Requests.Failed} {
		if m != nil {
			others += m.Seen
		}
	}
	if f.Class == Yours {
		return others
	}
	return accepted
}
