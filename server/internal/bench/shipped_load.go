package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// A shippedLoad is what one measurement over HTTP sends to a server.
type shippedLoad struct {
	address string
	// sources have one connection each.
	sources []*source
	status  int
	pid     int
}

// run sends requests on all connections, on each the next one after the response to the one before. Responses within duration
// after warm count.
func (l shippedLoad) run(warm, duration time.Duration) (throughput, error) {
	from := time.Now().Add(warm)
	to := from.Add(duration)
	latencies, errs := make([][]time.Duration, len(l.sources)), make([]error, len(l.sources))
	var wg sync.WaitGroup
	for i, s := range l.sources {
		wg.Go(func() { latencies[i], errs[i] = l.connection(s, from, to) })
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
		if duration > time.Minute {
			return throughput{}, errors.New("no responses")
		}
		return l.run(warm, 4*duration)
	}
	slices.Sort(all)
	return throughput{
		perSecond: float64(len(all)) / duration.Seconds(), p50: all[len(all)/2], p99: all[len(all)*99/100], busy: busy,
	}, nil
}

// connection is one client. It returns the latencies of the responses between from and to.
func (l shippedLoad) connection(s *source, from, to time.Time) ([]time.Duration, error) {
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
		if _, err := conn.Write(s.wire()); err != nil {
			return nil, err
		}
		status, length, err := in.skip()
		if err != nil {
			return nil, err
		}
		if status != l.status {
			return nil, fmt.Errorf("responded %d with %d bytes, want %d", status, length, l.status)
		}
		now := time.Now()
		if !now.Before(from) && now.Before(to) {
			latencies = append(latencies, now.Sub(sent))
		}
		sent = now
	}
	return latencies, nil
}

// both runs two loads at the same time.
func both(a, b shippedLoad, warm, duration time.Duration) (ofA, ofB throughput, err error) {
	var errA, errB error
	var wg sync.WaitGroup
	wg.Go(func() { ofA, errA = a.run(warm, duration) })
	wg.Go(func() { ofB, errB = b.run(warm, duration) })
	wg.Wait()
	return ofA, ofB, errors.Join(errA, errB)
}
