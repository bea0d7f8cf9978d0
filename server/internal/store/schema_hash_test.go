package store_test

import (
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// committed are the hashes of the migrations as they were committed, in order. A migration that is committed is never changed,
// because databases have it: a change of the schema is a new migration, whose hashes are appended here.
var committed = []struct{ sqlite, postgres string }{
	{"1f2fa304167c0ff4d6669d13629450b84d87fa199dab75934845cd851cf87750", "ec76ac2bfb89cdb47c7c2c3f1d2496e0cb8a1b1a975f6b2b1c179e7bdf30ed13"},
	{"d89c51a107c6413d1206fb0509455b4f369b5a741143ee9702cee750c3706952", "f37aecc7800d587188f0b39fef0939b93d66ad1f0146e62c182afea017b05acc"},
	{"712438aa21151c5fde878dad6edad8558060c684368a9e489715c8a92f24bbfd", "712438aa21151c5fde878dad6edad8558060c684368a9e489715c8a92f24bbfd"},
	{"b7d1fbc25c4e4d0f5e182f23ae0b88a2e77dda34dd979294a2bdeead39b74adb", "2a295bc7bf1ea77563f83575d5f6e25f3e89aa101fcfc58575d992a425c69880"},
	{"de44519a57a69e4fcf7858f9b0fe8e71aff2adbdb51e740164b8c5f3bd11252a", "de44519a57a69e4fcf7858f9b0fe8e71aff2adbdb51e740164b8c5f3bd11252a"},
}

// Ensure that no committed migration was changed, nor what the names of types in it stand for.
func TestMigrations_Unchanged(t *testing.T) {
	t.Parallel()
	sqlite, postgres := store.SchemaHashes()
	for i := range sqlite {
		switch {
		case i >= len(committed):
			t.Errorf("migration %d is new: append {%q, %q} to committed", i+1, sqlite[i], postgres[i])
		case committed[i].sqlite != sqlite[i], committed[i].postgres != postgres[i]:
			t.Errorf("migration %d was changed after it was committed: undo that, and write a new migration", i+1)
		}
	}
	if len(committed) > len(sqlite) {
		t.Errorf("%d migrations, want the %d that were committed", len(sqlite), len(committed))
	}
}

// Ensure that a database is refused if a migration that made it was not this program's, and that an older database, which has no
// hashes, gets them once.
func TestOpen_OtherPast(t *testing.T) {
	onEachShared(t, func(t *testing.T, dsn string) {
		old, err := store.OpenAt(t.Context(), dsn, 2)
		if err != nil {
			t.Fatal(err)
		}
		update(t, old, func(tx *store.Tx) error { return store.Exec(tx, `DROP TABLE resellerkit_schema_hashes`) })
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		s := open(t, dsn)
		again(t, dsn)
		for name, change := range map[string]string{
			"another text": `UPDATE resellerkit_schema_hashes SET hash = 'other' WHERE version = 2`,
			"no hash":      `DELETE FROM resellerkit_schema_hashes WHERE version = 2`,
		} {
			update(t, s, func(tx *store.Tx) error { return store.Exec(tx, change) })
			other, err := store.Open(t.Context(), dsn)
			if err == nil {
				t.Errorf("%s: Open succeeded", name)
				_ = other.Close()
			} else if want := "schema version 2 of this database was made by another text"; !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", name, err, want)
			}
		}
	})
}

// again opens a store once more.
func again(t *testing.T, dsn string) {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
