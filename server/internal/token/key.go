package token

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// keyBits is the size of new keys, and the minimum of RFC 7518, section 3.3 for
// RS256.
const keyBits = 2048

// A Key is an RSA key pair with an id. It is safe for concurrent use.
type Key struct {
	id      string
	private *rsa.PrivateKey
	signer  jose.Signer
}

// NewKey generates a key. Its id is its SHA-256 thumbprint (RFC 7638).
func NewKey() (*Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("token: make key: %w", err)
	}
	return newKey("", private)
}

// ParseKey parses the result of [Key.DER]. If id is empty, the key's id is its
// thumbprint.
func ParseKey(id string, der []byte) (*Key, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("token: parse key: %w", err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok || private.N.BitLen() < keyBits {
		return nil, errors.New("token: parse key: not an RSA key of 2048 bits or more")
	}
	return newKey(id, private)
}

// ID returns the key's id, which is the kid of the tokens that it signs.
func (k *Key) ID() string {
	return k.id
}

// DER returns the private key as unencrypted PKCS #8 (RFC 5208).
func (k *Key) DER() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, fmt.Errorf("token: encode key: %w", err)
	}
	return der, nil
}

func newKey(id string, private *rsa.PrivateKey) (*Key, error) {
	k := &Key{id: id, private: private}
	if id == "" {
		public := k.public()
		sum, err := public.Thumbprint(crypto.SHA256)
		if err != nil {
			return nil, fmt.Errorf("token: name key: %w", err)
		}
		k.id = base64.RawURLEncoding.EncodeToString(sum)
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType(tokenType),
	)
	if err != nil {
		return nil, fmt.Errorf("token: use key: %w", err)
	}
	k.signer = signer
	return k, nil
}

func (k *Key) public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: &k.private.PublicKey, KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig"}
}
