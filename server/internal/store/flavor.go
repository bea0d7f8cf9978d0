package store

import "strings"

// flavor is everything that differs between the databases. All other SQL is one text for both.
type flavor struct {
	// types replaces the {names} of column types in the migrations.
	types *strings.Replacer
	// watches is set if the driver starts a goroutine for each statement that a context can interrupt.
	watches bool
	// holds reports whether a text can be stored. A text that cannot be stored is in no row. nil means that all texts can.
	holds func(string) bool
	// position is the name of the function of (text, part) that returns 0 if part does not occur.
	position string
	// shards is the number of rows over which a count is spread. It is larger than the number of concurrent writers, so that
	// two of them rarely update the same row.
	shards int
	// rowsAtOnce is the number of rows that one statement of a bulk load inserts.
	rowsAtOnce int
	// analyze is the statement that updates the planner's statistics after a bulk load. It is empty if none is needed.
	analyze string
	// index is the index for searches.
	index indexing
	// classify returns ErrConflict for a violated uniqueness, ErrNotFound for a missing parent, and nil for any other error.
	classify func(error) error
	// busy reports whether an error came from another transaction that was in the way. The failed transaction wrote nothing,
	// and trying it again may succeed.
	busy func(error) bool
}

// contains is the SQL condition that a column contains a parameter, character by character. LIKE would give % and _ a
// meaning, and SQLite limits the length of its patterns.
func (f flavor) contains(column, parameter string) string {
	return f.position + "(" + column + ", " + parameter + ") > 0"
}
