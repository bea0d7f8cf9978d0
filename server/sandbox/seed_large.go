package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// A seed may hold a million users. Parsed as a whole it would take several times its size in memory; so its long lists are
// taken out, and parsed and loaded piece by piece. Each piece is held to the contract within a state around it.

const (
	// largeSeed is the size, in bytes, from which a seed is loaded piece by piece.
	largeSeed = 1 << 20
	// pieceSize is the number of users that are parsed and loaded at a time.
	pieceSize = 10_000
)

// The state around a piece. What its other members are does not matter to the users' schema.
const (
	aroundStart = `{"cloudcockpit":{"tenants":[{"domain":"d","customers":[{"id":"00000000-0000-4000-8000-000000000000","name":"n",` +
		`"providerInstances":[{"id":"00000000-0000-4000-8000-000000000000","microsoft":true,"users":[`
	aroundEnd  = `]}]}]}]}}`
	aroundItem = "/cloudcockpit/tenants/0/customers/0/providerInstances/0/users/"
)

// pieces are the users that were taken out of a state, by provider instance.
type pieces map[at][]piece

// loadLarge puts a large seed in place of the state. It tells where it cannot be taken apart, as no JSON can.
func (s *Sandbox) loadLarge(ctx context.Context, seed []byte) (apart bool, err error) {
	rest, list, err := skim(seed, pieceSize)
	if err != nil || len(list) == 0 {
		return false, nil //nolint:nilerr // what cannot be taken apart is checked, and refused, as a whole
	}
	state, err := parseSeed(rest)
	if err != nil {
		return true, err
	}
	taken, total := pieces{}, 0
	for _, p := range list {
		taken[p.place] = append(taken[p.place], p)
		total += p.count
	}
	return true, s.store.Update(ctx, func(tx *store.Tx) error {
		loaded := 0
		return replace(&stateWriter{tx: tx, taken: taken, progress: func(n int) {
			loaded += n
			s.log.InfoContext(ctx, "loading the seed", "users", loaded, "of", total)
		}}, state)
	})
}

// parse checks and decodes a piece.
func (p piece) parse() ([]control.CustomerUser, error) {
	around := append(append([]byte(aroundStart), p.json...), aroundEnd...)
	state, err := parseSeed(around)
	if err != nil {
		return nil, p.relocate(err)
	}
	return state.Cloudcockpit.Tenants[0].Customers[0].ProviderInstances[0].Users, nil
}

// relocate makes the places in an error those of the whole document. Bytes, which a fault of syntax names, are the piece's.
func (p piece) relocate(err error) error {
	var violations contract.Violations
	if !errors.As(err, &violations) || len(violations) == 0 {
		return fmt.Errorf("%s/users from %d on: %w", p.place, p.first, err)
	}
	for i, v := range violations {
		tail, within := strings.CutPrefix(v.Pointer, aroundItem)
		number, tail, deeper := strings.Cut(tail, "/")
		n, notANumber := strconv.Atoi(number)
		if !within || notANumber != nil {
			return fmt.Errorf("%s/users from %d on: %w", p.place, p.first, err)
		}
		place := p.place.item("users", p.first+n)
		if deeper {
			place = place.member(tail)
		}
		violations[i].Pointer = string(place)
	}
	return violations
}

// parsed is a piece that was parsed ahead.
type parsed struct {
	piece
	users []control.CustomerUser
	err   error
}

// parseAhead parses pieces beside the loading of those before, one ahead, until stop is closed.
func parseAhead(list []piece, stop <-chan struct{}) <-chan parsed {
	out := make(chan parsed)
	go func() {
		defer close(out)
		for _, p := range list {
			users, err := p.parse()
			select {
			case out <- parsed{p, users, err}:
			case <-stop:
				return
			}
		}
	}()
	return out
}

// eachPiece calls fn with the users that were taken out of a provider instance.
func (w *stateWriter) eachPiece(p at, fn func(parsed) error) error {
	stop := make(chan struct{})
	defer close(stop)
	for piece := range parseAhead(w.taken[p], stop) {
		if piece.err != nil {
			return piece.err
		}
		if err := fn(piece); err != nil {
			return err
		}
	}
	return nil
}

// takenSeats adds the seats of the users that were taken out. Where there are no licences it need not look.
func (w *stateWriter) takenSeats(p at, instance control.ProviderInstance, count map[string]int32) error {
	if len(instance.Licenses) == 0 {
		return nil
	}
	return w.eachPiece(p, func(piece parsed) error {
		for sku, n := range seats(piece.users) {
			count[sku] += n
		}
		return nil
	})
}

// takenUsers adds the users that were taken out of a provider instance.
func (w *stateWriter) takenUsers(p at, domain string, instance control.ProviderInstance) error {
	return w.eachPiece(p, func(piece parsed) error {
		if err := w.addUsers(p, domain, instance.ID, piece.first, piece.users); err != nil {
			return err
		}
		w.progress(len(piece.users))
		return nil
	})
}

// addUsers adds users of a provider instance in one go. In the document, first is the number of the first.
func (w *stateWriter) addUsers(p at, domain string, instance uuid.UUID, first int, users []control.CustomerUser) error {
	rows := make([]store.CustomerUser, len(users))
	for i, u := range users {
		rows[i] = customerUserRow(instance, u)
	}
	n, err := w.tx.AddCustomerUsers(domain, instance, rows)
	if err != nil {
		return customerUserFault(p.item("users", first+n), err)
	}
	for _, u := range users {
		if err := w.password(domain, instance, u); err != nil {
			return err
		}
	}
	return nil
}
