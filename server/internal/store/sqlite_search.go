package store

import "strconv"

// sqliteIndex is an FTS5 table of the pieces of three code points of every user's keys. It holds neither text nor positions,
// so that it is small and fast to write; the text is in customer_users. FTS5 collects the additions of a transaction in memory,
// up to hashsize bytes, and then writes them as a segment. A search reads every segment: with 64 MiB a million users are one.
const sqliteIndex = `CREATE VIRTUAL TABLE customer_user_search USING fts5 (
	keys, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);
INSERT INTO customer_user_search (customer_user_search, rank) VALUES ('hashsize', 67108864);
INSERT INTO customer_user_search (rowid, keys) SELECT seq, display_name_key || char(10) || email_key FROM customer_users;`

var sqliteIndexing = indexing{
	search: searchSQLite,
	add: `INSERT INTO customer_user_search (rowid, keys)
		SELECT seq, display_name_key || char(10) || email_key FROM customer_users WHERE tenant = $1 AND id = $2`,
	update: `UPDATE customer_user_search
		SET keys = (SELECT display_name_key || char(10) || email_key FROM customer_users WHERE tenant = $1 AND id = $2)
		WHERE rowid = (SELECT seq FROM customer_users WHERE tenant = $1 AND id = $2)`,
	addSince: `INSERT INTO customer_user_search (rowid, keys)
		SELECT seq, display_name_key || char(10) || email_key FROM customer_users WHERE seq > $1`,
	clear: `INSERT INTO customer_user_search (customer_user_search) VALUES ('delete-all')`,
}

// fewNamed is the number of candidates up to which their row numbers are read first, and written into the statement.
const fewNamed = 2000

// searchSQLite uses the index if it selects less than a quarter of the instance's users: to find a row by its number takes
// longer than to read the next one. The index does not know tenants, so that candidates may belong to others.
func searchSQLite(tx *Tx, q *statement, term string, users int) (source, condition string, err error) {
	pieces := grams(term)
	if len(pieces) == 0 {
		return "", "", nil
	}
	if err := tx.indexNow(); err != nil {
		return "", "", err
	}
	if users >= largeInstance {
		match, err := tx.matchRarest(term, users)
		if err != nil || match != "" {
			return namedBy, seqIn(matching(q, match)), err
		}
	}
	match, most := matchAll(pieces), max(smallInstance, users/4)
	named, err := allLong(tx, value[int64], `SELECT rowid FROM customer_user_search
		WHERE customer_user_search MATCH $1 LIMIT CAST($2 AS BIGINT)`, match, fewNamed+1)
	if err != nil {
		return "", "", err
	}
	if len(named) <= fewNamed {
		return namedBy, seqIn(`SELECT value FROM json_each(` + q.arg(jsonList(named)) + `)`), nil
	}
	count, err := first(allLong(tx, value[int], `SELECT COUNT(*) FROM (SELECT rowid FROM customer_user_search
		WHERE customer_user_search MATCH $1 LIMIT CAST($2 AS BIGINT))`, match, most+1))
	if err != nil || count > most {
		return "", "", err
	}
	return namedBy, seqIn(matching(q, match)), nil
}

// namedBy keeps SQLite from reading all users of the instance and testing which of them are in the list.
const namedBy = ` NOT INDEXED`

func seqIn(list string) string { return ` AND seq IN (` + list + `)` }

func matching(q *statement, match string) string {
	return `SELECT rowid FROM customer_user_search WHERE customer_user_search MATCH ` + q.arg(match)
}

func jsonList(ns []int64) string {
	list := []byte{'['}
	for i, n := range ns {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, n, 10)
	}
	return string(append(list, ']'))
}
