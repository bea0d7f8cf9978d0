package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// announce says on stdout that requests are answered, and how to make one.
func (c *serveCommand) announce(ctx context.Context, out io.Writer, sb *sandbox.Sandbox, addr net.Addr) error {
	sample, err := sb.Sample(ctx)
	if err != nil {
		return err
	}
	base := "http://" + reachable(addr)
	if c.LogFormat == "json" {
		return json.NewEncoder(out).Encode(map[string]string{
			"msg": "ready", "url": base, "cloudcockpit": base + "/v1", "myreports": base + "/api/v1.0", "control": base + "/_sandbox",
			"token": sample.Token,
		})
	}
	_, err = fmt.Fprintf(out, `resellerkit sandbox, ready
  CloudCockpit  %s/v1
  MyReports     %s/api/v1.0
  control       %s/_sandbox
  state         %s
%s`, base, base, base, c.state(), try(base, sample))
	return err
}

// state says where the state lives, without a password.
func (c *serveCommand) state() string {
	if u, err := url.Parse(c.Store); err == nil && u.User != nil {
		return u.Redacted()
	}
	return c.Store
}

// try is a request that works when it is pasted. A state without any client has no token to show.
func try(base string, sample sandbox.Sample) string {
	if sample.Token == "" {
		return fmt.Sprintf("\nTry\n  curl -s %s/_sandbox/health\n", base)
	}
	curl := fmt.Sprintf("curl -s -H 'Authorization: Bearer %s'", sample.Token)
	if sample.Tenant != "" {
		curl += fmt.Sprintf(" -H 'X-Tenant: %s'", sample.Tenant)
	}
	return fmt.Sprintf("\nToken of %s, good for an hour\n  %s\n\nTry\n  %s '%s%s'\n", sample.Client, sample.Token, curl, base, sample.Path)
}

// reachable is the address to connect to: a listener on all addresses is reached on loopback.
func reachable(addr net.Addr) string {
	parsed, err := netip.ParseAddrPort(addr.String())
	if err != nil || !parsed.Addr().IsUnspecified() {
		return addr.String()
	}
	return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), parsed.Port()).String()
}
