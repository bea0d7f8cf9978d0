package contract

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// BenchmarkObserve compares a reverse proxy with the same proxy behind a contract that observes it, for pages of 5 KB and 400 KB.
func BenchmarkObserve(b *testing.B) {
	for _, users := range []int{25, 2000} {
		page := userPage(users)
		upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(page)
		}))
		defer upstream.Close()
		target, err := url.Parse(upstream.URL)
		if err != nil {
			b.Fatal(err)
		}
		proxy := &httputil.ReverseProxy{
			Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
			Transport: &http.Transport{MaxIdleConnsPerHost: 100},
		}
		c := cockpit(b, Options{Finding: func(_ *http.Request, v Violation) { b.Error(v) }})
		for _, x := range []struct {
			name    string
			handler http.Handler
		}{{"bare", proxy}, {"observed", c.Handler(proxy)}} {
			b.Run(fmt.Sprintf("%d KB/%s", len(page)/1000, x.name), func(b *testing.B) {
				srv := httptest.NewServer(x.handler)
				defer srv.Close()
				client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
				b.SetParallelism(4) // of each processor: 8 connections on two
				b.SetBytes(int64(len(page)))
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						fetch(b, client, srv.URL+listTarget, len(page))
					}
				})
			})
		}
	}
}

func fetch(b *testing.B, client *http.Client, target string, length int) {
	r, err := http.NewRequest(http.MethodGet, target, http.NoBody)
	if err != nil {
		b.Error(err)
		return
	}
	r.Header = request("GET", listTarget, "").Header
	resp, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	defer resp.Body.Close()
	if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != int64(length) || resp.StatusCode != http.StatusOK {
		b.Errorf("status %d, %d bytes, %v", resp.StatusCode, n, err)
	}
}
