// Package token issues and verifies the bearer tokens of the sandbox: signed
// JWTs (RFC 7519) in one fixed form.
//
// Most callers make an [Authority] of the keys in the store, newest last, and use
// [Authority.Sign] and [Authority.Verify].
//
// # Strictness
//
// All tokens for an Authority are signed by an Authority, so Verify accepts what
// Sign writes and little else: RS256, the compact serialisation, a header of
// exactly alg, kid and typ, each member once. Everything else that the JOSE
// documents permit (crit, embedded or linked keys, certificates, detached
// payloads, JSON serialisation, encryption) has no use here and is refused, which
// also stops attacks that are not known yet.
//
// # Errors
//
// The errors are for logs and contain no part of the token. A client should be
// told only that its token is not valid.
package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// An Authority signs tokens with its newest key and verifies tokens of all its
// keys. It is immutable and so safe for concurrent use. To rotate keys, replace it
// by another one.
type Authority struct {
	newest *Key
	keys   map[string]*Key
	jwks   []byte
}

// New returns an Authority with the given keys, oldest first: the last one
// signs, all of them verify. A key must stay in the list until the tokens that it
// signed have expired. Two keys with the same id are an error.
func New(keys ...*Key) (*Authority, error) {
	if len(keys) == 0 {
		return nil, errors.New("token: an authority needs a key")
	}
	a := &Authority{newest: keys[len(keys)-1], keys: make(map[string]*Key, len(keys))}
	for _, k := range keys {
		if a.keys[k.id] != nil {
			return nil, fmt.Errorf("token: two keys have the id %q", k.id)
		}
		a.keys[k.id] = k
	}
	jwks, err := encodeJWKS(keys)
	if err != nil {
		return nil, err
	}
	a.jwks = jwks
	return a, nil
}

// JWKS returns the public keys as a JSON Web Key Set (RFC 7517, section 5), the
// newest first. The caller owns the bytes.
func (a *Authority) JWKS() []byte {
	return append([]byte(nil), a.jwks...)
}

// Sign returns c as a token in the compact serialisation, signed with the
// newest key. Issuer, Audience, Subject and Expiry must be set. Times are written
// as whole seconds, rounded down. A token longer than [MaxSize] is an error.
func (a *Authority) Sign(c Claims) (string, error) {
	payload, err := c.encode()
	if err != nil {
		return "", err
	}
	signed, err := a.newest.signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("token: sign: %w", err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		return "", fmt.Errorf("token: serialise: %w", err)
	}
	if len(raw) > MaxSize {
		return "", ErrSize
	}
	return raw, nil
}

// Verify returns the claims of the token raw if one of the authority's keys
// signed it, it was issued by issuer for audience, and it is valid at now. An
// empty issuer stands for any.
//
// The result depends only on the arguments and the keys, so that a caller may
// cache it: a token that this Authority accepts for an issuer and an audience at
// one moment, it accepts for them at every later moment before Expiry.
func (a *Authority) Verify(raw, issuer, audience string, now time.Time) (Claims, error) {
	c, err := a.open(raw)
	switch {
	case err != nil:
		return Claims{}, err
	case issuer != "" && c.Issuer != issuer:
		return Claims{}, ErrIssuer
	case c.Audience != audience:
		return Claims{}, ErrAudience
	}
	if err := c.validAt(now); err != nil {
		return Claims{}, err
	}
	return c, nil
}

// open checks the form and the signature of raw and returns what was signed.
func (a *Authority) open(raw string) (Claims, error) {
	kid, err := readHeader(raw)
	if err != nil {
		return Claims{}, err
	}
	key := a.keys[kid]
	if key == nil {
		return Claims{}, ErrKey
	}
	// The errors of go-jose may quote the token and are not passed on.
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return Claims{}, ErrForm
	}
	payload, err := signed.Verify(&key.private.PublicKey)
	if err != nil {
		return Claims{}, ErrSignature
	}
	return decodeClaims(payload)
}

func encodeJWKS(keys []*Key) ([]byte, error) {
	var set jose.JSONWebKeySet
	for i := len(keys) - 1; i >= 0; i-- {
		set.Keys = append(set.Keys, keys[i].public())
	}
	doc, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("token: encode key set: %w", err)
	}
	return doc, nil
}
