package store

import (
	"encoding/json"
	"math"
	"sync"
	"time"
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

// shares remembers guesses, so that what is searched for often is sampled now and then only. A guess that is wrong costs time
// and no hit. Nil shares, which an Update has, remember nothing.
type shares struct {
	mu      sync.Mutex
	guesses map[string]guess // by FTS5 expression
}

type guess struct {
	share float64
	users int // of the instance that was searched, when it was made
	at    time.Time
}

const (
	maxGuesses = 20_000
	// guessed is how long a guess is good for, where the instance has about as many users as before.
	guessed = time.Minute
)

// recall gives the pieces of which a guess is known their shares, and returns the others.
func (g *shares) recall(ps []piece, users int, now time.Time) (unknown []*piece) {
	guesses := map[string]guess(nil)
	if g != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		guesses = g.guesses
	}
	for i := range ps {
		known, ok := guesses[ps[i].match]
		if ok && now.Sub(known.at) <= guessed && users <= 2*known.users {
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
	if g.guesses == nil || len(g.guesses)+len(ps) > maxGuesses {
		g.guesses = make(map[string]guess)
	}
	for _, p := range ps {
		g.guesses[p.match] = guess{p.share, users, now}
	}
}

// matchRarest is an FTS5 expression for some of the pieces of a term, which name few others than those that contain it. It is
// empty where all pieces are common.
func (tx *Tx) matchRarest(term string, users int) (string, error) {
	ps, err := tx.pieces(term, users)
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

// pieces are those of a term, with their shares.
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
	err := tx.sample(unknown)
	if err == nil {
		tx.shares.remember(unknown, users, now)
	}
	return ps, err
}

// sample guesses the shares of pieces. A list of fewer entries than are read is taken to be empty.
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
		WHERE customer_user_search MATCH value LIMIT 1 OFFSET $2), 0) FROM json_each($1) ORDER BY key`, string(list), sampled-1)
	for i, reach := range reaches {
		if ps[i].share = 0; reach > 0 {
			ps[i].share = sampled / float64(reach)
		}
	}
	return err
}
