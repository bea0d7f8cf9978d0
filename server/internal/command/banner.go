package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// announce prints the banner: the base URLs, a token, and a request that works when it is pasted into a shell. It is called
// once connections are accepted, so that a script may wait for it.
func (c *serveCommand) announce(ctx context.Context, out io.Writer, sb *sandbox.Sandbox, addr net.Addr) error {
	sample, err := sb.Sample(ctx)
	if err != nil {
		return err
	}
	base := "http://" + connectAddress(addr)
	if c.LogFormat == "json" {
		return json.NewEncoder(out).Encode(map[string]string{
			"msg": "ready", "url": base, "cloudcockpit": base + "/v1", "myreports": base + "/api/v1.0", "control": base + "/_sandbox",
			"console": base + "/_sandbox/ui/",
			"token":   sample.Token,
		})
	}
	_, err = fmt.Fprintf(out, `resellerkit sandbox, ready
  CloudCockpit  %s/v1
  MyReports     %s/api/v1.0
  control       %s/_sandbox
  console       %s/_sandbox/ui/
  state         %s
%s`, base, base, base, base, storeWithoutPassword(c.Store), sampleRequest(base, sample))
	return err
}

// storeWithoutPassword is the value of --store with a password in it replaced.
func storeWithoutPassword(name string) string {
	if u, err := url.Parse(name); err == nil && u.User != nil {
		return u.Redacted()
	}
	return name
}

// sampleRequest is the part of the banner with a request to paste. There is no token if the state has no client.
func sampleRequest(base string, sample sandbox.Sample) string {
	if sample.Token == "" {
		return fmt.Sprintf("\nTry\n  curl -s %s/_sandbox/health\n", base)
	}
	curl := fmt.Sprintf("curl -s -H 'Authorization: Bearer %s'", sample.Token)
	if sample.Tenant != "" {
		curl += fmt.Sprintf(" -H 'X-Tenant: %s'", sample.Tenant)
	}
	return fmt.Sprintf("\nToken of %s, valid for an hour\n  %s\n\nTry\n  %s '%s%s'\n", sample.Client, sample.Token, curl, base, sample.Path)
}
