package store_test

import (
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
			return steps(seedTenant(tx, "other"), seedTenant(tx, contosoPortal),
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
	})
}
