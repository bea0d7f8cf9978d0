package command

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/localtls"
)

// tlsFlags are the flags of a command that can serve HTTPS.
type tlsFlags struct {
	TLS     bool   `name:"tls" help:"Serve HTTPS, with a certificate that is made once and kept in --tls-dir. The banner says how clients are told to trust it."`
	TLSDir  string `name:"tls-dir" placeholder:"DIR" help:"Where --tls keeps its files (the directory of the SQLite file, else the working directory)."`
	TLSCert string `name:"tls-cert" placeholder:"FILE" help:"Serve HTTPS with this certificate, in PEM; needs --tls-key."`
	TLSKey  string `name:"tls-key" placeholder:"FILE" help:"Private key of --tls-cert, in PEM."`
}

func (f *tlsFlags) validate() error {
	switch {
	case (f.TLSCert == "") != (f.TLSKey == ""):
		return errors.New("--tls-cert, --tls-key: give both")
	case f.TLS && f.TLSCert != "":
		return errors.New("--tls: makes a certificate; leave it out beside --tls-cert")
	case f.TLSDir != "" && !f.TLS:
		return errors.New("--tls-dir: is for --tls")
	}
	return nil
}

// scheme is http or https.
func (f *tlsFlags) scheme() string {
	if f.TLS || f.TLSCert != "" {
		return "https"
	}
	return "http"
}

// config returns the configuration of an HTTPS server on an address, and the file with the CA that clients need to be told of; nil
// stands for plain HTTP. dir is where --tls keeps its files without --tls-dir.
func (f *tlsFlags) config(address, dir string) (config *tls.Config, ca string, err error) {
	var cert tls.Certificate
	switch {
	case f.TLSCert != "":
		if cert, err = tls.LoadX509KeyPair(f.TLSCert, f.TLSKey); err != nil {
			return nil, "", fmt.Errorf("--tls-cert, --tls-key: %w", err)
		}
	case f.TLS:
		if f.TLSDir != "" {
			dir = f.TLSDir
		}
		files, made, err := localtls.Ensure(dir, time.Now(), certificateHosts(address)...)
		if err != nil {
			return nil, "", fmt.Errorf("--tls: %w", err)
		}
		if ca, err = filepath.Abs(files.CA); err != nil {
			return nil, "", err
		}
		cert = made
	default:
		return nil, "", nil
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}, ca, nil
}

// caHint is the part of a banner that says how clients are told of the CA of --tls. It is empty if there is none.
func caHint(ca string) string {
	if ca == "" {
		return ""
	}
	return fmt.Sprintf(`
Its certificate is signed by a CA that clients must be told of
  curl  --cacert '%s'
  Node  NODE_EXTRA_CA_CERTS='%s'
  Go    SSL_CERT_FILE='%s'
`, ca, ca, ca)
}

// certificateHosts is the host of an address. A listener on all addresses has no host that a certificate could name.
func certificateHosts(address string) []string {
	host, _, err := net.SplitHostPort(address)
	if addr, parseErr := netip.ParseAddr(host); err != nil || host == "" || parseErr == nil && addr.IsUnspecified() {
		return nil
	}
	return []string{host}
}

// storeDir is the directory of an SQLite file, or the working directory.
func storeDir(store string) string {
	if file, ok := strings.CutPrefix(store, "sqlite:"); ok && file != ":memory:" {
		return filepath.Dir(file)
	}
	return "."
}
