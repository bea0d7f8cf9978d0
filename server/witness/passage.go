package witness

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

// A passage is one exchange on its way through a [Proxy].
type passage struct {
	rt      *route
	r       *http.Request // the client's, of which nothing is changed
	header  http.Header   // as it came, for handlers may change the request's
	url     url.URL
	start   time.Time
	request capture
	out     *http.Request // the upstream's
	w       http.ResponseWriter

	status     int
	answer     http.Header
	response   capture
	bodiless   bool // the upstream's response cannot have a body
	upgraded   bool
	own        bool // the response is the proxy's, for the upstream could not be reached
	refused    bool // by the contract, before the upstream
	aborted    bool // the client left
	duration   time.Duration
	sent, body Body // of request and response, once the exchange is over
}

type passageKey struct{}

func passageOf(ctx context.Context) *passage {
	ps, _ := ctx.Value(passageKey{}).(*passage)
	return ps
}

func nameOf(ps *passage) string {
	if ps == nil {
		return ""
	}
	return ps.rt.rec.doc.Name
}

func (p *Proxy) newPassage(rt *route, w http.ResponseWriter, r *http.Request) *passage {
	return &passage{
		rt: rt, w: w, r: r, header: r.Header.Clone(), url: *r.URL, start: time.Now(),
		request:  capture{queue: p.queue, limit: p.opts.MaxRequest},
		response: capture{queue: p.queue, limit: p.opts.MaxResponse},
	}
}

// teeRequest returns the body of the client's request, copied as the transport reads it.
func (ps *passage) teeRequest(r *http.Request) io.ReadCloser {
	if r.Body == nil || r.Body == http.NoBody {
		ps.request.end()
		return r.Body
	}
	ps.request.expect(r.ContentLength)
	return &tee{ReadCloser: r.Body, to: &ps.request, onEnd: ps.trailer}
}

// carryTrailer announces the client's trailers to the upstream. Their values are known when the body has been read.
func (ps *passage) carryTrailer(out *http.Request) {
	ps.out = out
	if len(ps.r.Trailer) > 0 {
		out.Trailer = make(http.Header, len(ps.r.Trailer))
		for name := range ps.r.Trailer {
			out.Trailer[name] = nil
		}
	}
}

func (ps *passage) trailer() {
	if ps.out == nil {
		return
	}
	for name, values := range ps.r.Trailer {
		ps.out.Trailer[name] = values
	}
}

// head is called with the head of the upstream's response. It is copied before ReverseProxy removes hop-by-hop headers.
func (ps *passage) head(resp *http.Response) {
	ps.status, ps.answer = resp.StatusCode, resp.Header.Clone()
	ps.upgraded = resp.StatusCode == http.StatusSwitchingProtocols
	ps.bodiless = resp.Body == nil || resp.Body == http.NoBody
	if h := ps.w.Header(); !ps.rt.guards(ps.r) {
		h["Content-Type"], h["Date"] = nil, nil // the server adds what the upstream did not send, but for these
	}
}

func (ps *passage) teeResponse(resp *http.Response) io.ReadCloser {
	if ps.bodiless {
		ps.response.end()
		return resp.Body
	}
	ps.response.expect(resp.ContentLength)
	return &tee{ReadCloser: resp.Body, to: &ps.response}
}

// unreached notes that the proxy answered in the place of the upstream.
func (ps *passage) unreached(status int) {
	ps.status, ps.answer, ps.own = status, http.Header{}, true
	ps.response.end()
}

func (ps *passage) abandon() { ps.aborted = true }

// finish hands an exchange that is over to the queue.
func (p *Proxy) finish(ps *passage) {
	p.queue.passing.Add(-1)
	ps.duration = time.Since(ps.start)
	ps.sent, ps.body = ps.request.close(), ps.response.close()
	switch {
	case ps.refused:
		ps.rt.rec.Skip(SkipEnforced)
	case ps.aborted || ps.status == 0:
		ps.rt.rec.Skip(SkipAborted)
	case ps.request.over || ps.response.over || !p.queue.put(ps):
		ps.rt.rec.Drop()
	default:
		return // the queue gives the budget back
	}
	p.queue.give(ps.size())
}

func (ps *passage) size() int64 { return ps.request.size() + ps.response.size() }

// exchange returns what the recorder checks.
func (ps *passage) exchange() *Exchange {
	x := &Exchange{
		Method: ps.r.Method, Host: ps.r.Host, URL: &ps.url, RequestHeader: ps.header, Request: ps.sent,
		Status: ps.status, Header: ps.answer, Response: ps.body,
		Start: ps.start, Duration: ps.duration, Without: HeaderCase, Own: ps.own,
	}
	if ps.upgraded {
		x.Response = Body{}
	}
	return x
}
