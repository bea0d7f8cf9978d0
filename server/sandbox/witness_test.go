package sandbox_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
	"github.com/resellerkit/resellerkit/server/witness"
)

// proxied puts a witness proxy in front of every sandbox of the tests: `make witness-suite`.
var proxied = flag.Bool("proxied", false, "send the requests of the tests through a witness proxy")

// watchers record the exchanges of all tests, each for one of the documents.
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

// watch adds the watchers to the options of a sandbox.
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

// address returns the URL of a server, or with -proxied that of a proxy in front of it.
func address(t testing.TB, srv *httptest.Server) string {
	t.Helper()
	if !*proxied {
		return srv.URL
	}
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	recs, err := watchers()
	if err != nil {
		t.Fatal(err)
	}
	var ups []witness.Upstream
	for _, shared := range recs {
		rec, err := witness.NewRecorder(shared.Document(), witness.Options{Source: witness.SourceProxy})
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
	t.Cleanup(func() {
		proxy.Close()
		_ = p.Close()
		judgeProxy(t, ups)
	})
	return proxy.URL
}

// injected matches tests with faults or Prefer, whose responses are not what the sandbox would respond by itself. The proxy cannot tell
// them apart.
var injected = regexp.MustCompile(`Fault|Prefer`)

// judgeProxy fails a test in which a proxy saw a response that departs from its contract, or could not check an exchange.
func judgeProxy(t testing.TB, ups []witness.Upstream) {
	t.Helper()
	report := &witness.Report{}
	for _, up := range ups {
		report = witness.Join(report, up.Recorder.Report())
	}
	for _, c := range report.Contracts {
		if c.Failed > 0 {
			t.Errorf("%d exchanges with %s could not be checked", c.Failed, c.Name)
		}
	}
	if report.Findings = unexpected(report); len(report.Findings) > 0 && !injected.MatchString(t.Name()) {
		var text strings.Builder
		_ = report.WriteText(&text, false)
		t.Errorf("through the proxy:\n%s", text.String())
	}
}

// locationBase returns the beginning of a Location header: the URL of the sandbox, or nothing, because the proxy makes the URLs of its
// upstream relative.
func locationBase(url string) string {
	if *proxied {
		return ""
	}
	return url
}

// direct skips a test with -proxied, if a proxy necessarily changes what it tests.
func direct(t *testing.T, why string) {
	t.Helper()
	if *proxied {
		t.Skip("not through a proxy: " + why)
	}
}

// front lists the statuses of responses that come from the code before the handlers, or from a failure. The documents declare them only
// for operations whose page in the vendor's documentation prints them.
var front = []int{
	http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusUnsupportedMediaType,
	http.StatusRequestHeaderFieldsTooLarge, http.StatusInternalServerError,
}

// departed reports whether the sandbox departed from its own contracts in any test, and prints the findings.
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
	if report.Findings = unexpected(report); len(report.Findings) > 0 {
		_ = report.WriteText(os.Stderr, false)
	}
	return len(report.Findings) > 0
}

// unexpected returns the findings about responses that no test may have. Preference-Applied is left out, because only responses to a
// request with Prefer have it.
func unexpected(report *witness.Report) []*witness.Finding {
	return slices.DeleteFunc(report.Findings, func(f *witness.Finding) bool {
		return f.In != "response" || f.Place == "/Preference-Applied" || f.Class != witness.Differs && f.Class != witness.New || f.Rule == "status" && slices.Contains(front, f.Status)
	})
}
