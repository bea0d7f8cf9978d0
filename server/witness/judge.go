package witness

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// Rules of this package, beside those of package contract.
const (
	ruleRefused = "refused" // a request that matches the document was refused
	ruleGateway = "gateway" // a gateway sent the response
	ruleShape   = "shape"   // none of the required members is there, and undeclared ones are
	ruleCase    = "case"    // a declared name is spelt with other capital letters
)

// Result is the result of checking one exchange.
type Result struct {
	Operation string      // "" if no operation matches
	Skip      string      // why the exchange was not checked, or ""
	Findings  []Departure // those of the messages that were validated, or of messages that depart in the same way
}

// A Departure is one way in which one exchange departs from the document. All exchanges that depart in this way form a [Finding].
type Departure struct {
	ID      string `json:"id"` // the finding's
	Class   Class  `json:"class"`
	Where   string `json:"where"`   // as Finding.In
	Pointer string `json:"pointer"` // as Finding.Place
	Rule    string `json:"rule"`
}

// Add checks an exchange and counts it. It keeps no reference to the exchange.
func (rec *Recorder) Add(x *Exchange) Result {
	r, err := requestOf(x)
	if err != nil || x.Status < 100 || x.Status > 999 {
		rec.Skip(SkipEntry)
		return Result{Skip: SkipEntry}
	}
	rec.count(x)
	call, rejection := rec.doc.contract.Route(x.Method, r.URL)
	if call == nil {
		return Result{Findings: rec.departures(rec.unrouted(x, rejection))}
	}
	rec.countDay(call.ID, x)
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

// count counts an exchange.
func (rec *Recorder) count(x *Exchange) {
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

// countDay records the day of an exchange of an operation.
func (rec *Recorder) countDay(id string, x *Exchange) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	d := rec.days[id]
	if d == nil {
		d = &days{}
		rec.days[id] = d
	}
	d.add(rec.day(x))
}

// day returns the day of an exchange, in UTC.
func (rec *Recorder) day(x *Exchange) string {
	at := x.Start
	if at.IsZero() {
		at = rec.opts.Now()
	}
	return at.UTC().Format("2006-01-02")
}

// request counts and checks the request of an exchange. Requests that were accepted and refused are counted apart, because a request
// that departs and is accepted shows that the document is stricter than the service.
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
	k := messageKind{operation: call.ID, status: outcome(x.Status), whole: body.whole(), fit: fit}
	found, checked := rec.explain(k, x, func() contract.Violations {
		return knownOfRequest(rec.doc.contract.CheckRequest(call, r, data), body.whole(), x.Without)
	})
	if checked && len(found) == 0 && body.whole() && isRefusal(x.Status) {
		found = append(found, rec.addRefused(call, x))
	}
	return found
}

// decoded removes the content coding of a body, and returns a header to match. It reports false if the body cannot be decoded.
func decoded(header http.Header, body []byte) ([]byte, http.Header, bool) {
	data, decodedHeader, err := contract.Decode(header, body, maxChecked)
	if err != nil {
		return nil, header, false
	}
	return data, decodedHeader, true
}

// isRefusal reports whether a status says that the request itself is wrong.
func isRefusal(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnsupportedMediaType || status == http.StatusUnprocessableEntity
}

// addRefused records a request that matches the document and was refused. The service may be stricter than the document, or the request
// may break a rule that OpenAPI cannot express. merger.explainedFinding tells the two apart, by whether the service accepted any other
// request that matches.
func (rec *Recorder) addRefused(call *contract.Call, x *Exchange) key {
	k := key{class: Yours, operation: call.ID, in: "body", rule: ruleRefused}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	why := explanation{expected: "a request that matches the contract is accepted", got: strconv.Itoa(x.Status), count: 1}
	rec.addExplained(k, why, rec.day(x))
	return k
}

// response counts and checks the response of an exchange.
func (rec *Recorder) response(call *contract.Call, x *Exchange, r *http.Request) []key {
	body := x.Response
	data, header, ok := decoded(x.Header, body.Data)
	body.Known = body.Known && ok
	switch {
	case x.Own || rec.isForeign(call, x, header):
		k := key{class: Foreign, operation: call.ID, in: "response", status: x.Status, rule: ruleGateway}
		rec.mu.Lock()
		defer rec.mu.Unlock()
		rec.addExplained(k, explanation{count: 1}, rec.day(x))
		return []key{k}
	case x.Status < 200 || x.Status == http.StatusNotModified && isConditional(r):
		return nil // a change of protocol, or a confirmation of what the caller has cached: no document describes them
	}
	header = rec.doc.responseHeader(call.ID, x.Status, header)
	var fit contract.Fit
	if body.whole() {
		fit = rec.tally.ResponseFit(call, x.Status, header, data)
	} else {
		fit = rec.tally.ResponseHeadFit(call, x.Status, header)
	}
	k := messageKind{operation: call.ID, response: true, status: x.Status, whole: body.whole(), fit: fit}
	found, _ := rec.explain(k, x, func() contract.Violations {
		return knownOfResponse(rec.doc.contract.CheckResponse(call, x.Status, header, data), body.whole(), x.Without)
	})
	return found
}

func isConditional(r *http.Request) bool {
	return r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != ""
}

// isForeign reports whether a response seems to be a gateway's and not the service's: it has a status of gateways that the document does
// not declare, or it is undeclared HTML without any of the headers that the document declares.
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

// unrouted records an exchange that matches no operation. If the service refused the request, the mistake is the caller's.
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
	rec.addExplained(k, explanation{expected: rejection.Violations[0].Expected, got: methodName(x.Method), count: 1}, rec.day(x))
	return []key{k}
}

// methodName returns a standard method as it is, and {} for any other, which may hold data of the caller.
func methodName(method string) string {
	if slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, method) {
		return method
	}
	return counts.Other
}

// knownOfRequest removes the violations of a request that only come from what the source did not record.
func knownOfRequest(vs contract.Violations, whole bool, without Aspect) contract.Violations {
	return slices.DeleteFunc(vs, func(v contract.Violation) bool {
		return !whole && (v.In == "body" || v.Rule == "size") || unrecorded(v, without)
	})
}

// knownOfResponse removes the violations of a response that only come from what the source did not record.
func knownOfResponse(vs contract.Violations, whole bool, without Aspect) contract.Violations {
	return slices.DeleteFunc(vs, func(v contract.Violation) bool {
		return !whole && !slices.Contains([]string{"status", "header", "mediaType", "charset"}, v.Rule) || unrecorded(v, without)
	})
}

// unrecorded reports whether a violation concerns an aspect that the source does not record.
func unrecorded(v contract.Violation, without Aspect) bool {
	switch v.Rule {
	case "trailing", "utf8", "size", "charset":
		return without.has(Bytes)
	case "security":
		return without.has(Credentials)
	}
	return false
}

// template returns a path without data: the literal segments of the document's paths are kept, and all others become {}.
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
