package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"time"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A shippedPlayer calls a handler with the requests of a case.
type shippedPlayer struct {
	ring []*player
	// numbers are the sources of the bodies' numbers, and places where they are written.
	numbers *source
	places  []int
	next    int
}

// newShippedPlayer makes a player, and checks the response to each of its requests. No two players of a handler may begin with
// numbers that meet.
func newShippedPlayer(h http.Handler, c shippedCase, t tokens, first int) (*shippedPlayer, error) {
	p := &shippedPlayer{numbers: &source{number: first, step: 1}}
	for _, r := range c.requests {
		request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(r.wire(t))))
		if err != nil {
			return nil, err
		}
		request.RemoteAddr = "127.0.0.1:1"
		body := []byte(r.body)
		p.places = append(p.places, bytes.Index(body, []byte(counter)))
		p.ring = append(p.ring, &player{
			handler: h, template: *request, url: *request.URL, data: body, want: response{status: r.status},
			writer: countingWriter{header: http.Header{}},
		})
	}
	for range p.ring {
		if err := p.play(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *shippedPlayer) play() error {
	i := p.next
	p.next = (p.next + 1) % len(p.ring)
	if p.places[i] >= 0 {
		p.numbers.writeNumber(p.ring[i].data[p.places[i]:])
	}
	p.ring[i].play()
	if got := &p.ring[i].writer; got.status != p.ring[i].want.status {
		return fmt.Errorf("responded %d with %d bytes, want %d", got.status, got.length, p.ring[i].want.status)
	}
	return nil
}

// measure calls the handler for about d.
func (p *shippedPlayer) measure(d time.Duration) (cost, error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, began, started := 0, time.Now(), cpuTime(0)
	for ; time.Since(began) < d; n++ {
		if err := p.play(); err != nil {
			return cost{}, err
		}
	}
	elapsed := cpuTime(0) - started
	runtime.ReadMemStats(&after)
	each := func(total uint64) float64 { return float64(total) / float64(n) }
	return cost{each(uint64(elapsed)), each(after.TotalAlloc - before.TotalAlloc), each(after.Mallocs - before.Mallocs)}, nil
}

// openShipped opens a sandbox with the options of the command, but a log that goes nowhere.
func openShipped(store, seed string) (*sandbox.Sandbox, tokens, error) {
	sb, err := sandbox.New(context.Background(), sandbox.Options{
		Store: store, SeedFile: seed, Undeclared: contract.Report, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return nil, tokens{}, err
	}
	var t tokens
	for api, client := range shippedClients {
		if t[api], err = sb.Token(client); err != nil {
			return nil, tokens{}, err
		}
	}
	return sb, t, nil
}

// measureShippedInProcess takes the costs of all cases in each store, once in each round.
func measureShippedInProcess(s settings, dir, seed string, progress io.Writer) (map[cell][]cost, error) {
	settle(progress)
	players := map[cell]*shippedPlayer{}
	var cells []cell
	for _, store := range shippedStores {
		sb, t, err := openShipped(store.dsn(filepath.Join(dir, "inprocess.db")), seed)
		if err != nil {
			return nil, err
		}
		defer func() { _ = sb.Close() }()
		for i, c := range shippedCases {
			x := cell{store.key, c.name}
			if !s.only.MatchString(x.variant + "/" + x.bench) {
				continue
			}
			if players[x], err = newShippedPlayer(sb, c, t, i*1e6); err != nil {
				return nil, fmt.Errorf("%s/%s: %w", x.variant, x.bench, err)
			}
			cells = append(cells, x)
		}
	}
	stop, err := startCPUProfile(s.cpuProfile)
	if err != nil {
		return nil, err
	}
	defer stop()
	costs := map[cell][]cost{}
	for round := range s.rounds {
		fmt.Fprintf(progress, "in process, round %d of %d\n", round+1, s.rounds)
		for _, x := range cells {
			got, err := players[x].measure(s.duration)
			if err != nil {
				return nil, fmt.Errorf("%s/%s: %w", x.variant, x.bench, err)
			}
			costs[x] = append(costs[x], got)
		}
	}
	return costs, nil
}
