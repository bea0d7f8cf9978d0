package localtls_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/localtls"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func ensure(t *testing.T, dir string, at time.Time, hosts ...string) (localtls.Files, tls.Certificate) {
	t.Helper()
	files, cert, err := localtls.Ensure(dir, at, hosts...)
	if err != nil {
		t.Fatal(err)
	}
	return files, cert
}

// Ensure that a client that trusts the CA reaches the server by each of its names, and no client else does.
func TestEnsure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files, cert := ensure(t, dir, time.Now(), "box.example", "192.0.2.7", "localhost")
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	ca, err := os.ReadFile(files.CA)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		t.Fatalf("%s holds no certificate", files.CA)
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "box.example", "192.0.2.7"} {
		conn, err := tls.Dial("tcp", srv.Listener.Addr().String(), &tls.Config{RootCAs: roots, ServerName: name})
		if err != nil {
			t.Errorf("as %s: %v", name, err)
			continue
		}
		_ = conn.Close()
	}
	if _, err := tls.Dial("tcp", srv.Listener.Addr().String(), &tls.Config{RootCAs: roots, ServerName: "other.example"}); err == nil {
		t.Error("another name was accepted")
	}
	if _, err := tls.Dial("tcp", srv.Listener.Addr().String(), &tls.Config{ServerName: "localhost"}); err == nil {
		t.Error("a client that does not trust the CA was served")
	}
	if _, err := tls.LoadX509KeyPair(files.Cert, files.Key); err != nil {
		t.Errorf("the files: %v", err)
	}
	if info, err := os.Stat(files.Key); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the key's mode: got %v and %v, want 0600", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("got %v and %v, want three files: the CA's key is kept nowhere", entries, err)
	}
}

// Ensure that the files stay as long as they are good: clients have been told to trust them.
func TestEnsure_Again(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files, _ := ensure(t, dir, now, "box.example")
	read := func() []byte {
		var all []byte
		for _, name := range []string{files.CA, files.Cert, files.Key} {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data...)
		}
		return all
	}
	first := read()
	for _, tt := range []struct {
		name   string
		at     time.Time
		hosts  []string
		damage func()
		fresh  bool
	}{
		{"the same host", now.AddDate(0, 0, 1), []string{"box.example"}, nil, false},
		{"no further host", now.AddDate(0, 6, 0), nil, nil, false},
		{"another host", now, []string{"new.example"}, nil, true},
		{"just before the end", now.AddDate(1, 0, 10), []string{"new.example"}, nil, true},
		{"a broken key", now, nil, func() { _ = os.WriteFile(files.Key, []byte("x"), 0o600) }, true},
		{"no certificate", now, nil, func() { _ = os.Remove(files.Cert) }, true},
		{"another CA", now, nil, func() {
			other, _ := ensure(t, t.TempDir(), now)
			data, _ := os.ReadFile(other.CA)
			_ = os.WriteFile(files.CA, data, 0o644)
		}, true},
	} {
		if tt.damage != nil {
			tt.damage()
		}
		ensure(t, dir, tt.at, tt.hosts...)
		if got := read(); bytes.Equal(got, first) == tt.fresh {
			t.Errorf("%s: made anew: %v, want %v", tt.name, !tt.fresh, tt.fresh)
		} else {
			first = got
		}
	}
}

// Ensure that a directory that cannot be written is an error that names it.
func TestEnsure_Unwritable(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "none")
	if _, _, err := localtls.Ensure(dir, now); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v, want an error that names the directory", err)
	}
}
