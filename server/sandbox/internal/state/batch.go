package state

import (
	"slices"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
)

// Users are added in batches, because a single one costs PostgreSQL several round trips and a dead row of the instance's
// counter, which only a later transaction can clean up. But the error of a refused batch does not always say which user is
// wrong. The state is then written again, with the users of that batch one by one.

// batchSize is the number of users in a batch.
const batchSize = 1000

// A batch is those users of the provider instance place a place in the state that begin with the first.
type batch struct {
	instance place
	first    int
}

// customerUsers adds the users of a provider instance.
func (w *writer) customerUsers(p place, domain string, instance control.ProviderInstance) error {
	first := 0
	for users := range slices.Chunk(instance.Users, batchSize) {
		add, b := w.oneByOne, batch{p, first}
		if w.batches && (w.single == nil || *w.single != b) {
			add = w.atOnce
		}
		if err := add(b, domain, instance.ID, users); err != nil {
			return err
		}
		first += len(users)
	}
	return nil
}

func (w *writer) oneByOne(b batch, domain string, instance uuid.UUID, users []control.CustomerUser) error {
	for i, u := range users {
		if err := w.tx.AddCustomerUser(domain, customerUserRow(instance, u)); err != nil {
			return customerUserFault(b.instance.item("users", b.first+i), err)
		}
		if err := w.password(domain, instance, u); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) atOnce(b batch, domain string, instance uuid.UUID, users []control.CustomerUser) error {
	err := w.addUsers(b.instance, domain, instance, b.first, users)
	if err != nil {
		w.failed = &b
	}
	return err
}
