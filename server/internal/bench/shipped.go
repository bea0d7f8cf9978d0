package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A shippedStore is a store that the command is measured with.
type shippedStore struct {
	key, title string
	file       bool
}

var shippedStores = []shippedStore{
	{key: "sm", title: "the command, sqlite::memory:"},
	{key: "sf", title: "the command, a SQLite file", file: true},
}

// dsn is the value of --store, with this file if the store is one.
func (s shippedStore) dsn(file string) string {
	if s.file {
		return "sqlite:" + file
	}
	return "sqlite::memory:"
}

// runShipped measures the command.
func runShipped(s settings, stdout, progress io.Writer) error {
	dir, err := os.MkdirTemp(s.dir, "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	seed, err := shippedSeed()
	if err != nil {
		return err
	}
	seedFile := filepath.Join(dir, "seed.json")
	if err := os.WriteFile(seedFile, seed, 0o600); err != nil {
		return err
	}
	if s.inProcess {
		costs, err := measureShippedInProcess(s, dir, seedFile, progress)
		if err != nil {
			return err
		}
		writeShippedCosts(stdout, costs)
	}
	return nil
}

func writeShippedCosts(w io.Writer, costs map[cell][]cost) {
	fmt.Fprintf(w, "In process, CPU time, allocations and bytes per request:\n\n| store |")
	columns := slices.DeleteFunc(slices.Clone(shippedCases), func(c shippedCase) bool {
		return !slices.ContainsFunc(shippedStores, func(s shippedStore) bool { return costs[cell{s.key, c.name}] != nil })
	})
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.title)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(columns)))
	for _, store := range shippedStores {
		fmt.Fprintf(w, "| (%s) %s |", store.key, store.title)
		for _, c := range columns {
			fmt.Fprintf(w, " %s |", costText(costs[cell{store.key, c.name}]))
		}
		fmt.Fprintln(w)
	}
}

func costText(list []cost) string {
	if list == nil {
		return "–"
	}
	return short(median(list, func(k cost) float64 { return k.ns })) + ", " +
		thousands(median(list, func(k cost) float64 { return k.allocs })) + ", " +
		thousands(median(list, func(k cost) float64 { return k.bytes }))
}
