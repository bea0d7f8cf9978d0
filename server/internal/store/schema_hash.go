package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// hashTable holds the hash of the text of each applied migration. It is apart from versionTable because SQLite cannot add a
// column to a table only if it is missing.
const hashTable = "resellerkit_schema_hashes"

// A migration that is changed after it was applied to a database makes a schema that no program knows: the tables are those of
// the old text, and the statements those of the new one. Such a database would fail at the first statement that differs, or
// worse, not fail. It is therefore refused when it is opened.

// hashOf returns the hash of a migration as it is applied to a database of this flavor.
func (f flavor) hashOf(text string) string {
	sum := sha256.Sum256([]byte(f.types.Replace(text)))
	return hex.EncodeToString(sum[:])
}

// checkPast returns an error if one of the applied migrations had another text. A database of a program that kept no hashes gets
// those of this program, once.
func (tx *Tx) checkPast(applied []string) error {
	err := tx.db.script(tx.work, `CREATE TABLE IF NOT EXISTS `+hashTable+` (version INTEGER PRIMARY KEY, hash TEXT NOT NULL)`)
	if err != nil {
		return tx.note(err)
	}
	known, err := tx.hashes()
	if err != nil {
		return err
	}
	for i, text := range applied {
		version, hash := i+1, tx.flavor.hashOf(text)
		switch {
		case len(known) == 0:
			if err := tx.addHash(version, hash); err != nil {
				return err
			}
		case known[version] != hash:
			return fmt.Errorf("schema version %d of this database was made by another text than this program has: "+
				"use the program that made the database, or a new database", version)
		}
	}
	return nil
}

// hashes returns the hashes of the applied migrations by version.
func (tx *Tx) hashes() (map[int]string, error) {
	known := make(map[int]string)
	err := tx.db.query(tx.work, `SELECT version, hash FROM `+hashTable, nil, func(r row) error {
		var version int
		var hash string
		err := r.Scan(&version, &hash)
		known[version] = hash
		return err
	})
	return known, wrap(tx.note(err), "read the hashes of the schema")
}

func (tx *Tx) addHash(version int, hash string) error {
	_, err := tx.db.exec(tx.work, `INSERT INTO `+hashTable+` (version, hash) VALUES ($1, $2)`, []any{version, hash})
	return wrap(tx.note(err), "keep the hash of schema version %d", version)
}
