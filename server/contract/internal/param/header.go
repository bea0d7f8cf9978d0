package param

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// HeaderNames finds the undeclared headers of a message. A nil HeaderNames accepts all.
type HeaderNames struct {
	Policy   shape.Policy // Report or Reject
	declared map[string]bool
}

// NewHeaderNames returns the check for messages whose declared headers are the parameters and others.
func NewHeaderNames(policy shape.Policy, declared []*Parameter, others ...string) *HeaderNames {
	if policy == shape.Ignore {
		return nil
	}
	h := &HeaderNames{policy, map[string]bool{}}
	for _, p := range declared {
		h.declared[http.CanonicalHeaderKey(p.Name)] = true
	}
	for _, name := range others {
		h.declared[http.CanonicalHeaderKey(name)] = true
	}
	return h
}

func (h *HeaderNames) Accepts(header http.Header) bool {
	if h == nil {
		return true
	}
	for name := range header {
		if !h.knows(name) {
			return false
		}
	}
	return true
}

// Undeclared returns the undeclared headers, sorted.
func (h *HeaderNames) Undeclared(header http.Header) []string {
	if h == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(header)), h.knows)
}

func (h *HeaderNames) knows(name string) bool {
	return h.declared[name] || IsOfNoAPI(name)
}

// IsOfNoAPI reports whether a header is one of HTTP itself, or of what stands between client and server.
func IsOfNoAPI(name string) bool {
	return ofNoAPI[name] || slices.ContainsFunc(prefixesOfNoAPI, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// ofNoAPI are the headers of HTTP itself (RFC 9110, 9111 and 9112, cookies, authentication), of browsers, proxies and tracing.
var ofNoAPI = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(`
		Accept Accept-Charset Accept-Encoding Accept-Language Accept-Ranges Age Allow Alt-Svc Authentication-Info Authorization
		Cache-Control Clear-Site-Data Connection Content-Disposition Content-Encoding Content-Language Content-Length
		Content-Location Content-Range Content-Type Cookie Date Dnt Etag Expect Expires Forwarded From Host If-Match
		If-Modified-Since If-None-Match If-Range If-Unmodified-Since Keep-Alive Last-Modified Link Location Max-Forwards Origin
		Pragma Priority Proxy-Authenticate Proxy-Authentication-Info Proxy-Authorization Proxy-Connection Range Referer
		Referrer-Policy Retry-After Save-Data Server Server-Timing Set-Cookie Strict-Transport-Security Te Timing-Allow-Origin
		Traceparent Tracestate Baggage Trailer Transfer-Encoding Upgrade Upgrade-Insecure-Requests User-Agent Vary Via Warning
		Www-Authenticate X-Content-Type-Options X-Frame-Options X-Real-Ip X-Request-Id X-Xss-Protection
		Content-Security-Policy Content-Security-Policy-Report-Only Permissions-Policy Origin-Agent-Cluster`) {
		names[name] = true
	}
	return names
}()

var prefixesOfNoAPI = []string{"Access-Control-", "Cross-Origin-", "Sec-", "X-Forwarded-", http.TrailerPrefix}
