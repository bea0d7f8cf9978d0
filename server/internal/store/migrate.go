package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

// versionTable holds one row for each applied migration.
const versionTable = "resellerkit_schema"

//go:embed migrations/*.sql
var migrations embed.FS

// schema returns the migrations' texts in the order of their file names. The first is version 1.
func schema() []string {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	texts := make([]string, len(names))
	for i, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			panic(err)
		}
		texts[i] = string(text)
	}
	return texts
}

// migrate applies the migrations that the database lacks, all in one transaction. If several processes open a new database at
// the same time, one of them does the work and the others find it done. On SQLite transactions run one after the other anyway.
// On PostgreSQL the row of versionTable that a migration inserts is the lock: the other processes wait for it, and get a
// conflict when the first one commits. It is not an advisory lock, because CockroachDB and YugabyteDB have none.
func (s *Store) migrate(ctx context.Context, texts []string) error {
	for attempts := 1; ; attempts++ {
		err := s.Update(ctx, func(tx *Tx) error { return tx.migrate(texts) })
		if !errors.Is(s.flavor.classify(err), ErrConflict) || attempts == 10 {
			return err
		}
	}
}

func (tx *Tx) migrate(texts []string) error {
	version, err := tx.schemaVersion()
	if err != nil {
		return err
	}
	if version > len(texts) {
		return fmt.Errorf("schema version %d is newer than the version that this program supports, %d: use a newer resellerkit", version, len(texts))
	}
	for ; version < len(texts); version++ {
		if err := tx.apply(version+1, texts[version]); err != nil {
			return fmt.Errorf("migrate to schema version %d: %w", version+1, err)
		}
	}
	return nil
}

func (tx *Tx) schemaVersion() (version int, err error) {
	defer wrapf(&err, "read schema version")
	_, err = tx.sql.ExecContext(tx.work, `CREATE TABLE IF NOT EXISTS `+versionTable+` (version INTEGER PRIMARY KEY)`)
	if err != nil {
		return 0, err
	}
	err = tx.sql.QueryRowContext(tx.work, `SELECT COALESCE(MAX(version), 0) FROM `+versionTable).Scan(&version)
	return version, err
}

// apply takes the lock before it changes anything.
func (tx *Tx) apply(version int, text string) error {
	if _, err := tx.sql.ExecContext(tx.work, `INSERT INTO `+versionTable+` (version) VALUES ($1)`, version); err != nil {
		return err
	}
	_, err := tx.sql.ExecContext(tx.work, tx.flavor.types.Replace(text))
	return err
}
