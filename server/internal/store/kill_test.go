package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// childFile is the environment variable, with a file's name, that turns this test binary into the process that is killed.
const childFile = "RESELLERKIT_TEST_STORE_CHILD"

func TestMain(m *testing.M) {
	if file := os.Getenv(childFile); file != "" {
		child(file)
	}
	// Every search test uses the index, and only the rarest pieces if it has 30 users.
	store.UseIndexFrom(2, 30)
	store.StrideFrom(3)
	os.Exit(m.Run())
}

// child adds users from four goroutines until it is killed. It prints the number of a user after its Update has returned.
func child(file string) {
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite:"+file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var mu sync.Mutex
	next := func() (n int) {
		mu.Lock()
		defer mu.Unlock()
		err := s.Update(ctx, func(tx *store.Tx) error {
			var err error
			if n, err = count(tx); err != nil {
				return err
			}
			n++
			return increment(tx)
		})
		if err != nil {
			panic(err)
		}
		return n
	}
	for range 4 {
		go func() {
			for {
				fmt.Println(next())
			}
		}()
	}
	select {}
}

// Ensure a killed process loses nothing that it acknowledged, and leaves no part of a transaction.
func TestUpdate_Killed(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/killed.db"
	s := open(t, "sqlite:"+file)
	update(t, s, func(tx *store.Tx) error { return seedTenant(tx, contosoPortal) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	highest := 0
	for range 3 {
		highest = max(highest, killAfter(t, file, 60))
		s := open(t, "sqlite:"+file)
		if err := s.View(t.Context(), isWhole); err != nil {
			t.Error(err)
		}
		if n := read(t, s, count); n < highest {
			t.Errorf("count = %d after a kill, but %d was acknowledged", n, highest)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter runs a child, kills it after a number of acknowledgements, and returns the highest number that it printed.
func killAfter(t *testing.T, file string, acknowledgements int) (highest int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childFile+"="+file)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for lines := bufio.NewScanner(out); lines.Scan(); seen++ {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Errorf("child printed %q", lines.Text())
		}
		highest = max(highest, n)
		if seen == acknowledgements {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	if seen < acknowledgements {
		t.Fatalf("child ended after %d acknowledgements", seen)
	}
	return highest
}
