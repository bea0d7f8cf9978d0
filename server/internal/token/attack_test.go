package token_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/token"
)

// A forge builds tokens by hand with the authority's own private key, so that a
// token is refused for its form and not for its signature.
type forge struct {
	authority *token.Authority
	private   *rsa.PrivateKey
	header    string // what Sign writes
	payload   string
}

func newForge(t testing.TB) forge {
	t.Helper()
	return forge{
		authority: authority(t, testKey()),
		private:   private(t, testKey()),
		header:    fmt.Sprintf(`{"alg":"RS256","kid":%q,"typ":"JWT"}`, testKey().ID()),
		payload:   fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":"demo-csp","exp":%d}`, issuer, audience, now.Add(time.Hour).Unix()),
	}
}

func private(t testing.TB, key *token.Key) *rsa.PrivateKey {
	t.Helper()
	der, err := key.DER()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.(*rsa.PrivateKey)
}

func encode(s string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(s))
}

// sign returns header.payload.signature with a valid RS256 signature.
func (f forge) sign(header, payload string) string {
	return f.seal(encode(header) + "." + encode(payload))
}

func (f forge) seal(input string) string {
	sum := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, f.private, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return input + "." + encode(string(signature))
}

// with returns the header with additional members.
func (f forge) with(members string) string {
	return strings.TrimSuffix(f.header, "}") + "," + members + "}"
}

func (f forge) refuses(t *testing.T, raw string, want error) {
	t.Helper()
	c, err := f.authority.Verify(raw, issuer, audience, now)
	if !errors.Is(err, want) {
		t.Errorf("got claims %+v and error %v, want %v", c, err, want)
	}
	if err != nil && c != (token.Claims{}) {
		t.Errorf("claims came with the error: %+v", c)
	}
}

// Ensure that the forge can build a valid token. Otherwise the tests below prove
// nothing.
func TestVerify_acceptsTheHandMadeToken(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	f.refuses(t, f.sign(f.header, f.payload), nil)
	f.refuses(t, f.sign(" { \"typ\" : \"JWT\",\"kid\":\""+testKey().ID()+"\",\"alg\":\"RS256\" } ", f.payload), nil)
	f.refuses(t, f.sign(f.header, strings.TrimSuffix(f.payload, "}")+`,"unknown":{"a":[1]},"exP":1}`), nil)
}

