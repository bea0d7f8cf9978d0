package contract

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A responsePlan is compiled from one response of an operation.
type responsePlan struct {
	program responseProgram
	media   []*mediaPlan
	headers []*parameter
	names   *headerNames
	src     source
}

// A statusPlan is the plan for one status.
type statusPlan struct {
	status int
	*responsePlan
}

// responsePlans are an operation's.
type responsePlans struct {
	byStatus []statusPlan             // which are few
	byRange  map[string]*responsePlan // by 2XX, or default
	declared string
	policy   Policy // for other statuses
}

func (m *compiler) responses(source *openapi3.Operation, src source) responsePlans {
	plans := responsePlans{policy: m.options.UndeclaredStatuses}
	for i, key := range source.Responses.Keys() {
		response := source.Responses.Value(key).Value
		own := orElse(responseSource(source.Extensions, key), orElse(sourceOf(response.Extensions, response.Origin), src))
		plan := m.responsePlan(response, own)
		if status, err := strconv.Atoi(key); err == nil {
			plans.byStatus = append(plans.byStatus, statusPlan{status, plan})
		} else {
			if plans.byRange == nil {
				plans.byRange = map[string]*responsePlan{}
			}
			plans.byRange[key] = plan
		}
		if i > 0 {
			plans.declared += " or "
		}
		plans.declared += key
	}
	return plans
}

// responsePlan compiles a component once for all operations that refer to it on the same evidence.
func (m *compiler) responsePlan(response *openapi3.Response, src source) *responsePlan {
	key := compiled{response, src}
	if plan := m.responsePlans[key]; plan != nil {
		return plan
	}
	plan := m.response.pruner.responses.next()
	plan.src, plan.media = src, m.response.newMedia(response.Content, src)
	m.responsePlans[key] = plan
	for name, ref := range response.Headers {
		if http.CanonicalHeaderKey(name) == "Content-Type" {
			continue
		}
		source := ref.Value.Parameter
		source.Name, source.In = name, openapi3.ParameterInHeader
		p := newParameter(m.response, &source, src)
		if http.CanonicalHeaderKey(name) == "Set-Cookie" && p.kind == primitive {
			p.kind = singleText
		}
		plan.headers = append(plan.headers, p)
	}
	slices.SortFunc(plan.headers, func(a, b *parameter) int { return strings.Compare(a.name, b.name) })
	plan.names = newHeaderNames(m.options.UndeclaredHeaders, plan.headers)
	plan.program = m.response.pruner.newResponseProgram(plan)
	return plan
}

// find returns nil for a status that is not declared.
func (p *responsePlans) find(status int) *responsePlan {
	for i := range p.byStatus {
		if p.byStatus[i].status == status {
			return p.byStatus[i].responsePlan
		}
	}
	if !isStatus(status) {
		return nil
	}
	if plan := p.byRange[strconv.Itoa(status/100)+"XX"]; plan != nil {
		return plan
	}
	return p.byRange["default"]
}

// isStatus holds for what net/http can send; it panics at another.
func isStatus(status int) bool { return 100 <= status && status <= 999 }

// CheckResponse checks an answer to call: its status, declared headers, media type and body. body is what was received
// after transfer coding; it is not looked at where HTTP has none (HEAD, 304).
func (c *Contract) CheckResponse(call *Call, status int, header http.Header, body []byte) Violations {
	op, err := c.find(call)
	if err != nil {
		return unknownCall()
	}
	var head snapshot
	head.take(header)
	s := newScanner()
	defer s.release()
	if op.responses.accepts(s, call.Method, status, &head, body) {
		return nil
	}
	ck := newResponseCheck(op, call.Method, status, header)
	ck.head()
	ck.body(body)
	return ck.out.violations()
}

// A responseCheck is the checking of one answer: first the head, then the body.
type responseCheck struct {
	op       *operation
	plan     *responsePlan
	status   int
	header   http.Header
	bodiless bool // HTTP sends no body
	out      *report
}

