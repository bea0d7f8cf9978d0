package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

// cost is the cost of one call of a handler. The time is CPU time, so that other processes on the machine do not count.
type cost struct{ ns, bytes, allocs float64 }

// measureInProcess measures the costs of all cells, once in each round.
func measureInProcess(s settings, cells []cell, progress io.Writer) (map[cell][]cost, error) {
	settle(progress)
	players, err := newPlayers(cells)
	if err != nil {
		return nil, err
	}
	costs := map[cell][]cost{}
	for round := range s.rounds {
		fmt.Fprintf(progress, "in process, round %d of %d\n", round+1, s.rounds)
		for _, c := range rotated(cells, round) {
			got, err := players[c].measure(s.duration / 3)
			if err != nil {
				return nil, fmt.Errorf("%s/%s: %w", c.variant, c.bench, err)
			}
			costs[c] = append(costs[c], got)
		}
	}
	return costs, nil
}

// settle pins this process to the core that the servers do not use. The garbage of a handler is then collected on the core that runs
// the handler, as it is over HTTP.
func settle(progress io.Writer) {
	_, core := cores()
	if err := pin(core); err != nil {
		fmt.Fprintln(progress, "not kept on one core:", err)
	}
	runtime.GOMAXPROCS(1)
}

// rotated returns the cells in their order, starting with a different one in each round.
func rotated(cells []cell, round int) []cell {
	from := round * 7 % len(cells)
	return append(append([]cell(nil), cells[from:]...), cells[:from]...)
}

// A player calls a handler with the same request again and again, without allocations of its own.
type player struct {
	handler  http.Handler
	template http.Request
	url      url.URL
	data     []byte
	want     response

	request http.Request
	current url.URL
	body    replayedBody
	writer  countingWriter
}

type replayedBody struct{ bytes.Reader }

func (*replayedBody) Close() error { return nil }

// newPlayers creates a server for each variant, and a player for each cell.
func newPlayers(cells []cell) (map[cell]*player, error) {
	servers, players := map[string]*server{}, map[cell]*player{}
	for _, c := range cells {
		if servers[c.variant] == nil {
			v, err := variantKeyed(c.variant)
			if err != nil {
				return nil, err
			}
			if servers[c.variant], err = v.server(false); err != nil {
				return nil, err
			}
		}
		p, err := newPlayer(servers[c.variant], caseNamed(c.bench))
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", c.variant, c.bench, err)
		}
		players[c] = p
	}
	return players, nil
}

func newPlayer(s *server, c benchCase) (*player, error) {
	wire := c.wire(s.issuer.tokens)
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = "127.0.0.1:1"
	p := &player{handler: s, template: *r, url: *r.URL, data: []byte(c.body), writer: countingWriter{header: http.Header{}}}
	p.want, err = ask(s, wire)
	if err == nil && p.want.status != c.status {
		err = fmt.Errorf("status is %d, want %d", p.want.status, c.status)
	}
	return p, err
}

// play makes one call. A handler may change its request, so that each call gets a copy. The header is shared: no variant changes it.
func (p *player) play() {
	p.request, p.current = p.template, p.url
	p.request.URL = &p.current
	if len(p.data) > 0 {
		p.body.Reset(p.data)
		p.request.Body = &p.body
	}
	p.writer.reset()
	p.handler.ServeHTTP(&p.writer, &p.request)
}

// measure calls the handler for about d.
func (p *player) measure(d time.Duration) (cost, error) {
	n := p.calibrate(d / 5)
	n = max(1, int(float64(n)*float64(d)/float64(d/5)))
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	started := cpuTime(0)
	for range n {
		p.play()
	}
	elapsed := cpuTime(0) - started
	runtime.ReadMemStats(&after)
	if p.writer.status != p.want.status || p.writer.length != len(p.want.body) {
		return cost{}, fmt.Errorf("responded %d with %d bytes, want %d with %d", p.writer.status, p.writer.length, p.want.status, len(p.want.body))
	}
	each := func(total uint64) float64 { return float64(total) / float64(n) }
	return cost{each(uint64(elapsed)), each(after.TotalAlloc - before.TotalAlloc), each(after.Mallocs - before.Mallocs)}, nil
}

// calibrate returns how many calls take about d, and warms up.
func (p *player) calibrate(d time.Duration) int {
	n, started := 0, time.Now()
	for time.Since(started) < d {
		p.play()
		n++
	}
	return n
}

// countingWriter is a ResponseWriter that keeps only the length of the body.
type countingWriter struct {
	header         http.Header
	status, length int
}

func (w *countingWriter) reset() {
	clear(w.header)
	w.status, w.length = 0, 0
}

func (w *countingWriter) Header() http.Header { return w.header }

func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *countingWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.length += len(p)
	return len(p), nil
}

// profile calls one handler for the whole duration and writes the requested profiles.
func profile(s settings, cells []cell, stdout, progress io.Writer) error {
	if len(cells) != 1 {
		return errors.New("a profile is of one server and case: -only '^o/create$'")
	}
	settle(progress)
	players, err := newPlayers(cells)
	if err != nil {
		return err
	}
	p := players[cells[0]]
	p.calibrate(s.duration / 10)
	if s.memProfile != "" {
		// Started here, so that the profile does not include the creation of the server.
		defer func(rate int) { runtime.MemProfileRate = rate }(runtime.MemProfileRate)
		runtime.MemProfileRate = 1
	}
	stop, err := startCPUProfile(s.cpuProfile)
	if err != nil {
		return err
	}
	got, err := p.measure(s.duration)
	stop()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s/%s %.0f ns/op %.0f B/op %.1f allocs/op\n", cells[0].variant, cells[0].bench, got.ns, got.bytes, got.allocs)
	return writeMemProfile(s.memProfile)
}

func startCPUProfile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}

// writeMemProfile writes a profile of all allocations; pprof shows them with -sample_index=alloc_objects.
func writeMemProfile(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
