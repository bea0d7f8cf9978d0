package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// shippedHTTP is what was measured over HTTP.
type shippedHTTP struct {
	servers []shippedServer
	// cases has the reference servers, too; a cell's bench is the name of a case.
	cases map[cell][]throughput
	// mixed is list 25 and update at the same time; a cell's bench is the one or the other.
	mixed map[cell][]throughput
	// durable are creates in a file; a cell's bench is the number of callers. bare are single INSERTs per second.
	durable map[cell][]throughput
	bare    []float64
}

// references are the servers of the contract's benchmark beside which the command is measured.
var references = []string{unvalidated, "z"}

// durableCallers are the numbers of connections that create at the same time.
var durableCallers = []int{1, 16, 64}

// A fleet is all servers, each a process on the same core. One is used at a time.
type fleet struct {
	settings
	dir      string
	peers    map[string]*process
	commands map[string]*running
	// numbers counts those that creates have used.
	numbers int
}

// numbersPerLoad is more than one load uses.
const numbersPerLoad = 400_000

func startFleet(s settings, dir, seed string, progress io.Writer) (f *fleet, err error) {
	f = &fleet{settings: s, dir: dir, peers: map[string]*process{}, commands: map[string]*running{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	fmt.Fprintln(progress, "building the command")
	binary, err := buildCommand(dir)
	if err != nil {
		return f, err
	}
	core, _ := cores()
	for _, key := range references {
		if f.peers[key], err = start(key, core); err != nil {
			return f, err
		}
	}
	for _, server := range shippedServers(s) {
		file := binary
		if server.baseline {
			file = s.baseline
		}
		if f.commands[server.name()], err = startCommand(file, dir, seed, server, core); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (f *fleet) close() error {
	var errs []error
	for _, p := range f.peers {
		if p != nil {
			errs = append(errs, p.close())
		}
	}
	for _, r := range f.commands {
		if r != nil {
			errs = append(errs, r.close())
		}
	}
	return errors.Join(errs...)
}

// load is a load of a case on a server, or of its reference on a peer.
func (f *fleet) load(server string, c shippedCase, connections int) shippedLoad {
	l := shippedLoad{status: c.requests[0].status}
	var t tokens
	if p, ok := f.peers[server]; ok {
		c = shippedCase{requests: []benchCase{caseNamed(c.reference)}}
		l.status = c.requests[0].status
		l.address, l.pid, t = p.Address, p.cmd.Process.Pid, p.Tokens
	} else {
		r := f.commands[server]
		l.address, l.pid, t = r.address, r.cmd.Process.Pid, r.tokens
	}
	for i := range connections {
		l.sources = append(l.sources, c.source(t, i, connections, f.numbers))
	}
	f.numbers += numbersPerLoad
	return l
}

// names are those of all servers, the references first.
func (h *shippedHTTP) names() []string {
	list := slices.Clone(references)
	for _, s := range h.servers {
		list = append(list, s.name())
	}
	return list
}

// measureShippedHTTP measures everything once in each round.
func measureShippedHTTP(s settings, dir, seed string, progress io.Writer) (result shippedHTTP, err error) {
	settle(progress)
	f, err := startFleet(s, dir, seed, progress)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	result = shippedHTTP{
		servers: shippedServers(s),
		cases:   map[cell][]throughput{}, mixed: map[cell][]throughput{}, durable: map[cell][]throughput{},
	}
	for round := range s.rounds {
		fmt.Fprintf(progress, "over HTTP, round %d of %d\n", round+1, s.rounds)
		if err := f.round(round, &result); err != nil {
			return result, err
		}
	}
	return result, nil
}

func (f *fleet) round(round int, result *shippedHTTP) error {
	for _, c := range shippedCases {
		for _, server := range rotatedNames(result.names(), round) {
			if !f.only.MatchString(server + "/" + c.name) {
				continue
			}
			got, err := f.load(server, c, connections).run(f.duration/4, f.duration)
			if err != nil {
				return fmt.Errorf("%s/%s: %w", server, c.name, err)
			}
			result.cases[cell{server, c.name}] = append(result.cases[cell{server, c.name}], got)
		}
	}
	for _, server := range result.servers {
		if err := f.mixed(server.name(), result); err != nil {
			return fmt.Errorf("%s, mixed: %w", server.name(), err)
		}
		if !server.file {
			continue
		}
		if err := f.durable(server.name(), result); err != nil {
			return fmt.Errorf("%s, durable creates: %w", server.name(), err)
		}
	}
	return nil
}

func (f *fleet) mixed(server string, result *shippedHTTP) error {
	if !f.only.MatchString(server + "/mixed") {
		return nil
	}
	lists := f.load(server, shippedCaseNamed("list25"), connections/2)
	updates := f.load(server, shippedCaseNamed("update"), connections/2)
	ofLists, ofUpdates, err := both(lists, updates, f.duration/4, f.duration)
	if err != nil {
		return err
	}
	for name, got := range map[string]throughput{"list25": ofLists, "update": ofUpdates} {
		result.mixed[cell{server, name}] = append(result.mixed[cell{server, name}], got)
	}
	return nil
}

// durable measures creates beside a loop of single INSERTs, which it runs before and after.
func (f *fleet) durable(server string, result *shippedHTTP) error {
	if !f.only.MatchString(server + "/durable") {
		return nil
	}
	for _, callers := range durableCallers {
		perSecond, err := bareInserts(f.dir, f.duration/2)
		if err != nil {
			return err
		}
		result.bare = append(result.bare, perSecond)
		got, err := f.load(server, shippedCaseNamed("create"), callers).run(f.duration/4, f.duration)
		if err != nil {
			return err
		}
		x := cell{server, fmt.Sprint(callers)}
		result.durable[x] = append(result.durable[x], got)
	}
	return nil
}

func rotatedNames(names []string, round int) []string {
	from := round % len(names)
	return append(append([]string(nil), names[from:]...), names[:from]...)
}
