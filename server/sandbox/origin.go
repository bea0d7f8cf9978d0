package sandbox

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

func (c *controlPlane) hasAdminToken(r *http.Request) bool {
	raw, ok := identity.Bearer(r)
	return ok && c.opts.AdminToken != "" && subtle.ConstantTimeCompare([]byte(raw), []byte(c.opts.AdminToken)) == 1
}

// needsToken reports whether a request needs the admin token: if there is one, other programs of this machine need it, too. A
// request from no network comes from the program that made the sandbox.
func (c *controlPlane) needsToken(r *http.Request) bool {
	return !onLoopback(r) || c.opts.AdminToken != "" && onNetwork(r)
}

// onNetwork reports whether a request arrived on a connection. A test may call the handler without one.
func onNetwork(r *http.Request) bool {
	_, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok
}

// onLoopback reports whether a request arrived on a loopback address, as net/http says. A request without that information comes
// from no network: a test calls the handler.
func onLoopback(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return true
	}
	parsed, err := netip.ParseAddrPort(addr.String())
	return err == nil && parsed.Addr().Unmap().IsLoopback()
}

// foreign says why a request may come from a web page of another origin, or "". A page can make a browser send requests
// here, and with a name of its own that resolves to this address even read the responses (DNS rebinding). Such a request has
// a Host or an Origin that is not ours: ours are IP addresses and localhost, and any name for a caller with the admin token.
func foreign(r *http.Request, hasToken bool) string {
	if !hasToken && !ownHost(r) {
		return "The Host is not this sandbox's."
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return "The Origin is not this sandbox's."
		}
	}
	return ""
}

func ownHost(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if !onNetwork(r) || strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && (!onLoopback(r) || addr.Unmap().IsLoopback())
}