// Ensure that RS256 is the only algorithm, with any key.
func TestVerify_algorithms(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	for _, alg := range []string{"none", "None", "NONE", "", "HS256", "HS384", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RS256 "} {
		header := strings.Replace(f.header, `"RS256"`, fmt.Sprintf("%q", alg), 1)
		t.Run("alg "+alg+" with a true RS256 signature", func(t *testing.T) {
			t.Parallel()
			f.refuses(t, f.sign(header, f.payload), token.ErrHeader)
		})
		t.Run("alg "+alg+" without signature", func(t *testing.T) {
			t.Parallel()
			f.refuses(t, encode(header)+"."+encode(f.payload)+".", token.ErrForm)
		})
	}
	for name, header := range map[string]string{
		"alg is missing": fmt.Sprintf(`{"kid":%q,"typ":"JWT","x":1}`, testKey().ID()), "alg is null": strings.Replace(f.header, `"RS256"`, "null", 1),
		"alg is a list": strings.Replace(f.header, `"RS256"`, `["RS256"]`, 1), "alg in capitals": strings.Replace(f.header, `"alg"`, `"ALG"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.refuses(t, f.sign(header, f.payload), token.ErrHeader)
		})
	}
}

// Ensure that the public key, in any encoding, is not accepted as an HMAC secret.
func TestVerify_HS256WithThePublicKey(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	pkix, err := x509.MarshalPKIXPublicKey(&f.private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PublicKey(&f.private.PublicKey)
	for name, secret := range map[string][]byte{
		"PKIX DER":  pkix,
		"PKIX PEM":  pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix}),
		"PKCS1 DER": pkcs1,
		"PKCS1 PEM": pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1}),
		"modulus":   f.private.N.Bytes(),
		"JWKS":      f.authority.JWKS(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for alg, want := range map[string]error{"HS256": token.ErrHeader, "RS256": token.ErrSignature} {
				input := encode(strings.Replace(f.header, "RS256", alg, 1)) + "." + encode(f.payload)
				mac := hmac.New(sha256.New, secret)
				mac.Write([]byte(input))
				f.refuses(t, input+"."+encode(string(mac.Sum(nil))), want)
			}
		})
	}
}

// Ensure that a header holds alg, kid and typ, each once, and nothing else.
func TestVerify_headers(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	jwk := fmt.Sprintf(`{"kty":"RSA","e":"AQAB","n":%q}`, encode(string(f.private.N.Bytes())))
	kid := fmt.Sprintf("%q", testKey().ID())
	for name, header := range map[string]string{
		"crit with an unknown extension":      f.with(`"crit":["exp"],"exp":1`),
		"crit with b64, which go-jose knows":  f.with(`"crit":["b64"],"b64":true`),
		"crit that is empty":                  f.with(`"crit":[]`),
		"crit that is null":                   f.with(`"crit":null`),
		"b64 without crit":                    f.with(`"b64":false`),
		"an embedded key":                     f.with(`"jwk":` + jwk),
		"an embedded key and no kid":          `{"alg":"RS256","typ":"JWT","jwk":` + jwk + `}`,
		"a linked key set":                    f.with(`"jku":"https://attacker.example/jwks.json"`),
		"a linked certificate":                f.with(`"x5u":"https://attacker.example/cert.pem"`),
		"an embedded certificate":             f.with(`"x5c":["AA=="]`),
		"a certificate's thumbprint":          f.with(`"x5t":"AA"`),
		"a certificate's long thumbprint":     f.with(`"x5t#S256":"AA"`),
		"a nested token":                      f.with(`"cty":"JWT"`),
		"compression":                         f.with(`"zip":"DEF"`),
		"an encryption":                       f.with(`"enc":"A256GCM"`),
		"a nonce":                             f.with(`"nonce":"x"`),
		"alg twice":                           f.with(`"alg":"RS256"`),
		"alg twice, the second one none":      f.with(`"alg":"none"`),
		"alg twice, once escaped":             f.with(`"\u0061lg":"none"`),
		"kid twice":                           f.with(`"kid":` + kid),
		"typ twice":                           f.with(`"typ":"JWT"`),
		"a case twin":                         f.with(`"Alg":"RS256"`),
		"no kid":                              `{"alg":"RS256","typ":"JWT"}`,
		"a kid that is empty":                 `{"alg":"RS256","kid":"","typ":"JWT"}`,
		"a kid that is null":                  `{"alg":"RS256","kid":null,"typ":"JWT"}`,
		"a kid that is a list":                `{"alg":"RS256","kid":[` + kid + `],"typ":"JWT"}`,
		"no typ":                              `{"alg":"RS256","kid":` + kid + `}`,
		"typ of another kind of token":        `{"alg":"RS256","kid":` + kid + `,"typ":"logout+jwt"}`,
		"a header that is a list":             `["RS256"]`,
		"a header that is null":               `null`,
		"a header that is no JSON":            `alg=RS256`,
		"bytes after the header":              f.header + `{}`,
		"a header with half a closing brace":  strings.TrimSuffix(f.header, "}"),
		"a header with a member without name": f.with(`"":1`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.refuses(t, f.sign(header, f.payload), token.ErrHeader)
		})
	}
	for name, header := range map[string]string{
		"a kid that is unknown":          `{"alg":"RS256","kid":"other","typ":"JWT"}`,
		"a kid that is a path":           `{"alg":"RS256","kid":"../../dev/null","typ":"JWT"}`,
		"a kid that is SQL":              `{"alg":"RS256","kid":"' UNION SELECT 'x","typ":"JWT"}`,
		"a kid with a blank at its end":  `{"alg":"RS256","kid":"` + testKey().ID() + ` ","typ":"JWT"}`,
		"a kid that is escaped NUL":      `{"alg":"RS256","kid":"\u0000","typ":"JWT"}`,
		"the kid of another known token": `{"alg":"RS256","kid":"` + otherKey().ID() + `","typ":"JWT"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.refuses(t, f.sign(header, f.payload), token.ErrKey)
		})
	}
}

