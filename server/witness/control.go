package witness

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/console"
)

// ControlOptions are the settings of [NewControl].
type ControlOptions struct {
	Recorders  []*Recorder
	Traffic    *Traffic     // nil means an empty list
	AdminToken string       // required from other machines; if it is empty, their requests are refused
	UI         http.Handler // serves the paths below /_witness/ui/; nil means the console
}

// NewControl returns the handler of the paths below [ControlPrefix], which openapi/witness.yaml describes. It changes nothing. As in the
// sandbox's control plane, web pages of other origins are refused, and requests from other machines need the admin token.
func NewControl(opts ControlOptions) (http.Handler, error) {
	doc, err := openapi.Witness()
	if err != nil {
		return nil, err
	}
	if opts.Traffic == nil {
		opts.Traffic = NewTraffic(false)
	}
	if opts.UI == nil {
		opts.UI = http.StripPrefix(uiPrefix, console.Handler())
	}
	c := &control{opts: opts}
	checked, err := contract.New(doc, contract.Options{Admit: c.admit, Reject: c.reject, UndeclaredParameters: contract.Reject})
	if err != nil {
		return nil, fmt.Errorf("compile the control plane's contract: %w", err)
	}
	mux := http.NewServeMux()
	for path, handle := range map[string]func(http.ResponseWriter, *http.Request) error{
		"health": c.health, "report": c.report, "exchanges": c.exchanges, "proposal": c.proposal, "explain": c.explain,
	} {
		mux.HandleFunc("GET "+ControlPrefix+path, func(w http.ResponseWriter, r *http.Request) { c.respond(w, handle(w, r)) })
	}
	c.api = checked.Handler(mux)
	return c, nil
}

type control struct {
	opts ControlOptions
	api  http.Handler
}

// uiPrefix is the path of the console.
const uiPrefix = ControlPrefix + "ui"

// ServeHTTP serves the files of the console directly, because openapi/witness.yaml does not describe them, and all else through the
// contract.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == uiPrefix:
		http.Redirect(w, r, uiPrefix+"/", http.StatusMovedPermanently) // because the page's links are relative
		return
	case !strings.HasPrefix(r.URL.Path, uiPrefix+"/"):
		c.api.ServeHTTP(w, r)
		return
	}
	if reason := c.crossOrigin(r, c.hasToken(r)); reason != "" { // no token is needed, because the files hold no data
		writeControlProblem(w, http.StatusForbidden, reason, nil)
		return
	}
	c.opts.UI.ServeHTTP(w, r)
}

// admit refuses requests from web pages of other origins (403), and requests from other machines without the admin token (401).
func (c *control) admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	authorized := c.hasToken(r)
	if reason := c.crossOrigin(r, authorized); reason != "" {
		writeControlProblem(w, http.StatusForbidden, reason, nil)
		return nil
	}
	if len(call.Security) > 0 && !authorized && !onLoopback(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeControlProblem(w, http.StatusUnauthorized, "The admin token is missing or wrong.", nil)
		return nil
	}
	return r
}

// hasToken reports whether the request has the admin token.
func (c *control) hasToken(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && c.opts.AdminToken != "" &&
		subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(c.opts.AdminToken)) == 1
}

// crossOrigin returns why a request may come from a web page of another origin, or "". Such a page sends its own origin, or, after DNS
// rebinding, its own name as the Host (see Proxy.ownHost). The Host is checked here as well, because the handler can be used without a
// Proxy. A request with the admin token may have any Host.
func (c *control) crossOrigin(r *http.Request, authorized bool) string {
	if !authorized && !hostIsAddress(r) {
		return "The Host header does not name this proxy."
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return "The Origin header names another origin."
		}
	}
	return ""
}

// hostIsAddress reports whether the Host header is localhost or an address. An attack by DNS rebinding needs a host name instead. A
// request over loopback must name a loopback address.
func hostIsAddress(r *http.Request) bool {
	host := hostname(r.Host)
	if _, onNetwork := r.Context().Value(http.LocalAddrContextKey).(net.Addr); !onNetwork || isLoopbackName(host) {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil && !onLoopback(r)
}

// onLoopback reports whether the connection of a request was accepted on a loopback address. A request without a connection, as in tests,
// counts as one.
func onLoopback(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return true
	}
	parsed, err := netip.ParseAddrPort(addr.String())
	return err == nil && parsed.Addr().Unmap().IsLoopback()
}

// reject writes the response to a request that departs from openapi/witness.yaml.
func (c *control) reject(w http.ResponseWriter, _ *http.Request, _ *contract.Call, rej *contract.Rejection) {
	if rej.Status >= http.StatusInternalServerError {
		writeControlProblem(w, rej.Status, "", nil)
		return
	}
	writeControlProblem(w, rej.Status, "The request is not valid.", rej.Violations)
}

// A controlError is an error that a handler reports to the client.
type controlError struct {
	status int
	detail string
}

func (e *controlError) Error() string { return e.detail }

// respond writes the error of a handler. The text of an unexpected error is not shown.
func (c *control) respond(w http.ResponseWriter, err error) {
	var expected *controlError
	switch {
	case err == nil:
	case errors.As(err, &expected):
		writeControlProblem(w, expected.status, expected.detail, nil)
	default:
		writeControlProblem(w, http.StatusInternalServerError, "", nil)
	}
}

func writeControlProblem(w http.ResponseWriter, status int, detail string, violations contract.Violations) {
	type fault struct {
		Where    string `json:"where"`
		Pointer  string `json:"pointer"`
		Rule     string `json:"rule"`
		Expected string `json:"expected"`
	}
	var faults []fault
	for _, v := range violations {
		faults = append(faults, fault{v.In, v.Pointer, v.Rule, v.Expected})
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Type   string  `json:"type"`
		Title  string  `json:"title"`
		Status int     `json:"status"`
		Detail string  `json:"detail,omitempty"`
		Errors []fault `json:"errors,omitempty"`
	}{"about:blank", http.StatusText(status), status, detail, faults})
}
