package token

import "errors"

// The errors of [Authority.Verify]. Their texts are constant, so that no part of a
// token can reach a log through them.
var (
	// ErrSize means that the token is longer than [MaxSize].
	ErrSize = errors.New("token: too long")
	// ErrForm means that the token is not three canonical base64url parts.
	ErrForm = errors.New("token: not in the compact serialisation")
	// ErrHeader means that the header is not the one that Sign writes.
	ErrHeader = errors.New("token: header is not exactly alg RS256, kid and typ JWT")
	// ErrKey means that the authority has no key with the id in the header.
	ErrKey = errors.New("token: unknown key")
	// ErrSignature means that the named key did not sign this token.
	ErrSignature = errors.New("token: wrong signature")
	// ErrClaims means that the claims are not JSON of the expected shape.
	ErrClaims = errors.New("token: malformed claims")
	// ErrIssuer means that the token was issued by another identity provider.
	ErrIssuer = errors.New("token: wrong issuer")
	// ErrAudience means that the token is for another API.
	ErrAudience = errors.New("token: wrong audience")
	// ErrExpired means that the token has expired.
	ErrExpired = errors.New("token: expired")
	// ErrEarly means that the token is not valid yet.
	ErrEarly = errors.New("token: not valid yet")
)
