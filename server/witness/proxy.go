package witness

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"
)

// ControlPrefix is the prefix of the proxy's own paths. A document with a path below it is refused.
const ControlPrefix = "/_witness/"

const (
	defaultMaxRequest  = 1 << 20
	defaultMaxResponse = 8 << 20
)

// An Upstream is a service that a [Proxy] stands in front of.
type Upstream struct {
	Recorder *Recorder // for the document of the service

	// URL is the URL of the service. Its path, if it has one, replaces the path of the document's server.
	URL *url.URL
}

// ProxyOptions are the settings of a [Proxy]. The zero value forwards everything and refuses nothing.
type ProxyOptions struct {
	// Transport sends the requests to the upstreams; nil means [NewTransport] without options. It must not decompress.
	Transport http.RoundTripper
	// Enforce lists operations, by operationId. A request or response of them that departs from the document is refused.
	Enforce []string
	// ReadOnly refuses every method but GET and HEAD.
	ReadOnly bool
	// Hosts are the names that the Host header may have, besides localhost and the address of the listener.
	Hosts []string
	// MaxRequest and MaxResponse limit how much of a body is copied for the check, in bytes; 0 means 1 MiB and 8 MiB. A longer body
	// is forwarded and not checked.
	MaxRequest, MaxResponse int64
	// Control serves the paths below [ControlPrefix]; nil means 404.
	Control http.Handler
	// Exchanged is called with each exchange after its check, in a goroutine of the proxy.
	Exchanged func(rec *Recorder, x *Exchange, result Result)
	// Log receives warnings for the operator, which hold no part of a message; nil discards them.
	Log *slog.Logger
}

// A Proxy is an http.Handler that forwards requests to the services. It copies the bodies as they pass, and other goroutines check the
// copies with a [Recorder], so that clients do not wait for the check. If too many exchanges wait to be checked, further ones are only
// counted. Close waits for the checks.
type Proxy struct {
	opts    ProxyOptions
	routes  []*route // the longest base path first
	queue   *queue
	log     *slog.Logger
	notices *notices
}

// A route is an upstream and the base path of the requests that are forwarded to it.
type route struct {
	rec       *Recorder
	base      string // path of the document's server, without a slash at the end
	upstream  *url.URL
	target    string // path of the upstream, which replaces base
	forward   *httputil.ReverseProxy
	enforced  map[string]bool // operations, by ID
	enforcing http.Handler    // forwards enforced operations, with the contract in front; nil if there are none
}

