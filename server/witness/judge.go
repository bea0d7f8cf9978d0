package witness

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// Rules that are the witness's own.
const (
	ruleRefused = "refused" // a request that fits was refused
	ruleGateway = "gateway" // a gateway responded
	ruleShape   = "shape"   // another object altogether
	ruleCase    = "case"    // names in another case
)

// Result is what became of an exchange.
type Result struct {
	Operation string      // "" where no operation matches
	Skip      string      // why it was not checked, or ""
	Findings  []Departure // as far as they were explained
}

// A Departure is what an exchange has to do with a [Finding].
type Departure struct {
	ID      string `json:"id"` // the finding's
	Class   Class  `json:"class"`
	Where   string `json:"where"`   // as Finding.In
	Pointer string `json:"pointer"` // as Finding.Place
	Rule    string `json:"rule"`
}

// Add checks an exchange and counts it. It may be called from any goroutine, and keeps nothing of the exchange.
func (rec *Recorder) Add(x *Exchange) Result {
	r, err := requestOf(x)
	if err != nil || x.Status < 100 || x.Status > 999 {
		rec.Skip(SkipEntry)
		return Result{Skip: SkipEntry}
	}
	rec.note(x)
	call, rejection := rec.doc.contract.Route(x.Method, r.URL)
	if call == nil {
		return Result{Findings: rec.departures(rec.unrouted(x, rejection))}
	}
	rec.noteOperation(call.ID, x)
	found := rec.request(call, x, r)
	found = append(found, rec.response(call, x, r)...)
	return Result{Operation: call.ID, Findings: rec.departures(found)}
}

func (rec *Recorder) departures(keys []key) []Departure {
	var list []Departure
	for _, k := range keys {
		list = append(list, Departure{k.id(rec.doc.Name), k.class, k.in, k.place, k.rule})
	}
	return list
}

// note counts an exchange.
func (rec *Recorder) note(x *Exchange) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.seen++
	rec.changed = true
	if !x.Request.whole() || !x.Response.whole() {
		rec.unread++
	}
	if rec.opts.Source != SourceProxy && x.URL.Host != "" && isLoopbackName(x.URL.Hostname()) {
		rec.local = true
	}
}

func (rec *Recorder) noteOperation(id string, x *Exchange) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	d := rec.days[id]
	if d == nil {
		d = &days{}
		rec.days[id] = d
	}
	d.see(rec.day(x))
}

// day returns the day of an exchange.
func (rec *Recorder) day(x *Exchange) string {
	at := x.Start
	if at.IsZero() {
		at = rec.opts.Now()
	}
	return at.UTC().Format("2006-01-02")
}

// request counts and explains the request of an exchange. The status says what became of it: where it departs and was accepted, the
// document asks more than the service does.
func (rec *Recorder) request(call *contract.Call, x *Exchange, r *http.Request) []key {
	body := x.Request
	data, header, ok := decoded(r.Header, body.Data)
	body.Known = body.Known && ok
	r.Header = rec.doc.requestHeader(call.ID, header)
	var fit contract.Fit
	if body.whole() {
		fit = rec.tally.RequestFit(call, x.Status, r, data)
	} else {
		fit = rec.tally.RequestHeadFit(call, x.Status, r)
	}
	k := kind{operation: call.ID, status: outcome(x.Status), whole: body.whole(), fit: fit}
	found, checked := rec.explain(k, x, func() contract.Violations {
		return ofRequest(rec.doc.contract.CheckRequest(call, r, data), body.whole(), x.Without)
	})
	if checked && len(found) == 0 && body.whole() && isRefusal(x.Status) {
		found = append(found, rec.refused(call, x))
	}
	return found
}

// decoded returns a body without its content coding, and a header that fits it. One that cannot be decoded is not known.
func decoded(header http.Header, body []byte) ([]byte, http.Header, bool) {
	data, fitting, err := contract.Decode(header, body, maxChecked)
	if err != nil {
		return nil, header, false
	}
	return data, fitting, true
}

// isRefusal reports whether a status says that the request itself is wrong.
func isRefusal(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnsupportedMediaType || status == http.StatusUnprocessableEntity
}

// refused notes a request that fits and was refused. Whether the document asks too little, or a rule that OpenAPI cannot state was
// broken, is decided where it is known whether any such request was accepted.
func (rec *Recorder) refused(call *contract.Call, x *Exchange) key {
	k := key{class: Yours, operation: call.ID, in: "body", rule: ruleRefused}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.enter(k, explanation{expected: "a request that fits is accepted", got: strconv.Itoa(x.Status), count: 1}, rec.day(x))
	return k
}

