package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// smallFile is the size in bytes up to which a file is checked as a whole when it is opened, which takes about 0.2 s. Of a larger
// file only the length is checked: SQLite reports other damage when it reads a page that has it.
const smallFile = 64 << 20

// sqliteFile is the file of a database as it was when it was opened.
type sqliteFile struct {
	name string
	info fs.FileInfo
}

// findFile returns the file, and refuses one that SQLite would take for a new database although it is not.
func findFile(name string) (*sqliteFile, error) {
	// The log comes first: another process that makes a new database writes the file before the log.
	log, err := os.Stat(name + "-wal")
	logged := err == nil && log.Size() > 0
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.Size() == 0 && logged:
		return nil, errors.New("the file was cut short: it is empty, but its log is not")
	case info.Size() == 1: // which SQLite overwrites
		return nil, errors.New("file is not a database")
	}
	return &sqliteFile{name, info}, nil
}

// checkWhole returns an error if pages of the file are missing or, in a small file, damaged. SQLite itself looks at the length
// alone, and not at all if there is a log.
func (f *sqliteFile) checkWhole(ctx context.Context, c *sqliteConn) error {
	pages, err := c.integer(ctx, `PRAGMA page_count`)
	if err != nil {
		return err
	}
	pageSize, err := c.integer(ctx, `PRAGMA page_size`)
	if err != nil {
		return err
	}
	// The log and the file are looked at in this order, and after the number of pages: all pages are in the file if the log is
	// empty, and only then.
	logged := true
	if log, err := os.Stat(f.name + "-wal"); err != nil || log.Size() == 0 {
		logged = false
	}
	info, err := os.Stat(f.name)
	if err != nil {
		return err
	}
	size := pages * pageSize
	switch {
	case info.Size() < size && !logged:
		return fmt.Errorf("the file was cut short: it has %d of %d bytes", info.Size(), size)
	case info.Size() < size, size <= smallFile:
		return c.quickCheck(ctx)
	}
	return nil
}

func (c *sqliteConn) integer(ctx context.Context, query string) (n int64, err error) {
	err = c.query(ctx, query, nil, func(r row) error { return r.Scan(&n) })
	return n, err
}

// quickCheck reads all pages, and returns an error if their structure is damaged.
func (c *sqliteConn) quickCheck(ctx context.Context) error {
	var found string
	err := c.query(ctx, `PRAGMA quick_check(1)`, nil, func(r row) error { return r.Scan(&found) })
	if err == nil && found != "ok" {
		err = fmt.Errorf("the file is damaged: %s", found)
	}
	return err
}

// explain says what is wrong with the file where SQLite's error does not.
func (f *sqliteFile) explain(err error) error {
	var e *sqlite.Error
	if f == nil || !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_READONLY:
		return fmt.Errorf("the file or its folder cannot be written to: %w", err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("the file is damaged or was cut short: %w", err)
	}
	return err
}

// checkThere returns an error if the file, or its log, was removed or replaced. The system keeps a file that was removed for as
// long as it is open: reads and writes of it succeed, and all is lost at the end.
func (f *sqliteFile) checkThere() error {
	info, err := os.Stat(f.name)
	if err != nil {
		return err
	}
	if !os.SameFile(info, f.info) {
		return errors.New("another file has its name")
	}
	// A write has made the log, and it stays until the store is closed.
	_, err = os.Stat(f.name + "-wal")
	return err
}
