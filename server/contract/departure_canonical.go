package contract

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/depart"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
)

// canonical returns a reading in which the departures that are wanted have their canonical form. What it got is not changed.
func canonical(op *operation, sent *reading, wanted func(depart.Rule) bool) *reading {
	call, r := *sent.call, *sent.r
	c := &canonicalizer{op: op, wanted: wanted, reading: reading{call: &call, r: &r, data: sent.data}}
	c.path()
	c.query()
	c.header()
	c.body()
	return &c.reading
}

// A canonicalizer makes a reading. It copies what it changes.
type canonicalizer struct {
	reading
	op     *operation
	wanted func(depart.Rule) bool
}

// departs notes a departure if it is wanted, and reports whether it is.
func (c *canonicalizer) departs(rule depart.Rule, at explain.Place, expected string) bool {
	if !c.wanted(rule) {
		return false
	}
	c.reading.departs = append(c.reading.departs, departure{rule, at, expected})
	return true
}

// text returns the canonical form of a parameter's text.
func (c *canonicalizer) text(p *param.Parameter, text string) (canonical string, rule depart.Rule, ok bool) {
	canonical, rule, ok = p.Departs(text)
	return canonical, rule, ok && c.departs(rule, p.Place, "the canonical form")
}

func (c *canonicalizer) path() {
	var values []string
	for _, p := range c.op.path {
		i := slices.Index(c.call.PathNames, p.Name)
		if i < 0 || i >= len(c.call.PathValues) {
			continue
		}
		if text, _, ok := c.text(p, c.call.PathValues[i]); ok {
			if values == nil {
				values = slices.Clone(c.call.PathValues)
			}
			values[i] = text
		}
	}
	if values != nil {
		before := *c.call
		c.call.PathValues = values
		c.r.URL = withPathValues(c.r.URL, c.op.Template, &before, c.call)
	}
}

// withPathValues returns a URL whose path has the values of a call in place of those before. The path ends as the template. The other
// values stay as they were sent, because an array tells an escaped comma from another.
func withPathValues(u *url.URL, template string, before, call *Call) *url.URL {
	raw, steps := strings.Split(u.EscapedPath(), "/"), strings.Split(template, "/")
	base := len(raw) - len(steps)
	for i, step := range steps {
		changed := false
		for _, name := range call.PathNames {
			if holder := "{" + name + "}"; strings.Contains(step, holder) {
				changed = changed || call.PathValue(name) != before.PathValue(name)
				step = strings.ReplaceAll(step, holder, url.PathEscape(call.PathValue(name)))
			}
		}
		if changed && base+i >= 0 {
			raw[base+i] = step
		}
	}
	changed := *u
	changed.RawPath = strings.Join(raw, "/")
	if plain, err := url.PathUnescape(changed.RawPath); err == nil {
		changed.Path = plain
	}
	return &changed
}

func (c *canonicalizer) query() {
	before := len(c.reading.departs)
	fields := strings.Split(c.r.URL.RawQuery, "&")
	for i, field := range fields {
		if escaped, changed := depart.EscapesOf(field); changed && c.departs(depart.Escape, c.placeOf(escaped), "% and ; escaped") {
			fields[i] = escaped
		}
	}
	given := map[*param.Parameter]int{}
	for _, field := range fields {
		if p, _, ok := c.parameter(field); ok {
			given[p]++
		}
	}
	for i, field := range fields {
		p, value, ok := c.parameter(field)
		if !ok || given[p] != 1 {
			continue
		}
		switch text, rule, ok := c.text(p, value); {
		case !ok:
		case rule == depart.Empty:
			fields[i] = ""
		default:
			name, _, _ := strings.Cut(field, "=")
			fields[i] = name + "=" + url.QueryEscape(text)
		}
	}
	if fields = slices.DeleteFunc(fields, func(field string) bool { return field == "" }); len(c.reading.departs) > before {
		changed := *c.r.URL
		changed.RawQuery = strings.Join(fields, "&")
		c.r.URL = &changed
	}
}

// parameter returns the parameter of a field of the query, and its value.
func (c *canonicalizer) parameter(field string) (p *param.Parameter, value string, ok bool) {
	rawName, raw, _ := strings.Cut(field, "=")
	name, err1 := url.QueryUnescape(rawName)
	value, err2 := url.QueryUnescape(raw)
	if field == "" || err1 != nil || err2 != nil || strings.Contains(field, ";") {
		return nil, "", false
	}
	p = c.op.query.Names[c.op.query.Key(name)]
	return p, value, p != nil
}

// placeOf returns the place of a field of the query.
func (c *canonicalizer) placeOf(field string) explain.Place {
	if p, _, ok := c.parameter(field); ok {
		return p.Place
	}
	rawName, _, _ := strings.Cut(field, "=")
	name, err := url.QueryUnescape(rawName)
	if err != nil {
		name = rawName
	}
	return explain.Named("query", name, c.op.source)
}

func (c *canonicalizer) header() {
	for _, p := range c.op.header {
		lines := c.r.Header.Values(p.Name)
		if len(lines) != 1 {
			continue
		}
		if text, _, ok := c.text(p, lines[0]); ok {
			c.setHeader(p.Name, text)
		}
	}
}

func (c *canonicalizer) setHeader(name, text string) {
	c.r.Header = c.r.Header.Clone()
	c.r.Header.Set(name, text)
}

func (c *canonicalizer) body() {
	switch plan := c.op.body; {
	case len(c.data) == 0:
	case plan == nil:
		if c.departs(depart.Body, explain.Place{In: "body", Source: c.op.source}, "no body") {
			c.data = nil
		}
	default:
		c.mediaType(plan)
		content, ok := media.Read(plan.media, c.r.Header, func(string, string) {})
		if ok && content.Plan.Decoder == media.JSONBody && !media.Encoded(c.r.Header) {
			c.json(plan, content.Plan)
		}
	}
}

// mediaType takes a JSON media type that is not declared for application/json, if that is.
func (c *canonicalizer) mediaType(plan *bodyPlan) {
	given := c.r.Header.Values("Content-Type")
	if len(given) != 1 || !media.IsJSON(given[0]) {
		return
	}
	if _, _, rule := media.Index(plan.media, c.r.Header); rule != "mediaType" {
		return
	}
	_, params, err := mime.ParseMediaType(given[0])
	if err != nil {
		return
	}
	as := mime.FormatMediaType("application/json", map[string]string{})
	if charset := params["charset"]; charset != "" {
		as = mime.FormatMediaType("application/json", map[string]string{"charset": charset})
	}
	if at, _, _ := media.Index(plan.media, http.Header{"Content-Type": {as}}); at < 0 {
		return
	}
	if c.departs(depart.MediaType, explain.Place{In: "header", Pointer: "/Content-Type", Source: plan.source}, "application/json") {
		c.setHeader("Content-Type", as)
	}
}

func (c *canonicalizer) json(plan *bodyPlan, content *media.Plan) {
	at := explain.Place{In: "body", Source: plan.source}
	if rest, changed := depart.WithoutBOM(c.data); changed && c.departs(depart.BOM, at, "no byte order mark") {
		c.data = rest
	}
	if content.Plan == nil || !c.wanted(depart.Case) {
		return
	}
	renamed, places := depart.Members(content.Plan.Shape, c.data)
	for _, steps := range places {
		c.departs(depart.Case, at.Below(content.Plan.Shape, steps), "the declared name")
	}
	c.data = renamed
}
