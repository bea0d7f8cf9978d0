// Package command is the command line of resellerkit. Both main packages, server and server/cmd/resellerkit, consist of a
// call of [Main].
//
// It is the only package that reads flags, the environment and signals; every other package takes options. A subcommand is
// one file, named after it, with a struct of flags that kong fills, and a field in the struct cli. What several subcommands
// need is in listen.go (addresses), log.go (the log on stderr), contracts.go (documents and URLs) and verdict.go (reports and exit
// statuses).
//
// Every flag has an environment variable: --admin-token is RESELLERKIT_ADMIN_TOKEN. Results go to stdout, logs to stderr.
// The exit status is 2 for bad usage, and 1 for any other failure of serve and version. The other commands, which judge evidence, exit
// with 1 for findings, with 2 for any failure, and with 3 for incomplete evidence.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

const (
	exitFailure = 1
	exitUsage   = 2
)

// signalGrace is the time after a signal in which another one counts as a repetition of the first.
const signalGrace = time.Second

// cli lists the subcommands.
type cli struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the sandbox (the default command)."`
	Proxy   proxyCommand   `cmd:"" help:"Forward requests to the real service, and record where it departs from its contract."`
	Check   checkCommand   `cmd:"" help:"Check recorded traffic (HAR files) against the contracts."`
	Report  reportCommand  `cmd:"" help:"Report the findings and the coverage of an evidence folder."`
	Propose proposeCommand `cmd:"" help:"Propose the change of a contract that an evidence folder supports, as a diff."`
	Explain explainCommand `cmd:"" help:"Explain what a contract says, on what evidence, and what was seen."`
	Version versionCommand `cmd:"" help:"Print the versions of the command, of its contracts and of Go."`
}

// streams are the outputs of the process: results on out, logs on err.
type streams struct{ out, err io.Writer }

// Main runs the command line that the process was started with, and ends the process with its exit status.
func Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After stop, a further signal ends the process at once. stop is called with a delay because one request to end often
	// arrives as two signals: timeout(1) signals the process and its group, and a parent may forward a ^C that the terminal
	// has sent to the child as well. Without the delay the second signal would cut the requests in flight.
	context.AfterFunc(ctx, func() { time.AfterFunc(signalGrace, stop) })
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr}))
}

// run carries out a command line and returns its exit status. The command ends when ctx is done.
func run(ctx context.Context, args []string, std streams) int {
	late := &lateWriter{out: std.err}
	defer late.Flush()
	std.err = late
	var c cli
	parser, err := kong.New(&c,
		kong.Name("resellerkit"),
		kong.Description("A sandbox for the CloudCockpit and MyReports user APIs, and a proxy that checks the real services against their contracts."),
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
	err = command.Run()
	if name, _, _ := strings.Cut(command.Command(), " "); name == "serve" || name == "version" {
		return status(std, err, exitFailure)
	}
	return status(std, err, exitUsage) // 1 would say that there are findings
}

// A usageError is a mistake in the command line that only shows when the command runs, such as a file of the wrong format.
type usageError struct{ error }

// An exitStatus ends the command with a status and without a message, after a report that says why.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// status prints the error of a command and returns the exit status for it, which is failure for an error of no special kind.
func status(std streams, err error, failure int) int {
	var usage usageError
	var exit exitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return int(exit)
	case errors.As(err, &usage):
		return fail(std, err, exitUsage)
	}
	return fail(std, err, failure)
}

func fail(std streams, err error, status int) int {
	fmt.Fprintln(std.err, "resellerkit:", err)
	return status
}
