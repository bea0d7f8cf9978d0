package store

import (
	"encoding/json"
	"math"
	"sync"
	"time"
)

// The index has a list of users for each piece of three code points, and a MATCH walks the lists of all its pieces:
//
//	anna.koch.0012345@contoso.example      users in the list, of 1,000,000
//	ann                                       48,000
//	     koc                                  63,000
//	            123                            5,000    these are enough: about 25 users
//	              345                          5,000    have both
//	                   con ont nto tos …   1,000,000    each
//
// A MATCH with all pieces walks the long lists, too: a search for one of 1,000,000 e-mail addresses then took 99 ms, and 3 ms
// with the rarest pieces alone (go run ./server/internal/benchstore, "search, an e-mail"). So only the rarest pieces of a term
// are used in a large instance. The search's condition drops the users that they select in excess.
//
// SQLite cannot say how long a list is without walking it. The number of the sampled-th user in it gives an estimate: if 64
// entries reach up to user 128, every second user is in the list; if they reach up to user 64,000, every thousandth is.

const (
	// sampled is the number of entries of a list that are read to estimate its length.
	sampled = 64
	// enough is the number of selected users from which no further piece is added: reading that many users is faster than
	// walking another list.
	enough = 64
	// tooCommon is the share of users from which a piece is not used.
	tooCommon = 0.25
)

// largeInstance is the number of users from which lists are so long that it pays to choose among them.
var largeInstance = 20_000

// piece is a part of a term, as an FTS5 expression.
type piece struct {
	match string
	// from is its position in the term.
	from int
	// share is the estimated part of all users in its list.
	share float64
}

// shares remembers estimates, so that a frequent search does not sample each time. A wrong estimate costs time, but no hit
// is lost. A nil shares, which an Update has, remembers nothing.
type shares struct {
	mu        sync.Mutex
	estimates map[string]estimate // by FTS5 expression
}

type estimate struct {
	share float64
	users int // the size of the instance at that time
	at    time.Time
}

const (
	maxEstimates = 20_000
	// estimateAge is how long an estimate is used, if the instance has not doubled meanwhile.
	estimateAge = time.Minute
)

// recall sets the shares of the pieces that have an estimate, and returns the other pieces.
func (g *shares) recall(ps []piece, users int, now time.Time) (unknown []*piece) {
	estimates := map[string]estimate(nil)
	if g != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		estimates = g.estimates
	}
	for i := range ps {
		known, ok := estimates[ps[i].match]
		if ok && now.Sub(known.at) <= estimateAge && users <= 2*known.users {
			ps[i].share = known.share
		} else {
			unknown = append(unknown, &ps[i])
		}
	}
	return unknown
}

func (g *shares) remember(ps []*piece, users int, now time.Time) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.estimates == nil || len(g.estimates)+len(ps) > maxEstimates {
		g.estimates = make(map[string]estimate)
	}
	for _, p := range ps {
		g.estimates[p.match] = estimate{p.share, users, now}
	}
}

// matchRarest returns an FTS5 expression for the rarest pieces of a term: as many as it takes to select few users. It is
// empty if all pieces are common.
func (tx *Tx) matchRarest(term string, users int) (string, error) {
	ps, err := tx.pieces(term, users)
	if err != nil {
		return "", err
	}
	match, selected, covered := "", float64(users), map[int]bool{}
	for match == "" || selected >= enough {
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
		selected *= share
		for i := range gram {
			covered[best.from+i] = true
		}
	}
	return match, nil
}

// shareBeside estimates which part of the users that contain the covered code points of the term contain the piece, too.
// Pieces that overlap are not independent: most texts that contain "ann" and "nna" contain "anna".
func (p piece) shareBeside(covered map[int]bool) float64 {
	others := 0
	for i := range gram {
		if !covered[p.from+i] {
			others++
		}
	}
	return math.Pow(p.share, float64(others)/gram)
}

// pieces returns the pieces of a term with their shares.
func (tx *Tx) pieces(term string, users int) ([]piece, error) {
	texts, step := overlappingGrams(term)
	ps := make([]piece, len(texts))
	for i, text := range texts {
		ps[i] = piece{match: matchAll([]string{text}), from: i * step}
	}
	now := time.Now()
	unknown := tx.shares.recall(ps, users, now)
	if len(unknown) == 0 {
		return ps, nil
	}
	if err := tx.sample(unknown); err != nil {
		return nil, err
	}
	tx.shares.remember(unknown, users, now)
	return ps, nil
}

// sample estimates the shares of pieces. A list with fewer than sampled entries counts as empty.
func (tx *Tx) sample(ps []*piece) error {
	matches := make([]string, len(ps))
	for i, p := range ps {
		matches[i] = p.match
	}
	list, err := json.Marshal(matches)
	if err != nil {
		return err
	}
	reaches, err := all(tx, value[int64], `SELECT COALESCE((SELECT rowid FROM customer_user_search
		WHERE customer_user_search MATCH value LIMIT 1 OFFSET CAST($2 AS BIGINT)), 0) FROM json_each($1) ORDER BY key`, string(list), sampled-1)
	if err != nil {
		return err
	}
	for i, reach := range reaches {
		if ps[i].share = 0; reach > 0 {
			ps[i].share = sampled / float64(reach)
		}
	}
	return nil
}
