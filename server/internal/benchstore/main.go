// Command benchstore measures the operations of the store that the APIs use, at several numbers of users of one customer, and
// prints the tables of server/internal/store/README.md:
//
//	go run ./server/internal/benchstore -sizes 1000,100000,1000000 -postgres postgres://postgres@localhost/bench
//
// It takes turns between the stores of all sizes, so that other load on the machine affects all of them alike. The ratios are
// therefore more reliable than the times.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	sizes := flag.String("sizes", "1000,100000,1000000", "numbers of users, the smallest first")
	rounds := flag.Int("rounds", 300, "number of measurements of each operation")
	warm := flag.Duration("warm", 500*time.Millisecond, "time for which a read operation runs before it is measured, to fill the caches; at least three times")
	dir := flag.String("dir", os.TempDir(), "directory for the SQLite files, which are removed")
	postgres := flag.String("postgres", os.Getenv("TEST_POSTGRES_DSN"), "address of a database for schemas, which are dropped; empty measures SQLite only")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *sizes, *rounds, *warm, *dir, *postgres); err != nil {
		fmt.Fprintln(os.Stderr, "benchstore:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, sizes string, rounds int, warm time.Duration, dir, postgres string) error {
	var ns []int
	for text := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < minUsers {
			return fmt.Errorf("-sizes: %q is not a number of at least %d", text, minUsers)
		}
		ns = append(ns, n)
	}
	places := []place{sqlitePlace(dir)}
	if postgres != "" {
		places = append(places, postgresPlace(postgres))
	}
	for _, p := range places {
		if err := measure(ctx, out, p, ns, rounds, warm); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}
