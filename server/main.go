// Command server is resellerkit: a sandbox that stands in for CloudCockpit and MyReports.
//
//	go run ./server                  # serve on 127.0.0.1:8080, state in resellerkit.db
//	go run ./server serve --help     # all flags
//
// Every flag has an environment twin: --admin-token is RESELLERKIT_ADMIN_TOKEN. Bad usage exits 2, failure 1.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

const (
	exitFailure = 1
	exitUsage   = 2
)

// signalSpan is how long after a signal another one means the same.
const signalSpan = time.Second

type cli struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the sandbox (the default command)."`
	Version versionCommand `cmd:"" help:"Print the version of the command, of its contracts and of Go."`
}

// streams are the command's outputs: results on out, logs on err.
type streams struct{ out, err io.Writer }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once. One that comes with the first is no second one: timeout(1) sends it twice, and
	// of ^C a parent may send on what the terminal has sent already.
	context.AfterFunc(ctx, func() { time.AfterFunc(signalSpan, stop) })
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr}))
}

// run carries out a command line and returns its exit status.
func run(ctx context.Context, args []string, std streams) int {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("resellerkit"),
		kong.Description("A sandbox that stands in for the CloudCockpit and MyReports user APIs."),
		kong.DefaultEnvars("RESELLERKIT"),
		kong.Writers(std.out, std.err),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		return fail(std, err, exitFailure)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return fail(std, fmt.Errorf("%w (see resellerkit --help)", err), exitUsage)
	}
	if err := command.Run(); err != nil {
		return fail(std, err, exitFailure)
	}
	return 0
}

func fail(std streams, err error, status int) int {
	fmt.Fprintln(std.err, "resellerkit:", err)
	return status
}
