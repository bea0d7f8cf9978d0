// Package sandbox stands in for the two services, CloudCockpit and MyReports, and their identity providers: one http.Handler
// that keeps state and checks every request and every response against the contract.
//
// Most callers want [New] in a test of their own:
//
//	sb, err := sandbox.New(ctx, sandbox.Options{}) // in memory, with the demo data
//	srv := httptest.NewServer(sb)
//	token, err := sb.Token("demo-csp")
//
// # Paths
//
// CloudCockpit is below /v1, MyReports below /api/v1.0. POST /{directory}/oauth2/v2.0/token stands in for Entra ID and POST
// /connect/token, with GET /connect/authorize, for the identity server of MyReports. The control plane is below /_sandbox;
// openapi/sandbox.yaml describes it.
//
// # In a test
//
// [Sandbox.SetState] replaces the state, [Sandbox.SetFaults] makes requests fail, [Sandbox.SetClock] moves the time that timestamps and tokens go by,
// [Sandbox.Outbox] returns the mails that would have been sent, [Sandbox.Exchanges] the recent requests with where they depart
// from the contract, and [Sandbox.Reset] starts over. With [Options].SeedIDs the ids of new resources repeat.
//
// # What it promises
//
// A request that an API's contract does not allow is refused in that API's error envelope, and changes nothing. A response that
// the contract does not allow is a bug of the sandbox: the caller gets a 500, and the log says why. A change that was
// acknowledged is on disk, unless the store is in memory.
package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/pace"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/fault"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/myreports"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/state"
	"github.com/resellerkit/resellerkit/server/witness"
)

// peerTimeout is how long a caller may take to send, and to read, 64 KiB of a body.
const peerTimeout = 30 * time.Second

// memoryStore is the store in memory.
const memoryStore = "sqlite::memory:"

// Options are the settings of a [Sandbox]. The zero value is a sandbox in memory with the demo data.
type Options struct {
	// Store says where the state is kept: "sqlite:FILE"; "sqlite::memory:", which is the default and lost on Close; or
	// "postgres://USER:PASSWORD@HOST:PORT/DATABASE", which several sandboxes may share.
	Store string
	// Seed is a state document in JSON, as GET /_sandbox/state gives it. It is loaded into an empty store, and by Reset. The
	// default is the demo data.
	Seed []byte
	// SeedFile names a file with the seed, in place of Seed. It is read each time it is loaded and not kept in memory: a state of
	// a million users is several hundred megabytes. The progress of loading a large one is logged.
	SeedFile string
	// Undeclared is what to do about query parameters and members that a contract does not declare. Objects that the
	// documents print as closed always refuse such members.
	Undeclared contract.Policy
	// Departures is what to do about requests that depart from the contract in ways that the services are believed to accept, as
	// openapi/EVIDENCE.md lists them. The default refuses them, and says so; Report carries them out, with a finding, for a program
	// that works in production.
	Departures contract.Policy
	// AdminToken is what requests to the control plane need, all but its probes and documents. Without it the control plane is open
	// to requests that arrive on a loopback address, and closed to all others.
	AdminToken string
	// SeedIDs makes the ids of new resources repeat: the same requests, one after the other, give the same ids with the same
	// number. The default, 0, gives random ids.
	SeedIDs int64
	// Logger gets a line for each request, and the errors behind a 500. They hold no token, password or body. The default
	// discards them.
	Logger *slog.Logger
	// Witness gets the exchanges of the two APIs, which shows how much of the contracts a test suite touches: a recorder for each
	// document that is to be watched. Left out is what a fault, a Prefer header or a cut connection changed.
	Witness []*witness.Recorder
	// WitnessRate limits how many exchanges a second Witness gets on average; ten times as many may come at once. An exchange with
	// bodies of more than 5 KiB counts once more for each 5 KiB. The others are counted as dropped. The default is every one.
	WitnessRate int
}

// A Sandbox is an http.Handler that responds as the services would. It is safe for concurrent use. Close it to release the
// store.
type Sandbox struct {
	opts      Options
	log       *slog.Logger
	store     *store.Store
	identity  *identity.Server
	faults    fault.Injector
	exchanges exchange.Log
	routes    map[string]route // by the first segment of the path
	console   http.Handler
	clock     clock
	pace      pace.Handler
	now       func() time.Time // the clock's

	stopping context.Context // done when streams must end
	stop     context.CancelFunc

	ids, correlationIDs *idSource
}

