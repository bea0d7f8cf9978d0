package witness

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"time"
)

// TransportOptions are the settings of [NewTransport].
type TransportOptions struct {
	// CA holds the trusted certificate authorities; nil means the system's. See [CertPool].
	CA *x509.CertPool
	// Insecure turns off the verification of the upstream's certificate. Set [Options.Unverified] of the recorders as well.
	Insecure bool
}

// NewTransport returns a transport for a [Proxy]. It leaves bodies as they are and obeys HTTP_PROXY and NO_PROXY. It limits the time to
// connect and the time until a response begins, but not the time for a body.
func NewTransport(opts TransportOptions) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		DisableCompression:    true, // otherwise it asks for gzip and decodes it, so that other bytes are forwarded than were sent
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 2 * time.Minute,
		ExpectContinueTimeout: 10 * time.Second,
		TLSClientConfig: &tls.Config{
			MinVersion: tls.VersionTLS12, RootCAs: opts.CA,
			InsecureSkipVerify: opts.Insecure, // on request only; Options.Unverified says so in evidence
		},
	}
}

// decoding returns a transport that decodes gzip, for enforced operations, whose bodies the contract must read before the client.
func decoding(rt http.RoundTripper) http.RoundTripper {
	if t, ok := rt.(*http.Transport); ok {
		t = t.Clone()
		t.DisableCompression = false
		return t
	}
	return rt
}