// Ensure that claims are unambiguous, and that exp is present.
func TestVerify_claims(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	exp := fmt.Sprint(now.Add(time.Hour).Unix())
	rest := fmt.Sprintf(`"iss":%q,"aud":%q,"sub":"demo-csp"`, issuer, audience)
	full := rest + `,"exp":` + exp
	for name, payload := range map[string]string{
		"exp is missing":                `{` + rest + `}`,
		"exp is null":                   `{` + rest + `,"exp":null}`,
		"exp is a string":               `{` + rest + `,"exp":"` + exp + `"}`,
		"exp is a fraction":             `{` + rest + `,"exp":` + exp + `.5}`,
		"exp has an exponent":           `{` + rest + `,"exp":1e10}`,
		"exp is negative":               `{` + rest + `,"exp":-1}`,
		"exp wraps around":              `{` + rest + `,"exp":9223372036854775807}`,
		"exp exceeds 64 bits":           `{` + rest + `,"exp":18446744073709551616}`,
		"exp in capitals":               `{` + rest + `,"EXP":` + exp + `}`,
		"exp twice":                     `{` + full + `,"exp":` + exp + `}`,
		"exp twice, once escaped":       `{` + full + `,"\u0065xp":1}`,
		"nbf is a string":               `{` + full + `,"nbf":"0"}`,
		"nbf wraps around":              `{` + full + `,"nbf":9223372036854775807}`,
		"iat is true":                   `{` + full + `,"iat":true}`,
		"iss twice":                     `{` + full + `,"iss":"x"}`,
		"aud twice":                     `{"aud":"x",` + full + `}`,
		"sub twice":                     `{` + full + `,"sub":"demo-csp"}`,
		"role twice":                    `{` + full + `,"role":"csp","role":"reseller"}`,
		"an unknown claim twice":        `{` + full + `,"x":1,"x":1}`,
		"sub is missing":                `{` + fmt.Sprintf(`"iss":%q,"aud":%q`, issuer, audience) + `,"exp":` + exp + `}`,
		"sub is empty":                  `{` + strings.Replace(full, "demo-csp", "", 1) + `}`,
		"aud is a list with the right":  `{` + strings.Replace(full, fmt.Sprintf("%q", audience), fmt.Sprintf("[%q]", audience), 1) + `}`,
		"iss is a list":                 `{` + strings.Replace(full, fmt.Sprintf("%q", issuer), fmt.Sprintf("[%q]", issuer), 1) + `}`,
		"tenant is a number":            `{` + full + `,"tenant":1}`,
		"the payload is a list":         `[` + exp + `]`,
		"the payload is null":           `null`,
		"the payload is text":           `hello`,
		"the payload has trailing data": `{` + full + `}{}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.refuses(t, f.sign(f.header, payload), token.ErrClaims)
		})
	}
	for name, tt := range map[string]struct {
		payload string
		want    error
	}{
		"iss is missing":              {`{` + fmt.Sprintf(`"aud":%q,"sub":"x"`, audience) + `,"exp":` + exp + `}`, token.ErrIssuer},
		"iss in capitals":             {`{` + strings.Replace(full, `"iss"`, `"ISS"`, 1) + `}`, token.ErrIssuer},
		"iss is null":                 {`{` + strings.Replace(full, fmt.Sprintf("%q", issuer), "null", 1) + `}`, token.ErrIssuer},
		"aud is missing":              {`{` + fmt.Sprintf(`"iss":%q,"sub":"x"`, issuer) + `,"exp":` + exp + `}`, token.ErrAudience},
		"aud has more after a blank":  {`{` + strings.Replace(full, audience, audience+" x", 1) + `}`, token.ErrAudience},
		"exp is zero":                 {`{` + rest + `,"exp":0}`, token.ErrExpired},
		"exp is now":                  {`{` + rest + `,"exp":` + fmt.Sprint(now.Unix()) + `}`, token.ErrExpired},
		"nbf is in an hour":           {`{` + full + `,"nbf":` + exp + `}`, token.ErrEarly},
		"iat is in an hour":           {`{` + full + `,"iat":` + exp + `}`, token.ErrEarly},
		"nbf is the end of all years": {`{` + full + `,"nbf":253402300799}`, token.ErrEarly},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.refuses(t, f.sign(f.header, tt.payload), tt.want)
		})
	}
}

// Ensure that only the compact serialisation is accepted, in its canonical form.
func TestVerify_forms(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	good := f.sign(f.header, f.payload)
	parts := strings.Split(good, ".")
	flattened := fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, parts[0], parts[1], parts[2])
	general := fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}]}`, parts[1], parts[0], parts[2])
	for name, raw := range map[string]string{
		"nothing":                           "",
		"dots":                              "..",
		"one part":                          parts[0],
		"two parts":                         parts[0] + "." + parts[1],
		"four parts":                        good + "." + parts[2],
		"five parts, as if encrypted":       good + ".AA.AA",
		"a dot at the end":                  good + ".",
		"a detached payload":                parts[0] + ".." + parts[2],
		"a detached payload, truly signed":  f.seal(parts[0] + "."),
		"no header":                         f.seal("." + parts[1]),
		"no signature":                      parts[0] + "." + parts[1] + ".",
		"the flattened JSON serialisation":  flattened,
		"the general JSON serialisation":    general,
		"an unprotected header":             fmt.Sprintf(`{"header":%s,"payload":%q,"signature":%q}`, f.header, parts[1], parts[2]),
		"a blank in front":                  " " + good,
		"a blank behind":                    good + " ",
		"a line break behind":               good + "\n",
		"a line break within":               parts[0] + "." + parts[1][:8] + "\r\n" + parts[1][8:] + "." + parts[2],
		"padding":                           parts[0] + "." + parts[1] + "." + parts[2] + "==",
		"the standard alphabet":             parts[0] + "." + parts[1] + "." + parts[2][:340] + "+/",
		"stray bits at the signature's end": good[:len(good)-1] + stray(good[len(good)-1]),
		"NUL":                               good + "\x00",
		"the scheme":                        "Bearer " + good,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.refuses(t, raw, token.ErrForm)
		})
	}
}

