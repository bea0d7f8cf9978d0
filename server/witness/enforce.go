package witness

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/resellerkit/resellerkit/server/contract"
)

// enforce puts the contract in front of a ReverseProxy of its own, for the operations of the route that are enforced.
func (p *Proxy) enforce(rt *route) error {
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
	options.Admit = func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request { return r } // the service authenticates
	c, err := contract.New(rt.rec.doc.doc, options)
	if err != nil {
		return fmt.Errorf("enforce operations of %s: %w", rt.rec.doc.Name, err)
	}
	inner := p.newReverseProxy(rt, decoding(p.opts.Transport), true)
	rt.guard = c.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ps := passageOf(r.Context()); ps != nil {
			r = r.WithContext(r.Context())
			r.Body = ps.teeRequest(r)
		}
		inner.ServeHTTP(w, r)
	}))
	return nil
}

// knowsEnforced refuses names of operations that no document has.
func (p *Proxy) knowsEnforced() error {
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

// guards reports whether the request is of an enforced operation.
func (rt *route) guards(r *http.Request) bool {
	if rt.guard == nil {
		return false
	}
	call, _ := rt.rec.doc.contract.Route(r.Method, &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath})
	return call != nil && rt.enforced[call.ID]
}

// reject writes the response to an exchange that an enforced operation refuses. A response of the service that departs is a
// 502: the proxy got one that it cannot pass on.
func reject(w http.ResponseWriter, r *http.Request, _ *contract.Call, rej *contract.Rejection) {
	if rej.Status >= http.StatusInternalServerError {
		refusalOf(http.StatusBadGateway, "the response departs from the contract", rej.Violations).write(w)
		return
	}
	if ps := passageOf(r.Context()); ps != nil {
		ps.refused = true
	}
	no := refusalOf(rej.Status, "the request departs from the contract", rej.Violations)
	no.write(w)
}
