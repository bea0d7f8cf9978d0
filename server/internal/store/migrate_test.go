package store_test

import (
	"fmt"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

// Ensure the users of an older database are listed, searched and counted after the migration.
func TestOpen_Older(t *testing.T) {
	storetest.Each(t, storetest.Shared, func(t *testing.T, dsn string) {
		old, err := store.OpenAt(t.Context(), dsn, 2)
		if err != nil {
			t.Fatal(err)
		}
		update(t, old, func(tx *store.Tx) error {
			return steps(oldTenant(tx, "other"), oldTenant(tx, contosoPortal),
				store.Exec(tx, `INSERT INTO customer_users (tenant, id, customer_id, provider_instance_id, display_name,
						display_name_key, email, email_key, location, domain)
					SELECT tenant, id, customer_id, id, 'Ann', 'ann', 'a@x', 'a@x', 'DE', 'x' FROM provider_instances`),
				store.Exec(tx, `INSERT INTO customer_user_counts (tenant, provider_instance_id, shard, users, version)
					SELECT tenant, id, 0, 1, 1 FROM provider_instances`))
		})
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		s := open(t, dsn)
		for _, search := range []string{"", "an"} {
			us, total, err := find(t, s, store.Query{Search: search})
			if err != nil || total != 1 || len(us) != 1 || us[0].DisplayName != "Ann" {
				t.Errorf("search %q: %+v of %d, %v", search, us, total, err)
			}
		}
		us := read(t, s, func(tx *store.Tx) ([]store.CustomerUser, error) { return tx.CustomerUsers(contosoPortal, id(1)) })
		if len(us) != 1 {
			t.Errorf("%d users, want 1", len(us))
		}
		update(t, s, func(tx *store.Tx) error {
			return tx.AddCustomer(contosoPortal, store.Customer{ID: id(3), Name: "beta"})
		})
		cs, total, err := findCustomers(t, s, store.CustomerQuery{})
		if err != nil || total != 3 || cs[0].Name != "beta" || cs[1].Name != "Contoso" || cs[2].Name != "ÄRGER" {
			t.Errorf("customers by name: %+v of %d, %v", cs, total, err)
		}
		if _, total, err = findCustomers(t, s, store.CustomerQuery{Search: "ärg"}); total != 1 || err != nil {
			t.Errorf("search for a name: %d, %v, want 1", total, err)
		}
	})
}

// oldTenant adds a tenant as version 2 of the schema has it, with a name whose folding no database knows.
func oldTenant(tx *store.Tx, domain string) error {
	return steps(
		store.Exec(tx, `INSERT INTO tenants (domain) VALUES ('`+domain+`')`),
		store.Exec(tx, `INSERT INTO customers (tenant, id, name) VALUES ('`+domain+`', '`+id(1).String()+`', 'Contoso')`),
		store.Exec(tx, `INSERT INTO customers (tenant, id, name) VALUES ('`+domain+`', '`+id(2).String()+`', 'ÄRGER')`),
		store.Exec(tx, `INSERT INTO provider_instances (tenant, id, customer_id, microsoft) VALUES ('`+domain+`', '`+id(1).String()+`', '`+id(1).String()+`', TRUE)`),
	)
}

// Ensure each user of a database of version 3 gets its JSON.
func TestOpen_OlderUsers(t *testing.T) {
	const users = 1000
	onEachShared(t, func(t *testing.T, dsn string) {
		oldDatabase(t, dsn, users)
		s := open(t, dsn)
		for _, offset := range []int{0, users / 2, users - 25} {
			for _, descending := range []bool{false, true} {
				us, total, err := find(t, s, store.Query{Limit: 25, Offset: offset, Descending: descending})
				if err != nil || total != users || len(us) != 25 {
					t.Errorf("page at %d: %d users of %d, %v", offset, len(us), total, err)
				}
			}
		}
	})
}

// Migrating 100,000 users of version 3.
func BenchmarkOpen_Older(b *testing.B) {
	for _, kind := range storetest.Shared {
		b.Run(kind.Name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				dsn := kind.New(b)
				oldDatabase(b, dsn, 100_000)
				b.StartTimer()
				open(b, dsn)
			}
		})
	}
}

// oldDatabase makes a database of version 3 with users.
func oldDatabase(tb testing.TB, dsn string, users int) {
	tb.Helper()
	old, err := store.OpenAt(tb.Context(), dsn, 3)
	if err != nil {
		tb.Fatal(err)
	}
	update(tb, old, func(tx *store.Tx) error { return steps(oldTenant(tx, contosoPortal), oldUsers(tx, users)) })
	if err := old.Close(); err != nil {
		tb.Fatal(err)
	}
}

// oldUsers adds users to the provider instance of oldTenant, as version 3 of the schema has them.
func oldUsers(tx *store.Tx, n int) error {
	return steps(
		store.Exec(tx, fmt.Sprintf(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d),
			digits AS (SELECT substr(CAST(1000000000000 + n AS TEXT), 2) AS d FROM numbers)
			INSERT INTO customer_users (tenant, id, customer_id, provider_instance_id, instance, display_name, display_name_key,
				email, email_key, first_name, location, domain)
			SELECT p.tenant, '00000000-0000-4000-8000-' || d, p.customer_id, p.id, p.seq, 'Ünal <' || d || '>', 'ünal <' || d || '>',
				'U' || d || '@x', 'u' || d || '@x', 'A "B" \', 'DE', 'x'
			FROM digits CROSS JOIN provider_instances p`, n)),
		store.Exec(tx, `INSERT INTO customer_user_counts (tenant, provider_instance_id, shard, users, version)
			SELECT tenant, id, 0, $1, 1 FROM provider_instances`, n))
}
