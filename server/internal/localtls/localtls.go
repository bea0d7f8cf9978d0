// Package localtls makes a certificate for a server on this machine, for clients that refuse plain HTTP. A CA of its own signs it:
// clients are told to trust that CA, which cannot sign anything else, because its key is thrown away.
//
// Most callers want [Ensure].
package localtls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Files are the names of the files that [Ensure] makes, in PEM.
type Files struct {
	CA   string // the certificate that clients trust
	Cert string
	Key  string // readable by its owner only
}

const (
	// lifetime is how long the certificates are valid. Some clients refuse more than 398 days.
	lifetime = 397 * 24 * time.Hour
	// renewal is how long before their end they are made anew.
	renewal = 30 * 24 * time.Hour
)

// Ensure returns a certificate for localhost, 127.0.0.1, ::1 and further hosts, which are names or addresses. It is kept in dir,
// and made anew if it is missing, broken, about to expire, or not for one of the hosts.
func Ensure(dir string, now time.Time, hosts ...string) (Files, tls.Certificate, error) {
	files := Files{
		CA: filepath.Join(dir, "resellerkit-ca.pem"), Cert: filepath.Join(dir, "resellerkit-cert.pem"),
		Key: filepath.Join(dir, "resellerkit-key.pem"),
	}
	hosts = append([]string{"localhost", "127.0.0.1", "::1"}, hosts...)
	if cert, err := files.load(now, hosts); err == nil {
		return files, cert, nil
	}
	if err := files.create(now, hosts); err != nil {
		return files, tls.Certificate{}, fmt.Errorf("make a certificate in %s: %w", dir, err)
	}
	cert, err := files.load(now, hosts)
	return files, cert, err
}

// load reads the files, and refuses those that a client of one of the hosts would refuse.
func (f Files) load(now time.Time, hosts []string) (tls.Certificate, error) {
	cert, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		return cert, err
	}
	ca, err := os.ReadFile(f.CA)
	if err != nil {
		return cert, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	for _, host := range hosts {
		for _, at := range []time.Time{now, now.Add(renewal)} {
			if _, err := cert.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, CurrentTime: at}); err != nil {
				return cert, err
			}
		}
	}
	return cert, nil
}

// create makes new files. The key is written first: an interrupted run leaves files that load refuses.
func (f Files) create(now time.Time, hosts []string) error {
	ca, caKey, err := newCertificate(now, nil, nil, nil)
	if err != nil {
		return err
	}
	cert, key, err := newCertificate(now, hosts, ca, caKey)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return errors.Join(
		write(f.Key, "PRIVATE KEY", der, 0o600),
		write(f.Cert, "CERTIFICATE", cert.Raw, 0o644),
		write(f.CA, "CERTIFICATE", ca.Raw, 0o644),
	)
}

// newCertificate makes a certificate for hosts, signed by a parent; without a parent it makes a CA.
func newCertificate(now time.Time, hosts []string, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "resellerkit sandbox"}, BasicConstraintsValid: true,
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(lifetime), // clocks differ
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if parent == nil {
		template.Subject.CommonName = "resellerkit sandbox CA"
		template.IsCA, template.MaxPathLenZero, template.KeyUsage, template.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil
		parent, parentKey = template, key
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}

// write replaces a file as a whole, so that its mode is the given one, and no reader sees half of it.
func write(name, kind string, der []byte, mode os.FileMode) error {
	temporary, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // which is gone after the rename
	err = errors.Join(temporary.Chmod(mode), pem.Encode(temporary, &pem.Block{Type: kind, Bytes: der}), temporary.Close())
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), name)
}
