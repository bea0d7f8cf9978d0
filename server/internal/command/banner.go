package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// announce prints the banner: the base URLs, and for each API a token and a request, which work when they are pasted into a shell. It
// is called once connections are accepted, so that a script may wait for it. ca is the file with the CA of --tls, or "".
func (c *serveCommand) announce(ctx context.Context, out io.Writer, sb *sandbox.Sandbox, addr net.Addr, ca string) error {
	samples, err := sb.Samples(ctx)
	if err != nil {
		return err
	}
	base := c.scheme() + "://" + connectAddress(addr)
	if c.LogFormat == "json" {
		return json.NewEncoder(out).Encode(readyLine(base, samples, ca))
	}
	var text strings.Builder
	fmt.Fprintf(&text, `resellerkit sandbox, ready
  CloudCockpit  %s/v1
  MyReports     %s/api/v1.0
  control       %s/_sandbox
  console       %s/_sandbox/ui/
  state         %s
`, base, base, base, base, storeWithoutPassword(c.Store))
	text.WriteString(caHint(ca))
	writeSamples(&text, base, samples, ca)
	_, err = io.WriteString(out, text.String())
	return err
}

// readyLine is the banner as JSON.
func readyLine(base string, samples []sandbox.Sample, ca string) map[string]string {
	line := map[string]string{
		"msg": "ready", "url": base, "cloudcockpit": base + "/v1", "myreports": base + "/api/v1.0", "control": base + "/_sandbox",
		"console": base + "/_sandbox/ui/", "token": "",
	}
	if ca != "" {
		line["ca"] = ca
	}
	for i := len(samples) - 1; i >= 0; i-- {
		line["token"] = samples[i].Token // the first one's
		line[samples[i].API+"Token"] = samples[i].Token
	}
	return line
}

// storeWithoutPassword is the value of --store with a password in it replaced.
func storeWithoutPassword(name string) string {
	if u, err := url.Parse(name); err == nil && u.User != nil {
		return u.Redacted()
	}
	return name
}

// writeSamples writes the requests to paste. A state without a client has none but that of a probe.
func writeSamples(out *strings.Builder, base string, samples []sandbox.Sample, ca string) {
	curl := "curl -s"
	if ca != "" {
		curl += " --cacert '" + ca + "'"
	}
	if len(samples) == 0 {
		fmt.Fprintf(out, "\nTry\n  %s '%s/_sandbox/health'\n", curl, base)
		return
	}
	for _, sample := range samples {
		name := strings.ToUpper(sample.API) + "_TOKEN"
		tenant := ""
		if sample.Tenant != "" {
			tenant = " -H 'X-Tenant: " + sample.Tenant + "'"
		}
		fmt.Fprintf(out, "\nAs %s, for an hour\n  %s=%s\n  %s -H \"Authorization: Bearer $%s\"%s '%s%s'\n",
			sample.Client, name, sample.Token, curl, name, tenant, base, sample.Path)
	}
}
