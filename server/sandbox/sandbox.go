// Package sandbox stands in for the two services: CloudCockpit and MyReports, with their identity providers, in one
// http.Handler that remembers what it was told and holds every request and every answer to the contract.
//
// Most callers want [New] in a test of their own:
//
//	sb, err := sandbox.New(ctx, sandbox.Options{}) // in memory, with the demo data
//	srv := httptest.NewServer(sb)
//	token, err := sb.Token("demo-csp")
//
// # What answers where
//
// CloudCockpit is below /v1, MyReports below /api/v1.0. POST /{directory}/oauth2/v2.0/token stands in for Entra ID and POST
// /connect/token, with GET /connect/authorize, for the identity server of MyReports. The control plane is below /_sandbox;
// openapi/sandbox.yaml describes it.
//
// # What it does for a test
//
// [Sandbox.SetFaults] makes requests fail, [Sandbox.SetClock] moves the time that timestamps and tokens go by,
// [Sandbox.Outbox] has the mails that would have been sent, [Sandbox.Exchanges] what was asked and where it departs from the
// contract, and [Sandbox.Reset] starts over. With [Options].SeedIDs the ids of what is created repeat.
//
// # What it promises
//
// A request that an API's contract does not allow is refused in that API's error envelope, and changes nothing. An answer
// that the contract does not allow is a bug of the sandbox: the caller gets a 500, the log says why. What was acknowledged
// is on disk, unless the store is in memory.
package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// memoryStore is the store that forgets.
const memoryStore = "sqlite::memory:"

// Options are the settings of a [Sandbox]. The zero value is a sandbox in memory with the demo data.
type Options struct {
	// Store says where the state lives: "sqlite:FILE"; "sqlite::memory:", which is the default and forgets on Close; or
	// "postgres://USER:PASSWORD@HOST:PORT/DATABASE", which several sandboxes may share.
	Store string
	// Seed is a state document in JSON, as GET /_sandbox/state gives it. It is loaded into an empty store, and by Reset. The
	// default is the demo data.
	Seed []byte
	// SeedFile names a file with the seed, in place of Seed. It is read when it is loaded, and not kept in memory: a state of
	// a million users is several hundred megabytes. Loading a large one is logged as it goes.
	SeedFile string
	// Undeclared is what to do about query parameters and members that a contract does not declare. Objects that the
	// documents print as closed are closed whatever it says.
	Undeclared contract.Policy
	// AdminToken opens the control plane to requests that do not come in on a loopback address. The default opens it to
	// none of them.
	AdminToken string
	// SeedIDs makes the ids of what is created repeat: the same requests, one after the other, give the same ids with the same
	// number. The default, 0, makes random ids.
	SeedIDs int64
	// Logger takes a line for each request, and the errors behind a 500. No token, password or body is in them. The default
	// discards.
	Logger *slog.Logger
}

// A Sandbox is an http.Handler that answers as the services would. It is safe for concurrent use. Close it to release the
// store.
type Sandbox struct {
	opts      Options
	log       *slog.Logger
	store     *store.Store
	keys      keyring
	exchanges exchangeLog
	doors     map[string]door // by the first segment of the path

	clock  clock
	faults faultRules
	watch  watch

	ids, correlations *idSource

	now   func() time.Time
	newID func() uuid.UUID
}

// New opens the store, loads the seed if the store is empty, and returns the sandbox. The context covers the start only.
func New(ctx context.Context, opts Options) (*Sandbox, error) {
	if opts.Store == "" {
		opts.Store = memoryStore
	}
	s := &Sandbox{opts: opts, log: opts.Logger, ids: newIDSource(opts.SeedIDs, 0)}
	s.correlations = newIDSource(opts.SeedIDs, 1)
	s.now, s.newID = s.clock.now, s.ids.next
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.wire(); err != nil {
		return nil, err
	}
	var err error
	if s.store, err = openStore(ctx, opts); err != nil {
		return nil, err
	}
	if err := errors.Join(s.seedIfEmpty(ctx), s.loadKeys(ctx)); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	return s, nil
}

// openStore opens the store. One in memory with the demo data is a copy of one that is ready.
func openStore(ctx context.Context, opts Options) (*store.Store, error) {
	if opts.Store != memoryStore || opts.Seed != nil || opts.SeedFile != "" {
		return store.Open(ctx, opts.Store)
	}
	image, err := demoImage()
	if err != nil {
		return nil, err
	}
	return store.OpenImage(ctx, image)
}

// demoImage is a store in memory with the demo data, copied.
var demoImage = sync.OnceValues(func() (image []byte, err error) {
	ctx := context.Background()
	s := &Sandbox{opts: Options{Store: memoryStore}, now: time.Now}
	if s.store, err = store.Open(ctx, memoryStore); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.store.Close()) }()
	if err := errors.Join(s.seedIfEmpty(ctx), s.loadKeys(ctx)); err != nil {
		return nil, err
	}
	return s.store.Image(ctx)
})

// Close releases the store. Requests must have ended.
func (s *Sandbox) Close() error { return s.store.Close() }

// Token returns a bearer token for a client of the state, as the client's identity provider would issue it. It is good for
// an hour.
func (s *Sandbox) Token(clientID string) (string, error) {
	var client store.Client
	err := s.store.View(context.Background(), func(tx *store.Tx) (err error) {
		client, err = tx.Client(clientID)
		return err
	})
	if err != nil {
		return "", err
	}
	idp := entra
	if client.API == portal.api {
		idp = portal
	}
	return s.sign(client, idp)
}

// State gives the whole state, as GET /_sandbox/state does.
func (s *Sandbox) State(ctx context.Context) (control.State, error) { return s.readState(ctx) }

// Exchanges gives the exchanges that are remembered and have a greater id, the oldest first: the newest 1,000, and of these no
// more than 16 MiB. Secrets, and what nothing says of that it is none, are not in them ([contract.Contract.RedactRequest]).
func (s *Sandbox) Exchanges(after int64) []control.Exchange { return s.exchanges.after(after) }

// Reset goes back to the seed: the state is the seed's again, the outbox is empty, no fault is set, the clock shows the real
// time and runs, and the exchanges are forgotten. With SeedIDs the ids begin
// again.
func (s *Sandbox) Reset(ctx context.Context) error {
	if err := s.loadSeed(ctx); err != nil {
		return err
	}
	s.faults.set(nil)
	s.watch.reset()
	s.clock.reset()
	s.ids.reset()
	s.correlations.reset()
	s.exchanges.forget()
	return nil
}