// stray returns the base64url digit after c. In the last digit of a signature it
// has the same four leading bits, and trailing bits that are not zero.
func stray(c byte) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return digits[strings.IndexByte(digits, c)+1:][:1]
}

// Ensure that the signature covers header and payload, and is that of the key in
// the header.
func TestVerify_signatures(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	good := f.sign(f.header, f.payload)
	parts := strings.Split(good, ".")
	stranger := f
	stranger.private = private(t, otherKey())
	both := f
	both.authority = authority(t, testKey(), otherKey())
	zero := base64.RawURLEncoding.EncodeToString(make([]byte, 256))
	for name, tt := range map[string]struct {
		forge forge
		raw   string
	}{
		"a stranger's signature":              {f, stranger.sign(f.header, f.payload)},
		"the signature of another known key":  {both, stranger.sign(f.header, f.payload)},
		"another payload":                     {f, parts[0] + "." + encode(strings.Replace(f.payload, "demo-csp", "demo-myreports", 1)) + "." + parts[2]},
		"another spelling of the header":      {f, encode(f.header+" ") + "." + parts[1] + "." + parts[2]},
		"a signature that is short":           {f, parts[0] + "." + parts[1] + ".AAAA"},
		"a signature of zeros":                {f, parts[0] + "." + parts[1] + "." + zero},
		"a signature plus the modulus":        {f, parts[0] + "." + parts[1] + "." + plusModulus(t, f, parts[2])},
		"a signature with a zero in front":    {f, parts[0] + "." + parts[1] + "." + withZero(t, parts[2])},
		"a payload where the header might be": {f, f.sign(f.header, f.payload)[:len(parts[0])] + "." + parts[0] + "." + parts[2]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.forge.refuses(t, tt.raw, token.ErrSignature)
		})
	}
	t.Run("RSASSA-PSS under the name of RS256", func(t *testing.T) {
		t.Parallel()
		sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		signature, err := rsa.SignPSS(rand.Reader, f.private, crypto.SHA256, sum[:], nil)
		if err != nil {
			t.Fatal(err)
		}
		f.refuses(t, parts[0]+"."+parts[1]+"."+encode(string(signature)), token.ErrSignature)
	})
}

