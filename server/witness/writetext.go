package witness

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// maxTextFindings limits the findings in the text report.
const maxTextFindings = 50

// titles are the headings of the classes.
var titles = map[Class]string{
	Differs: "differs: the service contradicts the contract",
	New:     "new: the contract does not mention it",
	Strict:  "strict: breaks a rule of resellerkit that OpenAPI does not have",
	Yours:   "yours: your requests depart from the contract, and the service refused them",
	Foreign: "foreign: a gateway responded, and not the service",
}

// WriteText writes the report as text. With verbose it also lists what was never seen.
func (r *Report) WriteText(w io.Writer, verbose bool) error {
	out := bufio.NewWriter(w)
	for _, c := range r.Contracts {
		c.writeText(out)
	}
	r.writeFindings(out)
	r.writeRemarks(out)
	if verbose {
		for _, c := range r.Contracts {
			c.writeMissing(out)
		}
	}
	return out.Flush()
}

func (c *ContractReport) writeText(out *bufio.Writer) {
	fmt.Fprintf(out, "%s (%s): %d exchange%s", c.Name, c.Document, c.Exchanges, plural(c.Exchanges))
	if c.Upstream != "" {
		fmt.Fprintf(out, " with %s", plain(c.Upstream))
	}
	if c.Runs > 1 {
		fmt.Fprintf(out, " in %d runs", c.Runs)
	}
	if !c.Start.IsZero() {
		fmt.Fprintf(out, ", %s", dayRange(c.Start.Format("2006-01-02"), c.End.Format("2006-01-02")))
	}
	fmt.Fprintln(out)
	for _, of := range []struct {
		name string
		Ratio
	}{{"operations", c.Coverage.Operations}, {"statuses", c.Coverage.Statuses}, {"response members", c.Coverage.Members}} {
		fmt.Fprintf(out, "  %3d %% of %s (%d of %d)\n", of.Percent(), of.name, of.Seen, of.Of)
	}
	for _, n := range []struct {
		what string
		n    int64
	}{
		{"exchanges were not checked, because too many were waiting", c.Dropped},
		{"exchanges could not be checked, because of an internal error", c.Failed},
		{"exchanges had a body that was not recorded, could not be decoded, or was too long", c.Unread},
		{"places were seen with another version of the contract and do not exist in this one", c.Unknown},
	} {
		if n.n > 0 {
			fmt.Fprintf(out, "  %d %s\n", n.n, n.what)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(c.Skipped)) {
		fmt.Fprintf(out, "  %d skipped: %s\n", c.Skipped[reason], plain(reason))
	}
	if c.Unverified > 0 {
		fmt.Fprintf(out, "  %d runs did not verify the upstream's certificate\n", c.Unverified)
	}
}

// plural returns the ending of a noun after a number.
func plural(n int64) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// dayRange returns a first and a last day as text.
func dayRange(first, last string) string {
	if first == last {
		return first
	}
	return first + " to " + last
}

func (r *Report) writeFindings(out *bufio.Writer) {
	if len(r.Findings) == 0 {
		fmt.Fprintln(out, "no findings")
		return
	}
	shownFindings, class := r.Findings, Class("")
	if len(shownFindings) > maxTextFindings {
		shownFindings = mostFrequent(shownFindings)
	}
	for _, f := range shownFindings {
		if f.Class != class {
			class = f.Class
			fmt.Fprintf(out, "\n%s\n", titles[class])
		}
		fmt.Fprintf(out, "  %s\n", f.line(r))
	}
	if n := len(r.Findings) - len(shownFindings); n > 0 {
		fmt.Fprintf(out, "\n%d more findings are not shown; the ones above are the %d most frequent\n", n, maxTextFindings)
	}
}

// mostFrequent returns the most frequent findings, as many as the text report shows.
func mostFrequent(list []*Finding) []*Finding {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *Finding) int { return cmp.Compare(b.Exchanges, a.Exchanges) })
	list = list[:maxTextFindings]
	order(list)
	return list
}

// line returns a finding as one line.
func (f *Finding) line(r *Report) string {
	var b strings.Builder
	b.WriteString(f.ID + "  " + f.where() + "  " + f.Rule)
	if f.Expected != "" {
		b.WriteString(": expected " + plain(f.Expected))
	}
	if got := f.got(); got != "" {
		b.WriteString(", got " + got)
	}
	b.WriteString(", " + f.frequency())
	if f.Evidence.Grade != "" {
		b.WriteString(" (" + plain(f.Evidence.Grade) + ")")
	}
	if c := r.contractOf(f.Contract); c != nil && f.Line > 0 {
		fmt.Fprintf(&b, " %s:%d", plain(c.Document), f.Line)
	}
	if len(f.Also) > 0 {
		b.WriteString("; also " + plain(strings.Join(f.Also, ", ")))
	}
	if f.Accepted != "" {
		b.WriteString("; accepted: " + plain(f.Accepted))
	}
	return b.String()
}

func (r *Report) writeRemarks(out *bufio.Writer) {
	for _, of := range []struct {
		title string
		list  []string
	}{{"the evidence is incomplete", r.Incomplete}, {"coverage", r.Unmet}, {"note", r.Notes}} {
		for _, text := range of.list {
			fmt.Fprintf(out, "\n%s: %s\n", of.title, plain(text))
		}
	}
}

// writeMissing lists by operation what was never seen, and which constraints the service has enforced.
func (c *ContractReport) writeMissing(out *bufio.Writer) {
	fmt.Fprintf(out, "\n%s, never seen:\n", c.Name)
	for _, op := range c.Operations {
		if len(op.Missing) > 0 {
			fmt.Fprintf(out, "  %s: %s\n", op.ID, plain(strings.Join(op.Missing, "; ")))
		}
	}
	fmt.Fprintf(out, "\n%s, constraints that the service enforced:\n", c.Name)
	for _, op := range c.Operations {
		if len(op.Confirmed) > 0 {
			fmt.Fprintf(out, "  %s: %s\n", op.ID, plain(strings.Join(op.Confirmed, "; ")))
		}
	}
}