// response counts and explains the response of an exchange.
func (rec *Recorder) response(call *contract.Call, x *Exchange, r *http.Request) []key {
	body := x.Response
	data, header, ok := decoded(x.Header, body.Data)
	body.Known = body.Known && ok
	switch {
	case x.Own || rec.isForeign(call, x, header):
		k := key{class: Foreign, operation: call.ID, in: "response", status: x.Status, rule: ruleGateway}
		rec.mu.Lock()
		defer rec.mu.Unlock()
		rec.enter(k, explanation{count: 1}, rec.day(x))
		return []key{k}
	case x.Status < 200 || x.Status == http.StatusNotModified && isConditional(r):
		return nil // switching protocols, and the cache of the caller, are HTTP's own
	}
	header = rec.doc.responseHeader(call.ID, x.Status, header)
	var fit contract.Fit
	if body.whole() {
		fit = rec.tally.ResponseFit(call, x.Status, header, data)
	} else {
		fit = rec.tally.ResponseHeadFit(call, x.Status, header)
	}
	k := kind{operation: call.ID, response: true, status: x.Status, whole: body.whole(), fit: fit}
	found, _ := rec.explain(k, x, func() contract.Violations {
		return ofResponse(rec.doc.contract.CheckResponse(call, x.Status, header, data), body.whole(), x.Without)
	})
	return found
}

func isConditional(r *http.Request) bool {
	return r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != ""
}

// isForeign reports whether a gateway responded and not the service: by a status of gateways that the document does not declare, or
// by HTML that it does not declare without any header of the service's.
func (rec *Recorder) isForeign(call *contract.Call, x *Exchange, header http.Header) bool {
	declared := rec.doc.responseOf(call.ID, x.Status)
	switch x.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		if declared == nil || !declared.media[mediaType(header)] && len(x.Response.Data) > 0 {
			return true
		}
	}
	if mediaType(header) != "text/html" || declared != nil && declared.media["text/html"] {
		return false
	}
	for name := range rec.doc.headersOf(call.ID) {
		if len(header.Values(name)) > 0 {
			return false
		}
	}
	return true
}

// unrouted notes an exchange that no operation matches. Where the service refused it, the caller was mistaken.
func (rec *Recorder) unrouted(x *Exchange, rejection *contract.Rejection) []key {
	k := key{class: Yours, in: "path", status: x.Status, place: rec.doc.template(x.URL.Path), rule: rejection.Violations[0].Rule}
	switch {
	case x.Own || x.Status == http.StatusBadGateway || x.Status == http.StatusServiceUnavailable || x.Status == http.StatusGatewayTimeout:
		k.class = Foreign
	case x.Status < http.StatusBadRequest:
		k.class = New
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.enter(k, explanation{expected: rejection.Violations[0].Expected, got: methodName(x.Method), count: 1}, rec.day(x))
	return []key{k}
}

// methodName returns a method that may be shown: any other is text of the caller's.
func methodName(method string) string {
	if slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, method) {
		return method
	}
	return counts.Other
}

// ofRequest keeps the violations of a request that the source can know of.
func ofRequest(vs contract.Violations, whole bool, without Aspect) contract.Violations {
	return slices.DeleteFunc(vs, func(v contract.Violation) bool {
		return !whole && (v.In == "body" || v.Rule == "size") || lost(v, without)
	})
}

// ofResponse does so for a response.
func ofResponse(vs contract.Violations, whole bool, without Aspect) contract.Violations {
	return slices.DeleteFunc(vs, func(v contract.Violation) bool {
		return !whole && !slices.Contains([]string{"status", "header", "mediaType", "charset"}, v.Rule) || lost(v, without)
	})
}

// lost reports whether a violation is of an aspect that the source does not have.
func lost(v contract.Violation, without Aspect) bool {
	switch v.Rule {
	case "trailing", "utf8", "size", "charset":
		return without.has(Bytes)
	case "security":
		return without.has(Credentials)
	}
	return false
}

// template returns a path that shows no data: the literal parts of the document's paths stand, and {} for all else.
func (d *Document) template(path string) string {
	steps := strings.Split(path, "/")
	if len(steps) > maxTemplateSteps {
		steps = steps[:maxTemplateSteps]
	}
	for i, step := range steps {
		if literal, ok := d.segments[strings.ToLower(step)]; ok {
			steps[i] = literal
		} else if step != "" {
			steps[i] = counts.Other
		}
	}
	return strings.Join(steps, "/")
}

const maxTemplateSteps = 16
