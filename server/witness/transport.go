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
	// CA are certificates that are trusted besides the system's; nil means the system's alone.
	CA *x509.CertPool
	// Insecure does not verify the upstream. Recorders of such traffic must have [Options.Unverified].
	Insecure bool
}

// NewTransport returns a transport for a [Proxy]: it passes bodies as they are, obeys HTTP_PROXY and NO_PROXY, and limits how
// long a connection and a response's head may take, but not a body.
func NewTransport(opts TransportOptions) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		DisableCompression:    true, // else it asks for gzip, decodes it, and hands on other bytes than were sent
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 2 * time.Minute,
		ExpectContinueTimeout: 10 * time.Second,
		TLSClientConfig: &tls.Config{
			MinVersion: tls.VersionTLS12, RootCAs: opts.CA,
			InsecureSkipVerify: opts.Insecure, // asked for by name; evidence says so
		},
	}
}

// decoding returns the transport for enforced operations, whose bodies the contract must be able to read.
func decoding(rt http.RoundTripper) http.RoundTripper {
	if t, ok := rt.(*http.Transport); ok {
		t = t.Clone()
		t.DisableCompression = false
		return t
	}
	return rt
}
