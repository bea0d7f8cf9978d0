package witness

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

const (
	maxEvidence     = 16 << 20 // bytes of one file
	maxRuns         = 10_000   // files of a folder
	maxFindings     = 10_000   // departures of one document; further ones are counted together
	maxSkipReasons  = 32
	maxPlaceDepth   = 64
	maxExplanation  = 200 // bytes of a text that evidence quotes from the document
	maxRunContracts = 16
)

// readFolder calls each with every run in a folder, in the order of the names of the files. It returns a line for each file that could not
// be read.
func readFolder(dir string, each func(*run)) (problems []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the evidence folder: %w", err)
	}
	n := 0
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".json" || !entry.Type().IsRegular() {
			continue
		}
		if n++; n > maxRuns {
			return append(problems, fmt.Sprintf("the folder has more than %d files, and the rest was not read", maxRuns)), nil
		}
		r, err := readRun(filepath.Join(dir, entry.Name()))
		if err != nil {
			problems = append(problems, entry.Name()+": "+err.Error())
			continue
		}
		each(r)
	}
	return problems, nil
}

// readRun reads the run in a file.
func readRun(name string) (*run, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, errors.New("cannot be opened")
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxEvidence+1))
	switch {
	case err != nil:
		return nil, errors.New("cannot be read")
	case len(data) > maxEvidence:
		return nil, fmt.Errorf("larger than %d MiB", maxEvidence>>20)
	}
	return parseRun(data)
}

// parseRun parses evidence. It may come from anywhere, so that everything in it is checked, and errors quote nothing of it.
func parseRun(data []byte) (*run, error) {
	var format struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &format); err != nil {
		return nil, errors.New("is not JSON, or is cut off")
	}
	if format.Format != evidenceFormat {
		return nil, fmt.Errorf("has format %d; this version of resellerkit reads format %d", format.Format, evidenceFormat)
	}
	r := &run{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, errors.New("is not an evidence file")
	}
	if len(r.Contracts) > maxRunContracts {
		return nil, errors.New("has too many contracts")
	}
	r.Tool, r.Source = shown(r.Tool), shown(r.Source)
	for _, o := range r.Contracts {
		if err := o.check(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (o *observed) check() error {
	switch {
	case o == nil || o.Operations == nil:
		return errors.New("has a contract without operations")
	case min(o.Seen, o.Dropped, o.Failed, o.Unread, o.Surplus) < 0:
		return errors.New("has a negative number")
	case max(o.Seen, o.Dropped, o.Failed, o.Unread, o.Surplus) > maxNumber:
		return errors.New("has a number that is too large")
	case len(o.Skipped) > maxSkipReasons || len(o.Explained) > maxFindings:
		return errors.New("has more entries than an evidence file can have")
	}
	o.Upstream = shown(o.Upstream)
	for reason, n := range o.Skipped {
		if !isWord(reason) || n < 0 || n > maxNumber {
			return errors.New("has an invalid reason for skipping exchanges")
		}
	}
	for _, e := range o.Explained {
		if err := e.check(); err != nil {
			return err
		}
	}
	return nil
}

// maxNumber limits the counts in a run, so that adding up maxRuns of them cannot overflow.
const maxNumber = 1 << 43

func (e *explained) check() error {
	switch {
	case e == nil:
		return errors.New("has null in place of a finding")
	case !slices.Contains(classes, e.Class) || !slices.Contains(ins, e.In) || !isWord(e.Rule):
		return errors.New("has a finding with an unknown class, place or rule")
	case e.Status != 0 && (e.Status < 100 || e.Status > 999):
		return errors.New("has an invalid status")
	case e.Exchanges < 0 || e.Places < 0 || e.Exchanges > maxNumber || e.Places > maxNumber:
		return errors.New("has a number that is negative or too large")
	case !isDay(e.First) || !isDay(e.Last):
		return errors.New("has an invalid day")
	}
	e.Expected, e.Got, e.Schema, e.runs = shown(e.Expected), shown(e.Got), shown(e.Schema), 1
	return nil
}

var ins = []string{"path", "query", "header", "cookie", "body", "response"}

// placeIsKnown reports whether each step of a place is a name of the document or looks like a name.
func (d *Document) placeIsKnown(place string) bool {
	if place == "" {
		return true
	}
	steps := strings.Split(place, "/")
	if steps[0] != "" || len(steps) > maxPlaceDepth {
		return false
	}
	for _, step := range steps[1:] {
		name := unescaper.Replace(step)
		if name != "" && name != "*" && name != counts.Other && !counts.IsName(name) && !d.names[name] {
			return false
		}
	}
	return true
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

func isWord(s string) bool {
	return s != "" && len(s) <= maxNameBytes && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") == ""
}

const maxNameBytes = 64

func isDay(s string) bool {
	return s == "" || len(s) == len("2006-01-02") && strings.Trim(s, "0123456789-") == ""
}

// shown shortens a text for a report, and removes characters that cannot be printed.
func shown(s string) string {
	if len(s) > maxExplanation {
		s = strings.ToValidUTF8(s[:maxExplanation], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
}
