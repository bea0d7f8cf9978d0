package store

import (
	"database/sql"
	"strings"
)

// flavor is all that differs between databases. The rest of the SQL is one text.
type flavor struct {
	// types replace the {names} of column types in the migrations.
	types *strings.Replacer
	// view and update are how transactions begin that read and that write.
	view, update sql.TxOptions
	// prepares tells that statements are to be prepared for a transaction, because the driver does not keep them.
	prepares bool
	// holds tells whether a text can be in the database; nil is any. What cannot is in no row.
	holds func(string) bool
	// position names the function of (text, part) that is 0 where part does not occur.
	position string
	// shards is the number of rows that a count is spread over: as many as transactions write at the same time, and more, so
	// that they seldom meet.
	shards int
	// rowsAtOnce is the number of rows that one statement of a bulk load adds.
	rowsAtOnce int
	// analyze is the statement that tells the planner what a bulk load changed; where it is empty, it needs no telling.
	analyze string
	// index is the index for searches.
	index indexing
	// classify gives ErrConflict for a violated uniqueness, ErrNotFound for a missing parent, and nil for all else.
	classify func(error) error
	// busy tells that another transaction was in the way, that this one wrote nothing, and that trying again may help.
	busy func(error) bool
}

// contains is the SQL condition that a column contains a parameter, character by character. It is no LIKE: there % and _
// have a meaning and SQLite limits the pattern's length.
func (f flavor) contains(column, parameter string) string {
	return f.position + "(" + column + ", " + parameter + ") > 0"
}
