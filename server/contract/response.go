package contract

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/headers"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A responsePlan is compiled from one response of an operation, and checks responses.
type responsePlan struct {
	program responseProgram
	media   []*media.Plan
	headers []*param.Parameter
	names   *param.HeaderNames
	source  shape.Source
}

// A statusPlan is the plan for one status.
type statusPlan struct {
	status int
	*responsePlan
}

// responsePlans are the plans of one operation.
type responsePlans struct {
	byStatus []statusPlan             // a slice, because an operation has few
	byRange  map[string]*responsePlan // by 2XX, or default
	keys     []statusKey              // all of them, in the order of the document
	declared string
	policy   Policy // for statuses that are not declared
	implied  Policy // for those of them that follow from conditions of the request
}

func (m *compiler) responses(source *openapi3.Operation, src shape.Source) responsePlans {
	plans := responsePlans{policy: m.options.UndeclaredStatuses, implied: m.options.ImpliedStatuses}
	for i, key := range source.Responses.Keys() {
		response := source.Responses.Value(key).Value
		own := shape.OrElse(shape.ResponseSource(source.Extensions, key), shape.OrElse(m.nodes.Source(response, response.Extensions, response.Origin), src))
		plan := m.responsePlan(response, own)
		if len(key) == 3 && strings.EqualFold(key[1:], "xx") {
			key = key[:1] + "XX" // New warns of 2xx
		}
		plans.keys = append(plans.keys, newStatusKey(key, plan))
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

// responsePlan compiles a response once for all operations that refer to it with the same evidence.
func (m *compiler) responsePlan(response *openapi3.Response, src shape.Source) *responsePlan {
	key := compiled{response, src}
	if plan := m.responsePlans[key]; plan != nil {
		return plan
	}
	plan := new(responsePlan)
	plan.source, plan.media = src, media.NewPlans(m.response, response.Content, src)
	m.responsePlans[key] = plan
	for name, ref := range response.Headers {
		if http.CanonicalHeaderKey(name) == "Content-Type" {
			continue
		}
		source := ref.Value.Parameter
		source.Name, source.In = name, openapi3.ParameterInHeader
		p := param.New(m.response, &source, shape.OrElse(m.nodes.Source(ref.Value, source.Extensions, source.Origin), src))
		if http.CanonicalHeaderKey(name) == "Set-Cookie" && p.Kind == param.Primitive {
			p.Kind = param.SingleText
		}
		plan.headers = append(plan.headers, p)
	}
	slices.SortFunc(plan.headers, func(a, b *param.Parameter) int { return strings.Compare(a.Name, b.Name) })
	plan.names = param.NewHeaderNames(m.options.UndeclaredHeaders.undeclared(), plan.headers)
	plan.program = newResponseProgram(plan)
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

// isStatus reports whether net/http can send a status; it panics at others.
func isStatus(status int) bool { return 100 <= status && status <= 999 }

// CheckResponse checks a response to call: its status, declared headers, media type and body. body is the content, without
// transfer coding. It is ignored if HTTP has none here (HEAD, 304).
func (c *Contract) CheckResponse(call *Call, status int, header http.Header, body []byte) Violations {
	op, err := c.find(call)
	if err != nil {
		return unknownCall()
	}
	var head headers.Snapshot
	head.Take(header)
	s := accept.NewScanner()
	defer s.Release()
	if op.responses.accepts(s, call.Method, status, &head, body) {
		return nil
	}
	ck := newResponseCheck(op, call, call.asked, status, header)
	ck.head()
	ck.body(body)
	return violationsOf(op.ID, status, ck.out)
}

// A responseCheck is the full check of one response: first its head, then its body.
type responseCheck struct {
	op       *operation
	plan     *responsePlan
	status   int
	header   http.Header
	asked    conditions
	bodiless bool // HTTP sends no body
	out      *explain.Report
}

func newResponseCheck(op *operation, call *Call, asked conditions, status int, header http.Header) *responseCheck {
	ck := &responseCheck{
		op: op, plan: op.responses.find(status), status: status, header: header, asked: asked,
		bodiless: bodiless(call.Method, status),
		out:      &explain.Report{},
	}
	if ck.implied() {
		ck.plan = nil
	}
	return ck
}

func (ck *responseCheck) place() explain.Place {
	return explain.Place{In: "response", Pointer: "", Source: ck.plan.source}
}

func (ck *responseCheck) head() {
	if ck.plan == nil {
		ck.undeclaredStatus()
		return
	}
	for _, p := range ck.plan.headers {
		ck.responseHeader(p)
	}
	for _, name := range ck.plan.names.Undeclared(ck.header) {
		f := ck.place().Finding("header", printable(strictjson.CutName(name))+": undeclared").Silent()
		f.Where = strictjson.PlaceOf(name)
		f.ReportOnly = ck.plan.names.Policy == shape.Report
		ck.out.Add(f)
	}
	if media.Encoded(ck.header) && !ck.bodiless {
		ck.out.Add(ck.place().Finding("encoding", "identity"))
	}
}

func (ck *responseCheck) undeclaredStatus() {
	policy := ck.op.responses.policy
	if policy == Ignore && isStatus(ck.status) || ck.implied() {
		return
	}
	at := explain.Place{In: "response", Pointer: "", Source: ck.op.source}
	at.Source.Node = at.Source.Node.At("responses")
	f := at.Finding("status", ck.op.responses.declared).Silent()
	f.ReportOnly = policy == Report && isStatus(ck.status)
	ck.out.Add(f)
}

// responseHeader checks a header. Its findings have the rule header and name the header in their text, because their pointer
// would look like a place in the body.
func (ck *responseCheck) responseHeader(p *param.Parameter) {
	var found explain.Report
	if p.Kind == param.ByKin {
		r := &http.Request{Header: ck.header}
		p.CheckByKin(r, map[string]string{}, nil, &found)
	} else {
		p.Check(ck.header.Values(p.Name), &found)
	}
	for _, f := range found.Findings() {
		expected := p.Name + ": " + f.Rule
		if f.Expected != "" {
			expected += " (" + f.Expected + ")"
		}
		ck.out.Add(explain.Finding{
			In: "response", Where: f.Where, Rule: "header", Expected: expected, Source: f.Source, ReportOnly: f.ReportOnly, Count: f.Count, Got: f.Got,
		})
	}
}

// media returns the plan for the body's type, or nil if the type is not declared.
func (ck *responseCheck) media() *media.Plan {
	at := ck.place()
	content, ok := media.Read(ck.plan.media, ck.header, func(rule, expected string) {
		ck.out.Add(media.Got(at.Finding(rule, expected), ck.header))
	})
	if !ok {
		return nil
	}
	return content.Plan
}

// unchecked reports whether no schema describes the body, so that it can be sent as it is written.
func (ck *responseCheck) unchecked() bool {
	switch {
	case ck.plan == nil:
		return true
	case ck.bodiless || forbidsBody(ck.status) || len(ck.plan.media) == 0:
		return false
	case isPart(ck.status, ck.header):
		return true
	}
	plan := ck.media()
	return plan == nil || plan.Decoder == media.Opaque
}

func (ck *responseCheck) body(body []byte) {
	if ck.plan == nil || ck.bodiless {
		return
	}
	ck.length(len(body))
	switch {
	case len(ck.plan.media) == 0 || forbidsBody(ck.status):
		if len(body) > 0 {
			ck.undeclaredBody()
		}
	case len(body) == 0:
		ck.emptyBody()
	case isPart(ck.status, ck.header):
	default:
		if plan := ck.media(); plan != nil && !media.Encoded(ck.header) {
			plan.Check(body, ck.header, ck.place(), ck.out)
		}
	}
}

// undeclaredBody refuses a body if none is declared, unless it is the note of a redirect.
func (ck *responseCheck) undeclaredBody() {
	if !isRedirect(ck.status, ck.header) {
		ck.out.Add(ck.place().Finding("body", "no body"))
	}
}

// emptyBody refuses an empty body if only JSON is declared. An empty string and an empty image are valid.
func (ck *responseCheck) emptyBody() {
	if slices.ContainsFunc(ck.plan.media, func(m *media.Plan) bool { return m.Decoder != media.JSONBody }) {
		return
	}
	at := ck.place()
	ck.out.Add(at.Finding("required", "a body of type "+media.DeclaredTypes(ck.plan.media)))
}

// length reports a Content-Length that is not the body's: net/http would cut the body or close the connection.
func (ck *responseCheck) length(n int) {
	if announced := ck.header.Get("Content-Length"); announced != "" && announced != strconv.Itoa(n) {
		ck.out.Add(ck.place().Finding("size", "a body as long as Content-Length says"))
	}
}
