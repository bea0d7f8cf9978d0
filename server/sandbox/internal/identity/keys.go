package identity

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/token"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// A keyring holds the current keys, which are replaced as a whole when they rotate.
type keyring struct {
	current atomic.Pointer[keys]
	// lastLook is when the store was last asked for keys that a token names and current lacks, in real time. Without a limit,
	// forged tokens would cause a query each.
	lastLook atomic.Int64
}

// keys are the signing keys and a cache of the tokens that they verified.
type keys struct {
	*token.Authority
	accepted *token.Cache
}

// minLookInterval is the least time between two such queries.
const minLookInterval = time.Second

// loadKeys reads the signing keys, or makes one.
func (s *Server) loadKeys(ctx context.Context) error {
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

// RotateKey makes a new key, which signs tokens from now on. Tokens of the old keys stay valid until they expire.
func (s *Server) RotateKey(ctx context.Context) error {
	key, err := token.NewKey()
	if err != nil {
		return err
	}
	return s.useKeys(ctx, func(tx *store.Tx, _ int) error { return s.addKey(tx, key) })
}

// useKeys calls change, with the number of keys in the store, and then makes the store's keys current.
func (s *Server) useKeys(ctx context.Context, change func(tx *store.Tx, known int) error) error {
	var list []*token.Key
	err := s.Store.Update(ctx, func(tx *store.Tx) error {
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

func (s *Server) addKey(tx *store.Tx, key *token.Key) error {
	der, err := key.DER()
	if err != nil {
		return err
	}
	return tx.AddSigningKey(store.SigningKey{ID: key.ID(), DER: der, Created: s.Now()})
}

func parseKeys(tx *store.Tx) ([]*token.Key, error) {
	return answer.Each(tx.SigningKeys, func(row store.SigningKey) (*token.Key, error) {
		key, err := token.ParseKey(row.ID, row.DER)
		if err != nil {
			return nil, fmt.Errorf("signing key %s: %w", row.ID, err)
		}
		return key, nil
	})
}

// anyIssuer accepts tokens that were issued at any origin of the sandbox.
const anyIssuer = ""

// verify returns the claims of a token, which are shared and must not be changed. A token with an unknown key may come from
// another sandbox on the same store, so that the keys are then read again.
func (s *Server) verify(ctx context.Context, raw string, provider Provider) (*token.Claims, error) {
	claims, err := s.keys.current.Load().accepted.Verify(raw, anyIssuer, provider.Audience, s.Now())
	if !errors.Is(err, token.ErrKey) || !s.mayLook() {
		return claims, err
	}
	if err := s.useKeys(ctx, func(*store.Tx, int) error { return nil }); err != nil {
		return nil, err
	}
	return s.keys.current.Load().accepted.Verify(raw, anyIssuer, provider.Audience, s.Now())
}

func (s *Server) mayLook() bool {
	last, now := s.keys.lastLook.Load(), time.Now().UnixNano()
	return now-last >= int64(minLookInterval) && s.keys.lastLook.CompareAndSwap(last, now)
}

// sharedKey is the key of all servers with [Config].ShareKey.
var sharedKey = sync.OnceValues(token.NewKey)

func (s *Server) newKey() (*token.Key, error) {
	if s.ShareKey {
		return sharedKey()
	}
	return token.NewKey()
}
