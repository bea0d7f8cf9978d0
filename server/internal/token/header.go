package token

import (
	"encoding/base64"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// MaxSize is the greatest length of a token, in bytes.
const MaxSize = 16 << 10

// tokenType is the typ of our tokens. RFC 8725, section 3.11 asks for explicit
// typing, so that no other JWT of the same key is taken for an access token.
const tokenType = "JWT"

// canonical refuses trailing bits that are not zero. The decoder of go-jose
// ignores them, so that one token would have several spellings.
var canonical = base64.RawURLEncoding.Strict()

// readHeader checks that raw is a compact JWS (RFC 7515, section 7.1) with the
// header that Sign writes, and returns its key id. It verifies no signature.
func readHeader(raw string) (kid string, err error) {
	if len(raw) > MaxSize {
		return "", ErrSize
	}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return "", ErrForm
	}
	for _, part := range parts {
		if !isCanonical(part) {
			return "", ErrForm
		}
	}
	return decodeHeader(parts[0])
}

// isCanonical reports whether part is base64url in its only spelling. It refuses an
// empty part, which is a detached payload (RFC 7515, appendix F) or an absent
// signature, and line breaks, which every Go decoder ignores.
func isCanonical(part string) bool {
	if part == "" || strings.ContainsAny(part, "\r\n") {
		return false
	}
	_, err := canonical.DecodeString(part)
	return err == nil
}

// decodeHeader accepts exactly the members alg, kid and typ. It thus refuses crit
// (RFC 7515, section 4.1.11) with any extension, and jwk, jku, x5c and x5u, with
// which a token brings its own key. go-jose's JSON package refuses duplicate names
// and compares names case-sensitively.
func decodeHeader(part string) (kid string, err error) {
	doc, err := canonical.DecodeString(part)
	if err != nil {
		return "", ErrForm
	}
	var header map[string]any
	if err := json.Unmarshal(doc, &header); err != nil {
		return "", ErrHeader
	}
	kid, _ = header["kid"].(string)
	if len(header) != 3 || header["alg"] != string(jose.RS256) || header["typ"] != tokenType || kid == "" {
		return "", ErrHeader
	}
	return kid, nil
}
