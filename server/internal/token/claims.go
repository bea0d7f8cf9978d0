package token

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

// Leeway is the time by which NotBefore and IssuedAt may lie in the future,
// because the clocks of sandboxes that share a store may differ. Expiry has none.
const Leeway = 5 * time.Second

// Claims is the content of a token. Its times are whole seconds.
type Claims struct {
	Issuer     string // the identity provider, one for each API
	Audience   string // the API it is for
	Subject    string // the client id
	ID         string // the jti, optional
	Tenant     string // CloudCockpit: the tenant's domain
	Enterprise string // MyReports: the enterprise's name
	Role       string // CloudCockpit: csp or reseller
	ResellerID string // CloudCockpit: the reseller, for role reseller
	Nonce      string // of an id_token: the authorization request's, optional

	NotBefore time.Time // optional
	IssuedAt  time.Time // optional
	Expiry    time.Time // required; the first moment at which the token is not valid
}

// wireClaims is the JSON form. Times are integers although RFC 7519, section 2
// allows fractions: Sign writes none, and readers round a fraction differently.
type wireClaims struct {
	Issuer     string `json:"iss"`
	Audience   string `json:"aud"`
	Subject    string `json:"sub"`
	ID         string `json:"jti,omitempty"`
	Tenant     string `json:"tenant,omitempty"`
	Enterprise string `json:"enterprise,omitempty"`
	Role       string `json:"role,omitempty"`
	ResellerID string `json:"resellerId,omitempty"`
	Nonce      string `json:"nonce,omitempty"`
	NotBefore  *int64 `json:"nbf,omitempty"`
	IssuedAt   *int64 `json:"iat,omitempty"`
	Expiry     *int64 `json:"exp"`
}

func (c Claims) encode() ([]byte, error) {
	if c.Issuer == "" || c.Audience == "" || c.Subject == "" || c.Expiry.IsZero() {
		return nil, errors.New("token: issuer, audience, subject and expiry must be set")
	}
	w := wireClaims{
		Issuer: c.Issuer, Audience: c.Audience, Subject: c.Subject, ID: c.ID,
		Tenant: c.Tenant, Enterprise: c.Enterprise, Role: c.Role, ResellerID: c.ResellerID, Nonce: c.Nonce,
		NotBefore: seconds(c.NotBefore), IssuedAt: seconds(c.IssuedAt), Expiry: seconds(c.Expiry),
	}
	for _, t := range []*int64{w.NotBefore, w.IssuedAt, w.Expiry} {
		if !isTime(t) {
			return nil, fmt.Errorf("token: time outside the years 1970 to 9999: %d", *t)
		}
	}
	return stdjson.Marshal(w)
}

// decodeClaims reads a payload with a verified signature. go-jose's JSON package
// refuses duplicate names, which RFC 7519, section 4 leaves open. aud must be one
// string, as encode writes it.
func decodeClaims(payload []byte) (Claims, error) {
	var w wireClaims
	if err := json.Unmarshal(payload, &w); err != nil {
		return Claims{}, ErrClaims
	}
	if w.Expiry == nil || w.Subject == "" || !isTime(w.Expiry) || !isTime(w.NotBefore) || !isTime(w.IssuedAt) {
		return Claims{}, ErrClaims
	}
	return Claims{
		Issuer: w.Issuer, Audience: w.Audience, Subject: w.Subject, ID: w.ID,
		Tenant: w.Tenant, Enterprise: w.Enterprise, Role: w.Role, ResellerID: w.ResellerID, Nonce: w.Nonce,
		NotBefore: moment(w.NotBefore), IssuedAt: moment(w.IssuedAt), Expiry: moment(w.Expiry),
	}, nil
}

// validAt follows RFC 7519, sections 4.1.4 to 4.1.6: the token is valid at nbf,
// and no longer valid at exp. A token with iat in the future is refused, too.
func (c Claims) validAt(now time.Time) error {
	latest := now.Add(Leeway)
	switch {
	case !now.Before(c.Expiry):
		return ErrExpired
	case c.NotBefore.After(latest), c.IssuedAt.After(latest):
		return ErrEarly
	}
	return nil
}

func seconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	s := t.Unix()
	return &s
}

func moment(s *int64) time.Time {
	if s == nil {
		return time.Time{}
	}
	return time.Unix(*s, 0).UTC()
}

// isTime reports whether a time is in the years that RFC 3339 can express.
// time.Unix would overflow far outside of them.
func isTime(s *int64) bool {
	const endOfYear9999 = 253402300799
	return s == nil || (*s >= 0 && *s <= endOfYear9999)
}
