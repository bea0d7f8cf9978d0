package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// verify ensures that no server is fast because it is wrong: all have the responses of the unvalidated one, without a finding, and
// those that check refuse what they must refuse.
func verify() error {
	var errs []error
	for _, v := range variants {
		if err := v.verify(); err != nil {
			errs = append(errs, fmt.Errorf("(%s) is not fit to be measured: %w", v.key, err))
		}
	}
	return errors.Join(errs...)
}

func (v variant) verify() error {
	good, err := v.server(false)
	if err != nil {
		return err
	}
	bad, err := v.server(true)
	if err != nil {
		return err
	}
	return errors.Join(good.respondsAsExpected(), good.refusesRequests(), bad.refusesResponses())
}

// respondsAsExpected sends every case twice, because the second response may depend on what the first request left behind.
func (s *server) respondsAsExpected() error {
	var errs []error
	for _, c := range append(cases, cases...) {
		want, err := expected(c)
		if err != nil {
			return err
		}
		got, err := ask(s, c.wire(s.issuer.tokens))
		if err != nil {
			return err
		}
		if d := got.differs(c, want); d != "" {
			errs = append(errs, fmt.Errorf("%s: %s", c.name, d))
		}
	}
	if n := s.findings.Load(); n != 0 {
		errs = append(errs, fmt.Errorf("%d findings about good requests", n))
	}
	return errors.Join(errs...)
}

// expected returns the response of a new unvalidated server to a case.
func expected(c benchCase) (response, error) {
	v, err := variantKeyed(unvalidated)
	if err != nil {
		return response{}, err
	}
	s, err := v.server(false)
	if err != nil {
		return response{}, err
	}
	got, err := ask(s, c.wire(s.issuer.tokens))
	if err == nil && got.status != c.status {
		err = fmt.Errorf("(%s) %s: status is %d, want %d: %.300s", v.key, c.name, got.status, c.status, got.body)
	}
	return got, err
}

// A refusal is a request that must be refused, made from a good one.
type refusal struct {
	name     string
	bench    string
	from, to string // {other} stands for the token of the other API
	by       func(checks) bool
	status   int
}

func byAll(c checks) bool  { return c.requests }
func byOurs(c checks) bool { return c.everything }

var refusals = []refusal{
	{"a page that is too large", "list25", "pageSize=25", "pageSize=2001", byAll, 400},
	{"a correlation id that is no UUID", "list25", correlationID, "6f1f4a52", byOurs, 400},
	{"a name that is too long", "create", "Grace", strings.Repeat("x", 256), byAll, 400},
	{"a member of the wrong type", "create", `"Grace"`, "1", byAll, 400},
	{"a member given twice", "create", `"lastName":"Hopper"`, `"lastName":"Hopper","lastName":"Hopper"`, byOurs, 400},
	{"a member that differs in case", "update", `"location":"US"`, `"location":"US","LOCATION":"GB"`, byAll, 400},
	{"an operation without a path", "patch", `"path":"/displayName",`, "", byAll, 400},
	{"bytes after the value", "patch", "\r\n\r\n[", "\r\n\r\n[][", byOurs, 400},
	{"no token", "list25", "Authorization", "X-Authorization", byOurs, 401},
	{"the token for another API", "update", "{own}", "{other}", byOurs, 401},
	{"a token with another signature", "patch", "\r\nX-Tenant", "A\r\nX-Tenant", byOurs, 401},
	{"another tenant", "create", "X-Tenant: " + tenantDomain, "X-Tenant: portal.fabrikam.example", byOurs, 403},
}

func (s *server) refusesRequests() error {
	var errs []error
	for _, r := range refusals {
		if !r.by(s.checks) {
			continue
		}
		got, err := ask(s, r.wire(s.issuer.tokens))
		if err != nil {
			return err
		}
		if got.status != r.status {
			errs = append(errs, fmt.Errorf("%s: status is %d, want %d: %.300s", r.name, got.status, r.status, got.body))
		}
	}
	return errors.Join(errs...)
}

func (r refusal) wire(t tokens) []byte {
	c := caseNamed(r.bench)
	given := strings.NewReplacer("{own}", t[c.api], "{other}", t[1-c.api])
	wire := string(c.wire(t))
	changed := strings.Replace(wire, given.Replace(r.from), given.Replace(r.to), 1)
	if changed == wire {
		panic(r.name + ": the request is not changed")
	}
	return withLength(changed)
}

var contentLength = regexp.MustCompile(`Content-Length: \d+`)

// withLength corrects the Content-Length of a request that was changed.
func withLength(wire string) []byte {
	head, body, _ := strings.Cut(wire, "\r\n\r\n")
	head = contentLength.ReplaceAllString(head, "Content-Length: "+strconv.Itoa(len(body)))
	return []byte(head + "\r\n\r\n" + body)
}

// refusesResponses requests a page with a user that the document does not allow.
func (s *server) refusesResponses() error {
	if !s.checks.responses {
		return nil
	}
	got, err := ask(s, caseNamed("list25").wire(s.issuer.tokens))
	if err == nil && got.status != http.StatusInternalServerError {
		err = fmt.Errorf("a page with a name that is too long: status is %d, want 500", got.status)
	}
	return err
}

// maxLap limits the estimate of the time in which a server responds to all connections once. A measurement takes at least four laps,
// after one to warm up.
const maxLap = 250 * time.Millisecond

// load returns the load for a case on a server process, after a response of the process that was as expected.
func (p *process) load(s settings, c benchCase) (load, error) {
	want, err := expected(c)
	if err != nil {
		return load{}, err
	}
	wire := c.wire(p.Tokens)
	lap := maxLap
	for range 3 {
		asked := time.Now()
		got, err := askOver(p.Address, wire)
		if err != nil {
			return load{}, err
		}
		if d := got.differs(c, want); d != "" {
			return load{}, errors.New(d)
		}
		lap = min(lap, connections*time.Since(asked))
	}
	return load{
		address: p.Address, wire: wire, status: want.status, length: len(want.body),
		warm: max(s.duration/4, lap), duration: max(s.duration, 4*lap), pid: p.cmd.Process.Pid,
	}, nil
}

// askOver sends a request, given as its bytes on the wire, over a connection of its own.
func askOver(address string, wire []byte) (response, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return response{}, err
	}
	if _, err := conn.Write(wire); err != nil {
		return response{}, err
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
	if err != nil {
		return response{}, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header.Get("Content-Type"), body}, err
}
