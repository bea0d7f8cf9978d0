package state

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// usersPath leads to the long lists of a state; "" stands for the items of a list.
var usersPath = []string{"cloudcockpit", "tenants", "", "customers", "", "providerInstances", "", "users"}

// A piece is some of the users of a provider instance, as they stand in a document: items of a list, with commas between.
type piece struct {
	place place // the provider instance
	first int   // the index of the first in the list
	count int
	json  []byte
}

// skim takes the long lists of users out of a state document. What is left is small, and the pieces are parts of the document
// itself, of size users each. skim only checks the syntax: the caller checks the rest and each piece against the schema, which
// together are the whole document.
func skim(document []byte, size int) (rest []byte, pieces []piece, err error) {
	s := &skimmer{
		data: document, size: size,
		// A bytes.Buffer is parsed in place. The contract reports duplicate names and invalid UTF-8 with their places.
		decoder: jsontext.NewDecoder(bytes.NewBuffer(document), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
	}
	if err := s.value(usersPath, ""); err != nil {
		return nil, nil, err
	}
	s.rest = append(s.rest, document[s.copied:]...)
	return s.rest, s.pieces, nil
}

type skimmer struct {
	decoder *jsontext.Decoder
	data    []byte
	size    int
	copied  int // how much of data is in rest or in a piece
	rest    []byte
	pieces  []piece
}

// value reads a value, and looks into it as far as the path leads.
func (s *skimmer) value(path []string, p place) error {
	kind := s.decoder.PeekKind()
	switch {
	case len(path) == 0 && kind == '[':
		return s.users(p)
	case len(path) == 0:
	case kind == '{' && path[0] != "":
		return s.object(path, p)
	case kind == '[' && path[0] == "":
		return s.list(func(i int) error { return s.value(path[1:], p+place("/"+strconv.Itoa(i))) })
	}
	return s.decoder.SkipValue()
}

func (s *skimmer) object(path []string, p place) error {
	if _, err := s.decoder.ReadToken(); err != nil {
		return err
	}
	for s.decoder.PeekKind() != '}' {
		name, err := s.decoder.ReadToken()
		if err != nil {
			return err
		}
		switch {
		case name.String() != path[0]:
			err = s.decoder.SkipValue()
		case len(path) == 1:
			err = s.value(nil, p)
		default:
			err = s.value(path[1:], p.member(path[0]))
		}
		if err != nil {
			return err
		}
	}
	_, err := s.decoder.ReadToken()
	return err
}

func (s *skimmer) list(item func(i int) error) error {
	if _, err := s.decoder.ReadToken(); err != nil {
		return err
	}
	for i := 0; s.decoder.PeekKind() != ']'; i++ {
		if err := item(i); err != nil {
			return err
		}
	}
	_, err := s.decoder.ReadToken()
	return err
}

// users takes the items of a list out. A list shorter than a piece stays.
func (s *skimmer) users(p place) error {
	before := len(s.pieces)
	var current piece
	var start, from int // of the list's items, and of those of the current piece
	err := s.list(func(i int) error {
		item, err := s.decoder.ReadValue()
		if err != nil {
			return err
		}
		end := int(s.decoder.InputOffset())
		if current.count == 0 {
			current, from = piece{place: p, first: i}, end-len(item)
		}
		if i == 0 {
			start = from
		}
		current.count++
		current.json = s.data[from:end]
		if current.count == s.size {
			s.pieces = append(s.pieces, current)
			current.count = 0
		}
		return nil
	})
	if err != nil || len(s.pieces) == before {
		return err
	}
	if current.count > 0 {
		s.pieces = append(s.pieces, current)
	}
	s.rest = append(s.rest, s.data[s.copied:start]...)
	s.copied = int(s.decoder.InputOffset()) - 1 // the closing bracket
	return nil
}
