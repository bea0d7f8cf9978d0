package store

import "strings"

// indexing is a database's index for searches. It selects candidates; the search's condition decides.
type indexing struct {
	// search returns a condition that selects the candidates, and a hint to write behind the table's name. Both are empty if
	// the index does not help. It adds its arguments to the statement. search is nil if there is no index.
	search func(tx *Tx, q *statement, term string, users int) (source, condition string, err error)
	// add and update are statements for an index that is a table of its own: they write the entry of a tenant's user, by id. They
	// are empty if the database updates the index.
	add, update string
	// addSince is the statement that adds all users with a seq greater than its argument.
	addSince string
	// clear is the statement that removes all users.
	clear string
}

const (
	// gram is the number of code points of the pieces that the indexes are made of.
	gram = 3
	// maxGrams bounds the pieces of a long term that are looked up.
	maxGrams = 16
)

// smallInstance is the number of users up to which it is as fast to read them all as to use the index.
var smallInstance = 1000

// grams cuts a term into adjacent pieces of three code points; the last one may overlap the one before. A text that contains
// the term contains all of them. A term of fewer code points has no pieces.
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

// overlappingGrams returns the pieces of three code points that begin at every step code points of a term. The step is 1
// unless the term is long.
func overlappingGrams(term string) (pieces []string, step int) {
	runes := []rune(term)
	last := len(runes) - gram
	step = 1 + last/maxGrams
	for from := 0; from <= last; from += step {
		pieces = append(pieces, string(runes[from:from+gram]))
	}
	return pieces, step
}

// matchAll returns the FTS5 expression for texts that contain all pieces.
func matchAll(pieces []string) string {
	quoted := make([]string, len(pieces))
	for i, p := range pieces {
		quoted[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
	}
	return strings.Join(quoted, " AND ")
}

// likeAny returns the LIKE pattern for texts that contain a term, character by character.
func likeAny(term string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(term) + "%"
}