// NewProxy returns a proxy. The error joins all mistakes in the upstreams and options.
func NewProxy(upstreams []Upstream, opts ProxyOptions) (*Proxy, error) {
	opts = opts.withDefaults()
	p := &Proxy{opts: opts, log: opts.Log, notices: newNotices(opts.Log)}
	if len(upstreams) == 0 {
		return nil, errors.New("a proxy needs an upstream")
	}
	var errs []error
	for _, up := range upstreams {
		routes, err := p.newRoutes(up)
		errs = append(errs, err)
		p.routes = append(p.routes, routes...)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := errors.Join(p.checkRoutes(), p.checkEnforced()); err != nil {
		return nil, err
	}
	p.queue = newQueue(p.check)
	return p, nil
}

func (o ProxyOptions) withDefaults() ProxyOptions {
	if o.Transport == nil {
		o.Transport = NewTransport(TransportOptions{})
	}
	if o.MaxRequest == 0 {
		o.MaxRequest = defaultMaxRequest
	}
	if o.MaxResponse == 0 {
		o.MaxResponse = defaultMaxResponse
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Control == nil {
		o.Control = http.NotFoundHandler()
	}
	return o
}

func (p *Proxy) newRoutes(up Upstream) ([]*route, error) {
	if err := checkUpstream(up); err != nil {
		return nil, err
	}
	if isLoopbackName(up.URL.Hostname()) {
		up.Recorder.setLocal()
	}
	var routes []*route
	for _, base := range up.Recorder.doc.bases() {
		rt := &route{rec: up.Recorder, base: base, upstream: up.URL, target: strings.TrimRight(up.URL.EscapedPath(), "/")}
		if rt.target == "" {
			rt.target = base
		}
		rt.forward = p.newReverseProxy(rt, p.opts.Transport, false)
		if err := p.addEnforcing(rt); err != nil {
			return nil, err
		}
		routes = append(routes, rt)
	}
	return routes, nil
}

func checkUpstream(up Upstream) error {
	doc, u := up.Recorder.doc, up.URL
	var errs []error
	switch {
	case u == nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("upstream of %s: not an http or https URL", doc.Name)
	case u.User != nil:
		errs = append(errs, fmt.Errorf("upstream of %s: credentials do not belong in the URL", doc.Name))
	case u.RawQuery != "" || u.Fragment != "":
		errs = append(errs, fmt.Errorf("upstream of %s: has a query or a fragment", doc.Name))
	case u.Scheme == "http" && !isLoopbackName(u.Hostname()):
		errs = append(errs, fmt.Errorf("upstream of %s: http would send credentials in clear to another machine; use https", doc.Name))
	}
	for path := range doc.doc.Paths.Map() {
		for _, base := range doc.bases() {
			if strings.HasPrefix(base+path, ControlPrefix) {
				errs = append(errs, fmt.Errorf("%s: has the path %s, but paths below "+ControlPrefix+" are the proxy's own", doc.Name, base+path))
			}
		}
	}
	return errors.Join(errs...)
}

// checkRoutes sorts the routes. Two with the same base path are an error, because their requests cannot be told apart.
func (p *Proxy) checkRoutes() error {
	slices.SortStableFunc(p.routes, func(a, b *route) int { return len(b.base) - len(a.base) })
	var errs []error
	for i, rt := range p.routes {
		for _, other := range p.routes[i+1:] {
			if rt.base == other.base {
				names := []any{rt.rec.doc.Name, other.rec.doc.Name, rt.base}
				errs = append(errs, fmt.Errorf("%s and %s have the same base path %q: run a proxy for each", names...))
			}
		}
	}
	return errors.Join(errs...)
}

// ServeHTTP forwards a request, or refuses it.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if no := p.refusal(r); no != nil {
		no.write(w)
		return
	}
	if strings.HasPrefix(r.URL.Path, ControlPrefix) {
		p.opts.Control.ServeHTTP(w, r)
		return
	}
	rt := p.route(r.URL.Path)
	if rt == nil {
		(&refusal{status: http.StatusNotFound, text: "no upstream for this path"}).write(w)
		return
	}
	if p.opts.ReadOnly && r.Method != http.MethodGet && r.Method != http.MethodHead {
		rt.rec.Skip(SkipReadOnly)
		(&refusal{status: http.StatusForbidden, text: "read-only"}).write(w)
		return
	}
	p.forward(rt, w, r)
}

func (p *Proxy) route(path string) *route {
	for _, rt := range p.routes {
		if rest, ok := cutBase(path, rt.base); ok && (rest == "" || rest[0] == '/') {
			return rt
		}
	}
	return nil
}

// cutBase removes the base path. Case does not matter, because the services ignore it.
func cutBase(path, base string) (rest string, ok bool) {
	if len(path) < len(base) || !strings.EqualFold(path[:len(base)], base) {
		return "", false
	}
	return path[len(base):], true
}

// forward forwards one request. It does not recover from panics, because net/http must see http.ErrAbortHandler.
func (p *Proxy) forward(rt *route, w http.ResponseWriter, r *http.Request) {
	px := p.newExchange(rt, w, r)
	p.queue.active.Add(1)
	defer p.finish(px)
	out := r.WithContext(context.WithValue(r.Context(), proxyExchangeKey{}, px))
	if rt.enforces(r) {
		rt.enforcing.ServeHTTP(w, out)
		return
	}
	// The body is set on a copy of the request, because net/http needs the type of the original's body to handle Expect: 100-continue.
	out.Body = px.teeRequest(out)
	rt.forward.ServeHTTP(w, out)
}

// Server returns an HTTP server for the proxy. It limits the time for a request's header, but not for bodies, which may be streams.
func (p *Proxy) Server() *http.Server {
	return &http.Server{
		Handler: p, MaxHeaderBytes: 64 << 10, ReadHeaderTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		DisableGeneralOptionsHandler: true, // net/http would respond to OPTIONS * by itself
		ErrorLog:                     slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
	}
}

// Close waits until all exchanges are checked. It must not be called while requests are being forwarded.
func (p *Proxy) Close() error {
	p.queue.close()
	return nil
}

// check checks an exchange. It is called by the queue.
func (p *Proxy) check(px *proxyExchange) {
	x := px.exchange()
	result := px.rt.rec.Add(x)
	if p.opts.Exchanged != nil {
		p.opts.Exchanged(px.rt.rec, x, result)
	}
}
