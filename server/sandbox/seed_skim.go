package sandbox

import (
	"bytes"
	"errors"
	"strconv"
)

// usersPath is where the long lists of a state are, with "" for a list's items.
var usersPath = []string{"cloudcockpit", "tenants", "", "customers", "", "providerInstances", "", "users"}

// A piece is some of the users of a provider instance, as they stand in a document: items of a list, with commas between.
type piece struct {
	place at  // the provider instance
	first int // the number of the first in the list
	count int
	json  []byte
}

// skim takes the long lists of users out of a state document. What is left is a state document that fits in memory many
// times; the pieces are parts of the document itself, of about so many users each. It follows brackets and strings only: who
// holds the rest and each piece to the contract has held the whole to it. A document in which it loses its way is an error.
func skim(document []byte, size int) (rest []byte, pieces []piece, err error) {
	s := &skimmer{data: document, size: size}
	if err := s.value(usersPath, ""); err != nil {
		return nil, nil, err
	}
	s.rest = append(s.rest, document[s.copied:]...)
	return s.rest, s.pieces, nil
}

var errLost = errors.New("no JSON document")

type skimmer struct {
	data   []byte
	pos    int
	size   int
	copied int // what of data is in rest, or taken out of it
	rest   []byte
	pieces []piece
}

// next is the next byte that is not white space, or 0.
func (s *skimmer) next() byte {
	for ; s.pos < len(s.data); s.pos++ {
		if c := s.data[s.pos]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

// value passes a value, and looks into it where the path goes on.
func (s *skimmer) value(path []string, place at) error {
	c := s.next()
	switch {
	case len(path) == 0 && c == '[':
		return s.users(place)
	case len(path) == 0:
	case c == '{' && path[0] != "":
		return s.object(path, place)
	case c == '[' && path[0] == "":
		return s.list(func(i int) error { return s.value(path[1:], place.element(i)) })
	}
	return s.skip()
}

func (p at) element(i int) at { return p + at("/"+strconv.Itoa(i)) }

func (s *skimmer) object(path []string, place at) error {
	s.pos++
	if s.next() == '}' {
		s.pos++
		return nil
	}
	for {
		if s.next() != '"' {
			return errLost
		}
		from := s.pos
		if err := s.skip(); err != nil {
			return err
		}
		name := s.data[from+1 : s.pos-1]
		if s.next() != ':' {
			return errLost
		}
		s.pos++
		var err error
		switch {
		case string(name) != path[0]:
			err = s.skip()
		case len(path) == 1:
			err = s.value(nil, place)
		default:
			err = s.value(path[1:], place.member(path[0]))
		}
		if err != nil {
			return err
		}
		if more, err := s.more('}'); err != nil || !more {
			return err
		}
	}
}

// more passes the comma before another item, or the end of a list or object.
func (s *skimmer) more(end byte) (bool, error) {
	switch c := s.next(); c {
	case ',':
		s.pos++
		return true, nil
	case end:
		s.pos++
		return false, nil
	}
	return false, errLost
}

func (s *skimmer) list(item func(i int) error) error {
	s.pos++
	if s.next() == ']' {
		s.pos++
		return nil
	}
	for i := 0; ; i++ {
		if err := item(i); err != nil {
			return err
		}
		if more, err := s.more(']'); err != nil || !more {
			return err
		}
	}
}

// users takes the items of a list out. A short list stays.
func (s *skimmer) users(place at) error {
	start, before := s.pos, len(s.pieces)
	var p piece
	from := 0
	err := s.list(func(i int) error {
		if p.count == 0 {
			s.next()
			p, from = piece{place: place, first: i}, s.pos
		}
		err := s.skip()
		p.count++
		if p.json = s.data[from:s.pos]; p.count == s.size {
			s.pieces = append(s.pieces, p)
			p.count = 0
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(s.pieces) == before {
		return nil
	}
	if p.count > 0 {
		s.pieces = append(s.pieces, p)
	}
	s.rest = append(s.rest, s.data[s.copied:start+1]...)
	s.copied = s.pos - 1
	return nil
}

// skip passes a value by its brackets and strings.
func (s *skimmer) skip() error {
	for depth, c := 0, s.next(); c != 0; c = s.next() {
		switch c {
		case '{', '[':
			depth++
			s.pos++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return errLost
			}
			s.pos++
		case '"':
			if !s.text() {
				return errLost
			}
		case ',', ':':
			if depth == 0 {
				return errLost
			}
			s.pos++
			continue
		default:
			s.word()
		}
		if depth == 0 {
			return nil
		}
	}
	return errLost
}

// text passes a string.
func (s *skimmer) text() bool {
	s.pos++
	for {
		n := bytes.IndexAny(s.data[s.pos:min(len(s.data), s.pos+64)], `"\`)
		switch {
		case n < 0 && s.pos+64 >= len(s.data):
			return false
		case n < 0:
			s.pos += 64
		case s.data[s.pos+n] == '"':
			s.pos += n + 1
			return true
		default:
			if s.pos += n + 2; s.pos > len(s.data) {
				return false
			}
		}
	}
}

// word passes a number, true, false or null.
func (s *skimmer) word() {
	n := bytes.IndexAny(s.data[s.pos:], " \n\t\r,:{}[]\"")
	if n < 0 {
		n = len(s.data) - s.pos
	}
	s.pos += n
}
