package sandbox

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// seedIfEmpty loads the seed into a store that was never filled. One that was emptied on purpose stays empty.
func (s *Sandbox) seedIfEmpty(ctx context.Context) error {
	var fresh bool
	err := s.store.View(ctx, func(tx *store.Tx) error {
		seeded, err := tx.Meta(store.MetaSeeded)
		fresh = seeded == ""
		return err
	})
	if err != nil || !fresh {
		return err
	}
	return s.loadSeed(ctx)
}

// loadSeed puts the seed in place of the state.
func (s *Sandbox) loadSeed(ctx context.Context) error {
	seed, err := s.readSeed()
	apart := false
	if err == nil && len(seed) >= largeSeed {
		apart, err = s.loadLarge(ctx, seed)
	}
	if err == nil && !apart {
		err = s.loadWhole(ctx, seed)
	}
	if err != nil {
		return fmt.Errorf("seed: %w", describe(err))
	}
	return nil
}

// readSeed reads a file each time: it may be large, and is seldom needed again.
func (s *Sandbox) readSeed() ([]byte, error) {
	if s.opts.SeedFile != "" {
		return os.ReadFile(s.opts.SeedFile)
	}
	return s.opts.Seed, nil
}

func (s *Sandbox) loadWhole(ctx context.Context, seed []byte) error {
	read := demoState
	if seed != nil {
		read = func() (control.State, error) { return parseSeed(seed) }
	}
	state, err := read()
	if err != nil {
		return err
	}
	return s.replaceState(ctx, state)
}

// demo is the state that the documentation speaks of.
//
//go:embed demo.json
var demo []byte

// demoState is shared by all sandboxes of the process. Nobody changes it.
var demoState = sync.OnceValues(func() (control.State, error) { return parseSeed(demo) })

// parseSeed holds a seed to the schema that the control plane holds a state to, by asking the contract about the request
// that would put it in place.
func parseSeed(seed []byte) (state control.State, err error) {
	c, err := controlContract()
	if err != nil {
		return state, err
	}
	r, err := http.NewRequest(http.MethodPut, "/_sandbox/state", http.NoBody)
	if err != nil {
		return state, err
	}
	r.Header.Set("Content-Type", "application/json")
	call, rej := c.Route(r.Method, r.URL)
	if rej != nil {
		return state, rej.Violations
	}
	if refused := c.CheckRequest(call, r, seed).Refused(); len(refused) > 0 {
		return state, refused
	}
	return state, json.Unmarshal(seed, &state)
}

// describe spells out the places of a *problem.
func describe(err error) error {
	if p, ok := err.(*problem); ok && len(p.errors) > 0 {
		return fmt.Errorf("%s: expected %s", p.errors[0].Pointer, p.errors[0].Expected)
	}
	return err
}
