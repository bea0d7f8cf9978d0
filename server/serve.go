package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

const (
	// drainTimeout is how long requests in flight may take after a signal.
	drainTimeout = 10 * time.Second
	// headerTimeout ends connections that send their header slowly.
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
)

type serveCommand struct {
	Listen     string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on (${default}); port 0 picks a free one. Off loopback --admin-token is needed."`
	Store      string `default:"sqlite:resellerkit.db" placeholder:"STORE" help:"Where the state lives: sqlite:FILE (${default}), sqlite::memory:, which forgets at the end, or postgres://USER:PASSWORD@HOST:PORT/DATABASE, which several instances may share."`
	Seed       string `placeholder:"FILE" help:"State to load into an empty store, and to go back to on reset (the embedded demo)."`
	Undeclared string `default:"report" enum:"report,reject,ignore" placeholder:"report|reject|ignore" help:"What to do about query parameters and members that a contract does not declare (${default})."`
	SeedIDs    int64  `name:"seed-ids" placeholder:"N" help:"Make the ids of what is created repeat: the same requests give the same ids with the same number (0, random)."`
	AdminToken string `placeholder:"TOKEN" help:"Token that opens the control plane, as Authorization: Bearer; on loopback none is needed."`
	LogFormat  string `default:"text" enum:"text,json" placeholder:"text|json" help:"Format of the banner on stdout and of the request log on stderr (${default})."`
}

// Validate refuses what no sandbox can be started with. Each error names the flag and what it takes.
func (c *serveCommand) Validate() error {
	return errors.Join(c.validateListen(), c.validateStore())
}

func (c *serveCommand) validateListen() error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %q is not HOST:PORT, for example 127.0.0.1:8080", c.Listen)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("--listen: the port of %q is not a number from 0 to 65535", c.Listen)
	}
	if !loopback(host) && c.AdminToken == "" {
		return fmt.Errorf("--listen: %q is reached from other machines; give --admin-token too, which guards the control plane", c.Listen)
	}
	return nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
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

// Run serves until the context ends, and then lets the requests in flight finish.
func (c *serveCommand) Run(ctx context.Context, std streams) (err error) {
	log := c.logger(std)
	sb, err := c.open(ctx, log)
	switch {
	case err != nil && ctx.Err() != nil:
		log.Info("stopped before it was ready", "error", err)
		return nil
	case err != nil:
		return err
	}
	defer func() { err = errors.Join(err, sb.Close()) }()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	server := &http.Server{
		Handler: sb, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if err := c.announce(context.WithoutCancel(ctx), std.out, sb, listener.Addr()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping", "drain", drainTimeout)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		log.Warn("requests in flight were cut", "error", err)
		return server.Close()
	}
	return nil
}

func (c *serveCommand) logger(std streams) *slog.Logger {
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(std.err, nil))
	}
	return slog.New(slog.NewTextHandler(std.err, nil))
}

func (c *serveCommand) open(ctx context.Context, log *slog.Logger) (*sandbox.Sandbox, error) {
	opts := sandbox.Options{
		Store: c.Store, AdminToken: c.AdminToken, Logger: log, Undeclared: policies[c.Undeclared], SeedIDs: c.SeedIDs,
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

var policies = map[string]contract.Policy{"report": contract.Report, "reject": contract.Reject, "ignore": contract.Ignore}
