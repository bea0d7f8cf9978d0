package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Ensure commits are there after Close and Open, and Close leaves one file.
func TestOpen_Again(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for want := range 3 {
		s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "a.db"))
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		if got := read(t, s, tenants); len(got) != want {
			t.Errorf("%d tenants, want %d", len(got), want)
		}
		update(t, s, func(tx *store.Tx) error { return tx.AddTenant(store.Tenant{Domain: strings.Repeat("a", want+1)}) })
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatalf("second Close: %v", err)
		}
	}
	if names := list(t, dir); len(names) != 1 {
		t.Errorf("files after Close: %q, want a.db alone", names)
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

// Ensure no character of a file's name has a meaning.
func TestOpen_OddNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a b.db", "a?mode=memory", "a%20b", "a#b", "file:a.db", ":memory:x", "ä😀.db", "a&b=c;d'e\"f", "%00", " ", "a..b", "-", "\xff.db",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS != "linux" && strings.ContainsAny(name, "?:\"\xff") {
				t.Skip("not a valid name of a file on this system")
			}
			dir := t.TempDir()
			s, err := store.Open(t.Context(), "sqlite:"+dir+"/"+name)
			if err != nil {
				t.Fatalf("Open: %v", err)
			}
			update(t, s, addTenants(1, nil))
			if err := s.Close(); err != nil {
				t.Fatalf("Close: %v", err)
			}
			if got := list(t, dir); len(got) != 1 || got[0] != name {
				t.Errorf("files: %q, want %q alone", got, name)
			}
			if got := read(t, open(t, "sqlite:"+dir+"/"+name), tenants); len(got) != 1 {
				t.Errorf("tenants after Open again = %v, want 1", got)
			}
		})
	}
}

// Ensure the operating system resolves .. and links, and a relative name is the same file after a change of directory.
func TestOpen_Relative(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"one/two", "else"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("one/two", filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links on this system")
	}
	t.Chdir(filepath.Join(dir, "else"))
	s := open(t, "sqlite:../link/../here.db")
	t.Chdir(dir)
	update(t, s, addTenants(1, nil))
	if got := read(t, s, tenants); len(got) != 1 {
		t.Errorf("tenants = %v, want 1", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "one/here.db")); err != nil {
		t.Errorf("the file is not behind the link: %v", err)
	}
}

// Ensure no other user of the machine can read client secrets and keys.
func TestOpen_Private(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no permission bits on this system")
	}
	dir := t.TempDir()
	s := open(t, "sqlite:"+dir+"/a.db")
	update(t, s, addTenants(1, nil))
	for _, name := range list(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v, want 0600", name, info.Mode(), err)
		}
	}
}

func TestOpen_Errors(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the system's error messages differ")
	}
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	text := write("text", strings.Repeat("this is not a database\n", 100))
	newer, foreign := filepath.Join(dir, "newer"), filepath.Join(dir, "foreign")
	query(t, foreign, `CREATE TABLE songs (name TEXT)`)
	if err := open(t, "sqlite:"+newer).Close(); err != nil {
		t.Fatal(err)
	}
	query(t, newer, `INSERT INTO resellerkit_schema VALUES (99)`)

	for dsn, want := range map[string]string{
		"":                                "give sqlite:FILE, sqlite::memory: or postgres://",
		"resellerkit.db":                  "give sqlite:FILE, sqlite::memory: or postgres://",
		"sqlite:":                         "give sqlite:FILE, sqlite::memory: or postgres://",
		"mysql://user:hunter2@host/db":    "open store mysql://host/db: unknown store: give sqlite:FILE",
		"sqlite:" + dir:                   "not a regular file",
		"sqlite:" + text:                  "file is not a database",
		"sqlite:" + text + "/a.db":        "not a directory",
		"sqlite:" + dir + "/missing/a.db": "no such file or directory",
		"sqlite:" + dir + "/a\x00b":       "zero byte",
		"sqlite:" + newer:                 fmt.Sprintf("schema version 99 is newer than the version that this program supports, %d", store.SchemaVersion()),
		"sqlite:" + foreign:               "the database of another program",
	} {
		s, err := store.Open(t.Context(), dsn)
		if err == nil {
			t.Errorf("Open %q succeeded", dsn)
			_ = s.Close()
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open %q: error %q, want %q in it", dsn, err, want)
		}
	}
	if got, err := os.ReadFile(text); err != nil || !strings.HasPrefix(string(got), "this is not") {
		t.Errorf("the file that is no database was changed")
	}
}

// query runs SQL on a file.
func query(t *testing.T, file, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// Ensure a new database can be opened many times at once, and gets one schema.
func TestOpen_AtOnce(t *testing.T) {
	onEachShared(t, testOpenAtOnce)
}

func testOpenAtOnce(t *testing.T, dsn string) {
	var wg sync.WaitGroup
	for n := range 12 {
		wg.Go(func() {
			s, err := store.Open(t.Context(), dsn)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			defer func() { _ = s.Close() }()
			err = s.Update(t.Context(), func(tx *store.Tx) error {
				return tx.AddTenant(store.Tenant{Domain: strings.Repeat("a", n+1)})
			})
			if err != nil {
				t.Errorf("Update: %v", err)
			}
		})
	}
	wg.Wait()
	if got := read(t, open(t, dsn), tenants); len(got) != 12 {
		t.Errorf("%d tenants, want 12", len(got))
	}
}
