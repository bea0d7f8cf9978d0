package store

// sqliteIndex is an FTS5 table of the pieces of three code points of every user's keys. It holds no text and no positions,
// which makes it small and quick to write; customer_users has the text, and the predicate decides.
const sqliteIndex = `CREATE VIRTUAL TABLE customer_user_search USING fts5 (
	keys, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);
INSERT INTO customer_user_search (customer_user_search, rank) VALUES ('hashsize', 16777216);
INSERT INTO customer_user_search (rowid, keys) SELECT seq, display_name_key || char(10) || email_key FROM customer_users;`

var sqliteIndexing = indexing{
	search: searchSQLite,
	add: `INSERT INTO customer_user_search (rowid, keys)
		SELECT seq, display_name_key || char(10) || email_key FROM customer_users WHERE tenant = $1 AND id = $2`,
	remove: `DELETE FROM customer_user_search
		WHERE rowid = (SELECT seq FROM customer_users WHERE tenant = $1 AND id = $2)`,
	addSince: `INSERT INTO customer_user_search (rowid, keys)
		SELECT seq, display_name_key || char(10) || email_key FROM customer_users WHERE seq > $1`,
	clear: `INSERT INTO customer_user_search (customer_user_search) VALUES ('delete-all')`,
}

// searchSQLite asks the index when it names fewer users than a quarter of the instance's: finding one takes longer than
// reading the next. The index knows no tenants, so that it may name users of others.
func searchSQLite(tx *Tx, q *statement, term string, users int) (source, condition string, err error) {
	pieces := grams(term)
	if len(pieces) == 0 {
		return "", "", nil
	}
	match, most := matchAll(pieces), max(smallInstance, users/4)
	named, err := one(tx, value[int], `SELECT COUNT(*) FROM (SELECT rowid FROM customer_user_search
		WHERE customer_user_search MATCH $1 LIMIT $2)`, match, most+1)
	if err != nil || named > most {
		return "", "", err
	}
	// NOT INDEXED keeps SQLite from reading all users of the instance to see which are in the list.
	return ` NOT INDEXED`, ` AND seq IN (SELECT rowid FROM customer_user_search WHERE customer_user_search MATCH ` + q.arg(match) + `)`, nil
}
