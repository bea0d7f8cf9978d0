package client_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A company's network has a proxy, and TLS certificates of a CA of its own. Both are settings of the transport.
func Example_corporateProxy() {
	ctx := context.Background()
	sb, _ := sandbox.New(ctx, sandbox.Options{})
	defer sb.Close()
	srv := httptest.NewTLSServer(sb)
	defer srv.Close()
	companyCA := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	proxy := httptest.NewServer(http.HandlerFunc(tunnel))
	defer proxy.Close()

	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(companyCA) {
		panic("no certificate in the file")
	}
	proxyURL, _ := url.Parse(proxy.URL)                          // HTTPS_PROXY is obeyed without this line,
	transport := http.DefaultTransport.(*http.Transport).Clone() // except for hosts that are this machine
	transport.Proxy = http.ProxyURL(proxyURL)
	transport.TLSClientConfig.RootCAs = roots
	defer transport.CloseIdleConnections()

	cc, err := client.NewCloudCockpit(
		client.WithBaseURL(srv.URL), client.WithTenant("portal.cloudcockpit.com"),
		client.WithClientCredentials("demo-csp", "demo-secret"), client.WithTokenURL(srv.URL+"/any/oauth2/v2.0/token"),
		client.WithHTTPClient(&http.Client{Transport: transport}), // also for the token endpoint
	)
	if err != nil {
		panic(err)
	}
	page, err := cc.CustomerUsers(customerID, providerInstanceID).List(ctx, client.ListCustomerUsers{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.TotalCount, "users")
	// Output:
	// the proxy connects
	// 60 users
}

// tunnel is a proxy that answers CONNECT.
func tunnel(w http.ResponseWriter, r *http.Request) {
	fmt.Println("the proxy connects")
	up, err := net.Dial("tcp", r.Host)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer up.Close()
	w.WriteHeader(http.StatusOK)
	down, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer down.Close()
	go func() { _, _ = io.Copy(up, buffered) }()
	_, _ = io.Copy(down, up)
}
