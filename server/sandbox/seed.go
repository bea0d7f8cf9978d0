package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	api "github.com/resellerkit/resellerkit/gen/sandbox"
	"github.com/resellerkit/resellerkit/server/contract"
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
	state, err := s.parseSeed()
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	if err := s.replaceState(ctx, state); err != nil {
		return fmt.Errorf("seed: %w", describe(err))
	}
	return nil
}

// parseSeed holds the seed to the schema that the control plane holds a state to.
func (s *Sandbox) parseSeed() (state api.State, err error) {
	if err := s.checkSeed(s.opts.Seed); err != nil {
		return state, err
	}
	return state, json.Unmarshal(s.opts.Seed, &state)
}

// checkSeed asks the contract about the request that would put the seed in place.
func checkSeed(c *contract.Contract, seed []byte) error {
	r, err := http.NewRequest(http.MethodPut, "/_sandbox/state", http.NoBody)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	call, rej := c.Route(r.Method, r.URL)
	if rej != nil {
		return rej.Violations
	}
	if refused := c.CheckRequest(call, r, seed).Refused(); len(refused) > 0 {
		return refused
	}
	return nil
}

// describe spells out the places of a *problem.
func describe(err error) error {
	if p, ok := err.(*problem); ok && len(p.errors) > 0 {
		return fmt.Errorf("%s: expected %s", p.errors[0].Pointer, p.errors[0].Expected)
	}
	return err
}
