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
	if err := tx.checkPast(texts[:version]); err != nil {
		return err
	}
	for ; version < len(texts); version++ {
		if err := tx.apply(version+1, texts[version]); err != nil {
			return fmt.Errorf("migrate to schema version %d: %w", version+1, err)
		}
	}
	if err := tx.probe(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if version < viewsVersion {
		return nil
	}
	return tx.refreshViews()
}

func (tx *Tx) schemaVersion() (version int, err error) {
	defer wrapf(&err, "read schema version")
	err = tx.db.script(tx.work, `CREATE TABLE IF NOT EXISTS `+versionTable+` (version INTEGER PRIMARY KEY)`)
	if err != nil {
		return 0, tx.note(err)
	}
	return one(tx, value[int], `SELECT COALESCE(MAX(version), 0) FROM `+versionTable)
}

// apply takes the lock before it changes anything.
func (tx *Tx) apply(version int, text string) error {
	if _, err := tx.db.exec(tx.work, `INSERT INTO `+versionTable+` (version) VALUES ($1)`, []any{version}); err != nil {
		return tx.note(err)
	}
	if err := tx.note(tx.db.script(tx.work, tx.flavor.types.Replace(text))); err != nil {
		return err
	}
	if err := tx.addHash(version, tx.flavor.hashOf(text)); err != nil {
		return err
	}
	if fill := fills[version]; fill != nil {
		return fill(tx)
	}
	return nil
}

// fills are the parts of migrations that SQL cannot express, by version. Each runs after the text of its version.
var fills = map[int]func(*Tx) error{
	4: (*Tx).fillNameKeys, // keys are folded by [Fold], which no database has
}
