package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/internal/console"
	"github.com/resellerkit/resellerkit/server/witness"
)

// defaultEvidence is the evidence folder of the commands that have one by default.
const defaultEvidence = "witness"

type proxyCommand struct {
	Upstream         []string `required:"" sep:"none" placeholder:"CONTRACT=URL" help:"Service to forward to, and its contract: cloudcockpit, myreports or a file with an OpenAPI 3.0 document; repeatable. Requests are told apart by the path of the contract's server."`
	Listen           string   `default:"127.0.0.1:8081" placeholder:"HOST:PORT" help:"Address to serve on (${default}); port 0 picks a free one. Any but a loopback address needs --tls, --tls-cert, or --insecure-listen."`
	Evidence         string   `default:"witness" placeholder:"DIR" help:"Folder to write evidence to (${default}); \"\" keeps it in memory."`
	Enforce          []string `placeholder:"OPERATION" help:"Refuse requests and responses of these operations that depart from the contract."`
	ReadOnly         bool     `help:"Refuse all methods but GET and HEAD."`
	UpstreamCA       string   `name:"upstream-ca" placeholder:"FILE" help:"PEM file of certificates to trust, besides those of the system."`
	UpstreamInsecure bool     `help:"Do not verify the certificate of the service. Nothing is ever proposed from such evidence."`
	Host             []string `placeholder:"NAME" help:"Further name by which clients reach the proxy; repeatable."`
	MaxRequest       byteSize `default:"1MiB" placeholder:"SIZE" help:"How much of a request body is copied for the check (${default}). Longer bodies are forwarded unchecked."`
	MaxResponse      byteSize `default:"8MiB" placeholder:"SIZE" help:"How much of a response body is copied for the check (${default})."`
	ShowBodies       bool     `help:"Show redacted bodies in the console. They are kept in memory only, and on a loopback address only."`
	AdminToken       string   `placeholder:"TOKEN" help:"Token that the console requires off loopback."`
	InsecureListen   bool     `help:"Listen off loopback without TLS. Tokens then cross the network in clear."`
	LogFormat        string   `default:"text" enum:"text,json" placeholder:"text|json" help:"Format of the banner on stdout and of the log on stderr (${default})."`
	FailOn           string   `default:"none" enum:"none,differs,new" placeholder:"none|differs|new" help:"Exit with status 1 at the end for findings of this class; new includes differs (${default})."`
	tlsFlags
}

// Validate is called by kong after parsing.
func (c *proxyCommand) Validate() error {
	_, err := parseContractURLs("--upstream", c.Upstream)
	return errors.Join(err, validateAddress(c.Listen), c.tlsFlags.validate(), c.validateExposure())
}

// validateExposure refuses what would show tokens or bodies to other machines.
func (c *proxyCommand) validateExposure() (err error) {
	if isLoopback(c.Listen) {
		return nil
	}
	if c.scheme() == "http" && !c.InsecureListen {
		err = fmt.Errorf("--listen: %q can be reached from other machines, and tokens would cross the network in clear; give --tls, --tls-cert with --tls-key, or --insecure-listen", c.Listen)
	}
	if c.ShowBodies {
		err = errors.Join(err, fmt.Errorf("--show-bodies: %q can be reached from other machines", c.Listen))
	}
	return err
}

// Run forwards until ctx is done, and then prints the report on stderr.
func (c *proxyCommand) Run(ctx context.Context, std streams) error {
	log := logger(std, c.LogFormat)
	recs, upstreams, err := c.recorders(log)
	if err != nil {
		return err
	}
	proxy, err := c.proxy(recs, upstreams, log)
	if err != nil {
		return errors.Join(err, closeAll(recs))
	}
	server := proxy.Server()
	var ca string
	if server.TLSConfig, ca, err = c.config(c.Listen, "."); err == nil {
		err = listenAndServe(ctx, c.Listen, server, log, func(addr net.Addr) error {
			return c.announce(std.out, recs, upstreams, addr, ca)
		})
	}
	report, closeErr := finish(proxy, recs)
	if err := errors.Join(err, closeErr); err != nil {
		return err
	}
	if err := report.WriteText(std.err, false); err != nil {
		return err
	}
	return verdict(report, c.FailOn)
}

