package witness

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
)

//go:embed report.html.tmpl
var htmlText string

var htmlTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"title": func(c Class) string { return titles[c] },
	"join":  func(list []string) string { return strings.Join(list, ", ") },
}).Parse(htmlText))

// page is what the template shows.
type page struct {
	*Report
	Classes []classPage
}

type classPage struct {
	Class    Class
	Findings []linePage
}

type linePage struct {
	*Finding
	Where, Frequency, What string
	Document               string
}

// WriteHTML writes the report as one page that needs nothing else: no script, no other file.
func (r *Report) WriteHTML(w io.Writer) error {
	p := page{Report: r}
	for _, class := range classes {
		cp := classPage{Class: class}
		for _, f := range r.Findings {
			if f.Class != class {
				continue
			}
			line := linePage{Finding: f, Where: f.where(), Frequency: f.frequency(), What: f.got()}
			if c := r.contractOf(f.Contract); c != nil {
				line.Document = c.Document
			}
			cp.Findings = append(cp.Findings, line)
		}
		if len(cp.Findings) > 0 {
			p.Classes = append(p.Classes, cp)
		}
	}
	return htmlTemplate.Execute(w, p)
}
