package witness

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"github.com/resellerkit/resellerkit/server/contract"
)

// OwnHeader is the header of responses that a [Proxy] writes itself. Its value is the reason.
const OwnHeader = "Resellerkit-Witness"

// Reasons for which a [Proxy] skips an exchange.
const (
	SkipReadOnly = "readOnly" // refused, because only GET and HEAD are forwarded
	SkipEnforced = "enforced" // an enforced operation refused the request
	SkipAborted  = "aborted"  // the client closed the connection before there was a response
)

// A refusal is a response that the proxy writes itself.
type refusal struct {
	status int
	text   string
	allow  string
	errors []problemError
}

type problemError struct {
	In       string `json:"in"`
	Pointer  string `json:"pointer"`
	Rule     string `json:"rule"`
	Expected string `json:"expected,omitempty"`
}

// write writes the refusal as problem details (RFC 9457).
func (no *refusal) write(w http.ResponseWriter) {
	body, _ := json.Marshal(struct { // the error is always nil, because there are only strings and a number
		Type   string         `json:"type"`
		Title  string         `json:"title"`
		Status int            `json:"status"`
		Detail string         `json:"detail"`
		Errors []problemError `json:"errors,omitempty"`
	}{"about:blank", http.StatusText(no.status), no.status, "The witness proxy: " + no.text + ".", no.errors})
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set(OwnHeader, no.text)
	if no.allow != "" {
		h.Set("Allow", no.allow)
	}
	w.WriteHeader(no.status)
	_, _ = w.Write(body)
}

// refusalOf returns a refusal that lists violations.
func refusalOf(status int, text string, violations contract.Violations) *refusal {
	no := &refusal{status: status, text: text}
	for _, v := range violations {
		no.errors = append(no.errors, problemError{v.In, v.Pointer, v.Rule, v.Expected})
	}
	return no
}

// refusal returns the response to a request that is refused whatever its path is, or nil.
func (p *Proxy) refusal(r *http.Request) *refusal {
	switch {
	case r.Method == http.MethodConnect:
		return &refusal{
			status: http.StatusMethodNotAllowed, text: "CONNECT is not allowed", allow: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
		}
	case r.ProtoMajor < 2 && !strings.HasPrefix(r.RequestURI, "/"):
		return &refusal{status: http.StatusBadRequest, text: "the request target is not a path"}
	case !p.ownHost(r):
		return &refusal{status: http.StatusMisdirectedRequest, text: "the Host header does not name this proxy; allow the name with --host"}
	}
	return nil
}

// ownHost reports whether the Host header names the proxy. In a DNS rebinding attack, a web page lets a name of its own resolve to the
// proxy's address and makes the browser send requests to it. They would reach the upstream from the proxy's place in the network, but
// they carry the attacker's name as their Host.
func (p *Proxy) ownHost(r *http.Request) bool {
	host := hostname(r.Host)
	for _, name := range p.opts.Hosts {
		if strings.EqualFold(host, name) || strings.EqualFold(r.Host, name) {
			return true
		}
	}
	local, onNetwork := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !onNetwork || isLoopbackName(host) {
		return true
	}
	addr, err := netip.ParseAddr(host)
	at, err2 := netip.ParseAddrPort(local.String())
	return err == nil && err2 == nil && addr.Unmap() == at.Addr().Unmap()
}

// hostname returns a host without its port.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.Trim(host, "[]")
}

// isLoopbackName reports whether a host, without a port, is localhost or a loopback address.
func isLoopbackName(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// notices logs each of its messages once.
type notices struct {
	log  *slog.Logger
	mu   sync.Mutex
	said map[string]bool
}

func newNotices(log *slog.Logger) *notices { return &notices{log: log, said: map[string]bool{}} }

func (n *notices) logOnce(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.said[text] {
		n.said[text] = true
		n.log.Info(text)
	}
}
