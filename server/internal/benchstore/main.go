// Command benchstore prints how long the store takes for what the APIs ask of it, at several numbers of users of one
// customer, as the tables in server/internal/store/README.md:
//
//	go run ./server/internal/benchstore -sizes 1000,100000,1000000 -postgres postgres://postgres@localhost/bench
//
// The stores of all sizes are asked in turns, so that what else the machine does touches all of them alike: trust the ratios.
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
	rounds := flag.Int("rounds", 300, "times that each operation is measured")
	warm := flag.Duration("warm", 500*time.Millisecond, "how long an operation that reads is run before it is measured, to fill the caches; at least three times")
	dir := flag.String("dir", os.TempDir(), "where the SQLite files are made, and removed")
	postgres := flag.String("postgres", os.Getenv("TEST_POSTGRES_DSN"), "address of a database in which to make schemas, and drop them; empty measures SQLite only")
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
