package client

import (
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
)

const cloudCockpitBase = "https://api.cloudcockpit.com"

// core checks the options that both APIs have, and builds the core. It records mistakes in s.errs; the core is usable if
// there are none.
func (s *settings) core() *core {
	base := s.base()
	c := &core{
		api: s.api, retry: s.retry.withDefaults(), timeout: s.timeout, maxBody: s.maxBody, maxPages: s.maxPages,
		log: s.log, hooks: s.hooks, checker: s.checker, throttle: &throttle{limiter: s.limiter},
	}
	if base != nil {
		c.base, c.basePath = base.String()+"/", base.EscapedPath()
	}
	if err := s.retry.validate(); err != nil {
		s.errs = append(s.errs, err)
	}
	c.transport = s.transport()
	if s.httpClient != nil && s.httpClient.Timeout > 0 {
		c.timeout = min(c.timeout, s.httpClient.Timeout)
	}
	c.userAgent = []string{s.agent()}
	c.tokens = s.tokens(c.transport, c.timeout)
	if !s.noSharedBackoff {
		c.throttle.hold = &hold{limit: c.retry.MaxRetryAfter}
		if c.tokens != nil {
			c.tokens.hold = &hold{limit: c.retry.MaxRetryAfter}
		}
	}
	return c
}

// base returns the URL of the service, without a slash at its end.
func (s *settings) base() *url.URL {
	address := s.baseURL
	switch {
	case s.has.baseURL && s.has.region:
		s.mistake("WithBaseURL and WithRegion: give one of them")
		return nil
	case s.api == APICloudCockpit && !s.has.baseURL:
		address = cloudCockpitBase
	case s.has.region:
		switch s.region {
		case Australia, Europe, NorthAmerica, UnitedKingdom:
			address = "https://api." + string(s.region) + ".myreports.cloud/api"
		default:
			s.mistake("WithRegion: %q is no region; there are %q, %q, %q and %q", s.region, Australia, Europe, NorthAmerica, UnitedKingdom)
			return nil
		}
	case !s.has.baseURL:
		s.mistake("MyReports needs WithRegion or WithBaseURL")
		return nil
	}
	u := s.address("WithBaseURL", address)
	if u == nil {
		return nil
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	if s.api == APIMyReports && !strings.HasSuffix(u.Path, "/api") {
		u.Path += "/api"
	}
	return u
}

// address parses an absolute URL to which a token or a secret may be sent.
func (s *settings) address(option, text string) *url.URL {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		s.mistake("%s: %q is no URL", option, text) // without err, which would repeat the text
	case u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		s.mistake("%s: %q is no absolute http or https URL, such as https://host", option, text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		s.mistake("%s: the URL must have no user, query or fragment", option)
	case u.Scheme == "http" && !s.plainHTTP && !isThisMachine(u.Hostname()):
		s.mistake("%s: %s would send the token in the clear; use https, or WithPlainHTTP if that is what you want", option, text)
	default:
		return u
	}
	return nil
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// sharedTransport is the default. If each client had its own transport, the idle connections of discarded clients would
// stay open.
var sharedTransport = sync.OnceValue(func() http.RoundTripper {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // the program has replaced it
	}
	t = t.Clone()
	t.MaxIdleConnsPerHost = 32
	t.MaxResponseHeaderBytes = 1 << 20
	return t
})

func (s *settings) transport() http.RoundTripper {
	switch {
	case !s.has.httpClient:
		return sharedTransport()
	case s.httpClient == nil:
		s.mistake("WithHTTPClient: the client is nil")
		return nil
	case s.httpClient.Jar != nil:
		s.mistake("WithHTTPClient: a cookie jar is not supported")
	}
	if s.httpClient.Transport == nil {
		return sharedTransport()
	}
	return s.httpClient.Transport
}

// agent returns the value of User-Agent.
func (s *settings) agent() string {
	own := "resellerkit/" + version() + " (+https://github.com/resellerkit/resellerkit)"
	switch {
	case !s.has.userAgent:
		return own
	case s.userAgent == "" || !isHeaderValue(s.userAgent):
		s.mistake("WithUserAgent: %q cannot stand in a header", s.userAgent)
	}
	return s.userAgent + " " + own
}

// isHeaderValue reports whether text is printable ASCII. net/http would refuse control characters only when it sends.
func isHeaderValue(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// version is the version of this module in the running binary.
var version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == "github.com/resellerkit/resellerkit" && m.Version != "" && m.Version != "(devel)" {
			return m.Version
		}
	}
	return "devel"
})
