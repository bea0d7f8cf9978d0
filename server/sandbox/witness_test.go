package sandbox_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
	"github.com/resellerkit/resellerkit/server/witness"
)

// proxied puts a witness proxy in front of every sandbox of the tests: `make witness-suite`.
var proxied = flag.Bool("proxied", false, "send the requests of the tests through a witness proxy")

// watchers see the exchanges of all tests, each for one of the documents.
var watchers = sync.OnceValues(func() ([]*witness.Recorder, error) {
	var recs []*witness.Recorder
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc, err := witness.Embedded(name)
		if err != nil {
			return nil, err
		}
		rec, err := witness.NewRecorder(doc, witness.Options{Source: witness.SourceSandbox, Local: true})
		if err != nil {
			return nil, err
		}
		recs = append(recs, rec)
	}
	return recs, nil
})

// watch has the watchers see what the sandbox responds.
func watch(t testing.TB, opts *sandbox.Options) {
	t.Helper()
	recs, err := watchers()
	if err != nil {
		t.Fatal(err)
	}
	if opts.Witness == nil {
		opts.Witness = recs
	}
}

// address returns where to reach a server: its own address, or that of a proxy in front of it.
func address(t testing.TB, srv *httptest.Server) string {
	t.Helper()
	if !*proxied {
		return srv.URL
	}
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	var ups []witness.Upstream
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc, err := witness.Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := witness.NewRecorder(doc, witness.Options{Source: witness.SourceProxy})
		if err != nil {
			t.Fatal(err)
		}
		ups = append(ups, witness.Upstream{Recorder: rec, URL: u})
	}
	p, err := witness.NewProxy(ups, witness.ProxyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(p)
	t.Cleanup(func() { proxy.Close(); _ = p.Close() })
	return proxy.URL
}

// locationBase is what a Location begins with: the proxy makes those of its upstream relative.
func locationBase(url string) string {
	if *proxied {
		return ""
	}
	return url
}

// direct skips a test that a proxy cannot pass on.
func direct(t *testing.T, why string) {
	t.Helper()
	if *proxied {
		t.Skip("not through a proxy: " + why)
	}
}

// front are the statuses of what stands before the handlers, and of their failure. By design the documents declare those that a page
// prints, and no others.
var front = []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusInternalServerError}

// departed writes what the sandbox of all tests did that its own contracts do not say, and reports whether there is anything.
func departed() bool {
	recs, err := watchers()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return true
	}
	report := &witness.Report{}
	for _, rec := range recs {
		report = witness.Join(report, rec.Report())
	}
	report.Findings = slices.DeleteFunc(report.Findings, func(f *witness.Finding) bool {
		return f.In != "response" || f.Class != witness.Differs && f.Class != witness.New || f.Rule == "status" && slices.Contains(front, f.Status)
	})
	if len(report.Findings) > 0 {
		_ = report.WriteText(os.Stderr, false)
	}
	return len(report.Findings) > 0
}
