package command

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/witness"
)

// announce prints the banner: what to set as the base URL of each API, the console, and where the evidence is. It is called once
// connections are accepted, so that a script may wait for it. ca is the file with the CA of --tls, or "".
func (c *proxyCommand) announce(out io.Writer, recs []*witness.Recorder, upstreams []witness.Upstream, addr net.Addr, ca string) error {
	origin := c.scheme() + "://" + connectAddress(addr)
	console, evidence := origin+witness.ControlPrefix+"ui/", c.Evidence
	if evidence == "" {
		evidence = "in memory"
	}
	bases := make([]string, len(recs))
	for i, rec := range recs {
		base, err := basePath(rec.Document())
		if err != nil {
			return err
		}
		bases[i] = origin + base
	}
	if c.LogFormat == "json" {
		banner := map[string]string{"msg": "ready", "url": origin, "console": console, "evidence": c.Evidence}
		if ca != "" {
			banner["ca"] = ca
		}
		for i, rec := range recs {
			banner[rec.Document().Name] = bases[i]
		}
		return json.NewEncoder(out).Encode(banner)
	}
	text := "resellerkit proxy, ready\n"
	for i, rec := range recs {
		text += fmt.Sprintf("  %-12s  %s, forwarded to %s\n", rec.Document().Name, bases[i], upstreams[i].URL)
	}
	_, err := fmt.Fprintf(out, "%s  %-12s  %s\n  %-12s  %s\n%s", text, "console", console, "evidence", evidence, caHint(ca))
	return err
}

// basePath returns the path of the first server of a document, which comes before the paths of its operations.
func basePath(doc *witness.Document) (string, error) {
	spec, err := openapi3.NewLoader().LoadFromData(doc.Data)
	if err != nil {
		return "", fmt.Errorf("load %s: %w", doc.Path, err)
	}
	base, err := spec.Servers.BasePath()
	return strings.TrimSuffix(base, "/"), err
}
