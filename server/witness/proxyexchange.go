package witness

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

// A proxyExchange is one exchange while it passes through a [Proxy].
type proxyExchange struct {
	rt     *route
	r      *http.Request       // from the client; not changed
	w      http.ResponseWriter // to the client
	header http.Header         // a copy of the request's, because a handler may change that
	url    url.URL
	start  time.Time
	out    *http.Request // to the upstream

	status         int
	responseHeader http.Header
	bodiless       bool // the upstream's response cannot have a body
	upgraded       bool // the connection left HTTP, with status 101
	own            bool // the proxy responded itself, because the upstream could not be reached
	refused        bool // an enforced operation refused the request
	aborted        bool // the client closed the connection
	duration       time.Duration

	request, response         bodyCopy
	requestBody, responseBody Body // set once the exchange is over
}

type proxyExchangeKey struct{}

// proxyExchangeOf returns the exchange to which the context of a request belongs, or nil.
func proxyExchangeOf(ctx context.Context) *proxyExchange {
	px, _ := ctx.Value(proxyExchangeKey{}).(*proxyExchange)
	return px
}

// contractName is the name of the contract of an exchange, for the log.
func contractName(px *proxyExchange) string {
	if px == nil {
		return ""
	}
	return px.rt.rec.doc.Name
}

func (p *Proxy) newExchange(rt *route, w http.ResponseWriter, r *http.Request) *proxyExchange {
	return &proxyExchange{
		rt: rt, w: w, r: r, header: r.Header.Clone(), url: *r.URL, start: time.Now(),
		request:  bodyCopy{queue: p.queue, limit: p.opts.MaxRequest},
		response: bodyCopy{queue: p.queue, limit: p.opts.MaxResponse},
	}
}

// teeRequest returns the body of the client's request, and copies it as the transport reads it.
func (px *proxyExchange) teeRequest(r *http.Request) io.ReadCloser {
	if r.Body == nil || r.Body == http.NoBody {
		px.request.end()
		return r.Body
	}
	px.request.expect(r.ContentLength)
	return &tee{ReadCloser: r.Body, to: &px.request, onEnd: px.copyTrailer}
}

// announceTrailer announces the client's trailers to the upstream. Their values are only known when the body has been read; copyTrailer
// then copies them.
func (px *proxyExchange) announceTrailer(out *http.Request) {
	px.out = out
	if len(px.r.Trailer) > 0 {
		out.Trailer = make(http.Header, len(px.r.Trailer))
		for name := range px.r.Trailer {
			out.Trailer[name] = nil
		}
	}
}

func (px *proxyExchange) copyTrailer() {
	if px.out == nil {
		return
	}
	for name, values := range px.r.Trailer {
		px.out.Trailer[name] = values
	}
}

// responseHead copies status and header of the upstream's response before ReverseProxy removes the hop-by-hop headers.
func (px *proxyExchange) responseHead(resp *http.Response) {
	px.status, px.responseHeader = resp.StatusCode, resp.Header.Clone()
	px.upgraded = resp.StatusCode == http.StatusSwitchingProtocols
	px.bodiless = resp.Body == nil || resp.Body == http.NoBody
	if h := px.w.Header(); !px.rt.enforces(px.r) {
		h["Content-Type"], h["Date"] = nil, nil // keeps net/http from adding them if the upstream did not send them
	}
}

func (px *proxyExchange) teeResponse(resp *http.Response) io.ReadCloser {
	if px.bodiless {
		px.response.end()
		return resp.Body
	}
	px.response.expect(resp.ContentLength)
	return &tee{ReadCloser: resp.Body, to: &px.response}
}

// respondedItself records that the proxy responded in place of the upstream.
func (px *proxyExchange) respondedItself(status int) {
	px.status, px.responseHeader, px.own = status, http.Header{}, true
	px.response.end()
}

// finish puts an exchange that is over into the queue, or counts why it is not checked.
func (p *Proxy) finish(px *proxyExchange) {
	p.queue.active.Add(-1)
	px.duration = time.Since(px.start)
	px.requestBody, px.responseBody = px.request.close(), px.response.close()
	switch {
	case px.refused:
		px.rt.rec.Skip(SkipEnforced)
	case px.aborted || px.status == 0:
		px.rt.rec.Skip(SkipAborted)
	case px.request.overBudget || px.response.overBudget || !p.queue.put(px):
		px.rt.rec.Drop()
	default:
		return // the queue releases the bytes once the exchange is checked
	}
	p.queue.give(px.size())
}

// size returns how many bytes of the queue's limit the exchange takes.
func (px *proxyExchange) size() int64 { return px.request.size() + px.response.size() }

// exchange returns the exchange in the form that the recorder checks.
func (px *proxyExchange) exchange() *Exchange {
	x := &Exchange{
		Method: px.r.Method, Host: px.r.Host, URL: &px.url, RequestHeader: px.header, Request: px.requestBody,
		Status: px.status, Header: px.responseHeader, Response: px.responseBody,
		Start: px.start, Duration: px.duration, Without: HeaderCase, Own: px.own,
	}
	if px.upgraded {
		x.Response = Body{}
	}
	return x
}
