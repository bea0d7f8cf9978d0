package sandbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/token"
)

// keyring is the authority over tokens, which another takes the place of when keys rotate.
type keyring struct {
	current atomic.Pointer[keys]
	// looked is when the store was last asked for keys that a token names and current does not have, in real time: tokens of
	// strangers shall not make it busy.
	looked atomic.Int64
}

// keys are an authority and what it has accepted.
type keys struct {
	*token.Authority
	accepted *token.Cache
}

// minLook is the least time between two such looks.
const minLook = time.Second

// loadKeys reads the signing keys, or makes one: kept in the store, tokens outlive a restart.
func (s *Sandbox) loadKeys(ctx context.Context) error {
	return s.useKeys(ctx, func(tx *store.Tx, known int) error {
		if known > 0 {
			return nil
		}
		key, err := s.newKey()
		if err != nil {
			return err
		}
		return s.addKey(tx, key)
	})
}

// RotateKey makes a new key, which signs tokens from now on. Tokens of the old keys are good until they expire.
func (s *Sandbox) RotateKey(ctx context.Context) error {
	key, err := token.NewKey()
	if err != nil {
		return err
	}
	return s.useKeys(ctx, func(tx *store.Tx, _ int) error { return s.addKey(tx, key) })
}

// useKeys makes the store's keys current, after change, which is told how many there are.
func (s *Sandbox) useKeys(ctx context.Context, change func(tx *store.Tx, known int) error) error {
	var list []*token.Key
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		rows, err := tx.SigningKeys()
		if err != nil {
			return err
		}
		if err := change(tx, len(rows)); err != nil {
			return err
		}
		list, err = parseKeys(tx)
		return err
	})
	if err != nil {
		return err
	}
	authority, err := token.New(list...)
	if err == nil {
		s.keys.current.Store(&keys{authority, token.NewCache(authority)})
	}
	return err
}

func (s *Sandbox) addKey(tx *store.Tx, key *token.Key) error {
	der, err := key.DER()
	if err != nil {
		return err
	}
	return tx.AddSigningKey(store.SigningKey{ID: key.ID(), DER: der, Created: s.now()})
}

func parseKeys(tx *store.Tx) ([]*token.Key, error) {
	return each(tx.SigningKeys, func(row store.SigningKey) (*token.Key, error) {
		key, err := token.ParseKey(row.ID, row.DER)
		if err != nil {
			return nil, fmt.Errorf("signing key %s: %w", row.ID, err)
		}
		return key, nil
	})
}

// verify gives the claims of a token, which others share. A key that is unknown may be one that another sandbox on the same store made.
func (s *Sandbox) verify(ctx context.Context, raw string, idp identity) (*token.Claims, error) {
	claims, err := s.keys.current.Load().accepted.Verify(raw, idp.issuer, idp.audience, s.now())
	if !errors.Is(err, token.ErrKey) || !s.mayLook() {
		return claims, err
	}
	if err := s.useKeys(ctx, func(*store.Tx, int) error { return nil }); err != nil {
		return nil, err
	}
	return s.keys.current.Load().accepted.Verify(raw, idp.issuer, idp.audience, s.now())
}

func (s *Sandbox) mayLook() bool {
	last, now := s.keys.looked.Load(), time.Now().UnixNano()
	return now-last >= int64(minLook) && s.keys.looked.CompareAndSwap(last, now)
}

// sharedKey signs for all sandboxes in memory: making a key takes longer than all the rest of New.
var sharedKey = sync.OnceValues(token.NewKey)

func (s *Sandbox) newKey() (*token.Key, error) {
	if s.opts.Store == "sqlite::memory:" {
		return sharedKey()
	}
	return token.NewKey()
}

// RotateKey makes a new signing key.
func (c *controlPlane) RotateKey(ctx context.Context, _ controlserver.RotateKeyRequestObject) (controlserver.RotateKeyResponseObject, error) {
	return controlserver.RotateKey204Response{}, c.Sandbox.RotateKey(ctx)
}
