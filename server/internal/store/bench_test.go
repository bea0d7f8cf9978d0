package store_test

import (
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

func addUsers(n int) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		err := seedTenant(tx, contosoPortal)
		for i := range n {
			err = steps(err, tx.AddCustomerUser(contosoPortal, customerUser(i+1)))
		}
		return err
	}
}

func BenchmarkOpenMemory(b *testing.B) {
	for b.Loop() {
		s, err := store.Open(b.Context(), "sqlite::memory:")
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// One user per transaction, synced if the store is a file.
func BenchmarkAddCustomerUser(b *testing.B) {
	for _, kind := range storetest.Kinds {
		b.Run(kind.Name, func(b *testing.B) {
			s := open(b, kind.New(b))
			update(b, s, addUsers(0))
			n := 0
			for b.Loop() {
				n++
				update(b, s, func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, customerUser(n)) })
			}
		})
	}
}

// Ten thousand users in one transaction.
func BenchmarkBulkLoad(b *testing.B) {
	for _, kind := range storetest.Kinds {
		b.Run(kind.Name, func(b *testing.B) {
			s := open(b, kind.New(b))
			for b.Loop() {
				update(b, s, (*store.Tx).Clear)
				update(b, s, addUsers(10_000))
			}
		})
	}
}

// Reads from a provider instance with ten thousand users.
func BenchmarkRead(b *testing.B) {
	for _, kind := range storetest.Kinds {
		s := open(b, kind.New(b))
		update(b, s, addUsers(10_000))
		for name, q := range map[string]store.Query{
			"first25":      {Limit: 25},
			"descending25": {Limit: 25, Descending: true},
			"deep25":       {Limit: 25, Offset: 9975},
			"page2000":     {Limit: 2000},
			"search25":     {Limit: 25, Search: "0004242"},
		} {
			b.Run(kind.Name+"/"+name, func(b *testing.B) {
				for b.Loop() {
					read(b, s, func(tx *store.Tx) ([]store.CustomerUser, error) {
						us, _, err := findUsers(tx, contosoPortal, id(1), q)
						return us, err
					})
				}
			})
		}
		b.Run(kind.Name+"/one", func(b *testing.B) {
			for b.Loop() {
				read(b, s, getUser(4242))
			}
		})
	}
}
