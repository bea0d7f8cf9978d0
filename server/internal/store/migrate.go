package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
)

// versionTable holds one row for each migration that was applied.
const versionTable = "resellerkit_schema"

//go:embed migrations/*.sql
var migrations embed.FS

// schema lists the migrations' texts in the order of their file names. The first is version 1.
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

// migrate applies the migrations that the database lacks, all in one transaction: processes that open a new database at the
// same time take turns, and the others find the work done. On SQLite any transaction is such a turn. On PostgreSQL the row of
// versionTable that the next migration adds is the lock (no advisory one, which CockroachDB and YugabyteDB lack): the others
// wait at it, and fail when the first commits.
func (s *Store) migrate(ctx context.Context, texts []string) error {
	for attempts := 1; ; attempts++ {
		err := s.Update(ctx, func(tx *Tx) error { return tx.migrate(texts) })
		if s.flavor.classify(err) != ErrConflict || attempts == 10 {
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
		return fmt.Errorf("schema version %d is newer than this program, which knows %d: use a newer resellerkit", version, len(texts))
	}
	for ; version < len(texts); version++ {
		if err := tx.apply(version+1, texts[version]); err != nil {
			return fmt.Errorf("migrate to schema version %d: %w", version+1, err)
		}
	}
	return nil
}

func (tx *Tx) schemaVersion() (int, error) {
	var version int
	_, err := tx.sql.ExecContext(tx.work, `CREATE TABLE IF NOT EXISTS `+versionTable+` (version INTEGER PRIMARY KEY)`)
	if err == nil {
		err = tx.sql.QueryRowContext(tx.work, `SELECT COALESCE(MAX(version), 0) FROM `+versionTable).Scan(&version)
	}
	return version, wrap(err, "read schema version")
}

// apply takes the lock before it changes anything.
func (tx *Tx) apply(version int, text string) error {
	_, err := tx.sql.ExecContext(tx.work, `INSERT INTO `+versionTable+` (version) VALUES ($1)`, version)
	if err == nil {
		_, err = tx.sql.ExecContext(tx.work, tx.flavor.types.Replace(text))
	}
	return err
}