// plusModulus returns another number with the same residue.
func plusModulus(t *testing.T, f forge, part string) string {
	t.Helper()
	signature, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	sum := new(big.Int).Add(new(big.Int).SetBytes(signature), f.private.N)
	return encode(string(sum.Bytes()))
}

func withZero(t *testing.T, part string) string {
	t.Helper()
	signature, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return encode("\x00" + string(signature))
}

// Ensure that a long token is refused for its length, before it is parsed.
func TestVerify_size(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	pad := func(n int) string {
		return f.sign(f.header, strings.TrimSuffix(f.payload, "}")+`,"x":"`+strings.Repeat("x", n)+`"}`)
	}
	fits := 11500
	for len(pad(fits+3)) <= token.MaxSize {
		fits += 3
	}
	f.refuses(t, pad(fits), nil)
	f.refuses(t, pad(fits+3), token.ErrSize)
	f.refuses(t, strings.Repeat(".", token.MaxSize+1), token.ErrSize)
	f.refuses(t, strings.Repeat(".", token.MaxSize), token.ErrForm)
	f.refuses(t, f.sign(f.header, strings.Repeat("[", 11000)), token.ErrClaims)
	f.refuses(t, f.sign(`{"alg":`+strings.Repeat("[", 11000), "{}"), token.ErrHeader)
}

// Ensure that no error quotes the token.
func TestVerify_errorsHoldNoTokenText(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	const secret = "s3cr3t"
	for _, raw := range []string{
		secret, f.sign(`{"alg":"`+secret+`","kid":"x","typ":"JWT"}`, f.payload), f.sign(`{"alg":"RS256","kid":"`+secret+`","typ":"JWT"}`, f.payload),
		f.sign(f.header, `{"`+secret+`":1,"`+secret+`":1}`), f.sign(f.header, `{"exp":"`+secret+`"}`), f.sign(f.header, secret),
	} {
		_, err := f.authority.Verify(raw, issuer, audience, now)
		if err == nil || strings.Contains(fmt.Sprintf("%+v", err), secret) {
			t.Errorf("got error %v", err)
		}
	}
}

// FuzzVerify changes a valid token. A token that is accepted must have the claims
// that were signed, in the form that was signed.
func FuzzVerify(f *testing.F) {
	forge := newForge(f)
	good := forge.sign(forge.header, forge.payload)
	f.Add(good)
	f.Add(good + ".")
	f.Add(strings.Replace(good, ".", "..", 1))
	f.Add(encode(`{"alg":"none"}`) + "." + encode(forge.payload) + ".")
	f.Add(encode(forge.with(`"crit":["b64"],"b64":false`)) + "." + forge.payload + ".AA")
	f.Fuzz(func(t *testing.T, raw string) {
		c, err := forge.authority.Verify(raw, issuer, audience, now)
		if err == nil && raw != good {
			doc, _ := json.Marshal(c)
			t.Fatalf("accepted %q: %s", raw, doc)
		}
	})
}
