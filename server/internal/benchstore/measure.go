package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// subject is a store that is measured.
type subject struct {
	*store.Store
	users *users
	// page is the number of the next page of a walk.
	page int
}

// operation is an operation that is measured.
type operation struct {
	name string
	// writes is set if the operation changes the store.
	writes bool
	// grows is set if the time may grow with the number of users.
	grows bool
	run   func(context.Context, *subject) error
}

const pageSize = 25

var operations = []operation{
	{"create", true, false, func(ctx context.Context, s *subject) error {
		u := s.users.next()
		return s.Update(ctx, func(tx *store.Tx) error { return tx.AddCustomerUser(domain, u) })
	}},
	{"update", true, false, func(ctx context.Context, s *subject) error {
		u := s.users.next()
		s.users.ids = s.users.ids[:len(s.users.ids)-1]
		u.ID = s.users.any()
		u.Email = u.ID.String() + u.Email
		return s.Update(ctx, func(tx *store.Tx) error {
			before, err := tx.CustomerUser(domain, instanceID, u.ID)
			if err != nil {
				return err
			}
			return tx.UpdateCustomerUser(domain, before, u)
		})
	}},
	{"get", false, false, func(ctx context.Context, s *subject) error {
		return s.View(ctx, func(tx *store.Tx) error {
			_, err := tx.CustomerUser(domain, instanceID, s.users.any())
			return err
		})
	}},
	{"first page", false, false, list(func(*subject) store.Query { return store.Query{Limit: pageSize} })},
	{"last page", false, false, list(func(s *subject) store.Query {
		return store.Query{Limit: pageSize, Offset: (len(s.users.ids) - 1) / pageSize * pageSize}
	})},
	{"next page of a walk", false, false, list(func(s *subject) store.Query {
		s.page = (s.page + 1) % (len(s.users.ids) / pageSize)
		return store.Query{Limit: pageSize, Offset: s.page * pageSize}
	})},
	{"search, 1 hit", false, false, list(func(s *subject) store.Query {
		return store.Query{Limit: pageSize, Search: fmt.Sprintf("%07d@", s.users.r.IntN(s.users.n))}
	})},
	{"search, an e-mail", false, false, list(func(s *subject) store.Query {
		return store.Query{Limit: pageSize, Search: s.users.emails[s.users.r.IntN(s.users.n)]}
	})},
	{"search, 1,000 hits", false, false, list(func(*subject) store.Query { return store.Query{Limit: pageSize, Search: marker} })},
	{"jump to a page by chance", false, true, list(func(s *subject) store.Query {
		return store.Query{Limit: pageSize, Offset: s.users.r.IntN(len(s.users.ids)), SortBy: store.SortByEmail}
	})},
	{"search, two letters", false, true, list(func(*subject) store.Query { return store.Query{Limit: pageSize, Search: "ze"} })},
	{"search, a common name", false, true, list(func(*subject) store.Query { return store.Query{Limit: pageSize, Search: "schneider"} })},
}

func list(query func(*subject) store.Query) func(context.Context, *subject) error {
	return func(ctx context.Context, s *subject) error {
		q := query(s)
		return s.View(ctx, func(tx *store.Tx) error {
			p, err := tx.FindCustomerUsers(domain, instanceID, q)
			// An update may have renamed the user that is searched for.
			if err == nil && p.Users == "" && q.Search == "" {
				err = fmt.Errorf("%+v found nothing", q)
			}
			return err
		})
	}
}

// measure makes a store of each size, and prints the times to load them, to walk through them, and of each operation.
func measure(ctx context.Context, out io.Writer, p place, sizes []int, rounds int, warm time.Duration) (err error) {
	subjects := make([]*subject, len(sizes))
	for i, n := range sizes {
		dsn, remove, createErr := p.create(ctx, n)
		if createErr != nil {
			return createErr
		}
		defer func() { err = errors.Join(err, remove()) }()
		s, openErr := store.Open(ctx, dsn)
		if openErr != nil {
			return openErr
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		subjects[i] = &subject{Store: s, users: newUsers(n)}
		start := time.Now()
		if err := subjects[i].users.load(ctx, s); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: %d users loaded in %.1f s", p.name, n, time.Since(start).Seconds())
		pages, took, walkErr := walk(ctx, subjects[i])
		if walkErr != nil {
			return walkErr
		}
		fmt.Fprintf(out, ", walked in %d pages of %d in %.1f s\n", pages, walkSize, took.Seconds())
	}
	header(out, p, sizes)
	for _, op := range operations {
		if err := row(ctx, out, op, subjects, rounds, warm); err != nil {
			return fmt.Errorf("%s: %w", op.name, err)
		}
	}
	fmt.Fprintln(out)
	return nil
}

const walkSize = 2000

// walk reads all users, page by page.
func walk(ctx context.Context, s *subject) (pages int, took time.Duration, err error) {
	start := time.Now()
	for seen := 0; seen < s.users.n; pages++ {
		err := s.View(ctx, func(tx *store.Tx) error {
			p, err := tx.FindCustomerUsers(domain, instanceID, store.Query{Limit: walkSize, Offset: seen})
			if err == nil && p.Users == "" {
				err = fmt.Errorf("the walk ended after %d of %d users", seen, s.users.n)
			}
			seen += walkSize
			return err
		})
		if err != nil {
			return 0, 0, err
		}
	}
	return pages, time.Since(start), nil
}

func header(out io.Writer, p place, sizes []int) {
	fmt.Fprintf(out, "\n| %s, ms: p50 · p99 |", p.name)
	for _, n := range sizes {
		fmt.Fprintf(out, " %s users |", grouped(n))
	}
	fmt.Fprintf(out, " ratio of p50 |\n|---|%s---|\n", strings.Repeat("---|", len(sizes)))
}

// row measures an operation on all subjects in turns, and prints a row of the table. The ratio is that of the largest store to
// the smallest.
func row(ctx context.Context, out io.Writer, op operation, subjects []*subject, rounds int, warm time.Duration) error {
	if op.grows {
		rounds = max(1, rounds/30)
	}
	for _, s := range subjects {
		if err := fillCaches(ctx, op, s, warm); err != nil {
			return err
		}
	}
	times := make([][]time.Duration, len(subjects))
	for range rounds {
		for i, s := range subjects {
			start := time.Now()
			if err := op.run(ctx, s); err != nil {
				return err
			}
			times[i] = append(times[i], time.Since(start))
		}
	}
	fmt.Fprintf(out, "| %s |", op.name)
	for _, ts := range times {
		slices.Sort(ts)
		fmt.Fprintf(out, " %s · %s |", ms(at(ts, 50)), ms(at(ts, 99)))
	}
	ratio := float64(at(times[len(times)-1], 50)) / float64(at(times[0], 50))
	grows := ""
	if op.grows {
		grows = " (may grow)"
	}
	fmt.Fprintf(out, " %.1f%s |\n", ratio, grows)
	return nil
}

// fillCaches runs an operation for a while. It runs one that writes only a few times, because that changes the store.
func fillCaches(ctx context.Context, op operation, s *subject, while time.Duration) error {
	start := time.Now()
	for n := 0; n < 3 || !op.writes && time.Since(start) < while; n++ {
		if err := op.run(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func at(sorted []time.Duration, percent int) time.Duration {
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }

// grouped writes 1000000 as 1,000,000.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
