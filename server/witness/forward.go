package witness

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
)

// newReverseProxy returns the ReverseProxy of a route. By default ReverseProxy changes requests and responses in ways that suit a load
// balancer; each setting here prevents one of these changes, and TestProxy_Faithful has a case for each. With decode the transport asks
// for gzip and decodes it, which enforced operations need.
func (p *Proxy) newReverseProxy(rt *route, transport http.RoundTripper, decode bool) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Transport:      transport,
		Rewrite:        func(pr *httputil.ProxyRequest) { p.rewrite(rt, pr, decode) },
		ModifyResponse: func(resp *http.Response) error { p.onResponse(rt, resp); return nil },
		ErrorHandler:   p.unreachable,
		FlushInterval:  -1, // forwards the head and each chunk at once
		BufferPool:     buffers,
		ErrorLog:       log.New(discard{}, "", 0), // its messages quote URLs
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// rewrite makes the request to the upstream. It is the client's, with the upstream's host.
func (p *Proxy) rewrite(rt *route, pr *httputil.ProxyRequest, decode bool) {
	in, out := pr.In, pr.Out
	out.URL.Scheme, out.URL.Host, out.Host = rt.upstream.Scheme, rt.upstream.Host, rt.upstream.Host
	out.URL.RawQuery = in.URL.RawQuery // ReverseProxy drops the parameters that it cannot parse
	rt.path(in, out.URL)
	for name := range out.Header {
		if name == "Via" || name == "Forwarded" || strings.HasPrefix(name, "X-Forwarded-") {
			delete(out.Header, name)
		}
	}
	if decode {
		out.Header.Del("Accept-Encoding") // then the Transport asks for gzip, and decodes it
	} else {
		p.restrictEncoding(out.Header)
	}
	if px := proxyExchangeOf(in.Context()); px != nil {
		px.announceTrailer(out)
	}
}

// path sets the path of the upstream's URL to the client's, byte for byte. url.URL keeps most spellings of escapes; for the others the
// path goes into Opaque.
func (rt *route) path(in *http.Request, out *url.URL) {
	raw, _, _ := strings.Cut(in.RequestURI, "?")
	if !strings.HasPrefix(raw, "/") {
		raw = in.URL.EscapedPath()
	}
	if rest, ok := cutBase(raw, rt.base); ok && rt.target != rt.base {
		raw = rt.target + rest
		if path, err := url.PathUnescape(raw); err == nil {
			out.Path, out.RawPath = path, raw
		}
	}
	if out.EscapedPath() != raw && !strings.HasPrefix(raw, "//") {
		out.Opaque = raw
	}
}

// restrictEncoding removes codings from Accept-Encoding that the check cannot decode. If none is left, it asks for identity.
func (p *Proxy) restrictEncoding(h http.Header) {
	values, ok := h["Accept-Encoding"]
	if !ok {
		return
	}
	var kept []string
	restricted := false
	for _, coding := range strings.Split(strings.Join(values, ","), ",") {
		name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(coding)), ";")
		switch strings.TrimSpace(name) {
		case "gzip", "deflate", "identity", "x-gzip":
			kept = append(kept, strings.TrimSpace(coding))
		case "":
		default:
			restricted = true
		}
	}
	if !restricted {
		return
	}
	p.notices.logOnce("content codings other than gzip and deflate are removed from Accept-Encoding, so that responses can be checked")
	if len(kept) == 0 {
		kept = []string{"identity"}
	}
	h["Accept-Encoding"] = []string{strings.Join(kept, ", ")}
}

// onResponse is called with each response of the upstream, before its body is read.
func (p *Proxy) onResponse(rt *route, resp *http.Response) {
	for _, name := range []string{"Location", "Content-Location"} {
		if value := resp.Header.Get(name); value != "" {
			resp.Header.Set(name, rt.relative(value))
		}
	}
	px := proxyExchangeOf(resp.Request.Context())
	if px == nil {
		return
	}
	px.responseHead(resp)
	if resp.StatusCode != http.StatusSwitchingProtocols { // ReverseProxy needs its body as it is, to use it as the connection
		resp.Body = px.teeResponse(resp)
	}
}

// relative turns a URL of the upstream into one of the proxy, so that a client which follows it stays with the proxy. Any other URL stays
// as it is.
func (rt *route) relative(value string) string {
	u, err := url.Parse(value)
	if err != nil || !strings.EqualFold(u.Host, rt.upstream.Host) || u.Scheme != "" && !strings.EqualFold(u.Scheme, rt.upstream.Scheme) {
		return value
	}
	_, rest, _ := strings.Cut(value, "//")
	at := strings.IndexAny(rest, "/?#")
	if at < 0 {
		return "/"
	}
	rest = rest[at:]
	if !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	if tail, ok := strings.CutPrefix(rest, rt.target); ok && rt.target != rt.base {
		rest = rt.base + tail
	}
	if strings.HasPrefix(rest, "//") { // a client would read this as a URL with another host
		return value
	}
	return rest
}

// unreachable responds in place of an upstream from which there is no response.
func (p *Proxy) unreachable(w http.ResponseWriter, r *http.Request, err error) {
	px := proxyExchangeOf(r.Context())
	if px != nil && px.request.failed() {
		px.aborted = true
		(&refusal{status: http.StatusBadRequest, text: "the request's body ended early"}).write(w)
		return
	}
	if r.Context().Err() != nil || errors.Is(err, context.Canceled) {
		if px != nil {
			px.aborted = true
		}
		panic(http.ErrAbortHandler) // the client has closed the connection
	}
	no := &refusal{status: http.StatusBadGateway, text: "upstream unreachable"}
	var timeout net.Error
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		no = &refusal{status: http.StatusGatewayTimeout, text: "upstream timed out"}
	}
	if px != nil {
		px.respondedItself(no.status)
	}
	p.log.Warn("upstream failed", "contract", contractName(px), "status", no.status, "cause", causeOf(err))
	no.write(w)
}

// causeOf names the cause of an error in a word. The text of the error is not used, because it may quote a URL.
func causeOf(err error) string {
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return "name resolution"
	case errors.As(err, &op):
		return op.Op
	case strings.Contains(err.Error(), "tls:") || strings.Contains(err.Error(), "x509:"):
		return "TLS"
	}
	return "transport"
}

// buffers are the buffers through which ReverseProxy copies bodies. They are larger than its own, so that a body of 400 KB takes few
// system calls.
var buffers = &bufferPool{sync.Pool{New: func() any { b := make([]byte, 128<<10); return &b }}}

type bufferPool struct{ pool sync.Pool }

func (b *bufferPool) Get() []byte  { return *b.pool.Get().(*[]byte) }
func (b *bufferPool) Put(p []byte) { b.pool.Put(&p) }
