package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	memory = ":memory:"
	// maxReaders bounds the connections that read a file at the same time.
	maxReaders = 8

	// With _dqs=0 "x" is always a name and never a text, and with _error_rc an error has its own text.
	commonOptions = "_foreign_keys=1&_dqs=0&_error_rc=1&_pragma=temp_store(MEMORY)"
	// With WAL, readers and the writer do not wait for each other. FULL makes a commit wait for the disk: with NORMAL the last
	// commits would be lost at a power cut. After a bulk load the log is truncated to 64 MiB. The time-out for locks of other
	// processes is short because Store.retry tries again.
	writerOptions = commonOptions + "&_busy_timeout=100" +
		"&_journal_mode=WAL&_synchronous=FULL&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-262144)"
	// Readers wait, up to maxWait, while another process opens or repairs the file. They map its first GiB into memory: each
	// commit empties their page cache, and they would read all pages from the file again. The cache, of 16 MiB each, is for
	// pages that are in the log or behind the first GiB.
	readerOptions = commonOptions + "&_busy_timeout=10000&_query_only=1&_pragma=cache_size(-16384)&_pragma=mmap_size(1073741824)"
)

var sqliteFlavor = flavor{
	types: strings.NewReplacer(
		"{seq}", "INTEGER PRIMARY KEY",
		// SQLite compares text byte by byte by default. An explicit COLLATE BINARY would make it slower.
		"{key}", "TEXT",
		"{bytes}", "BLOB",
		"{search}", sqliteIndex,
	),
	watches:  true,
	shards:   1,
	index:    sqliteIndexing,
	position: "instr",
	classify: classifySQLite,
	busy: func(err error) bool {
		var e *sqlite.Error
		return errors.Is(err, errLost) || errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
	},
}

func classifySQLite(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrConflict
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrNotFound
	}
	return nil
}

func openSQLite(ctx context.Context, file string) (*Store, error) {
	if file == memory {
		return openMemory(), nil
	}
	address, err := fileAddress(file)
	if err != nil {
		return nil, err
	}
	if err := createFile(file); err != nil {
		return nil, err
	}
	found, err := findFile(file)
	if err != nil {
		return nil, err
	}
	readers := newSQLitePool(address+"?"+readerOptions, `BEGIN`, maxReaders)
	s := &Store{
		flavor: sqliteFlavor, line: &line{}, file: found,
		readers: readers, writer: newSQLitePool(address+"?"+writerOptions, `BEGIN IMMEDIATE`, 1),
	}
	if err := checkFile(ctx, readers, found); err != nil {
		return nil, errors.Join(found.explain(err), s.Close())
	}
	return s, nil
}

// openMemory opens a database that lives in one connection. Reads and writes share it, one transaction at a time.
func openMemory() *Store {
	db := newSQLitePool("file::memory:?"+commonOptions, `BEGIN IMMEDIATE`, 1)
	return &Store{flavor: sqliteFlavor, readers: db, writer: db, line: &line{}}
}

// fileAddress returns a file's name as a URI, with every character escaped that would have a meaning. The name is made
// absolute, so that connections that are opened later find the same file. It is not cleaned, because a/.. is not . if a is a
// symbolic link.
func fileAddress(file string) (string, error) {
	if strings.ContainsRune(file, 0) {
		return "", errors.New("the file's name contains a zero byte")
	}
	if !filepath.IsAbs(file) {
		dir, err := os.Getwd()
		if err != nil {
			return "", err
		}
		file = dir + string(filepath.Separator) + file
	}
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return "file://" + strings.ReplaceAll(url.PathEscape(path), "%2F", "/"), nil
}

// creating serialises createFile. Closing a file releases all POSIX locks of the process on it, those of SQLite included.
var creating sync.Mutex

// createFile creates a missing file before SQLite does, with permissions for its owner only, because it will hold client
// secrets and private keys. It does not open an existing file. Its errors say more than SQLite's.
func createFile(file string) error {
	creating.Lock()
	defer creating.Unlock()
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return checkRegular(file)
	case err != nil:
		return err
	}
	return f.Close()
}

func checkRegular(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	return nil
}

// checkFile refuses the database of another program, and a damaged one, before anything is written to it.
func checkFile(ctx context.Context, db *sqlitePool, file *sqliteFile) error {
	c, err := db.take(ctx)
	if err != nil {
		return err
	}
	defer db.give(c)
	if err := checkOwner(ctx, c); err != nil {
		return err
	}
	return file.checkWhole(ctx, c)
}

func checkOwner(ctx context.Context, c *sqliteConn) error {
	var tables, ours int
	err := c.query(ctx, `SELECT COUNT(*), COUNT(CASE WHEN name = $1 THEN 1 END) FROM sqlite_schema WHERE type = 'table'`,
		[]any{versionTable}, func(r row) error { return r.Scan(&tables, &ours) })
	if err != nil {
		return err
	}
	if tables > 0 && ours == 0 {
		return fmt.Errorf("the database of another program: it has tables, but no %s", versionTable)
	}
	return nil
}
