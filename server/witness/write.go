package witness

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
)

// Formats of a report.
const (
	FormatText  = "text"
	FormatJSON  = "json"
	FormatSARIF = "sarif"
	FormatJUnit = "junit"
	FormatHTML  = "html"
)

// Formats lists the formats of a report.
func Formats() []string {
	return []string{FormatText, FormatJSON, FormatSARIF, FormatJUnit, FormatHTML}
}

// WriteOptions are the settings of [Report.Write].
type WriteOptions struct {
	Verbose bool  // for text: also list what was never seen
	Level   Level // for junit: which findings are failures
}

// Write writes the report in one of the formats that [Formats] lists.
func (r *Report) Write(w io.Writer, format string, opts WriteOptions) error {
	switch format {
	case FormatText:
		return r.WriteText(w, opts.Verbose)
	case FormatJSON:
		return r.WriteJSON(w)
	case FormatSARIF:
		return r.WriteSARIF(w)
	case FormatJUnit:
		return r.WriteJUnit(w, opts.Level)
	case FormatHTML:
		return r.WriteHTML(w)
	}
	return fmt.Errorf("report format %q is not one of %v", format, Formats())
}

// Open returns an embedded document by its name, or the OpenAPI 3.0 document in a file, in YAML or JSON. See [NameOf] for the name of the
// latter.
func Open(name string) (*Document, error) {
	doc, err := Embedded(name)
	if !errors.Is(err, ErrUnknownDocument) {
		return doc, err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%q is neither cloudcockpit nor myreports, nor a file that can be read: %w", name, err)
	}
	return NewDocument(NameOf(name), name, data)
}

// CertPool returns the system's certificate authorities together with those in PEM data.
func CertPool(pem []byte) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("no certificate in the PEM data")
	}
	return pool, nil
}

// SafeListener returns an error for an address that other machines can reach without TLS, because tokens would cross the network in
// clear.
func SafeListener(addr net.Addr, tls, insecure bool) error {
	tcp, ok := addr.(*net.TCPAddr)
	if tls || insecure || ok && tcp.IP.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%s is not a loopback address, and without TLS tokens would cross the network in clear", addr)
}
