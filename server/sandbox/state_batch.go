package sandbox

import (
	"slices"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
)

// Users are added in batches: one by one, each costs PostgreSQL round trips, and each makes the count of the instance's users
// slower to reach, because a transaction cannot drop the counts that it has itself replaced. But a batch that is refused does
// not tell for certain whose fault it is. The state is then written again, with that batch one by one.

// batchSize is the number of users in a batch.
const batchSize = 1000

// A batch is those users of the provider instance at a place in the state that begin with the first.
type batch struct {
	instance at
	first    int
}

// customerUsers adds the users of a provider instance.
func (w *stateWriter) customerUsers(p at, domain string, instance control.ProviderInstance) error {
	first := 0
	for users := range slices.Chunk(instance.Users, batchSize) {
		add, b := w.oneByOne, batch{p, first}
		if w.batches && (w.closely == nil || *w.closely != b) {
			add = w.atOnce
		}
		if err := add(b, domain, instance.ID, users); err != nil {
			return err
		}
		first += len(users)
	}
	return nil
}

func (w *stateWriter) oneByOne(b batch, domain string, instance uuid.UUID, users []control.CustomerUser) error {
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

func (w *stateWriter) atOnce(b batch, domain string, instance uuid.UUID, users []control.CustomerUser) error {
	err := w.addUsers(b.instance, domain, instance, b.first, users)
	if err != nil {
		w.failed = &b
	}
	return err
}
