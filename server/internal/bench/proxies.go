package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/witness"
)

// A proxyCase is what is asked through the proxies, and what the upstream responds.
type proxyCase struct {
	name, title, body string
	bar               float64 // of the bare proxy's throughput
	added             string  // the bar for what is added to its median latency
}

const (
	proxyUser = `{"id":"a0000000-0000-4000-8000-000000000001","displayName":"Ada Abbott","email":"ada.abbott@contoso.example","firstName":"Ada",` +
		`"lastName":"Abbott","location":"US","temporaryPassword":null,"domain":"contoso.example"}`
	proxyPath = "/v1/Customers/c0000000-0000-4000-8000-000000000001/users?providerInstanceId=b0000000-0000-4000-8000-000000000001"
)

// proxyClients are the numbers of connections: so many that both processors are busy, and one, which measures latency alone.
var proxyClients = []int{8, 1}

func proxyPage(users int, total string) string {
	return `{"items":[` + strings.Repeat(proxyUser+",", users-1) + proxyUser + `],"paginationParameters":{"pageNumber":1,"pageSize":25},` +
		`"totalPages":1,"totalCount":` + total + `,"hasPreviousPage":false,"hasNextPage":false,"continuationToken":null}`
}

var proxyCases = []proxyCase{
	{"page", "a page of 25, 5 KB", proxyPage(25, "25"), 0.9, "0.1 ms"},
	{"large", "a page of 2,000, 400 KB", proxyPage(2000, "2000"), 0.6, "–"},
	{"deviant", "a page of 25, each deviant", proxyPage(25, "null"), 0.6, "–"},
}

// proxyKinds make the handlers of the processes.
var proxyKinds = map[string]func(upstream *url.URL) (http.Handler, func() string, error){
	"proxy/upstream": newUpstream, "proxy/bare": newBare, "proxy/witness": newWitness,
}

func newUpstream(*url.URL) (http.Handler, func() string, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range proxyCases {
			if r.Header.Get("X-Case") == c.name {
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				_, _ = io.WriteString(w, c.body)
			}
		}
	}), func() string { return "" }, nil
}

// newBare is the shortest reverse proxy of the standard library that does as much: it keeps connections and buffers.
func newBare(upstream *url.URL) (http.Handler, func() string, error) {
	return &httputil.ReverseProxy{
		Transport: witness.NewTransport(witness.TransportOptions{}),
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(upstream) },
	}, func() string { return "" }, nil
}

func newWitness(upstream *url.URL) (http.Handler, func() string, error) {
	doc, err := witness.Embedded("cloudcockpit")
	if err != nil {
		return nil, nil, err
	}
	rec, err := witness.NewRecorder(doc, witness.Options{Source: witness.SourceProxy})
	if err != nil {
		return nil, nil, err
	}
	p, err := witness.NewProxy([]witness.Upstream{{Recorder: rec, URL: upstream}}, witness.ProxyOptions{Log: slog.New(slog.DiscardHandler)})
	summary := func() string {
		c := rec.Report().Contracts[0]
		return fmt.Sprintf("%d exchanges checked, %d dropped, %d findings", c.Exchanges, c.Dropped, len(rec.Report().Findings))
	}
	return p, summary, err
}

// serveProxy is the main function of a process: it serves until stdin ends, and then says what it has seen.
func serveProxy(s settings, stdin io.Reader, stdout io.Writer) error {
	u, err := url.Parse(s.upstream)
	if err != nil {
		return err
	}
	handler, summary, err := proxyKinds[s.serve](u)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(l) }()
	if err := json.NewEncoder(stdout).Encode(ready{Address: l.Addr().String()}); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, stdin)
	_, err = fmt.Fprintln(stdout, summary())
	return errors.Join(err, srv.Close())
}

// A proxyProcess is one of them, seen from the parent.
type proxyProcess struct {
	ready
	cmd  *exec.Cmd
	stop io.Closer
	out  *json.Decoder
	rest io.Reader
}

