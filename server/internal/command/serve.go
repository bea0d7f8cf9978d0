package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox"
	"github.com/resellerkit/resellerkit/server/witness"
)

type serveCommand struct {
	Listen     string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on (${default}); port 0 picks a free one. Any but a loopback address needs --admin-token."`
	Store      string `default:"sqlite:resellerkit.db" placeholder:"STORE" help:"Where the state is kept (${default}): sqlite:FILE, sqlite::memory: for a state that is lost at the end, or postgres://USER:PASSWORD@HOST:PORT/DATABASE, which several instances may share."`
	Seed       string `placeholder:"FILE" help:"State document that is loaded into an empty store and by a reset (the embedded demo data)."`
	Undeclared string `default:"report" enum:"report,reject,ignore" placeholder:"report|reject|ignore" help:"How to treat query parameters and members that a contract does not declare (${default})."`
	Departures string `default:"reject" enum:"reject,report,ignore" placeholder:"reject|report|ignore" help:"How to treat requests that break a contract and that the services are believed to accept (${default}); report accepts them, with a finding."`
	SeedIDs    int64  `name:"seed-ids" placeholder:"N" help:"Make the ids of created objects reproducible: the same requests give the same ids for the same number (0, random)."`
	AdminToken string `placeholder:"TOKEN" help:"Token that the control plane requires as Authorization: Bearer. Without it, the control plane is open on loopback addresses and closed on others."`
	tlsFlags
	LogFormat string `default:"text" enum:"text,json" placeholder:"text|json" help:"Format of the banner on stdout and of the request log on stderr (${default})."`
}

// Validate is called by kong after parsing. Its errors are bad usage: each names the flag and the values that it takes.
func (c *serveCommand) Validate() error {
	return errors.Join(c.validateListen(), c.validateStore(), c.tlsFlags.validate())
}

func (c *serveCommand) validateListen() error {
	if err := validateAddress(c.Listen); err != nil {
		return err
	}
	if !isLoopback(c.Listen) && c.AdminToken == "" {
		return fmt.Errorf("--listen: %q can be reached from other machines; protect the control plane with --admin-token", c.Listen)
	}
	return nil
}

func (c *serveCommand) validateStore() error {
	kind, rest, _ := strings.Cut(c.Store, ":")
	switch kind {
	case "sqlite":
		if rest != "" {
			return nil
		}
	case "postgres", "postgresql":
		if strings.HasPrefix(rest, "//") {
			return nil
		}
	}
	return errors.New("--store: takes sqlite:FILE, sqlite::memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
}

// Run serves until ctx is done, and then waits for the requests in flight.
func (c *serveCommand) Run(ctx context.Context, std streams) (err error) {
	log := logger(std, c.LogFormat)
	sb, err := c.open(ctx, log)
	switch {
	case err != nil && ctx.Err() != nil:
		log.Info("stopped before it was ready", "error", err)
		return nil
	case err != nil:
		return err
	}
	defer func() { err = errors.Join(err, sb.Close()) }()
	defer context.AfterFunc(ctx, sb.StopFollowing)()
	server := newServer(sb, log)
	var ca string
	if server.TLSConfig, ca, err = c.config(c.Listen, storeDir(c.Store)); err != nil {
		return err
	}
	return listenAndServe(ctx, c.Listen, server, log, func(addr net.Addr) error {
		return c.announce(context.WithoutCancel(ctx), std.out, sb, addr, ca)
	})
}

func (c *serveCommand) open(ctx context.Context, log *slog.Logger) (*sandbox.Sandbox, error) {
	opts := sandbox.Options{
		Store: c.Store, AdminToken: c.AdminToken, Logger: log, Undeclared: policies[c.Undeclared], Departures: policies[c.Departures], SeedIDs: c.SeedIDs,
		WitnessRate: witnessRate,
	}
	var err error
	if opts.Witness, err = recorders(); err != nil {
		return nil, err
	}
	if c.Seed != "" {
		f, err := os.Open(c.Seed)
		if err != nil {
			return nil, fmt.Errorf("--seed: %w", err)
		}
		_ = f.Close()
		opts.SeedFile = c.Seed
	}
	return sandbox.New(ctx, opts)
}

// witnessRate is how many exchanges a second serve records for the report and the console. One of 5 KiB takes about 40 microseconds,
// and a longer one counts as several, so that recording takes no more than two per cent of a core, however much traffic there is.
const witnessRate = 500

// recorders returns recorders of both contracts, which keep what they see in memory.
func recorders() (list []*witness.Recorder, err error) {
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc, err := witness.Embedded(name)
		if err != nil {
			return nil, err
		}
		rec, err := witness.NewRecorder(doc, witness.Options{Source: witness.SourceSandbox, Local: true})
		if err != nil {
			return nil, err
		}
		list = append(list, rec)
	}
	return list, nil
}

var policies = map[string]contract.Policy{"report": contract.Report, "reject": contract.Reject, "ignore": contract.Ignore}
