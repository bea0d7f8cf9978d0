package state

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

// A seed may hold a million users. Decoded as a whole it would take several times its size in memory, so that its long lists
// are taken out, and decoded and loaded piece by piece. Each piece is checked within a small state around it.

const (
	// largeSeed is the size, in bytes, from which a seed is loaded piece by piece.
	largeSeed = 1 << 20
	// pieceSize is the number of users that are parsed and loaded at a time.
	pieceSize = 10_000
)

// The state around a piece. Its other members have no influence on the schema of the users.
const (
	aroundStart = `{"cloudcockpit":{"tenants":[{"domain":"d","customers":[{"id":"00000000-0000-4000-8000-000000000000","name":"n",` +
		`"providerInstances":[{"id":"00000000-0000-4000-8000-000000000000","microsoft":true,"users":[`
	aroundEnd  = `]}]}]}]}}`
	aroundItem = "/cloudcockpit/tenants/0/customers/0/providerInstances/0/users/"
)

// pieces are the users that were taken out of a state, by provider instance.
type pieces map[place][]piece

// loadLarge loads a large seed, and reports whether it could be taken apart.
func (s Seed) loadLarge(ctx context.Context, seed []byte) (skimmed bool, err error) {
	rest, list, err := skim(seed, pieceSize)
	if err != nil || len(list) == 0 {
		return false, nil //nolint:nilerr // a malformed document is checked as a whole, which names the place
	}
	state, err := s.parse(rest)
	if err != nil {
		return true, err
	}
	taken, total := pieces{}, 0
	for _, p := range list {
		taken[p.place] = append(taken[p.place], p)
		total += p.count
	}
	return true, s.Store.Update(ctx, func(tx *store.Tx) error {
		loaded := 0
		w := &writer{tx: tx, taken: taken, parse: s.parse, progress: func(n int) {
			loaded += n
			s.Log.InfoContext(ctx, "loading the seed", "users", loaded, "of", total)
		}}
		return w.replace(state)
	})
}

// users checks and decodes a piece.
func (p piece) users(parse func([]byte) (control.State, error)) ([]control.CustomerUser, error) {
	around := append(append([]byte(aroundStart), p.json...), aroundEnd...)
	state, err := parse(around)
	if err != nil {
		return nil, p.relocate(err)
	}
	return state.Cloudcockpit.Tenants[0].Customers[0].ProviderInstances[0].Users, nil
}

// relocate turns the places in an error into those of the whole document. An error of syntax names a byte of the piece, and
// gets the place of the piece.
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

// parsed is a piece that was decoded ahead.
type parsed struct {
	piece
	users []control.CustomerUser
	err   error
}

// parseAhead decodes each piece while the one before is loaded, until stop is closed.
func parseAhead(list []piece, parse func([]byte) (control.State, error), stop <-chan struct{}) <-chan parsed {
	out := make(chan parsed)
	go func() {
		defer close(out)
		for _, p := range list {
			users, err := p.users(parse)
			select {
			case out <- parsed{p, users, err}:
			case <-stop:
				return
			}
		}
	}()
	return out
}

// eachPiece calls fn with each piece of a provider instance.
func (w *writer) eachPiece(p place, fn func(parsed) error) error {
	stop := make(chan struct{})
	defer close(stop)
	for piece := range parseAhead(w.taken[p], w.parse, stop) {
		if piece.err != nil {
			return piece.err
		}
		if err := fn(piece); err != nil {
			return err
		}
	}
	return nil
}

// takenSeats adds the seats of the users that were taken out. Without licences there are none.
func (w *writer) takenSeats(p place, instance control.ProviderInstance, count map[string]int32) error {
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
func (w *writer) takenUsers(p place, domain string, instance control.ProviderInstance) error {
	return w.eachPiece(p, func(piece parsed) error {
		if err := w.addUsers(p, domain, instance.ID, piece.first, piece.users); err != nil {
			return err
		}
		w.progress(len(piece.users))
		return nil
	})
}

// addUsers adds users of a provider instance at once. first is the index of the first in the document.
func (w *writer) addUsers(p place, domain string, instance uuid.UUID, first int, users []control.CustomerUser) error {
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
