package witness

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteText writes the explanation as text.
func (e *Explanation) WriteText(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, o := range e.Operations {
		fmt.Fprintf(out, "%-42s %3d guesses, %d exchanges  %s %s\n", o.ID, o.Guesses, o.Seen, o.Method, o.Template)
	}
	if len(e.Operations) > 0 {
		return out.Flush()
	}
	title := strings.TrimSpace(e.Method + " " + e.Template)
	if e.Status != "" {
		title += " → " + e.Status
	}
	if e.Place != "" {
		title = strings.TrimSpace(title + "  " + plain(e.Place))
	}
	fmt.Fprintf(out, "%s  %s:%d\n", title, e.Document, e.Line)
	row := func(label, text string) {
		fmt.Fprintf(out, "  %-10s %s\n", label, strings.Join(strings.Fields(plain(text)), " "))
	}
	for _, text := range e.Says {
		row("says", text)
	}
	if e.Evidence != (Evidence{}) {
		row(e.Evidence.Grade, strings.Trim(e.Evidence.Source+"; "+e.Evidence.Reason, "; "))
	}
	for _, s := range e.Sentences {
		row(s.Grade, strings.TrimSpace(s.ID+" "+s.Text))
	}
	seen := fmt.Sprintf("%d of %d", e.Seen, e.Of)
	if e.First != "" {
		seen += ", " + dayRange(e.First, e.Last)
	}
	row("seen", seen)
	for _, f := range e.Findings {
		row(string(f.Class), f.line(&Report{}))
	}
	return out.Flush()
}
