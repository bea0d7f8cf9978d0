package contract

import (
	"net/http"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/tally"
)

// Counts is what a [Tally] has counted.
type Counts = counts.Counts

// A Tally counts what exchanges look like, the good ones and the others: at each place of the document kinds of values, what
// strings look like, values of enumerations, what is absent, what is not declared. It keeps numbers and names, and no value of a
// message. A message is read once, and costs no allocation at places that were seen before. It is safe for concurrent use.
//
// Its methods also report whether a message fits. A message that does not fit is one of which [Contract.CheckRequest] or
// [Contract.CheckResponse] reports something. The reverse is true of what can be seen at one place alone: kinds and null, required
// members and parameters, values of enumerations, formats of strings, undeclared members, parameters, statuses and media types,
// bodies that should be there or should not. These rules need more, and only the checks see them: lengths, patterns, bounds,
// uniqueItems, oneOf, anyOf and not, numbers beyond their format, invalid UTF-8, names that differ in case, a Content-Length that is
// wrong, headers whose policy is to be reported, and whatever is in a form, a multipart body or plain text.
//
// Requests are counted as they were sent: one that departs in a way that Options.Departures accepts does not fit.
//
// Bodies must be decoded; see [Decode]. One with a Content-Encoding is not looked into and does not fit.
type Tally struct {
	c      *Contract
	counts *tally.Tally
}

// A Fit tells how a message departs from the document: it is 0 for one that fits, and the same number for messages in which the
// same rules are broken at the same places of an operation and status. It is good for one run of the program.
type Fit uint64

// Tally returns a Tally that has counted nothing.
func (c *Contract) Tally() *Tally {
	c.tallied.Do(func() { c.tallyPlan = newTallyPlan(c) })
	return &Tally{c, tally.New(c.tallyPlan.operations)}
}

// Request counts a request, with its whole body. status is that of its response, or 0: requests that were accepted, refused or
// denied are counted apart.
func (t *Tally) Request(call *Call, status int, r *http.Request, body []byte) (fits bool) {
	return t.RequestFit(call, status, r, body) == 0
}

// RequestFit is Request and tells how the request departs.
func (t *Tally) RequestFit(call *Call, status int, r *http.Request, body []byte) Fit {
	return t.request(call, status, r, body, false)
}

// RequestHeadFit is RequestFit for a request whose body is not known.
func (t *Tally) RequestHeadFit(call *Call, status int, r *http.Request) Fit {
	return t.request(call, status, r, nil, true)
}

// Response counts a response to call, with its whole body. The body is not looked at if HTTP sends none.
func (t *Tally) Response(call *Call, status int, header http.Header, body []byte) (fits bool) {
	return t.ResponseFit(call, status, header, body) == 0
}

// ResponseFit is Response and tells how the response departs.
func (t *Tally) ResponseFit(call *Call, status int, header http.Header, body []byte) Fit {
	return t.response(call, status, header, body, false)
}

// ResponseHeadFit is ResponseFit for a response whose body is not known.
func (t *Tally) ResponseHeadFit(call *Call, status int, header http.Header) Fit {
	return t.response(call, status, header, nil, true)
}

// Counts returns a copy of what was counted. All places of the document stand in it, those that were never seen among them.
func (t *Tally) Counts() *Counts { return t.counts.Counts() }

// unknown is the Fit of a message of an operation that the document does not have. It is not counted.
const unknown Fit = 1

func (t *Tally) request(call *Call, status int, r *http.Request, body []byte, headOnly bool) Fit {
	op, err := t.c.find(call)
	if err != nil {
		return unknown
	}
	call.asked = conditionsOf(r.Method, r.Header)
	in := tally.Message{
		PathValues: op.pathValues(call), PathSent: t.c.sentValues(op, r.URL), Query: r.URL.RawQuery, Header: r.Header, Media: -1, Body: body, HeadOnly: headOnly,
	}
	if len(op.cookie) > 0 {
		in.Cookies = func(name string) []string { return cookies(r, name) }
	}
	switch {
	case headOnly || len(body) == 0:
	case op.body == nil:
		in.Rule = tally.Body
		undeclaredBody(&in, r.Header)
	default:
		declaredBody(&in, op.body.media, r.Header)
	}
	return Fit(t.counts.Request(op.index, tally.OutcomeOf(status), &in))
}

// pathValues returns the values of a call in the order of the operation's PathNames.
func (op *operation) pathValues(call *Call) []string {
	if call.Operation == &op.Operation {
		return call.PathValues
	}
	values := make([]string, len(op.PathNames)) // it is of another Contract
	for i, name := range op.PathNames {
		values[i] = call.PathValue(name)
	}
	return values
}

func (t *Tally) response(call *Call, status int, header http.Header, body []byte, headOnly bool) Fit {
	op, err := t.c.find(call)
	if err != nil {
		return unknown
	}
	in := tally.Message{Header: header, Media: -1, Body: body, HeadOnly: headOnly}
	ck := responseCheck{op: op, plan: op.responses.find(status), status: status, header: header, asked: call.asked}
	in.Implied = ck.implied()
	in.Bodiless = bodiless(call.Method, status) || forbidsBody(status) && len(body) == 0
	switch {
	case headOnly || in.Bodiless || len(body) == 0:
	case in.Implied || ck.plan == nil:
		undeclaredBody(&in, header)
	case len(ck.plan.media) == 0 || forbidsBody(status):
		if !isRedirect(status, header) {
			in.Rule = tally.Body
		}
		undeclaredBody(&in, header)
	case isPart(status, header):
		in.HeadOnly = true
	default:
		declaredBody(&in, ck.plan.media, header)
	}
	at := -1
	if !in.Implied {
		at = op.responses.index(status)
	}
	return Fit(t.counts.Response(op.index, at, status, &in))
}

// declaredBody says how a body is read for which the document declares media types.
func declaredBody(in *tally.Message, plans []*media.Plan, header http.Header) {
	at, json, rule := media.Index(plans, header)
	in.Media, in.JSON = at, json
	if at < 0 {
		undeclaredBody(in, header)
		in.Rule = tally.RuleOf(rule)
	}
	if media.Encoded(header) {
		in.Rule, in.JSON = tally.Encoding, false
	}
}

// undeclaredBody says how a body is read for which the document declares none.
func undeclaredBody(in *tally.Message, header http.Header) {
	in.Media, in.MediaName = -1, header.Get("Content-Type")
	in.JSON = media.IsJSON(in.MediaName) && !media.Encoded(header)
}

func cookies(r *http.Request, name string) []string {
	var values []string
	for _, cookie := range r.CookiesNamed(name) {
		values = append(values, cookie.Value)
	}
	return values
}
