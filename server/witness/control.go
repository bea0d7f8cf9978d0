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
	AdminToken string       // required off loopback; empty refuses every request there
	UI         http.Handler // serves the paths below /_witness/ui/; nil means the console
}

// NewControl returns the handler of the paths below [ControlPrefix], which openapi/witness.yaml describes. It only reads. The rules are
// those of the sandbox's control plane: no web page of another origin, and off loopback the admin token.
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

// uiPrefix is where the console is.
const uiPrefix = ControlPrefix + "ui"

// ServeHTTP serves the page without the contract, which knows no files.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == uiPrefix:
		http.Redirect(w, r, uiPrefix+"/", http.StatusMovedPermanently) // the page's own links are relative
		return
	case !strings.HasPrefix(r.URL.Path, uiPrefix+"/"):
		c.api.ServeHTTP(w, r)
		return
	}
	if reason := c.strange(r, c.knowsToken(r)); reason != "" { // the page holds no data, so that it needs no token
		writeControlProblem(w, http.StatusForbidden, reason, nil)
		return
	}
	c.opts.UI.ServeHTTP(w, r)
}

// admit refuses web pages of other origins (403), and off loopback those who do not know the admin token (401).
func (c *control) admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	known := c.knowsToken(r)
	if reason := c.strange(r, known); reason != "" {
		writeControlProblem(w, http.StatusForbidden, reason, nil)
		return nil
	}
	if len(call.Security) > 0 && !known && !onLoopback(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeControlProblem(w, http.StatusUnauthorized, "The admin token is missing or wrong.", nil)
		return nil
	}
	return r
}

func (c *control) knowsToken(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && c.opts.AdminToken != "" &&
		subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(c.opts.AdminToken)) == 1
}

// strange says why a request may come from a web page of another origin, or "". See the sandbox's control plane for the attack, DNS
// rebinding. The Host is checked although the proxy has done so, for this handler may also be mounted elsewhere.
func (c *control) strange(r *http.Request, known bool) string {
	if !known && !addressed(r) {
		return "The Host is not this witness's."
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return "The Origin is not this witness's."
		}
	}
	return ""
}

// addressed reports whether the Host is an address or localhost, which no attacker's name is.
func addressed(r *http.Request) bool {
	host := hostname(r.Host)
	if _, onNetwork := r.Context().Value(http.LocalAddrContextKey).(net.Addr); !onNetwork || isLoopbackName(host) {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil && !onLoopback(r)
}

// onLoopback reports whether the request came in on a loopback address. Where net/http does not say, as in a test, there is no network.
func onLoopback(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return true
	}
	parsed, err := netip.ParseAddrPort(addr.String())
	return err == nil && parsed.Addr().Unmap().IsLoopback()
}

func (c *control) reject(w http.ResponseWriter, _ *http.Request, _ *contract.Call, rej *contract.Rejection) {
	if rej.Status >= http.StatusInternalServerError {
		writeControlProblem(w, rej.Status, "", nil)
		return
	}
	writeControlProblem(w, rej.Status, "The request is not valid.", rej.Violations)
}

// problemOf is an expected failure of a handler.
type problemOf struct {
	status int
	detail string
}

func (p *problemOf) Error() string { return p.detail }

// respond writes what a handler returned as an error.
func (c *control) respond(w http.ResponseWriter, err error) {
	var expected *problemOf
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
