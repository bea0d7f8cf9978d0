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

// page is the data of the template.
type page struct {
	*Report
	Classes []pageClass
}

// A pageClass is a section of the page: the findings of one class.
type pageClass struct {
	Class    Class
	Findings []pageFinding
}

type pageFinding struct {
	*Finding
	Where, Frequency, What string
	Document               string
}

// WriteHTML writes the report as one page without scripts, which loads no other file.
func (r *Report) WriteHTML(w io.Writer) error {
	p := page{Report: r}
	for _, class := range classes {
		section := pageClass{Class: class}
		for _, f := range r.Findings {
			if f.Class != class {
				continue
			}
			row := pageFinding{Finding: f, Where: f.where(), Frequency: f.frequency(), What: f.got()}
			if c := r.contractOf(f.Contract); c != nil {
				row.Document = c.Document
			}
			section.Findings = append(section.Findings, row)
		}
		if len(section.Findings) > 0 {
			p.Classes = append(p.Classes, section)
		}
	}
	return htmlTemplate.Execute(w, p)
}
