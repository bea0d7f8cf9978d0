package main

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// connections is how many a load has that does not say.
const connections = 16

// A load is what one measurement over HTTP sends, and the response that it expects.
type load struct {
	address  string
	wire     []byte
	status   int
	length   int // of the body
	warm     time.Duration
	duration time.Duration
	pid      int // the server's
	clients  int // connections; 0 means 16
}

// throughput is the result of a load.
type throughput struct {
	perSecond float64
	p50, p99  time.Duration
	busy      float64 // the share of the time in which the server ran on its core; 0 if unknown
}

// cpu returns the server's CPU time for one request, in nanoseconds.
func (t throughput) cpu() float64 { return t.busy / t.perSecond * 1e9 }

// run sends the request on all connections, on each one as soon as it has the response to its last request. Responses within duration
// after warm count.
func (l load) run() (throughput, error) {
	from := time.Now().Add(l.warm)
	to := from.Add(l.duration)
	clients := cmp.Or(l.clients, connections)
	latencies, errs := make([][]time.Duration, clients), make([]error, clients)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() { latencies[i], errs[i] = l.connection(from, to) })
	}
	time.Sleep(time.Until(from))
	before, began := cpuTime(l.pid), time.Now()
	time.Sleep(time.Until(to))
	busy := float64(cpuTime(l.pid)-before) / float64(time.Since(began))
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return throughput{}, err
	}
	all := slices.Concat(latencies...)
	if len(all) == 0 {
		if l.duration *= 4; l.duration > time.Minute {
			return throughput{}, errors.New("no responses")
		}
		return l.run()
	}
	slices.Sort(all)
	return throughput{
		perSecond: float64(len(all)) / l.duration.Seconds(),
		p50:       all[len(all)/2], p99: all[len(all)*99/100],
		busy: busy,
	}, nil
}

// connection is one client. It returns the latencies of the responses between from and to.
func (l load) connection(from, to time.Time) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", l.address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(to.Add(30 * time.Second)); err != nil {
		return nil, err
	}
	in := replies{bufio.NewReaderSize(conn, 64<<10)}
	var latencies []time.Duration
	for sent := time.Now(); sent.Before(to); {
		if _, err := conn.Write(l.wire); err != nil {
			return nil, err
		}
		status, length, err := in.skip()
		if err != nil {
			return nil, err
		}
		if status != l.status || length != l.length {
			return nil, fmt.Errorf("responded %d with %d bytes, want %d with %d", status, length, l.status, l.length)
		}
		now := time.Now()
		if !now.Before(from) && now.Before(to) {
			latencies = append(latencies, now.Sub(sent))
		}
		sent = now
	}
	return latencies, nil
}

// replies reads responses with as little work as possible, because the load generator must cost less than the server. It understands
// the part of RFC 9112 that the server of net/http uses.
type replies struct{ *bufio.Reader }

// skip reads a response and returns its status and the length of its body.
func (r replies) skip() (status, length int, err error) {
	line, err := r.line()
	if err != nil {
		return 0, 0, err
	}
	if len(line) < len("HTTP/1.1 200") || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, 0, fmt.Errorf("no status line: %.40q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, fmt.Errorf("no status: %w", err)
	}
	length, chunked, err := r.header()
	switch {
	case err != nil:
		return 0, 0, err
	case chunked:
		length, err = r.chunks()
	default:
		_, err = r.Discard(length)
	}
	return status, length, err
}

func (r replies) header() (length int, chunked bool, err error) {
	for {
		line, err := r.line()
		if err != nil || len(line) == 0 {
			return length, chunked, err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, false, err
			}
		}
		chunked = chunked || string(line) == "Transfer-Encoding: chunked"
	}
}

// chunks skips a chunked body: RFC 9112, section 7.1, without trailers.
func (r replies) chunks() (length int, err error) {
	for {
		line, err := r.line()
		if err != nil {
			return 0, err
		}
		size, err := strconv.ParseInt(string(line), 16, 32)
		if err != nil {
			return 0, fmt.Errorf("no chunk size: %w", err)
		}
		if _, err := r.Discard(int(size) + len("\r\n")); err != nil {
			return 0, err
		}
		if length += int(size); size == 0 {
			return length, nil
		}
	}
}

// line returns the next line, which is valid until the next read.
func (r replies) line() ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}

// measureHTTP measures all cells, once in each round. All servers are started first; one is used at a time.
func measureHTTP(s settings, cells []cell, progress io.Writer) (results map[cell][]throughput, err error) {
	serverCore, _ := cores()
	settle(progress)
	servers := map[string]*process{}
	defer func() {
		for _, p := range servers {
			err = errors.Join(err, p.close())
		}
	}()
	loads := make(map[cell]load, len(cells))
	for _, c := range cells {
		p := servers[c.variant]
		if p == nil {
			if p, err = start(c.variant, serverCore); err != nil {
				return nil, err
			}
			servers[c.variant] = p
		}
		if loads[c], err = p.load(s, caseNamed(c.bench)); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", c.variant, c.bench, err)
		}
	}
	results = map[cell][]throughput{}
	for round := range s.rounds {
		fmt.Fprintf(progress, "over HTTP, round %d of %d\n", round+1, s.rounds)
		for _, c := range rotated(cells, round) {
			got, err := loads[c].run()
			if err != nil {
				return nil, fmt.Errorf("%s/%s: %w", c.variant, c.bench, err)
			}
			results[c] = append(results[c], got)
		}
	}
	return results, nil
}
