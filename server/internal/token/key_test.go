package token_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/token"
)

// Ensure that a key signs and verifies as before after it was stored.
func TestParseKey_roundTrip(t *testing.T) {
	t.Parallel()
	der, err := testKey().DER()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", testKey().ID(), "a name of one's own"} {
		key, err := token.ParseKey(id, der)
		if err != nil {
			t.Fatal(err)
		}
		if want := id; want != "" && key.ID() != want || want == "" && key.ID() != testKey().ID() {
			t.Errorf("ParseKey(%q) has id %q", id, key.ID())
		}
		if again, err := key.DER(); err != nil || !bytes.Equal(again, der) {
			t.Errorf("ParseKey(%q).DER differs, error %v", id, err)
		}
		if _, err := authority(t, key).Verify(sign(t, authority(t, key), claims()), issuer, audience, now); err != nil {
			t.Errorf("ParseKey(%q): %v", id, err)
		}
	}
}

// Ensure that only RSA keys of sufficient size are accepted.
func TestParseKey_refuses(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for name, der := range map[string][]byte{
		"nothing": nil, "no DER": []byte("key"), "an elliptic curve": pkcs8(t, curve), "1024 bits": pkcs8(t, small),
		"PKCS #1": x509.MarshalPKCS1PrivateKey(small),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := token.ParseKey("", der); err == nil {
				t.Error("got a key, want an error")
			}
		})
	}
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