func startProxy(kind, upstream string) (*proxyProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &proxyProcess{cmd: exec.Command(self, "-serve", kind, "-upstream", upstream)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.stop, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.out = json.NewDecoder(out)
	p.rest = io.MultiReader(p.out.Buffered(), out)
	return p, p.out.Decode(&p.ready)
}

// end ends the process, and returns its last words.
func (p *proxyProcess) end() string {
	_ = p.stop.Close()
	rest, _ := io.ReadAll(io.MultiReader(p.out.Buffered(), p.rest))
	_ = p.cmd.Wait()
	return strings.TrimSpace(string(rest))
}

// runProxies measures both proxies with each case, by turns.
func runProxies(s settings, stdout, progress io.Writer) error {
	upstream, err := startProxy("proxy/upstream", "")
	if err != nil {
		return err
	}
	defer upstream.end()
	proxies := map[string]*proxyProcess{}
	for _, kind := range []string{"proxy/bare", "proxy/witness"} {
		if proxies[kind], err = startProxy(kind, "http://"+upstream.Address); err != nil {
			return err
		}
	}
	fmt.Fprint(stdout, "| | connections | bare: requests/s, p50 | witness: requests/s, p50 | ratio | asked for | added p50 | asked for |\n",
		"|---|---|---|---|---|---|---|---|\n")
	for _, clients := range proxyClients {
		for _, c := range proxyCases {
			results, err := measureProxies(s, c, clients, proxies, progress)
			if err != nil {
				return err
			}
			writeProxies(stdout, c, clients, results["proxy/bare"], results["proxy/witness"])
		}
	}
	proxies["proxy/bare"].end()
	fmt.Fprintf(stdout, "\nThe witness: %s.\n", proxies["proxy/witness"].end())
	return nil
}

func measureProxies(s settings, c proxyCase, clients int, proxies map[string]*proxyProcess, progress io.Writer) (map[string][]throughput, error) {
	results := map[string][]throughput{}
	for round := range s.rounds {
		kinds := []string{"proxy/bare", "proxy/witness"}
		if round%2 == 1 {
			slices.Reverse(kinds)
		}
		for _, kind := range kinds {
			p := proxies[kind]
			t, err := load{
				address: p.Address, status: http.StatusOK, length: len(c.body), warm: s.duration / 2, duration: s.duration, pid: p.cmd.Process.Pid,
				clients: clients,
				wire: []byte("GET " + proxyPath + " HTTP/1.1\r\nHost: " + p.Address + "\r\nX-Case: " + c.name +
					"\r\nX-Tenant: portal.cloudcockpit.com\r\nAuthorization: Bearer t\r\n\r\n"),
			}.run()
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", kind, c.name, err)
			}
			results[kind] = append(results[kind], t)
		}
		fmt.Fprintf(progress, "%s, %d connections: round %d of %d\n", c.name, clients, round+1, s.rounds)
	}
	return results, nil
}

func writeProxies(w io.Writer, c proxyCase, clients int, bare, ours []throughput) {
	rate := func(t throughput) float64 { return t.perSecond }
	p50 := func(t throughput) float64 { return float64(t.p50.Microseconds()) / 1000 }
	ratios, added := make([]float64, len(bare)), make([]float64, len(bare))
	for i := range bare {
		ratios[i] = ours[i].perSecond / bare[i].perSecond
		added[i] = p50(ours[i]) - p50(bare[i])
	}
	same := func(v float64) float64 { return v }
	fmt.Fprintf(w, "| %s | %d | %s, %.3f ms | %s, %.3f ms | %.2f | %.1f | %+.3f ms | %s |\n", c.title, clients, thousands(median(bare, rate)), median(bare, p50),
		thousands(median(ours, rate)), median(ours, p50), median(ratios, same), c.bar, median(added, same), c.added)
}
