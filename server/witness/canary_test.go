package witness

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
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

// canaries makes strings that must appear nowhere. All of them begin with one of two marks, so that one search for the marks finds
// any of them, whole or cut, in each encoding that a writer might use.
type canaries struct{ n int }

const (
	canaryMark     = "Canary7" // of an e-mail address
	canaryWordMark = "canary88"
)

func (c *canaries) next() string {
	c.n++
	return fmt.Sprintf(canaryMark+"%03d9@example.com", c.n)
}

// word is a canary for places where only letters and digits stand.
func (c *canaries) word() string {
	c.n++
	return fmt.Sprintf(canaryWordMark+"%05d", c.n)
}

// canaryForms are the marks as a text may hold them.
var canaryForms = func() []string {
	var forms []string
	for _, mark := range []string{canaryMark, canaryWordMark, strings.ToUpper(canaryMark), strings.ToUpper(canaryWordMark)} {
		forms = append(forms, hex.EncodeToString([]byte(mark)))
		for shift := range 3 { // base64 spells a text in three ways, by where it stands among the others
			padded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + mark))
			forms = append(forms, padded[(shift*8+5)/6:len(mark)*8/6])
		}
	}
	return forms
}()

// canaryIn returns where a text holds a canary in clear, in any case, in hex or in base64, or -1. Percent and JSON escapes leave the
// marks as they are.
func canaryIn(text string) int {
	lower := strings.ToLower(text)
	for _, mark := range []string{canaryMark, canaryWordMark} {
		if at := strings.Index(lower, strings.ToLower(mark)); at >= 0 {
			return at
		}
	}
	for _, form := range canaryForms {
		if at := strings.Index(text, form); at >= 0 {
			return at
		}
	}
	return -1
}

// Ensure that the search for canaries finds one in each encoding.
func TestCanaryIn(t *testing.T) {
	t.Parallel()
	c := &canaries{}
	for _, s := range []string{c.next(), c.word()} {
		for _, text := range []string{
			s, s[:10], strings.ToUpper(s), url.QueryEscape(s), strings.ReplaceAll(s, "@", `\u0040`), hex.EncodeToString([]byte(s)),
			base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte("a" + s)), base64.StdEncoding.EncodeToString([]byte("ab" + s)),
		} {
			if canaryIn("before "+text+" after") < 0 {
				t.Errorf("%q is not found", text)
			}
		}
	}
	if at := canaryIn("Canary 7, canary8 and no other"); at >= 0 {
		t.Errorf("found at %d of a text without one", at)
	}
}

// Ensure that nothing of what passes stands in evidence, reports, logs or the control plane's responses: a canary in each position
// of requests and responses, good ones and bad ones, is found nowhere.
func TestCanaries(t *testing.T) {
	t.Parallel()
	c := &canaries{}
	first, second := c.next(), c.word()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for name, value := range map[string]string{
			"Location": "http://" + r.Host + "/v1/" + first, "Set-Cookie": "a=" + first, "X-Correlation-Id": first, "X-Other": first,
			"Www-Authenticate": `Bearer realm="` + first + `"`, "X-" + second: first, "Trailer": "X-Sum",
		} {
			w.Header()[name] = []string{value}
		}
		w.Header().Set("Content-Type", r.Header.Get("X-Type"))
		var status int
		_, _ = fmt.Sscan(r.Header.Get("X-Status"), &status)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, r.Header.Get("X-Body"))
		w.Header().Set("X-Sum", first)
	}))
	t.Cleanup(upstream.Close)
	dir := filepath.Join(t.TempDir(), "witness")
	var logs lockedBuffer
	log := slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var recs []*Recorder
	var ups []Upstream
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc := embeddedDocument(t, name)
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
	for i, status := range []int{200, 201, 204, 400, 401, 404, 409, 500, 502} {
		kinds := []string{"application/json", "application/problem+json", "text/html", "text/" + c.word(), c.next(), "application/json; charset=" + c.word()}
		if !*everyMutation { // JSON and one other
			kinds = []string{kinds[0], kinds[1+i%(len(kinds)-1)]}
		}
		for _, kind := range kinds {
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
	if len(texts) < 13 || len(texts["log"]) < 1000 || c.n < 1000 {
		t.Fatalf("%d texts, %d bytes of log, %d canaries", len(texts), len(texts["log"]), c.n)
	}
	for name, text := range texts {
		if at := canaryIn(text); at >= 0 {
			t.Errorf("%s has a canary: %s", name, text[max(0, at-200):min(len(text), at+100)])
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
