package witness

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// canaries makes strings that must appear nowhere, and knows them again in any encoding.
type canaries struct {
	n     int
	known []string
}

func (c *canaries) next() string {
	c.n++
	s := fmt.Sprintf("Canary7%03d9@example.com", c.n)
	c.known = append(c.known, s)
	return s
}

// word is a canary that is no e-mail, for places where only letters and digits stand.
func (c *canaries) word() string {
	c.n++
	s := fmt.Sprintf("canary88%05d", c.n)
	c.known = append(c.known, s)
	return s
}

// in returns a canary that stands in a text, in clear or encoded, or "".
func (c *canaries) in(text string) string {
	for _, s := range c.known {
		quoted, _ := json.Marshal(s)
		for _, form := range []string{
			s, url.QueryEscape(s), url.PathEscape(s), strings.ReplaceAll(s, "@", `\u0040`), string(quoted[1 : len(quoted)-1]),
			base64.StdEncoding.EncodeToString([]byte(s))[:16], base64.RawURLEncoding.EncodeToString([]byte(s))[:16], strings.ToLower(s), strings.ToUpper(s),
		} {
			if strings.Contains(text, form) {
				return s
			}
		}
	}
	return ""
}

// Ensure that nothing of what passes stands in evidence, reports, logs or the control plane's responses: a canary in each position
// of requests and responses, good ones and bad ones, is found nowhere.
func TestCanaries(t *testing.T) {
	t.Parallel()
	c := &canaries{}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for name, value := range map[string]string{
			"Location": "http://" + r.Host + "/v1/" + c.known[0], "Set-Cookie": "a=" + c.known[0], "X-Correlation-Id": c.known[0], "X-Other": c.known[0],
			"Www-Authenticate": `Bearer realm="` + c.known[0] + `"`, "X-" + c.known[1]: c.known[0], "Trailer": "X-Sum",
		} {
			w.Header()[name] = []string{value}
		}
		w.Header().Set("Content-Type", r.Header.Get("X-Type"))
		var status int
		_, _ = fmt.Sscan(r.Header.Get("X-Status"), &status)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, r.Header.Get("X-Body"))
		w.Header().Set("X-Sum", c.known[0])
	}))
	t.Cleanup(upstream.Close)
	first, second := c.next(), c.word()
	dir := filepath.Join(t.TempDir(), "witness")
	var logs lockedBuffer
	log := slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var recs []*Recorder
	var ups []Upstream
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc, err := Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		rec := newTestRecorder(t, doc, Options{Source: SourceProxy, Evidence: dir, Log: log})
		recs, ups = append(recs, rec), append(ups, Upstream{rec, mustURL(t, upstream.URL)})
	}
	traffic := NewTraffic(false)
	control, err := NewControl(ControlOptions{Recorders: recs, Traffic: traffic})
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewProxy(ups, ProxyOptions{Control: control, Exchanged: traffic.Note, Log: log, Enforce: []string{"createPortalUser"}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config = p.Server()
	server.Start()
	defer server.Close()
	send := func(method, path, body string, status int, kind, response string) {
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{
			"X-Tenant": first, "Authorization": "Bearer " + c.next(), "Cookie": "s=" + c.next(), "User-Agent": c.next(), "X-" + second: c.next(),
			"X-Status": fmt.Sprint(status), "X-Type": kind, "X-Body": response, "X-Correlation-Id": c.next(), "Content-Type": "application/json",
		} {
			req.Header.Set(name, value)
		}
		req.AddCookie(&http.Cookie{Name: second, Value: c.word()})
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	value := func() string { s, _ := json.Marshal(c.next()); return string(s) }
	user := func() string {
		return `{"id":` + value() + `,"displayName":` + value() + `,"email":` + value() + `,` + value() + `:` + value() + `,"location":7,"domain":null,"other":{"` + c.next() + `":{"` + c.next() + `":1}},"temporaryPassword":` + value() + `}`
	}
	page := func() string {
		return `{"items":[` + user() + `,` + user() + `],"totalCount":` + value() + `,"continuationToken":` + value() + `,` + value() + `:[` + value() + `]}`
	}
	escape := url.QueryEscape
	for _, status := range []int{200, 201, 204, 400, 401, 404, 409, 500, 502} {
		for _, kind := range []string{"application/json", "application/problem+json", "text/html", "text/" + c.word(), c.next(), "application/json; charset=" + c.word()} {
			send("GET", usersPath+"&sortPropertyName="+c.word()+"&searchValue="+escape(c.next())+"&"+escape(c.next())+"="+escape(c.next()), "", status, kind, page())
			send("PATCH", "/v1/Customers/"+escape(c.next())+"/users/"+escape(c.next()), `{"providerInstanceId":`+value()+`,"customerUser":`+user()+`,`+value()+`:1}`, status, kind, page())
			send("POST", "/v1/users", user(), status, kind, value())
			send("DELETE", "/v1/users/"+url.PathEscape(c.next()), value(), status, kind, `{"description":`+value())
			send("GET", "/v1/"+c.word()+"/"+escape(c.next()), "", status, kind, c.next())
			send("GET", "/api/v1.0/"+escape(c.next())+"?"+escape(c.next()), "", status, kind, page())
			send("GET", "/v1/users;"+escape(c.next())+"?a;b="+c.word()+"&%"+"zz"+c.word(), "", status, kind, "")
		}
	}
	texts := map[string]string{}
	for _, path := range []string{"report", "report?format=text", "report?format=sarif", "report?format=junit", "report?format=html", "exchanges", "explain?contract=cloudcockpit&operation=listCustomerUsers"} {
		resp, err := http.Get(server.URL + ControlPrefix + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || len(body) < 100 {
			t.Errorf("%s: %s %s", path, resp.Status, body)
		}
		texts[path] = string(body)
	}
	server.Close()
	_ = p.Close()
	for _, rec := range recs {
		if err := rec.Close(); err != nil {
			t.Fatal(err)
		}
		proposal, err := Propose(rec.Report(), rec.doc.Name, ProposeOptions{Min: 1, Runs: 1, Local: true, Grades: true})
		if err != nil {
			t.Fatal(err)
		}
		diff, _ := proposal.Diff()
		overlay, _ := proposal.Overlay()
		texts["diff "+rec.doc.Name], texts["overlay "+rec.doc.Name] = string(diff), string(overlay)
	}
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		texts["evidence "+entry.Name()] = string(data)
	}
	texts["log"] = logs.String()
	if len(texts) < 13 || len(texts["log"]) < 1000 || len(c.known) < 1000 {
		t.Fatalf("%d texts, %d bytes of log, %d canaries", len(texts), len(texts["log"]), len(c.known))
	}
	for name, text := range texts {
		if found := c.in(text); found != "" {
			at := strings.Index(text, found)
			t.Errorf("%s has %s: %s", name, found, text[max(0, at-200):min(len(text), max(0, at)+100)])
		}
	}
}

// A lockedBuffer is written to by several goroutines.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
