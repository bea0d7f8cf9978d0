package store

import (
	"context"
	"database/sql"
	"strings"
)

// indexing is an index for searches: it names users, and the search's own condition decides.
type indexing struct {
	// build makes the index, if no migration did, and tells whether there is one.
	build func(context.Context, *sql.DB) bool
	// search gives a condition that leaves only users whom the index names, and what to write behind the table's name for it;
	// nothing where the index is of no help. It adds its arguments to the statement. It is nil where there is no index.
	search func(tx *Tx, q *statement, term string, users int) (source, condition string, err error)
	// add and remove keep an index that is a table of its own. They take a tenant and a user's id. Empty ones do nothing.
	add, remove string
	// addSince adds all users whose seq is beyond its argument.
	addSince string
	// clear forgets all users.
	clear string
}

const (
	// gram is the number of code points of the pieces that the indexes know.
	gram = 3
	// maxGrams bounds what of a long term the index is asked for.
	maxGrams = 16
)

// smallInstance is the number of users up to which reading them all is as fast as asking the index.
var smallInstance = 1000

// grams cuts a term into pieces of three code points, beside each other, the last two perhaps over each other. A text that
// contains the term contains all of them. A shorter term has none.
func grams(term string) (pieces []string) {
	runes := []rune(term)
	for from := 0; from+gram <= len(runes) && len(pieces) < maxGrams; from += gram {
		pieces = append(pieces, string(runes[from:from+gram]))
	}
	if rest := len(runes) % gram; rest > 0 && len(pieces) > 0 && len(pieces) < maxGrams {
		pieces = append(pieces, string(runes[len(runes)-gram:]))
	}
	return pieces
}

// overlappingGrams are all pieces of three code points of a term, or of a long one those at every so many code points.
func overlappingGrams(term string) (pieces []string, step int) {
	runes := []rune(term)
	last := len(runes) - gram
	step = 1 + last/maxGrams
	for from := 0; from <= last; from += step {
		pieces = append(pieces, string(runes[from:from+gram]))
	}
	return pieces, step
}

// matchAll is the FTS5 expression for texts that contain all pieces.
func matchAll(pieces []string) string {
	quoted := make([]string, len(pieces))
	for i, p := range pieces {
		quoted[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
	}
	return strings.Join(quoted, " AND ")
}

// likeAny is the LIKE pattern for texts that contain a term, character by character.
func likeAny(term string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(term) + "%"
}
