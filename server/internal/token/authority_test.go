package token_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/token"
)

const (
	issuer   = "http://127.0.0.1:8080/directory/v2.0"
	audience = "api://cloudcockpit"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// testKey returns the same key for all tests, because generating one takes long.
var testKey = sync.OnceValue(mustKey)

// otherKey returns a key that an authority has only if a test says so.
var otherKey = sync.OnceValue(mustKey)

func mustKey() *token.Key {
	key, err := token.NewKey()
	if err != nil {
		panic(err)
	}
	return key
}

func authority(t testing.TB, keys ...*token.Key) *token.Authority {
	t.Helper()
	a, err := token.New(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func claims() token.Claims {
	return token.Claims{
		Issuer: issuer, Audience: audience, Subject: "demo-reseller", ID: "1",
		Tenant: "portal.cloudcockpit.com", Enterprise: "First", Role: "reseller",
		ResellerID: "d0000000-0000-4000-8000-000000000001",
		NotBefore:  now, IssuedAt: now, Expiry: now.Add(3599 * time.Second),
	}
}

func sign(t testing.TB, a *token.Authority, c token.Claims) string {
	t.Helper()
	raw, err := a.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Ensure that Verify returns the claims that Sign got.
func TestAuthority_roundTrip(t *testing.T) {
	t.Parallel()
	a := authority(t, testKey())
	for name, c := range map[string]token.Claims{
		"all claims":          claims(),
		"only what is needed": {Issuer: issuer, Audience: audience, Subject: "demo-csp", Expiry: now.Add(time.Hour)},
		"odd characters":      {Issuer: issuer, Audience: audience, Subject: "<é😀\"\\>\u2028", Expiry: now.Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := a.Verify(sign(t, a, c), issuer, audience, now)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c, got); diff != "" {
				t.Errorf("claims (-signed +verified):\n%s", diff)
			}
		})
	}
}

// Ensure that times are rounded down to whole seconds, so that no token starts late.
func TestAuthority_Sign_wholeSeconds(t *testing.T) {
	t.Parallel()
	a := authority(t, testKey())
	c := claims()
	c.NotBefore, c.IssuedAt = now.Add(900*time.Millisecond), now.Add(900*time.Millisecond)
	got, err := a.Verify(sign(t, a, c), issuer, audience, now.Add(900*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if !got.NotBefore.Equal(now) || !got.IssuedAt.Equal(now) {
		t.Errorf("got nbf %v and iat %v, want %v", got.NotBefore, got.IssuedAt, now)
	}
}

// Ensure that Sign refuses claims that Verify would refuse.
func TestAuthority_Sign_refuses(t *testing.T) {
	t.Parallel()
	a := authority(t, testKey())
	for name, change := range map[string]func(*token.Claims){
		"no issuer":          func(c *token.Claims) { c.Issuer = "" },
		"no audience":        func(c *token.Claims) { c.Audience = "" },
		"no subject":         func(c *token.Claims) { c.Subject = "" },
		"no expiry":          func(c *token.Claims) { c.Expiry = time.Time{} },
		"a time before 1970": func(c *token.Claims) { c.IssuedAt = time.Unix(-1, 0) },
		"a time after 9999":  func(c *token.Claims) { c.Expiry = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"too much text":      func(c *token.Claims) { c.Tenant = strings.Repeat("x", token.MaxSize) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := claims()
			change(&c)
			if raw, err := a.Sign(c); err == nil {
				t.Errorf("got a token of %d bytes, want an error", len(raw))
			}
		})
	}
}

// Ensure that issuer and audience are compared exactly.
func TestAuthority_Verify_issuerAndAudience(t *testing.T) {
	t.Parallel()
	a := authority(t, testKey())
	raw := sign(t, a, claims())
	for _, tt := range []struct {
		name, issuer, audience string
		want                   error
	}{
		{"the right ones", issuer, audience, nil},
		{"another issuer", issuer + "/", audience, token.ErrIssuer},
		{"the issuer in another case", strings.ToUpper(issuer), audience, token.ErrIssuer},
		{"any issuer", "", audience, nil},
		{"the other API's audience", issuer, "api://myreports", token.ErrAudience},
		{"no audience expected", issuer, "", token.ErrAudience},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := a.Verify(raw, tt.issuer, tt.audience, now); !errors.Is(err, tt.want) {
				t.Errorf("got error %v, want %v", err, tt.want)
			}
		})
	}
}

// Ensure that a token is valid from nbf and iat, less the leeway, until exp.
func TestAuthority_Verify_times(t *testing.T) {
	t.Parallel()
	a := authority(t, testKey())
	late := claims()
	late.NotBefore = now.Add(time.Minute)
	future := claims()
	future.IssuedAt = now.Add(time.Minute)
	for _, tt := range []struct {
		name   string
		claims token.Claims
		at     time.Time
		want   error
	}{
		{"at its first moment", claims(), now, nil},
		{"at its last moment", claims(), claims().Expiry.Add(-time.Nanosecond), nil},
		{"at exp it is over", claims(), claims().Expiry, token.ErrExpired},
		{"exp has no leeway", claims(), claims().Expiry.Add(time.Nanosecond), token.ErrExpired},
		{"a year later", claims(), now.AddDate(1, 0, 0), token.ErrExpired},
		{"nbf has its leeway", late, late.NotBefore.Add(-token.Leeway), nil},
		{"before nbf", late, late.NotBefore.Add(-token.Leeway - time.Nanosecond), token.ErrEarly},
		{"iat has its leeway", future, future.IssuedAt.Add(-token.Leeway), nil},
		{"issued in the future", future, future.IssuedAt.Add(-token.Leeway - time.Nanosecond), token.ErrEarly},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := a.Verify(sign(t, a, tt.claims), issuer, audience, tt.at); !errors.Is(err, tt.want) {
				t.Errorf("got error %v, want %v", err, tt.want)
			}
		})
	}
}

