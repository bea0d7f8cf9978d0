package store

import (
	"context"
	"database/sql"
	"errors"
	"unicode"

	"github.com/jackc/pgx/v5"
)

// postgresNames is the indexed expression. A query must repeat it word by word, or the planner does not use the index.
const postgresNames = `(display_name_key || ' ' || email_key)`

// buildPostgresIndex makes the index for searches if the database has the extension pg_trgm or permits its creation, and
// reports whether there is an index. It is not a migration, because a database may get the extension later, and other engines
// with PostgreSQL's protocol may not have it. If another process makes the index at the same time, that is a success.
func buildPostgresIndex(ctx context.Context, db *sql.DB) bool {
	_, _ = db.ExecContext(ctx, `CREATE EXTENSION IF NOT EXISTS pg_trgm`)
	var schema string
	err := db.QueryRowContext(ctx, `SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
		WHERE e.extname = 'pg_trgm'`).Scan(&schema)
	if err != nil {
		return false
	}
	// Every search reads the list of entries that are not yet merged into the index. The limit, in kB, keeps it short.
	_, err = db.ExecContext(ctx, `CREATE INDEX IF NOT EXISTS customer_users_by_part ON customer_users
		USING gin (`+postgresNames+` `+pgx.Identifier{schema, "gin_trgm_ops"}.Sanitize()+`) WITH (gin_pending_list_limit = 256)`)
	return err == nil || errors.Is(classifyPostgres(err), ErrConflict)
}

// searchPostgres adds a condition that the index can evaluate, if the term has three letters or digits in a row. pg_trgm
// indexes no other characters: without three of them the index would select every user.
func searchPostgres(_ *Tx, q *statement, term string, _ int) (source, condition string, err error) {
	if !hasWord(term) {
		return "", "", nil
	}
	return "", ` AND ` + postgresNames + ` LIKE ` + q.arg(likeAny(prefix(term))), nil
}

func hasWord(term string) bool {
	run := 0
	for _, r := range term {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			run = 0
		} else if run++; run == gram {
			return true
		}
	}
	return false
}

// prefix shortens a long term. The index only selects candidates, for which the first part is enough.
func prefix(term string) string {
	if runes := []rune(term); len(runes) > gram*maxGrams {
		return string(runes[:gram*maxGrams])
	}
	return term
}
