package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver of the store
)

// bareInserts is the number of rows a second that a loop inserts with a commit each, into a SQLite file that waits for the disk as
// the command's does. It is what the disk allows to one caller at a time.
func bareInserts(dir string, duration time.Duration) (perSecond float64, err error) {
	own, err := os.MkdirTemp(dir, "bare")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(own)) }()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(own, "bare.db")+"?_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, `CREATE TABLE rows (n INTEGER PRIMARY KEY, text TEXT NOT NULL)`); err != nil {
		return 0, err
	}
	insert, err := db.PrepareContext(ctx, `INSERT INTO rows (text) VALUES ($1)`)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	n, began := 0, time.Now()
	for ; time.Since(began) < duration; n++ {
		if _, err := insert.ExecContext(ctx, "grace.hopper@contoso.example"); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}
