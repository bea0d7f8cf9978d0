package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// copies returns the content of a SQLite file with 300 users after Close, and that of a file and its log as a killed process leaves
// them.
func copies(t *testing.T) (whole, killed, log []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.db")
	s, err := store.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	add := func(from, to int) func(*store.Tx) error {
		return func(tx *store.Tx) (err error) {
			for n := from; n < to && err == nil; n++ {
				err = tx.AddCustomerUser(contosoPortal, customerUser(n))
			}
			return err
		}
	}
	update(t, s, func(tx *store.Tx) error { return steps(seedTenant(tx, contosoPortal), add(1, 300)(tx)) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole = content(t, file)
	s = open(t, "sqlite:"+file)
	update(t, s, add(300, 301))
	return whole, content(t, file), content(t, file+"-wal")
}

func content(t *testing.T, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Ensure that a file that was cut short anywhere, or that lost a page, is refused, whether a log is beside it or not, and stays as
// it is.
func TestOpen_Damaged(t *testing.T) {
	t.Parallel()
	whole, killed, log := copies(t)
	holed := append([]byte{}, whole...)
	clear(holed[len(holed)/2&^4095:][:4096])
	cases := map[string][2][]byte{"a lost page": {holed, nil}, "all but a byte": {whole[:1], nil}, "nothing but the log": {{}, log}}
	for _, n := range []int{50, 100, 4095, 4096, 5000, len(whole) / 2, len(whole) - 4096, len(whole) - 1} {
		cases[fmt.Sprint("cut to ", n)] = [2][]byte{whole[:n], nil}
	}
	for _, n := range []int{4096, 5000, len(killed) / 2, len(killed) - 20*4096} {
		cases[fmt.Sprint("with a log cut to ", n)] = [2][]byte{killed[:n], log}
	}
	for name, files := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "a.db")
			write(t, file, files[0])
			if files[1] != nil {
				write(t, file+"-wal", files[1])
			}
			s, err := store.Open(t.Context(), "sqlite:"+file)
			if err == nil {
				_ = s.Close()
				t.Fatal("Open succeeded")
			}
			if got := content(t, file); files[1] == nil && string(got) != string(files[0]) {
				t.Errorf("the file was changed: %d bytes, were %d", len(got), len(files[0]))
			}
		})
	}
	file := filepath.Join(t.TempDir(), "a.db")
	write(t, file, killed)
	write(t, file+"-wal", log)
	us := read(t, open(t, "sqlite:"+file), func(tx *store.Tx) ([]store.CustomerUser, error) { return tx.CustomerUsers(contosoPortal, id(1)) })
	if len(us) != 300 {
		t.Errorf("the whole file of a killed process: %d users, want 300", len(us))
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Ensure that a store whose file was removed or replaced while it is open is not ready, although reads and writes succeed.
func TestReady_Unlinked(t *testing.T) {
	t.Parallel()
	for name, unlink := range map[string]func(file string) error{
		"the file was removed": os.Remove,
		"the log was removed":  func(file string) error { return os.Remove(file + "-wal") },
		"another file has its name": func(file string) error {
			return errors.Join(os.Remove(file), os.WriteFile(file, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "a.db")
			s := open(t, "sqlite:"+file)
			if err := s.Ready(t.Context()); err != nil {
				t.Fatalf("Ready: %v", err)
			}
			if err := unlink(file); err != nil {
				t.Skip("an open file cannot be removed on this system")
			}
			if err := s.Ready(t.Context()); err == nil {
				t.Error("it is ready")
			}
		})
	}
}
