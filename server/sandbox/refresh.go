package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// refreshLifetime is how long a refresh token is good when it is not used. Each use gives another one.
const refreshLifetime = 30 * 24 * time.Hour

// newSecret makes a code or a refresh token.
func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashSecret is what the store knows of a code or a refresh token. S256 of RFC 7636 is the same function.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func invalidGrant(description string) *oauthError {
	return &oauthError{http.StatusBadRequest, "invalid_grant", description}
}

// redeemCode answers RFC 6749 section 4.1.3.
func (s *Sandbox) redeemCode(r *http.Request, form url.Values, client store.Client) (tokenAnswer, error) {
	if form.Get("code") == "" {
		return tokenAnswer{}, invalidRequest("code is missing")
	}
	return s.redeem(r, store.GrantCode, form.Get("code"), client, func(g store.Grant) error {
		return checkCode(g, form.Get("redirect_uri"), form.Get("code_verifier"))
	})
}

// checkCode refuses an address that is not the authorization request's, and a verifier that is not the challenge's: RFC 7636
// section 4.6. A verifier without a challenge is refused too: somebody may have taken the challenge away (RFC 9700 section
// 4.8.2).
func checkCode(g store.Grant, redirect, verifier string) error {
	if redirect != g.RedirectURI && !(g.RedirectURI == "" && redirect == defaultRedirect) {
		return invalidGrant("redirect_uri is not that of the authorization request")
	}
	given := ""
	if verifier != "" {
		given = hashSecret(verifier)
	}
	if subtle.ConstantTimeCompare([]byte(given), []byte(g.Challenge)) != 1 {
		return invalidGrant("code_verifier does not fit the code_challenge")
	}
	return nil
}

// refresh answers RFC 6749 section 6.
func (s *Sandbox) refresh(r *http.Request, form url.Values, client store.Client) (tokenAnswer, error) {
	if form.Get("refresh_token") == "" {
		return tokenAnswer{}, invalidRequest("refresh_token is missing")
	}
	wanted := form.Get("scope")
	answer, err := s.redeem(r, store.GrantRefresh, form.Get("refresh_token"), client, func(g store.Grant) error {
		granted := strings.Fields(g.Scope)
		for _, scope := range strings.Fields(wanted) {
			if !slices.Contains(granted, scope) {
				return &oauthError{http.StatusBadRequest, "invalid_scope", "the scope was not granted"}
			}
		}
		return nil
	})
	if wanted != "" {
		answer.Scope = wanted
	}
	return answer, err
}

// redeem uses up a code or a refresh token that check has nothing against, and gives a refresh token for it. One that comes a
// second time was stolen, then or now, so that all that came of it ends: RFC 6749 section 4.1.2, RFC 9700 section 4.14.2.
func (s *Sandbox) redeem(r *http.Request, kind, secret string, client store.Client, check func(store.Grant) error) (tokenAnswer, error) {
	next, now := newSecret(), s.now()
	what := "the " + kind
	if kind == store.GrantRefresh {
		what += " token"
	}
	var refused error // what is refused may have to be committed
	var scope string
	err := s.store.Update(r.Context(), func(tx *store.Tx) error {
		refused = nil
		g, err := tx.Grant(hashSecret(secret))
		switch {
		case errors.Is(err, store.ErrNotFound), err == nil && (g.Kind != kind || g.Client != client.ID):
			return invalidGrant(what + " is not one of this client's")
		case err != nil:
			return err
		case !now.Before(g.Expires):
			return invalidGrant(what + " has expired")
		case g.Used:
			refused = invalidGrant(what + " was used before; what came of it is revoked")
			return tx.RevokeGrants(g.Family)
		}
		if err := check(g); err != nil {
			return err
		}
		scope = g.Scope
		return s.succeed(tx, g, next, now)
	})
	if err == nil {
		err = refused
	}
	return tokenAnswer{RefreshToken: next, Scope: scope}, err
}

// succeed puts a refresh token in the place of a grant.
func (s *Sandbox) succeed(tx *store.Tx, g store.Grant, next string, now time.Time) error {
	if err := tx.UseGrant(g.ID); err != nil {
		return err
	}
	return tx.AddGrant(store.Grant{
		ID: hashSecret(next), Kind: store.GrantRefresh, Family: g.Family, Client: g.Client, Scope: g.Scope,
		Expires: now.Add(refreshLifetime),
	}, now)
}
