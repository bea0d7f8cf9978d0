package identity

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

// refreshLifetime is how long an unused refresh token is valid. Each use replaces it.
const refreshLifetime = 30 * 24 * time.Hour

// newSecret makes a code or a refresh token.
func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never returns an error: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashSecret is what the store keeps of a code or a refresh token. S256 of RFC 7636 is the same function.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// redeemCode carries out RFC 6749 section 4.1.3.
func (s *Server) redeemCode(r *http.Request, form url.Values, client store.Client) (tokenResponse, error) {
	if form.Get("code") == "" {
		return tokenResponse{}, invalidRequest("code is missing")
	}
	response, err := s.redeem(r, store.GrantCode, form.Get("code"), client, func(g store.Grant) error {
		return checkCode(g, form.Get("redirect_uri"), form.Get("code_verifier"))
	})
	response.nonce = nonceOf(form.Get("code"))
	return response, err
}

// newCode makes a code. It holds the nonce of the authorization request, which the id_token repeats: the store keeps a hash of the
// whole code, so that the nonce cannot be changed.
func newCode(nonce string) string {
	if nonce == "" {
		return newSecret()
	}
	return newSecret() + "." + base64.RawURLEncoding.EncodeToString([]byte(nonce))
}

func nonceOf(code string) string {
	_, encoded, _ := strings.Cut(code, ".")
	nonce, _ := base64.RawURLEncoding.DecodeString(encoded) // the code has been found, and so was made by newCode
	return string(nonce)
}

// checkCode refuses an address that is not the authorization request's, and a verifier that is not the challenge's: RFC 7636
// section 4.6. A verifier without a challenge is refused too: an attacker may have removed the challenge (RFC 9700 section
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

// refresh carries out RFC 6749 section 6.
func (s *Server) refresh(r *http.Request, form url.Values, client store.Client) (tokenResponse, error) {
	if form.Get("refresh_token") == "" {
		return tokenResponse{}, invalidRequest("refresh_token is missing")
	}
	wanted := form.Get("scope")
	response, err := s.redeem(r, store.GrantRefresh, form.Get("refresh_token"), client, func(g store.Grant) error {
		granted := strings.Fields(g.Scope)
		for _, scope := range strings.Fields(wanted) {
			if !slices.Contains(granted, scope) {
				return &oauthError{http.StatusBadRequest, "invalid_scope", "the scope was not granted"}
			}
		}
		return nil
	})
	if wanted != "" {
		response.Scope = wanted
	}
	return response, err
}

// redeem uses up a code or a refresh token, unless check refuses it, and replaces it by a refresh token. A second use means
// that one of the two users has stolen it, so that all tokens of the grant are revoked: RFC 6749 section 4.1.2, RFC 9700
// section 4.14.2.
func (s *Server) redeem(r *http.Request, kind, secret string, client store.Client, check func(store.Grant) error) (tokenResponse, error) {
	next, now := newSecret(), s.Now()
	what := "the " + kind
	if kind == store.GrantRefresh {
		what += " token"
	}
	var refused error // apart from the transaction's error, because the revocation must be committed
	var scope string
	err := s.Store.Update(r.Context(), func(tx *store.Tx) error {
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
	return tokenResponse{RefreshToken: next, Scope: scope}, err
}

// succeed replaces a grant by a refresh token.
func (s *Server) succeed(tx *store.Tx, g store.Grant, next string, now time.Time) error {
	if err := tx.UseGrant(g.ID); err != nil {
		return err
	}
	return tx.AddGrant(store.Grant{
		ID: hashSecret(next), Kind: store.GrantRefresh, Family: g.Family, Client: g.Client, Scope: g.Scope,
		Expires: now.Add(refreshLifetime),
	}, now)
}
