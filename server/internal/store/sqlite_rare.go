package store

import (
	"encoding/json"
	"math"
)

// The index walks the lists of all pieces that it is asked for, from end to end, and that of ".co" names everybody at
// contoso.com. So of a large instance's terms it is asked for few pieces, those that leave out the most. How long a list is
// nobody tells without walking it; how far its first few entries reach is told quickly.

const (
	// sampled is the number of a list's entries that are read to guess its length.
	sampled = 64
	// enough is the number of users that may be named: reading them is quicker than walking another list.
	enough = 64
	// tooCommon is the share of the users from which a piece is not worth its list.
	tooCommon = 0.25
)

// largeInstance is the number of users from which lists are so long that choosing among them pays.
var largeInstance = 20_000

// piece is some code points of a term, as an FTS5 expression.
type piece struct {
	match string
	// from is its place in the term.
	from int
	// share is what part of all users it names, by guess.
	share float64
}

// matchRarest is an FTS5 expression for some of the pieces of a term, which name few others than those that contain it. It is
// empty where all pieces are common.
func (tx *Tx) matchRarest(term string, users int) (string, error) {
	ps, err := tx.sample(term)
	if err != nil {
		return "", err
	}
	match, named, covered := "", float64(users), map[int]bool{}
	for match == "" || named >= enough {
		best, share := ps[0], 2.
		for _, p := range ps {
			if s := p.shareBeside(covered); s < share {
				best, share = p, s
			}
		}
		if share > tooCommon {
			break
		}
		if match != "" {
			match += " AND "
		}
		match += best.match
		named *= share
		for i := range gram {
			covered[best.from+i] = true
		}
	}
	return match, nil
}

// shareBeside guesses what part of the users that contain the covered code points of the term contain the piece, too. Who has
// "anna" of two pieces often has it as a word.
func (p piece) shareBeside(covered map[int]bool) float64 {
	others := 0
	for i := range gram {
		if !covered[p.from+i] {
			others++
		}
	}
	return math.Pow(p.share, float64(others)/gram)
}

// sample looks up pieces of a term. A list of fewer entries than are read is taken to be empty.
func (tx *Tx) sample(term string) ([]piece, error) {
	pieces, step := overlappingGrams(term)
	matches := make([]string, len(pieces))
	for i, p := range pieces {
		matches[i] = matchAll([]string{p})
	}
	list, err := json.Marshal(matches)
	if err != nil {
		return nil, err
	}
	scan := func(r row) (p piece, err error) {
		var place int
		var reach int64
		err = r.Scan(&place, &p.match, &reach)
		p.from = place * step
		if reach > 0 {
			p.share = sampled / float64(reach)
		}
		return p, err
	}
	return all(tx, scan, `SELECT key, value, COALESCE((SELECT rowid FROM customer_user_search
		WHERE customer_user_search MATCH value LIMIT 1 OFFSET $2), 0) FROM json_each($1)`, string(list), sampled-1)
}