// Ensure that after a rotation the new key signs and both keys verify.
func TestAuthority_rotation(t *testing.T) {
	t.Parallel()
	before, after, last := authority(t, testKey()), authority(t, testKey(), otherKey()), authority(t, otherKey())
	old, young := sign(t, before, claims()), sign(t, after, claims())
	for _, tt := range []struct {
		name string
		a    *token.Authority
		raw  string
		want error
	}{
		{"an old token after the rotation", after, old, nil},
		{"a new token after the rotation", after, young, nil},
		{"a new token where the old key is gone", last, young, nil},
		{"an old token where the old key is gone", last, old, token.ErrKey},
		{"a new token where the new key is not known yet", before, young, token.ErrKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := tt.a.Verify(tt.raw, issuer, audience, now); !errors.Is(err, tt.want) {
				t.Errorf("got error %v, want %v", err, tt.want)
			}
		})
	}
}

// Ensure that the key set contains the public keys alone, newest first.
func TestAuthority_JWKS(t *testing.T) {
	t.Parallel()
	a := authority(t, testKey(), otherKey())
	var got struct {
		Keys []map[string]string `json:"keys"`
	}
	if err := json.Unmarshal(a.JWKS(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Keys) != 2 {
		t.Fatalf("got %d keys, want 2", len(got.Keys))
	}
	for i, key := range []*token.Key{otherKey(), testKey()} {
		if len(got.Keys[i]["n"]) != 342 {
			t.Errorf("key %d has a modulus of %d characters, want 342", i, len(got.Keys[i]["n"]))
		}
		delete(got.Keys[i], "n")
		want := map[string]string{"kty": "RSA", "e": "AQAB", "alg": "RS256", "use": "sig", "kid": key.ID()}
		if diff := cmp.Diff(want, got.Keys[i]); diff != "" {
			t.Errorf("key %d without its modulus (-want +got):\n%s", i, diff)
		}
	}
	a.JWKS()[0] = 'x'
	if a.JWKS()[0] != '{' {
		t.Error("a caller changed the authority's key set")
	}
}

// Ensure that an authority needs keys, with different ids.
func TestNew_refuses(t *testing.T) {
	t.Parallel()
	if _, err := token.New(); err == nil {
		t.Error("no key: got no error")
	}
	if _, err := token.New(testKey(), testKey()); err == nil {
		t.Error("one key twice: got no error")
	}
}

// Ensure that an authority is safe for concurrent use.
func TestAuthority_concurrentUse(t *testing.T) {
	t.Parallel()
	a := authority(t, testKey())
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				raw, err := a.Sign(claims())
				if err != nil {
					t.Error(err)
				}
				if _, err := a.Verify(raw, issuer, audience, now); err != nil {
					t.Error(err)
				}
				a.JWKS()
			}
		})
	}
	group.Wait()
}

func BenchmarkAuthority_Sign(b *testing.B) {
	a := authority(b, testKey())
	b.ReportAllocs()
	for b.Loop() {
		sign(b, a, claims())
	}
}

func BenchmarkAuthority_Verify(b *testing.B) {
	a := authority(b, testKey())
	raw := sign(b, a, claims())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Verify(raw, issuer, audience, now); err != nil {
			b.Fatal(err)
		}
	}
}

// A token that is refused before its signature is verified should cost little.
func BenchmarkAuthority_Verify_unknownKey(b *testing.B) {
	raw := sign(b, authority(b, otherKey()), claims())
	a := authority(b, testKey())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Verify(raw, issuer, audience, now); err == nil {
			b.Fatal("accepted")
		}
	}
}
