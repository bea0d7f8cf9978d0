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
// Each server is a generated strict echo server over the same handlers and the same 2,000 users, with something else around it;
// [variants] lists them. Ours have the server in gen, which oapi-codegen makes of our templates, as the sandbox does; the others
// have what it makes by itself, which is in stock. Both have oapi-codegen's types and encoding/json's encoder. Bodies are decoded
// by encoding/json, in ours by its second version. Every request carries X-Tenant, X-Correlation-Id and a bearer token; only
// ours looks at the last. [cases] lists the requests. Before anything is measured, each server has to give the same answers as
// the unvalidated one, and those that check have to refuse bad requests, bad tokens and bad answers: see verify.go.
//
// # How it is measured
//
// Over HTTP each server is a process of its own, kept on one core, and the load generator is kept on another: 16 keep-alive
// connections, each with one request under way. In process, one goroutine calls the handler with a reused request and a
// writer that counts; what is taken is the CPU time, garbage collection included.
//
// Each round goes through all servers, those of one case one after the other, and begins with another one each time. Figures
// are medians over the rounds, and a ratio is the median of the ratios within a round, so that a machine that is slow for a
// while is slow for both sides of it. Ratios count how often a server does the work while (a) does it once: above 1 is faster
// than (a). Where the machine has other work to do, trust the CPU times.
//
// # Profiles
//
// To see where the time of one handler goes:
//
//	go run -C server/internal/bench . -only '^o/create$' -duration 5s -cpuprofile /tmp/o.prof
//	go tool pprof -top /tmp/o.prof
//
// With -C a relative path starts in this directory, and so the one above does not. A memory profile has every allocation in
// it: show it with -sample_index=alloc_objects.
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
	shipped    bool   // measure the command, with a store, instead of the contract
	dir        string // for the files of its stores
	serve      string // the variant that a child process serves
	core       int    // where it runs
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
	f.StringVar(&s.dir, "dir", os.TempDir(), "with -shipped: directory for the stores' files, which are removed")
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
