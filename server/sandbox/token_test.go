package sandbox_test

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
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A forger signs tokens by hand, with the sandbox's own key where the attack is not about the key.
type forger struct {
	private *rsa.PrivateKey
	header  map[string]any
	claims  map[string]any
}

// forge reads the key out of a store, and takes the header and claims of a good token for its own.
func forge(t *testing.T, dsn, token string) *forger {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := &forger{}
	err = s.View(t.Context(), func(tx *store.Tx) error {
		keys, err := tx.SigningKeys()
		if err != nil {
			return err
		}
		parsed, err := x509.ParsePKCS8PrivateKey(keys[0].DER)
		f.private = parsed.(*rsa.PrivateKey)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	for i, into := range []*map[string]any{&f.header, &f.claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// changes are members to set; a nil value takes the member away.
type changes map[string]any

func encode(members map[string]any, c changes) string {
	members = maps.Clone(members)
	for name, value := range c {
		if members[name] = value; value == nil {
			delete(members, name)
		}
	}
	raw, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (f *forger) unsigned(header, claims changes) string {
	return encode(f.header, header) + "." + encode(f.claims, claims)
}

func (f *forger) signed(header, claims changes) string {
	return signRS256(f.private, f.unsigned(header, claims))
}

func signRS256(key *rsa.PrivateKey, unsigned string) string {
	sum := sha256.Sum256([]byte(unsigned))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return unsigned + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// hmacSigned is the confusion of a public key with a secret.
func (f *forger) hmacSigned(secret []byte) string {
	unsigned := f.unsigned(changes{"alg": "HS256"}, nil)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(unsigned))
	return unsigned + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Ensure every token that the sandbox did not write is a 401 of both APIs, whatever key signed it.
func TestToken_Forged(t *testing.T) {
	t.Parallel()
	dsn := newStore(t)
	b := start(t, sandbox.Options{Store: dsn})
	strangers, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for api, c := range good {
		own, err := b.Token(c.client)
		if err != nil {
			t.Fatal(err)
		}
		f := forge(t, dsn, own)
		for name, token := range forgeries(t, f, own, strangers) {
			t.Run(api+"/"+name, func(t *testing.T) {
				t.Parallel()
				wantUnauthorized(t, b.do(t, c.as("").with("Authorization", "Bearer "+token)))
			})
		}
		// The way of forging is sound: unchanged, and by the right key, the token is good.
		if a := b.do(t, c.as("").with("Authorization", "bearer  "+f.signed(nil, nil))); a.status != 200 {
			t.Errorf("%s: our own good token: got %d, want 200", api, a.status)
		}
		for _, values := range [][]string{
			{"Bearer " + own, "Bearer " + own}, {"Bearer " + own + ", Bearer " + own}, {own}, {"Basic " + own}, {"Bearer"}, {"Bearer "}, {""},
			{"Bearer " + own + " "}, {"Bearer\t" + own},
		} {
			a := b.do(t, c.as("").with("Authorization", values...))
			if a.status == 200 && values[0] == "Bearer "+own+" " {
				continue // net/http trims it: RFC 9110 section 5.5
			}
			wantUnauthorized(t, a)
		}
	}
}

func forgeries(t *testing.T, f *forger, own string, strangers *rsa.PrivateKey) map[string]string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&f.private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(own, ".")
	now := time.Now().Unix()
	twice := strings.TrimSuffix(mustDecode(t, parts[1]), "}") + `,"exp":9999999999}`
	return map[string]string{
		"expired":                            f.signed(nil, changes{"exp": now - 1}),
		"no exp":                             f.signed(nil, changes{"exp": nil}),
		"exp as text":                        f.signed(nil, changes{"exp": "9999999999"}),
		"not valid yet":                      f.signed(nil, changes{"nbf": now + 3600}),
		"issued in the future":               f.signed(nil, changes{"iat": now + 3600}),
		"another audience":                   f.signed(nil, changes{"aud": "api://other"}),
		"two audiences":                      f.signed(nil, changes{"aud": []any{f.claims["aud"], "api://other"}}),
		"no audience":                        f.signed(nil, changes{"aud": nil}),
		"a reseller without its id":          f.signed(nil, changes{"role": "reseller", "resellerId": nil}),
		"a claim twice":                      signRS256(f.private, parts[0]+"."+base64.RawURLEncoding.EncodeToString([]byte(twice))),
		"claims that are a list":             signRS256(f.private, parts[0]+"."+base64.RawURLEncoding.EncodeToString([]byte(`[]`))),
		"alg none":                           f.unsigned(changes{"alg": "none"}, nil) + ".",
		"alg None and a signature":           f.unsigned(changes{"alg": "None"}, nil) + "." + parts[2],
		"no alg":                             f.signed(changes{"alg": nil}, nil),
		"RS512":                              f.signed(changes{"alg": "RS512"}, nil),
		"HS256 with the public key, DER":     f.hmacSigned(der),
		"HS256 with the public key, PEM":     f.hmacSigned(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"HS256 with the modulus":             f.hmacSigned(f.private.N.Bytes()),
		"HS256 with nothing":                 f.hmacSigned(nil),
		"a crit that is unknown":             f.signed(changes{"crit": []string{"sandbox"}, "sandbox": true}, nil),
		"an empty crit":                      f.signed(changes{"crit": []string{}}, nil),
		"b64 false":                          f.signed(changes{"crit": []string{"b64"}, "b64": false}, nil),
		"an unknown kid":                     f.signed(changes{"kid": "another"}, nil),
		"no kid":                             f.signed(changes{"kid": nil}, nil),
		"a stranger's key":                   signRS256(strangers, f.unsigned(nil, nil)),
		"a stranger's key that it brings":    signRS256(strangers, f.unsigned(changes{"jwk": jwk(strangers), "kid": "mine"}, nil)),
		"a stranger's key behind an address": signRS256(strangers, f.unsigned(changes{"jku": "https://stranger.example/jwks.json"}, nil)),
		"claims of another client":           parts[0] + "." + encode(f.claims, changes{"tenant": fabrikam, "enterprise": "Borealis Telecom"}) + "." + parts[2],
		"the signature cut":                  own[:len(own)-4],
		"no signature":                       parts[0] + "." + parts[1] + ".",
		"two parts":                          parts[0] + "." + parts[1],
		"four parts":                         own + "." + parts[2],
		"five parts":                         own + "..",
		"padding":                            own + "==",
		"a quotation mark":                   `"` + own + `"`,
		"the JSON serialisation":             `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"over 16 KiB":                        f.signed(nil, changes{"jti": strings.Repeat("x", 16<<10)}),
		"over 16 KiB of nothing":             strings.Repeat("x", 20<<10),
		"only dots":                          "..",
		"the client's secret":                "demo-secret",
	}
}

func mustDecode(t *testing.T, part string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func jwk(key *rsa.PrivateKey) map[string]string {
	return map[string]string{"kty": "RSA", "n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": "AQAB"}
}
