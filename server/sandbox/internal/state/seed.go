package state

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// A Seed is the state that a sandbox starts with, and goes back to.
type Seed struct {
	Store Store
	Log   *slog.Logger
	// Check checks a document against the schema of the state.
	Check func(document []byte) error
	// Document is the state. If it is nil, File names the file that holds it; if that is "", the seed is the demo data.
	Document []byte
	File     string
}

// LoadIfEmpty loads the seed into a store that was never filled. A store that was emptied on purpose stays empty.
func (s Seed) LoadIfEmpty(ctx context.Context) error {
	var fresh bool
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		seeded, err := tx.Meta(store.MetaSeeded)
		fresh = seeded == ""
		return err
	})
	if err != nil || !fresh {
		return err
	}
	return s.Load(ctx)
}

// Load replaces the whole state by the seed.
func (s Seed) Load(ctx context.Context) error {
	if err := s.load(ctx); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	return nil
}

func (s Seed) load(ctx context.Context) error {
	document, err := s.read()
	if err != nil {
		return err
	}
	if len(document) >= largeSeed {
		if skimmed, err := s.loadLarge(ctx, document); skimmed || err != nil {
			return err
		}
	}
	state, err := s.parse(document)
	if err != nil {
		return err
	}
	return Replace(ctx, s.Store, state)
}

// read reads the file each time: it may be large, and is rarely needed again.
func (s Seed) read() ([]byte, error) {
	if s.Document == nil && s.File != "" {
		return os.ReadFile(s.File)
	}
	return s.Document, nil
}

// parse checks and decodes a document; nil stands for the demo data.
func (s Seed) parse(document []byte) (state control.State, err error) {
	if document == nil {
		return demoState()
	}
	if err := s.Check(document); err != nil {
		return state, err
	}
	return state, json.Unmarshal(document, &state)
}

// demo is the state that the documentation uses. A test checks it against the schema.
//
//go:embed demo.json
var demo []byte

// demoState is shared by all sandboxes of the process, and must not be changed.
var demoState = sync.OnceValues(func() (state control.State, err error) {
	return state, json.Unmarshal(demo, &state)
})
