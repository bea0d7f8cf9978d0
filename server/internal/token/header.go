package token

import (
	"encoding/base64"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// MaxSize is the length in bytes of the longest token that is looked at.
const MaxSize = 16 << 10

// tokenType is the typ of our tokens. RFC 8725, section 3.11 asks for explicit
// typing, so that no other JWT of the same key passes for an access token.
const tokenType = "JWT"

// canonical refuses line breaks and stray bits, which the lax decoder of
// go-jose skips: one token would then have many spellings.
var canonical = base64.RawURLEncoding.Strict()

// readHeader checks that raw is a compact JWS (RFC 7515, section 7.1) with the
// header that we write, and returns its key id. Nothing is verified yet.
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

// isCanonical refuses the empty part too: a detached payload (RFC 7515,
// appendix F) and an absent signature.
func isCanonical(part string) bool {
	if part == "" || strings.ContainsAny(part, "\r\n") {
		return false
	}
	_, err := canonical.DecodeString(part)
	return err == nil
}

// decodeHeader wants exactly the members alg, kid and typ. This refuses crit
// (RFC 7515, section 4.1.11) with extensions known and unknown, and jwk, jku,
// x5c and x5u, through which a token brings its own key. go-jose's JSON package
// refuses duplicate names and matches them case-sensitively.
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
