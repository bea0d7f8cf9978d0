//go:build unix

package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

// Ensure writers wait while PostgreSQL's table of locks is full. It keeps the locks of a serializable transaction until all
// transactions have ended that overlapped it.
func TestUpdate_NoRoomForLocks(t *testing.T) {
	t.Parallel()
	cluster := storetest.NewCluster(t)
	storetest.Exec(t, cluster.DSN, `ALTER SYSTEM SET max_pred_locks_per_transaction = 10`)
	storetest.Exec(t, cluster.DSN, `ALTER SYSTEM SET max_connections = 15`)
	cluster.Kill()
	cluster.Start()
	storetest.Exec(t, cluster.DSN, `DO $$ BEGIN FOR i IN 1..600 LOOP EXECUTE 'CREATE TABLE many_' || i || ' ()'; END LOOP; END $$`)
	s := open(t, cluster.DSN)
	update(t, s, func(tx *store.Tx) error { return seedTenant(tx, contosoPortal) })

	const patience = time.Second
	time.AfterFunc(patience, lockAll(t, cluster.DSN))
	start := time.Now()
	update(t, s, func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, customerUser(1)) })
	if waited := time.Since(start); waited < patience/2 {
		t.Errorf("there was room after %v", waited)
	}
}

// lockAll begins a transaction that reads so many tables that the table of locks is full, and returns a function that ends it.
func lockAll(t *testing.T, dsn string) (end func()) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		t.Fatal(err)
	}
	run := func(text string) error {
		_, err := tx.ExecContext(t.Context(), text)
		return err
	}
	for n := 1; n <= 600; n++ {
		if err := run(`SAVEPOINT here`); err != nil {
			t.Fatal(err)
		}
		err := run(fmt.Sprintf(`SELECT * FROM many_%d`, n))
		if err == nil {
			continue
		}
		if !strings.Contains(err.Error(), "53200") {
			t.Fatal(err)
		}
		if err := run(`ROLLBACK TO SAVEPOINT here`); err != nil {
			t.Fatal(err)
		}
		return func() { _ = tx.Rollback() }
	}
	t.Fatal("there was room for all locks")
	return nil
}
