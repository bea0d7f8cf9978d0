// Package headers keeps what an HTTP header held at some time: a [Snapshot] is compared with the header and restores it.
package headers

import (
	"maps"
	"net/http"
	"slices"
)

// First returns the first line of a header field, and the number of its lines.
func First(header http.Header, key string) (text string, lines int) {
	values := header[key]
	if len(values) == 0 {
		return "", 0
	}
	return values[0], len(values)
}

// A Snapshot is a copy of a header, to compare the header with and to restore it. It keeps up to eight fields of one line each
// in an array, and only copies the map if there are more: that saves the allocations of http.Header.Clone. A snapshot that is
// used again looks up the names it had before, which is faster than iterating over the map.
type Snapshot struct {
	Header http.Header // the header it was taken of
	lines  [8]headerLine
	n      int         // number of lines in use
	whole  http.Header // a clone, if lines cannot hold the header
}

type headerLine struct{ key, value string }

// Take copies a header.
func (s *Snapshot) Take(header http.Header) {
	s.Header, s.whole = header, nil
	switch {
	case len(header) == s.n && s.again(header):
		return
	case len(header) > len(s.lines):
		s.whole = header.Clone()
		return
	}
	s.n = 0
	for key, values := range header {
		if len(values) != 1 {
			s.whole = header.Clone()
			return
		}
		s.lines[s.n] = headerLine{key, values[0]}
		s.n++
	}
}

// again reads the lines anew if the header has the same names as the one before.
func (s *Snapshot) again(header http.Header) bool {
	for i := range s.lines[:s.n] {
		values := header[s.lines[i].key]
		if len(values) != 1 {
			return false
		}
		s.lines[i].value = values[0]
	}
	return true
}

// Forget drops the values and keeps the names.
func (s *Snapshot) Forget() {
	for i := range s.lines[:s.n] {
		s.lines[i].value = ""
	}
	s.whole, s.Header = nil, nil
}

// First returns the first line of a header field, and the number of its lines.
func (s *Snapshot) First(key string) (text string, lines int) {
	if s.whole != nil {
		return First(s.whole, key)
	}
	for i := range s.lines[:s.n] {
		if s.lines[i].key == key {
			return s.lines[i].value, 1
		}
	}
	return "", 0
}

// Holds reports whether the header is unchanged.
func (s *Snapshot) Holds(header http.Header) bool {
	if s.whole != nil {
		return maps.EqualFunc(s.whole, header, slices.Equal)
	}
	if len(header) != s.n {
		return false
	}
	for _, line := range s.lines[:s.n] {
		if values := header[line.key]; len(values) != 1 || values[0] != line.value {
			return false
		}
	}
	return true
}

// Restore makes the header what it was, and returns what it had become, or nil if it was unchanged.
func (s *Snapshot) Restore(header http.Header) http.Header {
	if s.Holds(header) {
		return nil
	}
	late := maps.Clone(header)
	clear(header)
	maps.Copy(header, s.whole)
	if s.whole == nil {
		for _, line := range s.lines[:s.n] {
			header[line.key] = []string{line.value}
		}
	}
	return late
}
