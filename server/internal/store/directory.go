package store

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
)

// Most requests look up the same few rows: a tenant, a customer, a provider instance, an account. These rows rarely change. A
// Store therefore remembers them together with a version, which is a row of the table directory_version. A transaction reads
// the version in its own snapshot and uses only rows of that version, so that any number of processes may share a database
// without telling each other anything. A transaction that writes one of the tables below sets a new version before it commits.

// directoryTables are the tables whose rows are remembered.
var directoryTables = []string{"tenants", "portal_groups", "resellers", "customers", "provider_instances", "enterprises", "report_tenants"}

// writesDirectory reports whether a statement writes one of directoryTables. It looks at the text, so that no method can forget
// to set a new version: a statement that writes begins with its verb and the table.
func writesDirectory(query string) bool {
	for word := range strings.FieldsSeq(query) {
		switch word {
		case "INSERT", "INTO", "UPDATE", "DELETE", "FROM":
			continue
		}
		return slices.Contains(directoryTables, word)
	}
	return false
}

// maxRemembered bounds the rows that a directory remembers.
const maxRemembered = 10_000

// directory holds the remembered rows of one version.
type directory struct {
	// memory is set if the database is in memory. Its transactions run one at a time, so that current, which only they use,
	// can stand in for the row of directory_version.
	memory  bool
	current int64

	mu      sync.RWMutex
	version int64
	rows    map[directoryKey]any
}

// directoryKey identifies a remembered row, or list of rows, of an owner: a tenant or an enterprise.
type directoryKey struct {
	kind   directoryKind
	owner  string
	parent uuid.UUID
	id     uuid.UUID
}

type directoryKind uint8

const (
	kindTenant directoryKind = iota
	kindGroups
	kindReseller
	kindCustomer
	kindInstance
	kindAccount
	kindAccountCustomer
)

func newDirectory(memory bool) *directory {
	return &directory{memory: memory, current: newVersion(), rows: make(map[directoryKey]any)}
}

// newVersion returns a version that does not come again: a random one, because processes do not know each other's.
func newVersion() int64 { return rand.Int64() }

func (d *directory) get(version int64, key directoryKey) (any, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.version != version {
		return nil, false
	}
	v, ok := d.rows[key]
	return v, ok
}

// put remembers a row. Rows of any other version are dropped: versions have no order, and the worst that an older reader can
// do is to make the next ones read their rows again.
func (d *directory) put(version int64, key directoryKey, row any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.version != version || len(d.rows) >= maxRemembered {
		d.version = version
		clear(d.rows)
	}
	d.rows[key] = row
}

// remembered returns the row with a key from the directory, or else loads and remembers it.
func remembered[T any](tx *Tx, key directoryKey, load func() (T, error)) (row T, err error) {
	if tx.directory == nil || tx.changesDirectory {
		return load()
	}
	version, err := tx.directoryVersion()
	if err != nil {
		return row, err
	}
	if known, ok := tx.directory.get(version, key); ok {
		return known.(T), nil
	}
	if row, err = load(); err == nil {
		tx.directory.put(version, key, row)
	}
	return row, err
}

// directoryVersion returns the version in the transaction's snapshot, which it reads once.
func (tx *Tx) directoryVersion() (int64, error) {
	if tx.version == nil {
		version := tx.directory.current
		if !tx.directory.memory {
			var err error
			if version, err = one(tx, value[int64], `SELECT version FROM directory_version`); err != nil {
				return 0, wrap(err, "read the directory's version")
			}
		}
		tx.version = &version
	}
	return *tx.version, nil
}

// stampDirectory sets a new version if the transaction changed the directory.
func (tx *Tx) stampDirectory() error {
	if tx.directory == nil || !tx.changesDirectory {
		return nil
	}
	if tx.directory.memory {
		tx.directory.current = newVersion()
		return nil
	}
	_, err := tx.exec(`UPDATE directory_version SET version = $1`, newVersion())
	return wrap(err, "set the directory's version")
}

// forget sets a new version of a database in memory, before a rollback or a commit that may fail. On other databases the version
// is a row, which a rollback restores. The caller must have the connection.
func (d *directory) forget() {
	if d != nil && d.memory {
		d.current = newVersion()
	}
}