// New opens the store, loads the seed if the store is empty, and returns the sandbox. The context covers the start only.
func New(ctx context.Context, opts Options) (_ *Sandbox, err error) {
	if opts.Store == "" {
		opts.Store = memoryStore
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Sandbox{opts: opts, log: opts.Logger, ids: newIDSource(opts.SeedIDs, 0), correlationIDs: newIDSource(opts.SeedIDs, 1)}
	s.now = s.clock.now
	s.pace = pace.Handler{Next: http.HandlerFunc(s.serve), Timeout: peerTimeout}
	s.console = newConsole()
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.faults.Now, s.faults.Operations = s.time, faultOperations
	if s.store, err = openStore(ctx, opts); err != nil {
		return nil, err
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	return s, nil
}

// openStore opens the store. A store in memory with the demo data is a copy of one that is ready, which is faster than loading
// it.
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

// demoImage is a store in memory with the demo data and the signing key.
var demoImage = sync.OnceValues(func() (image []byte, err error) {
	ctx := context.Background()
	db, err := store.Open(ctx, memoryStore)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := (state.Seed{Store: db}).Load(ctx); err != nil {
		return nil, err
	}
	if _, err := identity.New(ctx, identity.Config{Store: db, Now: time.Now, ShareKey: true}); err != nil {
		return nil, err
	}
	return db.Image(ctx)
})

func (s *Sandbox) start(ctx context.Context) (err error) {
	if err := s.seed().LoadIfEmpty(ctx); err != nil {
		return err
	}
	s.identity, err = identity.New(ctx, identity.Config{
		Store: s.store, Now: s.time, Log: s.log, ShareKey: s.opts.Store == memoryStore,
	})
	if err != nil {
		return err
	}
	return s.connect()
}

func (s *Sandbox) seed() state.Seed {
	seed := state.Seed{Store: s.store, Log: s.log, Check: checkState, File: s.opts.SeedFile}
	if seed.File == "" {
		seed.Document = s.opts.Seed
	}
	return seed
}

// connect puts each API behind its contract. The contract wraps the whole of echo, which writes errors after its own middleware
// has returned.
func (s *Sandbox) connect() error {
	cockpitContract, err := cockpitContract(policies{s.opts.Undeclared, s.opts.Departures})
	if err != nil {
		return fmt.Errorf("cloudcockpit.yaml: %w", err)
	}
	reportsContract, err := reportsContract(policies{s.opts.Undeclared, s.opts.Departures})
	if err != nil {
		return fmt.Errorf("myreports.yaml: %w", err)
	}
	controlContract, err := controlContract()
	if err != nil {
		return fmt.Errorf("sandbox.yaml: %w", err)
	}
	cockpit := &cloudcockpit.API{
		Store: s.store, Identity: s.identity, Now: s.time, NewID: s.newID, NewCorrelationID: s.correlationIDs.next,
		Correlations: s.opts.Departures,
	}
	reports := &myreports.API{Store: s.store, Identity: s.identity, Now: s.time, NewID: s.newID}
	control := &controlPlane{s}
	s.routes = map[string]route{
		"v1": {
			s.watch("cloudcockpit", cockpit.Correlate(cockpitContract.Handler(cockpitRoutes(cockpit)))), cockpit, cockpitContract, cockpit,
		},
		"api": {
			s.watch("myreports", myreports.AcceptJSONPatch(reportsContract.Handler(reportsRoutes(reports)))), reports, reportsContract, reports,
		},
		"_sandbox": {controlContract.Handler(controlRoutes(control)), control, nil, nil},
	}
	return nil
}

// time returns the time by the sandbox's clock.
func (s *Sandbox) time() time.Time { return s.now() }

// Close releases the store. Requests must have ended; those that follow the exchanges end now.
func (s *Sandbox) Close() error {
	s.stop()
	return s.store.Close()
}

// Token returns a bearer token for a client of the state, as the client's identity provider would issue it. It is valid for an
// hour.
func (s *Sandbox) Token(clientID string) (string, error) {
	return s.identity.Token(context.Background(), clientID)
}

// RotateKey makes a new key, which signs tokens from now on. Tokens of the old keys stay valid until they expire.
func (s *Sandbox) RotateKey(ctx context.Context) error { return s.identity.RotateKey(ctx) }

// State returns the whole state, as GET /_sandbox/state does.
func (s *Sandbox) State(ctx context.Context) (control.State, error) { return state.Read(ctx, s.store) }

// SetState replaces the whole state, as PUT /_sandbox/state does. A state that is not valid, or inconsistent, is a
// [contract.Violations] that names the place, and changes nothing.
func (s *Sandbox) SetState(ctx context.Context, whole control.State) error {
	document, err := json.Marshal(whole)
	if err != nil {
		return err
	}
	if err := checkState(document); err != nil {
		return err
	}
	return state.Replace(ctx, s.store, whole)
}

// Exchanges returns the exchanges with a greater id that are still remembered, the oldest first: the newest 1,000, and of these
// no more than 16 MiB. Queries and bodies are redacted: values that the contract marks as secret, and values that it does not
// declare, are replaced ([contract.Contract.RedactRequest]).
func (s *Sandbox) Exchanges(after int64) []control.Exchange { return s.exchanges.After(after) }

// Reset goes back to the seed: the state is the seed's again, the outbox is empty, no fault is set, the clock shows the real
// time and runs, and the exchanges are forgotten. With SeedIDs the ids begin again.
func (s *Sandbox) Reset(ctx context.Context) error {
	if err := s.seed().Load(ctx); err != nil {
		return err
	}
	s.faults.Reset()
	s.clock.reset()
	s.ids.reset()
	s.correlationIDs.reset()
	s.exchanges.Forget()
	return nil
}
