// Package checked makes a client check each exchange against the contract in openapi/: requests before they are sent,
// responses when they have been read. Where the real service departs from the contract, the program that notices reports
// it, without a proxy.
//
// It is an option of package client:
//
//	cc, err := client.NewCloudCockpit(client.WithTenant(tenant), client.WithToken(token), checked.Observe(report))
//
// [Observe] reports and changes nothing; [Enforce] makes the operation fail with [client.ErrContract]. The contract is a
// reconstruction, so that a violation may be its own mistake: the grade of a finding says how well the rule is proven.
//
// It is a package of its own so that package client does not link the validator.
package checked

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
)

// A Finding is one departure from the contract. It holds no value of the message, so that it can be logged.
type Finding struct {
	contract.Violation
	API           client.API
	CorrelationID string
	Status        int // of the response; 0 if the request is at fault
}

// Observe reports each departure from the contract and lets every exchange pass. report gets the context of the
// operation; many goroutines call it at once, and the operation waits for it.
func Observe(report func(context.Context, Finding)) client.Option {
	if report == nil {
		return option(func(context.Context, Finding) {}, false)
	}
	return option(report, false)
}

// Enforce makes an operation fail with [client.ErrContract] if the request, which is then not sent, or the response
// violates the contract. errors.As finds the [contract.Violations] behind it. A response with an error status that the
// contract does not declare, such as a gateway's 502, is an ErrContract in addition to its own kind, and is retried as
// without this option. What the contract only reports, such as an undeclared member, passes, and so does a request of
// [client.CloudCockpit.Do] whose path or method is not in the contract.
func Enforce() client.Option {
	return option(func(context.Context, Finding) {}, true)
}

func option(report func(context.Context, Finding), enforce bool) client.Option {
	return client.WithChecker(func(api client.API) (client.Checker, error) { return newChecker(api, report, enforce) })
}

func newChecker(api client.API, report func(context.Context, Finding), enforce bool) (client.Checker, error) {
	load, ok := compiled[api]
	if !ok {
		return nil, fmt.Errorf("there is no contract of %s", api)
	}
	c, err := load()
	return &checker{contract: c, base: bases[api], report: report, enforce: enforce}, err
}

// Each contract is compiled once in a process, because it never changes.
var compiled = map[client.API]func() (*contract.Contract, error){
	client.APICloudCockpit: sync.OnceValues(func() (*contract.Contract, error) { return compile(openapi.CloudCockpit) }),
	client.APIMyReports:    sync.OnceValues(func() (*contract.Contract, error) { return compile(openapi.MyReports) }),
}

// bases are the base paths of the contracts' servers. The base path of the caller's URL may be another.
var bases = map[client.API]string{client.APIMyReports: "/api"}

func compile(load func() (*openapi3.T, error)) (*contract.Contract, error) {
	doc, err := load()
	if err != nil {
		return nil, err
	}
	// Without a handler there is no caller to authenticate, so that the contract only observes.
	return contract.New(doc, contract.Options{Observe: true, Formats: map[string]func([]byte) bool{"uuid": nil}})
}

// A checker checks the exchanges of one client.
type checker struct {
	contract *contract.Contract
	base     string
	report   func(context.Context, Finding)
	enforce  bool
}

// CheckRequest is called before a request is sent.
func (c *checker) CheckRequest(of client.Subject, req *http.Request, body []byte) error {
	call, violations := c.route(of, req)
	if call != nil {
		violations = c.contract.CheckRequest(call, req, body)
	}
	err := c.judge(of, req, 0, violations)
	if call == nil && of.Custom {
		return nil
	}
	return err
}

// CheckResponse is called when the response has been read.
func (c *checker) CheckResponse(of client.Subject, req *http.Request, status int, header http.Header, body []byte) error {
	call, _ := c.route(of, req)
	if call == nil {
		return nil // CheckRequest has reported it
	}
	return c.judge(of, req, status, c.contract.CheckResponse(call, status, header, body))
}

func (c *checker) route(of client.Subject, req *http.Request) (*contract.Call, contract.Violations) {
	path, _ := url.PathUnescape(of.Path) // cannot fail: the path comes from url.URL.EscapedPath
	call, rejection := c.contract.Route(req.Method, &url.URL{Path: c.base + path, RawPath: c.base + of.Path})
	if rejection != nil {
		return nil, rejection.Violations
	}
	return call, nil
}

func (c *checker) judge(of client.Subject, req *http.Request, status int, violations contract.Violations) error {
	for _, v := range violations {
		c.report(req.Context(), Finding{Violation: v, API: of.API, CorrelationID: of.CorrelationID, Status: status})
	}
	if refused := violations.Refused(); c.enforce && len(refused) > 0 {
		return refused
	}
	return nil
}

// String returns one line for a log.
func (f Finding) String() string {
	parts := []string{string(f.API), f.Violation.String()}
	if f.Status != 0 {
		parts = append(parts, fmt.Sprintf("status %d", f.Status))
	}
	return strings.Join(append(parts, "correlation id "+f.CorrelationID), ", ")
}
