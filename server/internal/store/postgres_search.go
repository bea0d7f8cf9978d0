package store

import (
	"context"
	"database/sql"
	"unicode"

	"github.com/jackc/pgx/v5"
)

// postgresNames is the text that the index knows. Its words must be those of the index, or the planner does not see it.
const postgresNames = `(display_name_key || ' ' || email_key)`

// buildPostgresIndex makes the index for searches, where the database has the extension pg_trgm or lets us create it, and tells
// whether there is one. It is no migration: a database may get the extension later, and engines that speak PostgreSQL's
// protocol may have none. Who loses a race with another process finds the work done.
func buildPostgresIndex(ctx context.Context, db *sql.DB) bool {
	_, _ = db.ExecContext(ctx, `CREATE EXTENSION IF NOT EXISTS pg_trgm`)
	var schema string
	err := db.QueryRowContext(ctx, `SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
		WHERE e.extname = 'pg_trgm'`).Scan(&schema)
	if err != nil {
		return false
	}
	// The list of what is not yet sorted in is read by every search: keep it short. In kB.
	_, err = db.ExecContext(ctx, `CREATE INDEX IF NOT EXISTS customer_users_by_part ON customer_users
		USING gin (`+postgresNames+` `+pgx.Identifier{schema, "gin_trgm_ops"}.Sanitize()+`) WITH (gin_pending_list_limit = 256)`)
	return err == nil || classifyPostgres(err) == ErrConflict
}

// searchPostgres lets the planner use the index where the term has three letters or digits in a row. The index knows no
// others, and would name every user.
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

// prefix is enough of a long term for an index that only names candidates.
func prefix(term string) string {
	if runes := []rune(term); len(runes) > gram*maxGrams {
		return string(runes[:gram*maxGrams])
	}
	return term
}
