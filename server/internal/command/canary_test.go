package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Every value that these tests send begins with one of the canaries, one of which looks like data and one like a name. No command may
// show them. The tests of package witness search for them in more positions and in other encodings.
const (
	canary     = "Canary7000009@example.com"
	canaryWord = "canary8800001"
)

var canaryMark = regexp.MustCompile(`(?i)canary7|canary88`)

// Ensure that what recorded traffic holds is in no output of a command, and not in the evidence. Package witness tests the other formats.
func TestCanaries_Files(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	har, damaged, evidence := filepath.Join(dir, "a.har"), filepath.Join(dir, "damaged.har"), filepath.Join(dir, "evidence")
	entry := fmt.Sprintf(`{"startedDateTime":"2026-11-27T10:00:00Z","time":1,"comment":%[1]q,
		"request":{"method":"GET","url":"https://api.cloudcockpit.com/v1/Customers/%[2]s/users?providerInstanceId=%[2]s&searchValue=%[1]s&%[2]s=%[1]s",
			"headers":[{"name":"X-Tenant","value":%[1]q},{"name":"Authorization","value":"Bearer %[1]s"},{"name":"X-%[2]s","value":%[1]q}],"bodySize":0},
		"response":{"status":200,"headers":[{"name":"Content-Type","value":"application/json; charset=%[2]s"},{"name":"X-%[2]s","value":%[1]q}],
			"content":{"size":9,"text":"{\"items\":[{\"id\":\"%[1]s\",\"displayName\":\"%[1]s\",\"%[1]s\":1}],\"totalCount\":\"%[1]s\",\"%[2]s\":1}"}}}`, canary, canaryWord)
	lost := strings.Replace(entry, "api.cloudcockpit.com/v1/", "api.cloudcockpit.com/v1/"+canaryWord+"/", 1)
	for name, text := range map[string]string{har: strings.Repeat(entry+"\n", 4) + lost, damaged: entry + "\n{\"request\":{\"url\":" + canary} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var all strings.Builder
	command := func(want int, args ...string) {
		t.Helper()
		var out, log strings.Builder
		if got := run(t.Context(), args, streams{&out, &log}); got != want {
			t.Errorf("%v: exit status %d, want %d: %s", args, got, want, log.String())
		}
		if out.Len()+log.Len() == 0 {
			t.Errorf("%v: no output", args)
		}
		fmt.Fprintln(&all, args, out.String(), log.String())
	}
	command(1, "check", har, damaged, "--contract", "cloudcockpit", "--evidence", evidence, "-v")
	command(1, "report", evidence, "--contract", "cloudcockpit", "--format", "json", "-v")
	command(0, "propose", evidence, "--contract", "cloudcockpit", "--min", "1")
	command(0, "explain", "listCustomerUsers", "--contract", "cloudcockpit", "--evidence", evidence)
	searchEvidence(t, evidence, &all)
	noCanary(t, all.String())
}

// Ensure that what passes a proxy, or is refused by it, is in none of its outputs, and not in the evidence.
func TestCanaries_Proxy(t *testing.T) {
	t.Parallel()
	evidence := filepath.Join(t.TempDir(), "evidence")
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Location", "http://"+r.Host+"/"+canary)
		w.Header().Set("X-"+canaryWord, canary)
		w.Header().Set("Trailer", "X-Sum")
		w.WriteHeader(http.StatusConflict)
		_, _ = io.WriteString(w, `{"description":"`+canary)
		w.Header().Set("X-Sum", canary)
	}))
	t.Cleanup(upstream.Close)
	for _, format := range []string{"text", "json"} {
		ctx, stop := context.WithCancel(t.Context())
		out, log, status := newOutput(), newOutput(), make(chan int)
		go func() {
			status <- run(ctx, []string{
				"proxy", "--upstream", "cloudcockpit=" + upstream.URL, "--listen", "127.0.0.1:0", "--evidence", evidence, "--log-format", format,
			}, streams{out, log})
		}()
		address := proxyAddress(t, out)
		const credentials = "Authorization: Bearer " + canary + "\r\nX-Tenant: " + canary + "\r\nX-" + canaryWord + ": " + canary + "\r\n\r\n"
		for _, request := range []string{
			"GET /v1/users?searchValue=" + canary + "&" + canaryWord + "=1 HTTP/1.1\r\nHost: localhost\r\n" + credentials,
			"GET /v1/" + canaryWord + "/" + canary + "?%zz" + canary + " HTTP/1.1\r\nHost: localhost\r\n" + credentials,
			"DELETE /v1/users/" + canary + " HTTP/1.1\r\nHost: localhost\r\n" + credentials,
			canaryWord + " /v1/users HTTP/1.1\r\nHost: localhost\r\n" + credentials,
			"GET /v1/users HTTP/1.1\r\nHost: " + canaryWord + ".example\r\n" + credentials,
			"CONNECT " + canaryWord + ".example:443 HTTP/1.1\r\nHost: localhost\r\n" + credentials,
			"GET http://" + canaryWord + ".example/ HTTP/1.1\r\nHost: localhost\r\n" + credentials,
			"GET /v1/users HTTP/1.1 " + canary + "\r\n" + credentials,
			"GET /_witness/" + canaryWord + "?" + canary + " HTTP/1.1\r\nHost: localhost\r\n" + credentials,
		} {
			if got := firstLine(t, address, request); !strings.HasPrefix(got, "HTTP/1.1 4") && !strings.HasPrefix(got, "HTTP/1.1 5") {
				t.Errorf("%.30q: got %q", request, got)
			}
		}
		stop()
		if got := <-status; got != 0 {
			t.Errorf("exit status %d: %s", got, log)
		}
		if !strings.Contains(log.String(), "cloudcockpit (openapi/cloudcockpit.yaml): 4 exchanges") {
			t.Errorf("the report at the end: %s", log)
		}
		noCanary(t, out.String()+log.String())
	}
	var all strings.Builder
	searchEvidence(t, evidence, &all)
	noCanary(t, all.String())
}

func noCanary(t *testing.T, text string) {
	t.Helper()
	if at := canaryMark.FindStringIndex(text); at != nil {
		t.Errorf("a canary is shown: %s", text[max(0, at[0]-300):min(len(text), at[1]+100)])
	}
}

// searchEvidence appends all files of a folder to a text.
func searchEvidence(t *testing.T, dir string, all *strings.Builder) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d files of evidence, %v", len(entries), err)
	}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(all, "%s %s\n", entry.Name(), data)
	}
}

// proxyAddress waits for the banner of a proxy, and returns the address in it.
func proxyAddress(t *testing.T, out *output) string {
	t.Helper()
	for timeout := time.After(processTimeout); ; {
		text, changed := out.snapshot()
		if found := regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/_witness/ui/`).FindStringSubmatch(text); found != nil {
			return found[1]
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("the proxy is not ready: %s", text)
		}
	}
}

// firstLine sends a request, and returns the first line of the response.
func firstLine(t *testing.T, address, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(processTimeout)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Errorf("%.30q: %v", request, err)
	}
	return strings.TrimSpace(line)
}
