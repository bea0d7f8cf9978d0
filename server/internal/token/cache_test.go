package token

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testIssuer   = "https://issuer.example"
	testAudience = "api://test"
)

var issuedAt = time.Unix(1_700_000_000, 0)

func newTestCache(t *testing.T) (*Cache, *Authority) {
	t.Helper()
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(key)
	if err != nil {
		t.Fatal(err)
	}
	return NewCache(a), a
}

func sign(t *testing.T, a *Authority, id string) string {
	t.Helper()
	raw, err := a.Sign(Claims{
		Issuer: testIssuer, Audience: testAudience, Subject: "client", ID: id,
		NotBefore: issuedAt, IssuedAt: issuedAt, Expiry: issuedAt.Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Ensure the cache returns what the authority returns, whatever it was asked before.
func TestCache_Verify(t *testing.T) {
	t.Parallel()
	cache, authority := newTestCache(t)
	good := sign(t, authority, "1")
	type question struct {
		name, raw, issuer, audience string
		now                         time.Time
	}
	var questions []question
	for _, raw := range []string{good, sign(t, authority, "2"), good + "A", good[:len(good)-4], "", "a.b.c", strings.Repeat("x", MaxSize+1)} {
		for _, after := range []time.Duration{-time.Hour, -Leeway - 1, -Leeway, 0, time.Minute, time.Hour - 1, time.Hour, 2 * time.Hour} {
			questions = append(questions,
				question{"own", raw, testIssuer, testAudience, issuedAt.Add(after)},
				question{"other issuer", raw, "https://other.example", testAudience, issuedAt.Add(after)},
				question{"other audience", raw, testIssuer, "api://other", issuedAt.Add(after)})
		}
	}
	ask := func(q question) {
		got, err := cache.Verify(q.raw, q.issuer, q.audience, q.now)
		want, wantErr := authority.Verify(q.raw, q.issuer, q.audience, q.now)
		if !errors.Is(err, wantErr) || (got == nil) != (err != nil) || got != nil && *got != want {
			t.Errorf("%s at %v: got %+v, %v, want %+v, %v", q.name, q.now.Sub(issuedAt), got, err, want, wantErr)
		}
	}
	for _, q := range questions {
		ask(q)
	}
	for i := len(questions) - 1; i >= 0; i-- {
		ask(questions[i])
	}
}

// Ensure an accepted token is not verified again, and a look-up does not allocate.
func TestCache_Verify_again(t *testing.T) {
	cache, authority := newTestCache(t)
	raw := sign(t, authority, "1")
	if _, err := cache.Verify(raw, testIssuer, testAudience, issuedAt); err != nil {
		t.Fatal(err)
	}
	cache.authority = nil // would panic
	if allocs := testing.AllocsPerRun(100, func() {
		if _, err := cache.Verify(raw, testIssuer, testAudience, issuedAt.Add(time.Minute)); err != nil {
			t.Error(err)
		}
	}); allocs != 0 {
		t.Errorf("got %v allocations, want none", allocs)
	}
}

// Ensure refusals are not cached, and the number of cached tokens is bounded.
func TestCache_keep(t *testing.T) {
	t.Parallel()
	cache, authority := newTestCache(t)
	raw := sign(t, authority, "1")
	for i := range 100 {
		if _, err := cache.Verify(raw+strconv.Itoa(i), testIssuer, testAudience, issuedAt); err == nil {
			t.Fatal("a forged token is accepted")
		}
	}
	if n := len(cache.accepted); n != 0 {
		t.Errorf("%d refused tokens are kept", n)
	}
	for i := range maxCachedTokens + 10 {
		cache.keep(strconv.Itoa(i), &acceptance{})
	}
	if n := len(cache.accepted); n != 10 {
		t.Errorf("got %d tokens, want 10 after a fresh start", n)
	}
}

// Ensure a cache is safe for concurrent use. The race detector finds what is not.
func TestCache_concurrently(t *testing.T) {
	t.Parallel()
	cache, authority := newTestCache(t)
	raws := []string{sign(t, authority, "1"), sign(t, authority, "2")}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				id := (i + j) % 2
				claims, err := cache.Verify(raws[id], testIssuer, testAudience, issuedAt)
				if err != nil || claims.ID != strconv.Itoa(id+1) {
					t.Errorf("got %v, %v, want the claims of token %d", claims.ID, err, id+1)
				}
			}
		})
	}
	wg.Wait()
}
