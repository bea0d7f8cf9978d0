package client

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/time/rate"
)

// An Option configures [NewCloudCockpit] or [NewMyReports]. If an option is given twice, the last one counts, unless its
// comment says otherwise. The constructor reports all mistakes in the options at once.
type Option func(*settings)

// A Region is the region that hosts a MyReports enterprise.
type Region string

// The regions, from the vendor's API reference.
const (
	Australia     Region = "au" // and New Zealand
	Europe        Region = "eu"
	NorthAmerica  Region = "na"
	UnitedKingdom Region = "uk"
)

const (
	defaultTimeout  = time.Minute
	defaultMaxBody  = 32 << 20
	defaultMaxPages = 10_000
)

// WithBaseURL sets the URL of the service, such as a sandbox or a gateway of your own. CloudCockpit's default is
// https://api.cloudcockpit.com. MyReports needs this or [WithRegion]; /api is appended unless the URL ends in it. The scheme
// must be https, unless the host is this machine; see [WithPlainHTTP].
func WithBaseURL(address string) Option {
	return func(s *settings) { s.baseURL, s.has.baseURL = address, true }
}

// WithRegion sets the region of a MyReports enterprise. There is no default.
func WithRegion(r Region) Option {
	return func(s *settings) { s.region, s.has.region = r, true }
}

// WithTenant names the CloudCockpit tenant by a domain of its portal, such as "portal.cloudcockpit.com". It is sent as
// X-Tenant. There is no default.
func WithTenant(domain string) Option {
	return func(s *settings) { s.tenant, s.has.tenant = domain, true }
}

// WithHTTPClient sends all requests, including those for tokens, by the transport of hc, where a proxy, TLS settings and
// tracing can be set up. A Timeout of hc limits an attempt if it is less than [WithTimeout]. Its CheckRedirect is ignored,
// because no redirect is followed, and a Jar is refused. The default transport is like [http.DefaultTransport], with more
// idle connections per host, and is shared by all clients of the process.
func WithHTTPClient(hc *http.Client) Option {
	return func(s *settings) { s.httpClient, s.has.httpClient = hc, true }
}

// WithPlainHTTP allows http URLs of other machines. Every host between can then read the token.
func WithPlainHTTP() Option { return func(s *settings) { s.plainHTTP = true } }

// WithUserAgent puts a product, such as "acme-sync/1.4", in front of the client's own in User-Agent.
func WithUserAgent(product string) Option {
	return func(s *settings) { s.userAgent, s.has.userAgent = product, true }
}

// WithLogger logs each attempt, and each pause before another one, at debug level. The lines hold no token, password, query
// or body, and no e-mail address unless the service puts one into a message. By default nothing is logged.
func WithLogger(l *slog.Logger) Option {
	return func(s *settings) {
		if l == nil {
			s.mistake("WithLogger: the logger is nil")
			return
		}
		s.log = l
	}
}

// WithRetry sets when an operation is sent again. RetryPolicy{Attempts: 1} disables retries.
func WithRetry(p RetryPolicy) Option { return func(s *settings) { s.retry = p } }

// WithTimeout limits each attempt, from connecting to the last byte of the body, and each request for a token. The default
// is a minute. The context limits an operation with all its attempts.
func WithTimeout(d time.Duration) Option {
	return func(s *settings) {
		if d <= 0 {
			s.mistake("WithTimeout: %v is not positive", d)
			return
		}
		s.timeout = d
	}
}

// WithRateLimit makes each request wait for l, retries included and requests for tokens excluded. The wait does not count
// towards [WithTimeout], and ends with the context. A limiter can be shared by several clients, which then stay below the
// limit together.
func WithRateLimit(l *rate.Limiter) Option {
	return func(s *settings) {
		if l == nil || l.Burst() < 1 && l.Limit() != rate.Inf {
			s.mistake("WithRateLimit: the limiter is nil, or its burst is 0, which allows no request")
			return
		}
		s.limiter = l
	}
}

// WithoutSharedBackoff sends calls although a 429 has told another call of the client to wait. Without this option, one
// 429 holds back all calls until its Retry-After has passed, as services that throttle by client expect.
func WithoutSharedBackoff() Option { return func(s *settings) { s.noSharedBackoff = true } }

// WithMaxResponseBody limits the body of a response, in bytes after decompression. The default is 32 MiB. A larger body is
// [ErrTooLarge].
func WithMaxResponseBody(n int64) Option {
	return func(s *settings) {
		if n <= 0 {
			s.mistake("WithMaxResponseBody: %d is not positive", n)
			return
		}
		s.maxBody = n
	}
}

// WithMaxPages limits how many pages All and Pages fetch before they fail with [ErrShape], because the list seems to have
// no end. The default is 10,000.
func WithMaxPages(n int) Option {
	return func(s *settings) {
		if n <= 0 {
			s.mistake("WithMaxPages: %d is not positive", n)
			return
		}
		s.maxPages = n
	}
}

// WithHooks adds functions that are called for each attempt, in the order of the options.
func WithHooks(h Hooks) Option { return func(s *settings) { s.hooks = append(s.hooks, h) } }

// WithChecker has each exchange examined by the checker that newChecker makes for the API. Most callers want package
// checked, which returns this option.
func WithChecker(newChecker func(API) (Checker, error)) Option {
	return func(s *settings) {
		if newChecker == nil {
			s.mistake("WithChecker: the function is nil")
			return
		}
		checker, err := newChecker(s.api)
		if err != nil {
			s.errs = append(s.errs, fmt.Errorf("WithChecker: %w", err))
		}
		s.checker = checker
	}
}

// settings are the options as they were given.
type settings struct {
	api API
	// has tells an empty value from an option that was left out, so that an unset environment variable is a mistake and
	// does not select a default.
	has struct{ baseURL, region, tenant, httpClient, userAgent, tokenURL, scopes bool }

	baseURL    string
	region     Region
	tenant     string
	httpClient *http.Client
	plainHTTP  bool
	userAgent  string
	log        *slog.Logger
	retry      RetryPolicy
	limiter    *rate.Limiter
	timeout    time.Duration
	maxBody    int64
	maxPages   int

	noSharedBackoff bool

	hooks   []Hooks
	checker Checker

	credentials map[string]credential // by the name of the option that gave it
	tokenURL    string
	scopes      []string
	save        func(*oauth2.Token)

	errs []error
}

func newSettings(api API, opts []Option) *settings {
	s := &settings{
		api: api, log: slog.New(slog.DiscardHandler), timeout: defaultTimeout, maxBody: defaultMaxBody,
		maxPages: defaultMaxPages, credentials: map[string]credential{},
	}
	for _, o := range opts {
		if o == nil {
			s.mistake("an option is nil")
			continue
		}
		o(s)
	}
	return s
}

func (s *settings) mistake(format string, args ...any) {
	s.errs = append(s.errs, fmt.Errorf(format, args...))
}

// err joins all mistakes, each with the name of the package in front.
func (s *settings) err() error {
	var errs []error
	for _, err := range s.errs {
		errs = append(errs, fmt.Errorf("client: %w", err))
	}
	return errors.Join(errs...)
}