func newResponseCheck(op *operation, method string, status int, header http.Header) *responseCheck {
	return &responseCheck{
		op: op, plan: op.responses.find(status), status: status, header: header,
		bodiless: method == http.MethodHead || status == http.StatusNotModified,
		out:      &report{operation: op.ID},
	}
}

func (ck *responseCheck) place() place { return place{"response", "", ck.plan.src} }

func (ck *responseCheck) head() {
	if ck.plan == nil {
		ck.undeclaredStatus()
		return
	}
	for _, p := range ck.plan.headers {
		ck.responseHeader(p)
	}
	for _, name := range ck.plan.names.strangers(ck.header) {
		f := ck.place().finding("header", printable(cut(name))+": undeclared")
		f.reportOnly = ck.plan.names.policy == Report
		ck.out.add(f)
	}
	if encoded(ck.header) && !ck.bodiless {
		ck.out.add(ck.place().finding("encoding", "identity"))
	}
}

func (ck *responseCheck) undeclaredStatus() {
	policy := ck.op.responses.policy
	if policy == Ignore && isStatus(ck.status) {
		return
	}
	f := place{"response", "", ck.op.src}.finding("status", ck.op.responses.declared)
	f.reportOnly = policy == Report && isStatus(ck.status)
	ck.out.add(f)
}

// responseHeader words what a header's check found so that it does not look like a place in the body.
func (ck *responseCheck) responseHeader(p *parameter) {
	var found report
	if p.kind == byKin {
		r := &http.Request{Header: ck.header}
		p.checkByKin(r, nil, nil, &found)
	} else {
		p.check(ck.header.Values(p.name), &found)
	}
	for _, v := range found.violations() {
		f := finding{"response", "", "header", p.name + ": " + v.Rule, source{v.Grade, v.Line}, !v.Refused}
		if v.Expected != "" {
			f.expected += " (" + v.Expected + ")"
		}
		ck.out.add(f)
	}
}

// media returns the plan for the body's type, or nil.
func (ck *responseCheck) media() *mediaPlan {
	at := ck.place()
	content, ok := readMedia(ck.plan.media, ck.header, func(rule, expected string) { ck.out.add(at.finding(rule, expected)) })
	if !ok {
		return nil
	}
	return content.plan
}

// unchecked holds for an answer whose body no schema describes, so that it can be passed on as it comes.
func (ck *responseCheck) unchecked() bool {
	switch {
	case ck.plan == nil:
		return true
	case ck.bodiless || len(ck.plan.media) == 0:
		return false
	}
	plan := ck.media()
	return plan == nil || plan.decoder == opaque
}

func (ck *responseCheck) body(body []byte) {
	if ck.plan == nil || ck.bodiless {
		return
	}
	ck.length(len(body))
	switch {
	case len(ck.plan.media) == 0:
		if len(body) > 0 {
			ck.out.add(ck.place().finding("body", "no body"))
		}
	case len(body) == 0:
		ck.emptyBody()
	default:
		if plan := ck.media(); plan != nil && !encoded(ck.header) {
			plan.check(body, ck.header, ck.place(), ck.out)
		}
	}
}

// emptyBody refuses no bytes where JSON is declared; they are a good string and a good image.
func (ck *responseCheck) emptyBody() {
	if slices.ContainsFunc(ck.plan.media, func(m *mediaPlan) bool { return m.decoder != jsonBody }) {
		return
	}
	at := ck.place()
	ck.out.add(at.finding("required", "a body of type "+declared(ck.plan.media)))
}

// length catches a Content-Length that net/http would not let the handler get away with.
func (ck *responseCheck) length(n int) {
	if announced := ck.header.Get("Content-Length"); announced != "" && announced != strconv.Itoa(n) {
		ck.out.add(ck.place().finding("size", "a body as long as Content-Length says"))
	}
}
