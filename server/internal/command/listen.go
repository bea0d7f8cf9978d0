package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/pace"
)

const (
	// drainTimeout limits how long requests in flight may take after a signal.
	drainTimeout = 10 * time.Second
	// headerTimeout closes connections whose request header does not arrive.
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	// maxHead limits request line and header together, in bytes: 8 KiB and 32 KiB, which the sandbox tells apart.
	maxHead = 40 << 10
	// maxConnections limits what slow and forgotten clients can hold.
	maxConnections = 1024
)

// validateAddress checks the value of --listen before anything is started, so that a mistake is bad usage and not a failure.
func validateAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen: %q is not HOST:PORT, for example 127.0.0.1:8080", address)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("--listen: the port of %q is not a number from 0 to 65535", address)
	}
	return nil
}

// isLoopback reports whether a valid address can be reached from this machine only.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// connectAddress is the address that a client on this machine connects to: a listener on all addresses is reached on
// loopback.
func connectAddress(addr net.Addr) string {
	parsed, err := netip.ParseAddrPort(addr.String())
	if err != nil || !parsed.Addr().IsUnspecified() {
		return addr.String()
	}
	return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), parsed.Port()).String()
}

// newServer returns a server with limits on the request header and on idle connections.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHead,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// listenAndServe serves on address until ctx is done, with TLS if the server has a TLSConfig, and then waits for the requests in
// flight. ready is called once connections are accepted.
func listenAndServe(ctx context.Context, address string, server *http.Server, log *slog.Logger, ready func(net.Addr) error) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	limit := &pace.Connections{Max: maxConnections}
	server.ConnState = limit.State
	served := make(chan error, 1)
	go func() {
		if server.TLSConfig != nil {
			served <- server.ServeTLS(limit.Listen(listener), "", "")
			return
		}
		served <- server.Serve(limit.Listen(listener))
	}()
	if err := ready(listener.Addr()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return drain(ctx, server, log)
	}
}

// drain stops accepting connections, and waits for the requests in flight for at most drainTimeout.
func drain(ctx context.Context, server *http.Server, log *slog.Logger) error {
	log.Info("stopping", "drain", drainTimeout)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		log.Warn("requests in flight were cut", "error", err)
		return server.Close()
	}
	return nil
}
