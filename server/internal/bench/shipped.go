package main

import (
	"io"
	"os"
	"path/filepath"
	"time"
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
	started := time.Now()
	var overHTTP *shippedHTTP
	if s.http {
		measured, err := measureShippedHTTP(s, dir, seedFile, progress)
		if err != nil {
			return err
		}
		overHTTP = &measured
	}
	var costs map[cell][]cost
	if s.inProcess {
		if costs, err = measureShippedInProcess(s, dir, seedFile, progress); err != nil {
			return err
		}
	}
	return writeShipped(stdout, s, overHTTP, costs, time.Since(started))
}
