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

// newReverseProxy makes the ReverseProxy of a route. Each setting undoes something that a proxy for servers does and a witness
// must not; the tests of faithfulness have one case for each.
func (p *Proxy) newReverseProxy(rt *route, transport http.RoundTripper, decoded bool) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Transport:      transport,
		Rewrite:        func(pr *httputil.ProxyRequest) { p.rewrite(rt, pr, decoded) },
		ModifyResponse: func(resp *http.Response) error { p.observe(rt, resp); return nil },
		ErrorHandler:   p.unreachable,
		FlushInterval:  -1, // the client learns of the head, and of each chunk, when the proxy does
		BufferPool:     buffers,
		ErrorLog:       log.New(discard{}, "", 0), // its messages quote URLs
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// rewrite makes the request for the upstream: the client's own, for another host.
func (p *Proxy) rewrite(rt *route, pr *httputil.ProxyRequest, decoded bool) {
	in, out := pr.In, pr.Out
	out.URL.Scheme, out.URL.Host, out.Host = rt.upstream.Scheme, rt.upstream.Host, rt.upstream.Host
	out.URL.RawQuery = in.URL.RawQuery // without it net/http drops what it cannot parse
	rt.path(in, out.URL)
	for name := range out.Header {
		if name == "Via" || name == "Forwarded" || strings.HasPrefix(name, "X-Forwarded-") {
			delete(out.Header, name)
		}
	}
	if decoded {
		out.Header.Del("Accept-Encoding") // then the Transport asks for gzip, and decodes it
	} else {
		p.restrictEncoding(out.Header)
	}
	if ps := passageOf(in.Context()); ps != nil {
		ps.carryTrailer(out)
	}
}

// path gives the upstream's URL the path as the client wrote it. Go's URL keeps most spellings; where it would write another
// one, Opaque has the client's.
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

// restrictEncoding keeps of Accept-Encoding what the check can decode. A client that takes none of it gets identity.
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
	p.own.once("Accept-Encoding is passed on without codings that the check cannot decode")
	if len(kept) == 0 {
		kept = []string{"identity"}
	}
	h["Accept-Encoding"] = []string{strings.Join(kept, ", ")}
}

// observe is called with the head of the upstream's response.
func (p *Proxy) observe(rt *route, resp *http.Response) {
	for _, name := range []string{"Location", "Content-Location"} {
		if value := resp.Header.Get(name); value != "" {
			resp.Header.Set(name, rt.relative(value))
		}
	}
	ps := passageOf(resp.Request.Context())
	if ps == nil {
		return
	}
	ps.head(resp)
	if resp.StatusCode != http.StatusSwitchingProtocols { // whose body ReverseProxy needs as a connection
		resp.Body = ps.teeResponse(resp)
	}
}

// relative makes a URL of the upstream one of the proxy: a client that follows it must come through here again.
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
	if strings.HasPrefix(rest, "//") { // would name another host
		return value
	}
	return rest
}

// unreachable answers where the upstream did not.
func (p *Proxy) unreachable(w http.ResponseWriter, r *http.Request, err error) {
	ps := passageOf(r.Context())
	if ps != nil && ps.request.failed() {
		ps.abandon()
		(&refusal{status: http.StatusBadRequest, text: "the request's body ended early"}).write(w)
		return
	}
	if r.Context().Err() != nil || errors.Is(err, context.Canceled) {
		if ps != nil {
			ps.abandon()
		}
		panic(http.ErrAbortHandler) // the client is gone
	}
	no := &refusal{status: http.StatusBadGateway, text: "upstream unreachable"}
	var timeout net.Error
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		no = &refusal{status: http.StatusGatewayTimeout, text: "upstream timed out"}
	}
	if ps != nil {
		ps.unreached(no.status)
	}
	p.log.Warn("upstream failed", "contract", nameOf(ps), "status", no.status, "cause", causeOf(err))
	no.write(w)
}

// causeOf names an error without the texts in it, which may quote URLs.
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

// buffers are what ReverseProxy copies through: large enough that a page of 400 KB takes few system calls.
var buffers = &bufferPool{sync.Pool{New: func() any { b := make([]byte, 128<<10); return &b }}}

type bufferPool struct{ pool sync.Pool }

func (b *bufferPool) Get() []byte  { return *b.pool.Get().(*[]byte) }
func (b *bufferPool) Put(p []byte) { b.pool.Put(&p) }
