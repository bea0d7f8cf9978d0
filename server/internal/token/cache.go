package token

import (
	"strings"
	"sync"
	"time"
)

// maxCachedTokens limits the cache. A caller has one token an hour.
const maxCachedTokens = 4096

// A Cache remembers which tokens an Authority has accepted, so that a token's signature is verified once and not with
// every request. It rests on what [Authority.Verify] promises: what it accepts at one moment it accepts at every later
// one before Expiry. For another set of keys make another cache.
//
// A token is found by its hash, that of Go's maps, whose seed is the process's own: SHA-256 of a token would take as long as to
// check a small request. So the cache holds tokens; what it rests on holds the key that signs them.
//
// Refusals are not remembered: a token that comes too early is good later, and strangers could fill the cache. It is safe for
// concurrent use.
type Cache struct {
	authority *Authority

	mu       sync.RWMutex
	accepted map[string]*acceptance // by token
}

// An acceptance is what a token says, and when it was first accepted. A clock that is set back to before that moment makes it
// void, for the token may not be valid yet.
type acceptance struct {
	claims Claims
	since  time.Time
}

// NewCache returns an empty cache of what a accepts.
func NewCache(a *Authority) *Cache {
	return &Cache{authority: a, accepted: make(map[string]*acceptance)}
}

// Verify returns what the Authority's Verify returns, or nil with an error. Callers share the claims, and must not change them.
func (c *Cache) Verify(raw, issuer, audience string, now time.Time) (*Claims, error) {
	if len(raw) <= MaxSize { // or else hashing it would be the sender's choice of work
		c.mu.RLock()
		a := c.accepted[raw]
		c.mu.RUnlock()
		if a != nil && !now.Before(a.since) && now.Before(a.claims.Expiry) && a.claims.Issuer == issuer && a.claims.Audience == audience {
			return &a.claims, nil
		}
	}
	claims, err := c.authority.Verify(raw, issuer, audience, now)
	if err != nil {
		return nil, err
	}
	claims.Issuer, claims.Audience = issuer, audience // the same, and where the next caller's are
	a := &acceptance{claims, now}
	c.keep(strings.Clone(raw), a) // a header's value is a part of all the request's lines
	return &a.claims, nil
}

// keep starts afresh when the cache is full: what is in use is soon in it again, and no caller can make that dear for others.
func (c *Cache) keep(raw string, a *acceptance) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.accepted) >= maxCachedTokens {
		clear(c.accepted)
	}
	c.accepted[raw] = a
}
