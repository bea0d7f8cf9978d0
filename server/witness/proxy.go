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

// ControlPrefix is where a proxy's own resources are; no document may have a path there.
const ControlPrefix = "/_witness/"

const (
	defaultMaxRequest  = 1 << 20
	defaultMaxResponse = 8 << 20
)

// An Upstream is a service that a [Proxy] stands in front of.
type Upstream struct {
	Recorder *Recorder // of the document that the service is held to

	// URL is the service's. Its path, if it has one, stands in the place of the path of the document's server.
	URL *url.URL
}

// ProxyOptions are the settings of a [Proxy]. The zero value passes everything on and observes.
type ProxyOptions struct {
	// Transport reaches the upstreams; nil means [NewTransport] without options. It must not decompress.
	Transport http.RoundTripper
	// Enforce names operations, by operationId, whose exchanges are refused where they depart from the document.
	Enforce []string
	// ReadOnly refuses every method but GET and HEAD before anything is sent.
	ReadOnly bool
	// Hosts are further names that requests may have in Host. Addresses and localhost always work.
	Hosts []string
	// MaxRequest and MaxResponse limit what is copied of a body to be checked, in bytes; 0 means 1 MiB and 8 MiB. A longer body
	// passes unchecked.
	MaxRequest, MaxResponse int64
	// Control serves the paths below [ControlPrefix]; nil means 404.
	Control http.Handler
	// Exchanged is told of each exchange after it was checked, in one of the goroutines that check.
	Exchanged func(rec *Recorder, x *Exchange, result Result)
	// Log gets what an operator should know; nil means nothing. No part of a message is logged.
	Log *slog.Logger
}

// A Proxy is an http.Handler that passes requests on to the services and has a [Recorder] check what passes. Bodies are copied as
// they pass and checked afterwards by other goroutines, so that the client does not wait for the check; exchanges that the queue
// has no room for are counted and not checked. Close it to have the last ones checked.
type Proxy struct {
	opts   ProxyOptions
	routes []*route // the longest base path first
	queue  *queue
	log    *slog.Logger
	own    *notices
}

// A route is an upstream and the path below which it is reached.
type route struct {
	rec      *Recorder
	base     string // of the document's server, without a slash at the end
	upstream *url.URL
	target   string // the path of the upstream, which stands in the place of base
	forward  *httputil.ReverseProxy
	enforced map[string]bool
	guard    http.Handler // the contract in front of a ReverseProxy, for enforced operations
}

// NewProxy makes a proxy. The error joins everything that is wrong with the upstreams and options.
func NewProxy(upstreams []Upstream, opts ProxyOptions) (*Proxy, error) {
	opts = opts.withDefaults()
	p := &Proxy{opts: opts, log: opts.Log, own: newNotices(opts.Log)}
	var errs []error
	for _, up := range upstreams {
		routes, err := p.newRoutes(up)
		errs = append(errs, err)
		p.routes = append(p.routes, routes...)
	}
	errs = append(errs, p.distinct(), p.knowsEnforced())
	if err := errors.Join(errs...); err != nil {
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
		if err := p.enforce(rt); err != nil {
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
		errs = append(errs, fmt.Errorf("upstream of %s: http off loopback sends credentials in clear; use https", doc.Name))
	}
	for path := range doc.doc.Paths.Map() {
		for _, base := range doc.bases() {
			if strings.HasPrefix(base+path, ControlPrefix) {
				errs = append(errs, fmt.Errorf("%s: has the path %s, which is the witness's own", doc.Name, base+path))
			}
		}
	}
	return errors.Join(errs...)
}

// distinct orders the routes, and refuses two with one base path, for nothing tells their requests apart.
func (p *Proxy) distinct() error {
	slices.SortStableFunc(p.routes, func(a, b *route) int { return len(b.base) - len(a.base) })
	var errs []error
	for i, rt := range p.routes {
		for _, other := range p.routes[i+1:] {
			if rt.base == other.base {
				errs = append(errs, fmt.Errorf("%s and %s both have the base path %q: run a proxy for each", rt.rec.doc.Name, other.rec.doc.Name, rt.base))
			}
		}
	}
	if len(p.routes) == 0 {
		errs = append(errs, errors.New("a proxy needs an upstream"))
	}
	return errors.Join(errs...)
}

// ServeHTTP passes a request on, or refuses it.
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
	p.pass(rt, w, r)
}

func (p *Proxy) route(path string) *route {
	for _, rt := range p.routes {
		if rest, ok := cutBase(path, rt.base); ok && (rest == "" || rest[0] == '/') {
			return rt
		}
	}
	return nil
}

// cutBase removes the base path, whose case the services do not mind.
func cutBase(path, base string) (rest string, ok bool) {
	if len(path) < len(base) || !strings.EqualFold(path[:len(base)], base) {
		return "", false
	}
	return path[len(base):], true
}

// pass passes one request on. What is not this function's is a panic of net/http's own, which must reach it.
func (p *Proxy) pass(rt *route, w http.ResponseWriter, r *http.Request) {
	ps := p.newPassage(rt, w, r)
	p.queue.passing.Add(1)
	defer p.finish(ps)
	out := r.WithContext(context.WithValue(r.Context(), passageKey{}, ps))
	if rt.guards(r) {
		rt.guard.ServeHTTP(w, out)
		return
	}
	// A copy has the body: net/http looks at the type of its own request's body to answer Expect: 100-continue.
	out.Body = ps.teeRequest(out)
	rt.forward.ServeHTTP(w, out)
}

// Server returns an HTTP server for the proxy with limits that fit one: none on bodies, which may be streams.
func (p *Proxy) Server() *http.Server {
	return &http.Server{
		Handler: p, MaxHeaderBytes: 64 << 10, ReadHeaderTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		DisableGeneralOptionsHandler: true, // which would answer OPTIONS * in the place of the proxy
		ErrorLog:                     slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
	}
}

// Close waits until every exchange that was queued is checked. No request may be under way.
func (p *Proxy) Close() error {
	p.queue.close()
	return nil
}

// check is called by the queue.
func (p *Proxy) check(ps *passage) {
	x := ps.exchange()
	result := ps.rt.rec.Add(x)
	if p.opts.Exchanged != nil {
		p.opts.Exchanged(ps.rt.rec, x, result)
	}
}
