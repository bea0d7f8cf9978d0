package headers

import (
	"net/http"
	"strings"
	"testing"
)

// Ensure a snapshot that is used again has the current lines of its header, whatever the one before had.
func TestSnapshot_usedAgain(t *testing.T) {
	t.Parallel()
	headers := []http.Header{
		{"A": {"1"}, "B": {"2"}}, {"A": {"3"}, "B": {"4"}}, {"A": {"5"}, "C": {"6"}}, {"A": {"7"}}, {}, {"A": {"8"}}, {"A": {"9", "10"}}, {"A": {"11"}},
		{"A": {}}, nil, {"B": {"12"}, "A": {"13"}, "C": {"14"}}, {"C": {"15"}, "B": {"16"}, "D": {"17"}},
	}
	many := http.Header{}
	for _, key := range strings.Fields("A B C D E F G H I") {
		many[key] = []string{key}
	}
	headers = append(headers, many, headers[0], many, headers[2])
	var s Snapshot
	for i, header := range headers {
		s.Take(header)
		if !s.Holds(header) {
			t.Errorf("%d: %v is not held", i, header)
		}
		for _, key := range strings.Fields("A B C D E F G H I") {
			text, lines := s.First(key)
			if wantText, wantLines := First(header, key); text != wantText || lines != wantLines {
				t.Errorf("%d: %s is %q of %d, want %q of %d", i, key, text, lines, wantText, wantLines)
			}
		}
		changed := header.Clone()
		if changed == nil {
			changed = http.Header{}
		}
		changed.Add("B", "changed")
		if s.Holds(changed) {
			t.Errorf("%d: %v is held for %v", i, header, changed)
		}
		if late := s.Restore(changed); late == nil || !s.Holds(changed) {
			t.Errorf("%d: restored to %v, want %v", i, changed, header)
		}
		s.Forget()
	}
}