// recorders returns a recorder for each upstream.
func (c *proxyCommand) recorders(log *slog.Logger) (recs []*witness.Recorder, upstreams []witness.Upstream, err error) {
	all, err := parseContractURLs("--upstream", c.Upstream)
	if err != nil {
		return nil, nil, usageError{err}
	}
	for _, up := range all {
		docs, err := openDocuments("--upstream", []string{up.contract})
		if err != nil {
			return nil, nil, errors.Join(err, closeAll(recs))
		}
		rec, err := witness.NewRecorder(docs[0], witness.Options{
			Source: witness.SourceProxy, Upstream: up.url.Scheme + "://" + up.url.Host, Tool: tool(), Evidence: c.Evidence,
			Unverified: c.UpstreamInsecure, Log: log,
		})
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("--evidence: %w", err), closeAll(recs))
		}
		recs = append(recs, rec)
		upstreams = append(upstreams, witness.Upstream{Recorder: rec, URL: up.url})
	}
	return recs, upstreams, nil
}

func (c *proxyCommand) proxy(recs []*witness.Recorder, upstreams []witness.Upstream, log *slog.Logger) (*witness.Proxy, error) {
	transport := witness.TransportOptions{Insecure: c.UpstreamInsecure}
	if c.UpstreamCA != "" {
		pem, err := readFile("--upstream-ca", c.UpstreamCA)
		if err != nil {
			return nil, err
		}
		if transport.CA, err = witness.CertPool(pem); err != nil {
			return nil, usageError{fmt.Errorf("--upstream-ca: %w", err)}
		}
	}
	traffic := witness.NewTraffic(c.ShowBodies)
	control, err := witness.NewControl(witness.ControlOptions{
		Recorders: recs, Traffic: traffic, AdminToken: c.AdminToken,
		UI: http.StripPrefix(strings.TrimSuffix(witness.ControlPrefix, "/")+"/ui", console.Handler()),
	})
	if err != nil {
		return nil, err
	}
	proxy, err := witness.NewProxy(upstreams, witness.ProxyOptions{
		Transport: witness.NewTransport(transport), Enforce: c.Enforce, ReadOnly: c.ReadOnly, Hosts: c.Host,
		MaxRequest: int64(c.MaxRequest), MaxResponse: int64(c.MaxResponse), Control: control, Exchanged: traffic.Note, Log: log,
	})
	if err != nil {
		return nil, usageError{err}
	}
	return proxy, nil
}

// finish checks what is queued, writes the evidence, and returns the report. Evidence that could not be written makes the report
// incomplete.
func finish(proxy *witness.Proxy, recs []*witness.Recorder) (*witness.Report, error) {
	if err := proxy.Close(); err != nil {
		return nil, err
	}
	reports := make([]*witness.Report, len(recs))
	written := closeAll(recs)
	for i, rec := range recs {
		reports[i] = rec.Report()
	}
	report := witness.Join(reports...)
	if written != nil {
		report.Incomplete = append(report.Incomplete, fmt.Sprintf("the evidence was not written: %v", written))
	}
	return report, nil
}

// closeAll closes recorders, the last one first: the first one may have created the evidence folder, which it removes again if no other
// run is in it.
func closeAll(recs []*witness.Recorder) (err error) {
	for _, rec := range slices.Backward(recs) {
		err = errors.Join(err, rec.Close())
	}
	return err
}

// A byteSize is a number of bytes, such as 512KiB or 8MiB.
type byteSize int64

// UnmarshalText parses the value of a flag.
func (b *byteSize) UnmarshalText(text []byte) error {
	number, shift := string(text), 0
	for unit, by := range map[string]int{"KiB": 10, "MiB": 20, "GiB": 30} {
		if rest, found := strings.CutSuffix(number, unit); found {
			number, shift = rest, by
		}
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not a size, such as 512KiB or 8MiB", text)
	}
	*b = byteSize(n << shift)
	return nil
}
