package command

import (
	"encoding/json"
	"fmt"
	"io"
	"net"

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
	if c.LogFormat == "json" {
		banner := map[string]string{"msg": "ready", "url": origin, "console": console, "evidence": c.Evidence}
		if ca != "" {
			banner["ca"] = ca
		}
		for _, rec := range recs {
			banner[rec.Document().Name] = origin + rec.Document().Base()
		}
		return json.NewEncoder(out).Encode(banner)
	}
	text := "resellerkit proxy, ready\n"
	for i, rec := range recs {
		text += fmt.Sprintf("  %-12s  %s, forwarded to %s\n", rec.Document().Name, origin+rec.Document().Base(), upstreams[i].URL)
	}
	_, err := fmt.Fprintf(out, "%s  %-12s  %s\n  %-12s  %s\n%s", text, "console", console, "evidence", evidence, caHint(ca))
	return err
}
