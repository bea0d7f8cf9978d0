package counts

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
)

// maxNesting bounds the places that are read from JSON: what a Tally counts is nested less deeply.
const maxNesting = 64

// MarshalJSON writes the operations that were seen, and of these the places that were, so that the size is that of what was seen
// and not of the document.
func (c *Counts) MarshalJSON() ([]byte, error) {
	seen := map[string]*Operation{}
	for id, op := range c.Operations {
		if op != nil && op.Seen > 0 {
			seen[id] = op.trimmed()
		}
	}
	return json.Marshal(seen)
}

// UnmarshalJSON reads what MarshalJSON wrote. A file may come from anywhere: names that a Tally would not have kept, negative numbers and more
// than the limits are errors. An error names no value of the text.
func (c *Counts) UnmarshalJSON(text []byte) error {
	var operations map[string]*Operation
	if err := json.Unmarshal(text, &operations); err != nil {
		return errors.New("counts: not the JSON of counts")
	}
	for _, op := range operations {
		if err := op.check(); err != nil {
			return fmt.Errorf("counts: %w", err)
		}
	}
	*c = Counts{Operations: operations}
	return nil
}

var (
	errNull     = errors.New("null where an object should be")
	errName     = errors.New("a name that is none of a member")
	errNumber   = errors.New("a number below 0")
	errMany     = errors.New("more undeclared names than are kept")
	errNesting  = errors.New("places nested too deeply")
	errOverflow = errors.New("a number too large to be added to")
)

// checkAll checks what a map holds, of which names must pass, and of which there may be so many.
func checkAll[T any](m map[string]*T, isName func(string) bool, limit int, check func(*T) error) error {
	others := 0
	for name, value := range m {
		if isOther(name) {
			others++
		} else if isName != nil && !isName(name) {
			return errName
		}
		if value == nil {
			return errNull
		}
		if err := check(value); err != nil {
			return err
		}
	}
	if len(m)-others > limit {
		return errMany
	}
	return nil
}

// declaredNames are bounded by the size of the text alone: which ones a document has is not known here.
const declaredNames = math.MaxInt

func checkNumbers(numbers ...int64) error {
	const most = math.MaxInt64 >> 20 // so that a million files can be added
	for _, n := range numbers {
		if n < 0 {
			return errNumber
		}
		if n > most {
			return errOverflow
		}
	}
	return nil
}

func checkOne[T any](value *T, check func(*T) error) error {
	if value == nil {
		return nil
	}
	return check(value)
}

func (o *Operation) check() error {
	if o == nil {
		return errNull
	}
	return errors.Join(
		checkNumbers(o.Seen), checkDay(o.First), checkDay(o.Last),
		checkOne(o.Requests.Accepted, (*Message).check), checkOne(o.Requests.Refused, (*Message).check),
		checkOne(o.Requests.Denied, (*Message).check), checkOne(o.Requests.Failed, (*Message).check),
		checkAll(o.Statuses, nil, declaredNames, (*Message).check),
		checkAll(o.Undeclared, isStatus, MaxStatuses, (*Message).check),
	)
}

func checkDay(day string) error {
	if day != "" && (len(day) != len("2006-01-02") || strings.Trim(day, "0123456789-") != "") {
		return errors.New("a day that is none")
	}
	return nil
}

func (m *Message) check() error {
	isParameter := func(name string) bool {
		in, bare, ok := strings.Cut(name, " ")
		return ok && (in == "query" || in == "header") && IsName(bare)
	}
	body := func(p *Place) error { return p.check(1) }
	media := func(m *Media) error { return errors.Join(checkNumbers(m.Seen), checkOne(m.Body, body)) }
	return errors.Join(
		checkNumbers(m.Seen, m.Fits, m.Empty), m.Misfits.check(),
		checkAll(m.Parameters, nil, declaredNames, body),
		checkAll(m.Undeclared, isParameter, MaxNames, body),
		checkAll(m.Media, nil, declaredNames, media),
		checkAll(m.UndeclaredMedia, isMedia, MaxMedia, media),
	)
}

func (m Misfits) check() error {
	for rule, n := range m {
		if strings.Trim(strings.ToLower(rule), "abcdefghijklmnopqrstuvwxyz") != "" {
			return errName
		}
		if err := checkNumbers(n.Values, n.Exchanges); err != nil {
			return err
		}
	}
	return nil
}

func (p *Place) check(depth int) error {
	if depth > maxNesting {
		return errNesting
	}
	if err := errors.Join(p.checkCounters(), p.Misfits.check()); err != nil {
		return err
	}
	unlisted := map[string]*int64{}
	for value, n := range p.Unlisted {
		unlisted[value] = &n
	}
	below := func(child *Place) error { return child.check(depth + 1) }
	return errors.Join(
		checkAll(unlisted, IsName[string], MaxUnlisted, func(n *int64) error { return checkNumbers(*n) }),
		checkAll(p.Members, nil, declaredNames, below),
		checkAll(p.Undeclared, IsName[string], MaxNames, below),
		checkOne(p.Rest, below), checkOne(p.Items, below),
	)
}

func (p *Place) checkCounters() error {
	for _, n := range p.Values {
		if err := checkNumbers(n); err != nil {
			return err
		}
	}
	s := &p.Strings
	return checkNumbers(p.Seen, p.Absent, p.Null, p.Boolean, p.Integer, p.Number, p.String, p.Array, p.Object, p.Longest,
		s.Empty, s.UUID, s.UpperUUID, s.DateTime, s.LocalDateTime, s.Date, s.Digits, s.Word, s.Other)
}

// isMedia reports whether an undeclared media type is one that is kept; see [MediaName].
func isMedia(name string) bool { return MediaName(name) == name }

// MediaName returns the name under which an undeclared media type is counted: type/subtype in lower case, "" for none, and {} for
// what does not look like one.
func MediaName(given string) string {
	const longest = 64
	typ, _, _ := strings.Cut(given, ";")
	typ = strings.ToLower(strings.TrimSpace(typ))
	if typ == "" {
		return ""
	}
	major, minor, ok := strings.Cut(typ, "/")
	plain := func(s string) bool {
		return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.+-") == ""
	}
	if !ok || len(typ) > longest || !plain(major) || !plain(minor) || digitsIn(typ) > maxMediaDigits {
		return Other
	}
	return typ
}

// maxMediaDigits are those of a media type: as in a name, more may be data.
const maxMediaDigits = 5

func digitsIn(text string) int {
	n := 0
	for _, c := range text {
		if '0' <= c && c <= '9' {
			n++
		}
	}
	return n
}
