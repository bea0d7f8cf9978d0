// Command bench measures what checking costs: the same in-memory API without any check, with the checks of others, and with
// ours, over HTTP and in process. It prints Markdown tables.
//
//	make stock
//	go run -C server/internal/bench .
//
// The first command generates what the benchmark compares ours with; `make bench` runs both.
//
// # What is compared
//
// Each server is a generated strict echo server over the same handlers and the same 2,000 users, with different checks around it;
// [variants] lists them. Ours use the servers in gen, which are generated from our templates, as the sandbox does; the others use
// those that oapi-codegen generates by itself, which are in stock. Both have oapi-codegen's types and encoding/json's encoder. Bodies
// are decoded by encoding/json, in ours by its second version. Every request has X-Tenant, X-Correlation-Id and a bearer token; only
// ours verify the token. [cases] lists the requests. Before anything is measured, each server must have the responses of the
// unvalidated one, and those that check must refuse bad requests, bad tokens and bad responses: see verify.go.
//
// # How it is measured
//
// Over HTTP each server is a process of its own, pinned to one core, and the load generator is pinned to another: 16 keep-alive
// connections, each with one request in flight. In process, one goroutine calls the handler with a reused request and a writer that
// counts; CPU time is measured, including garbage collection.
//
// Each round measures all servers, those of one case one after the other, and starts with a different one. Figures are medians over the
// rounds. A ratio is the median of the ratios within a round, so that a machine that is slow for a while is slow for both sides of it.
// A ratio says how often a server does the work while (a) does it once: above 1 is faster than (a). If the machine has other work to
// do, trust the CPU times.
//
// # The command
//
// With -shipped the command itself is measured, as it ships and with its stores, beside (a) and (z):
//
//	go run -C server/internal/bench . -shipped
//
// With -baseline another version of the command is measured, too, and the ratios to it are printed.
//
// # Profiles
//
// To see where the time of one handler goes:
//
//	go run -C server/internal/bench . -only '^o/create$' -duration 5s -cpuprofile /tmp/o.prof
//	go tool pprof -top /tmp/o.prof
//
// The path of the profile is absolute because -C makes relative paths start in this directory. A memory profile has every allocation:
// show it with -sample_index=alloc_objects.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

// settings are the command's flags.
type settings struct {
	rounds     int
	duration   time.Duration
	only       *regexp.Regexp // of variant/case, as in o/create
	http       bool
	inProcess  bool
	cpuProfile string
	memProfile string
	proxies    bool   // measure the witness proxy beside a bare one
	upstream   string // of a proxy that a child process serves
	shipped    bool   // measure the command, with a store, instead of the contract
	baseline   string // a binary of another version of the command
	dir        string // for the files of its stores
	serve      string // the variant that a child process serves
	core       int    // that it is pinned to
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&s.rounds, "rounds", 5, "how often each figure is taken; the median is printed")
	f.DurationVar(&s.duration, "duration", 500*time.Millisecond, "how long one figure is measured over HTTP; in process a third of it")
	f.BoolVar(&s.http, "http", true, "measure over HTTP")
	f.BoolVar(&s.inProcess, "inprocess", true, "measure in process")
	only := f.String("only", "", "measure what matches this regular expression, as in '^[ao]/list' (server/case)")
	f.StringVar(&s.cpuProfile, "cpuprofile", "", "call one handler in process for -duration and write a CPU profile to this file")
	f.StringVar(&s.memProfile, "memprofile", "", "the same, with every allocation, to this file")
	f.BoolVar(&s.shipped, "shipped", false, "measure the command as it ships, with its stores, instead of the contract")
	f.StringVar(&s.baseline, "baseline", "", "with -shipped: a binary of another version of the command, which is measured beside this one over HTTP")
	f.StringVar(&s.dir, "dir", os.TempDir(), "with -shipped: directory for the stores' files, which are removed")
	f.BoolVar(&s.proxies, "proxies", false, "measure the witness proxy beside a bare reverse proxy, instead of the contract")
	f.StringVar(&s.upstream, "upstream", "", "internal: what a proxy passes requests on to")
	f.StringVar(&s.serve, "serve", "", "internal: be the server of this variant until stdin ends")
	f.IntVar(&s.core, "core", -1, "internal: the core to serve on")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	if s.rounds < 1 || s.duration <= 0 || f.NArg() > 0 {
		return s, errors.New("-rounds and -duration must be positive, and there are no arguments")
	}
	var err error
	if s.only, err = regexp.Compile(*only); err != nil {
		return s, fmt.Errorf("-only: %w", err)
	}
	return s, nil
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	switch {
	case err != nil:
		return err
	case s.serve != "" && proxyKinds[s.serve] != nil:
		return serveProxy(s, stdin, stdout)
	case s.proxies:
		return runProxies(s, stdout, stderr)
	case s.serve != "":
		return serve(s.serve, s.core, stdin, stdout)
	case s.shipped:
		return runShipped(s, stdout, stderr)
	}
	started := time.Now()
	if err := verify(); err != nil {
		return err
	}
	selected := choose(s.only)
	if len(selected) == 0 {
		return errors.New("-only matches nothing")
	}
	if s.cpuProfile != "" || s.memProfile != "" {
		return profile(s, selected, stdout, stderr)
	}
	r := report{cells: selected, settings: s}
	if s.http {
		if r.http, err = measureHTTP(s, selected, stderr); err != nil {
			return err
		}
	}
	if s.inProcess {
		if r.inProcess, err = measureInProcess(s, selected, stderr); err != nil {
			return err
		}
	}
	return r.write(stdout, time.Since(started))
}
