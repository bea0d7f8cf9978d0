package witness

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// evidenceFormat is the version of the file format of evidence.
const evidenceFormat = 1

// A run holds the counts of one recorder. It is one file in an evidence folder, and holds no value, path, query or address.
type run struct {
	Format   int       `json:"format"`
	Tool     string    `json:"tool"`
	Source   string    `json:"source"`
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	Verified bool      `json:"verified"` // the upstream's certificate was verified
	Local    bool      `json:"local,omitempty"`

	Contracts []*observed `json:"contracts"`
}

// observed holds what was seen of the service of one document.
type observed struct {
	Name     string           `json:"name"`
	SHA256   string           `json:"sha256"`
	Upstream string           `json:"upstream,omitempty"` // origin
	Seen     int64            `json:"exchanges"`
	Skipped  map[string]int64 `json:"skipped,omitempty"`
	Dropped  int64            `json:"dropped"`          // not checked, because the queue was full
	Failed   int64            `json:"failed,omitempty"` // whose check panicked
	Unread   int64            `json:"unread"`           // with a body that could not be checked
	Surplus  int64            `json:"surplus,omitempty"`

	Operations *counts.Counts `json:"operations"`
	Explained  []*explained   `json:"explained"`
}

// explained is one departure with how often it was seen in messages that were validated.
type explained struct {
	ID        string `json:"id"`
	Class     Class  `json:"class"`
	Operation string `json:"operation,omitempty"`
	In        string `json:"in"`
	Status    int    `json:"status,omitempty"`
	Place     string `json:"place"`
	Rule      string `json:"rule"`
	Expected  string `json:"expected,omitempty"`
	Got       string `json:"got,omitempty"`
	Schema    string `json:"schema,omitempty"`
	Exchanges int64  `json:"exchanges"`
	Places    int64  `json:"places"`
	Sampled   bool   `json:"sampled,omitempty"` // it may have been seen in other messages as well
	First     string `json:"first,omitempty"`
	Last      string `json:"last,omitempty"`

	line int // in the document; not stored, because other versions have other lines
	runs int
}

func (e *explained) key() key { return key{e.Class, e.Operation, e.In, e.Status, e.Place, e.Rule} }

// add adds the counts of the same departure in another run.
func (e *explained) add(o *explained) {
	e.Exchanges += o.Exchanges
	e.Places += o.Places
	e.Sampled = e.Sampled || o.Sampled
	e.First, e.Last = earlier(e.First, o.First), max(e.Last, o.Last)
	e.Expected, e.Got, e.Schema = least(e.Expected, o.Expected), least(e.Got, o.Got), least(e.Schema, o.Schema)
	e.line = max(e.line, o.line)
	e.runs += o.runs
}

// least returns the smaller one of two texts that are not empty, so that the result of adding runs does not depend on their order.
func least(a, b string) string {
	if a == "" || b == "" {
		return cmp.Or(a, b)
	}
	return min(a, b)
}

// earlier returns the earlier one of two days; "" is no day.
func earlier(a, b string) string { return least(a, b) }

// A folder is the place of the file of one run.
type folder struct {
	dir, name string
	created   bool // the folder did not exist before
}

// newFolder creates the folder, and chooses a name that no other run has.
func newFolder(dir string, start time.Time) (*folder, error) {
	_, err := os.Stat(dir)
	created := errors.Is(err, fs.ErrNotExist)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the evidence folder: %w", err)
	}
	var random [4]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, fmt.Errorf("name the evidence: %w", err)
	}
	name := start.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(random[:]) + ".json"
	return &folder{dir: dir, name: name, created: created}, nil
}

// write replaces the file by renaming a new one, so that readers never see a part of it. It creates the folder again if it was removed.
func (f *folder) write(r *run) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode evidence: %w", err)
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("create the evidence folder: %w", err)
	}
	name := filepath.Join(f.dir, f.name)
	if err := writeSynced(name+".tmp", append(data, '\n')); err != nil {
		_ = os.Remove(name + ".tmp")
		return fmt.Errorf("write evidence: %w", err)
	}
	if err := os.Rename(name+".tmp", name); err != nil {
		return fmt.Errorf("write evidence: %w", err)
	}
	return nil
}

// remove removes the file, and the folder if newFolder has created it and it is empty.
func (f *folder) remove() error {
	if err := os.Remove(filepath.Join(f.dir, f.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove evidence without exchanges: %w", err)
	}
	if f.created {
		_ = os.Remove(f.dir) // fails if other runs are in it
	}
	return nil
}

func writeSynced(name string, data []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err = file.Write(data); err == nil {
		err = file.Sync()
	}
	return cmp.Or(err, file.Close())
}

// sortExplained sorts entries by ID, so that the same run is always written in the same way.
func sortExplained(list []*explained) {
	slices.SortFunc(list, func(a, b *explained) int { return cmp.Compare(a.ID, b.ID) })
}
