package sandbox

import (
	"context"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Password is a customer user's password, which no API gives back.
func (s *Sandbox) Password(ctx context.Context, domain string, instance, user uuid.UUID) (password string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		password, err = tx.Password(domain, instance, user)
		return err
	})
	return password, err
}
