package token

import (
	"strings"
	"sync"
	"time"
)

// maxCachedTokens bounds the cache. A client gets about one token an hour.
const maxCachedTokens = 4096

// A Cache remembers the tokens that an Authority has accepted, so that a signature is verified once and not with every request.
// It relies on the promise of [Authority.Verify]: a token that is accepted at one moment is accepted at every later one before
// Expiry. Another set of keys needs another cache. It is safe for concurrent use.
//
// The cache holds the tokens themselves as the keys of a map. To store a SHA-256 hash in their place would take as long as to
// check a small request, and protect little: the same memory holds the private key that signs tokens.
//
// Refusals are not cached: a token that is not valid yet becomes valid, and clients without a valid token could fill the cache.
type Cache struct {
	authority *Authority

	mu       sync.RWMutex
	accepted map[string]*acceptance // by token
}

// An acceptance holds the claims of a token, and the time when it was first accepted. If the clock is set back to before that
// time, the token is verified again, because it may not be valid yet.
type acceptance struct {
	claims Claims
	since  time.Time
}

// NewCache returns an empty cache of the tokens that a accepts.
func NewCache(a *Authority) *Cache {
	return &Cache{authority: a, accepted: make(map[string]*acceptance)}
}

// Verify returns the result of [Authority.Verify], or nil with an error. Callers share the claims and must not change them.
func (c *Cache) Verify(raw, issuer, audience string, now time.Time) (*Claims, error) {
	if len(raw) <= MaxSize { // the cost of hashing must not be the sender's choice
		c.mu.RLock()
		a := c.accepted[raw]
		c.mu.RUnlock()
		if a != nil && !now.Before(a.since) && now.Before(a.claims.Expiry) &&
			(issuer == "" || a.claims.Issuer == issuer) && a.claims.Audience == audience {
			return &a.claims, nil
		}
	}
	claims, err := c.authority.Verify(raw, issuer, audience, now)
	if err != nil {
		return nil, err
	}
	claims.Audience = audience // the same text, at an address at which the next comparison is faster
	if issuer != "" {
		claims.Issuer = issuer
	}
	a := &acceptance{claims, now}
	c.keep(strings.Clone(raw), a) // raw shares its memory with the whole head of the request
	return &a.claims, nil
}

// keep adds a token, and empties a full cache before: the tokens in use are soon in it again. An eviction by age would cost
// more, and no client can fill the cache without that many valid tokens.
func (c *Cache) keep(raw string, a *acceptance) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.accepted) >= maxCachedTokens {
		clear(c.accepted)
	}
	c.accepted[raw] = a
}
