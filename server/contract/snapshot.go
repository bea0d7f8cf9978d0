package contract

import (
	"maps"
	"net/http"
	"slices"
)

// A snapshot is what a header held at some time. As a rule it has few lines and is not changed after that, so that it need
// not be copied; and they are those of the header before, so that a snapshot that is used again looks for these first, which
// is less work than to walk a map.
type snapshot struct {
	header http.Header // what it is of
	lines  [8]headerLine
	n      int         // of lines
	whole  http.Header // instead, of a header that lines cannot hold
}

type headerLine struct{ key, value string }

func (s *snapshot) take(header http.Header) {
	s.header, s.whole = header, nil
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

// again takes the lines of a header that has the keys of the one before, and no others.
func (s *snapshot) again(header http.Header) bool {
	for i := range s.lines[:s.n] {
		values := header[s.lines[i].key]
		if len(values) != 1 {
			return false
		}
		s.lines[i].value = values[0]
	}
	return true
}

// forget lets go of all but the keys.
func (s *snapshot) forget() {
	for i := range s.lines[:s.n] {
		s.lines[i].value = ""
	}
	s.whole, s.header = nil, nil
}

// first returns the first of a header's lines, and how many there were.
func (s *snapshot) first(key string) (text string, lines int) {
	if s.whole != nil {
		return firstLine(s.whole, key)
	}
	for i := range s.lines[:s.n] {
		if s.lines[i].key == key {
			return s.lines[i].value, 1
		}
	}
	return "", 0
}

// holds tells whether the header is as it was.
func (s *snapshot) holds(header http.Header) bool {
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

// restore makes the header what it was, and returns what it was made since, or nil.
func (s *snapshot) restore(header http.Header) http.Header {
	if s.holds(header) {
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
