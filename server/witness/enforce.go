package witness

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/resellerkit/resellerkit/server/contract"
)

// addEnforcing sets the handler for the enforced operations of a route, if there are any: the contract in front of a ReverseProxy.
func (p *Proxy) addEnforcing(rt *route) error {
	rt.enforced = map[string]bool{}
	for _, id := range p.opts.Enforce {
		if rt.rec.doc.operations[id] != nil {
			rt.enforced[id] = true
		}
	}
	if len(rt.enforced) == 0 {
		return nil
	}
	options := documentOptions()
	options.Observe = false
	options.MaxRequestBody, options.MaxResponseBody = maxChecked, maxChecked
	options.Reject = reject
	options.Admit = func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request { return r } // the service checks credentials
	c, err := contract.New(rt.rec.doc.doc, options)
	if err != nil {
		return fmt.Errorf("enforce operations of %s: %w", rt.rec.doc.Name, err)
	}
	inner := p.newReverseProxy(rt, decoding(p.opts.Transport), true)
	rt.enforcing = c.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if px := proxyExchangeOf(r.Context()); px != nil {
			r = r.WithContext(r.Context())
			r.Body = px.teeRequest(r)
		}
		inner.ServeHTTP(w, r)
	}))
	return nil
}

// checkEnforced returns an error for each name of [ProxyOptions.Enforce] that is an operation of no document.
func (p *Proxy) checkEnforced() error {
	var errs []error
	for _, id := range p.opts.Enforce {
		found := false
		for _, rt := range p.routes {
			found = found || rt.enforced[id]
		}
		if !found {
			errs = append(errs, fmt.Errorf("enforce %q: no document has this operation", id))
		}
	}
	return errors.Join(errs...)
}

// enforces reports whether the operation of a request is enforced.
func (rt *route) enforces(r *http.Request) bool {
	if rt.enforcing == nil {
		return false
	}
	call, _ := rt.rec.doc.contract.Route(r.Method, &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath})
	return call != nil && rt.enforced[call.ID]
}

// reject responds to an exchange that an enforced operation refuses. A response of the service that departs becomes a 502, because the
// proxy is a gateway that received an invalid response (RFC 9110, 15.6.3).
func reject(w http.ResponseWriter, r *http.Request, _ *contract.Call, rej *contract.Rejection) {
	if rej.Status >= http.StatusInternalServerError {
		refusalOf(http.StatusBadGateway, "the response departs from the contract", rej.Violations).write(w)
		return
	}
	if px := proxyExchangeOf(r.Context()); px != nil {
		px.refused = true
	}
	no := refusalOf(rej.Status, "the request departs from the contract", rej.Violations)
	no.write(w)
}
