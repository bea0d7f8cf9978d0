package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	// For the driver "pgx".
	_ "github.com/jackc/pgx/v5/stdlib"
)

// place is a database in which stores can be made.
type place struct {
	name string
	// create returns the name of a new, empty store, and a function that removes it.
	create func(ctx context.Context, n int) (dsn string, remove func() error, err error)
}

func sqlitePlace(dir string) place {
	return place{"SQLite", func(context.Context, int) (string, func() error, error) {
		own, err := os.MkdirTemp(dir, "benchstore")
		return "sqlite:" + filepath.Join(own, "bench.db"), func() error { return os.RemoveAll(own) }, err
	}}
}

func postgresPlace(address string) place {
	return place{"PostgreSQL", func(ctx context.Context, n int) (string, func() error, error) {
		u, err := url.Parse(address)
		if err != nil {
			return "", nil, fmt.Errorf("-postgres: not a URL")
		}
		db, err := sql.Open("pgx", address)
		if err != nil {
			return "", nil, err
		}
		schema := fmt.Sprintf("bench_%d_%d", os.Getpid(), n)
		remove := func() error {
			_, err := db.Exec(`DROP SCHEMA ` + schema + ` CASCADE`)
			return err
		}
		// In the schema public, because the benchmark drops its own. Without the extension, searches use no index.
		_, _ = db.ExecContext(ctx, `CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public`)
		_, err = db.ExecContext(ctx, `CREATE SCHEMA `+schema)
		query := u.Query()
		query.Set("search_path", schema)
		u.RawQuery = query.Encode()
		return u.String(), remove, err
	}}
}
