package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Company holds what a customer or a reseller is shown with, beside its name. A nil text is unknown.
type Company struct {
	TaxID              *string `json:"taxId,omitempty"`
	Country            *string `json:"country,omitempty"`
	AddressLine1       *string `json:"addressLine1,omitempty"`
	AddressLine2       *string `json:"addressLine2,omitempty"`
	City               *string `json:"city,omitempty"`
	State              *string `json:"state,omitempty"`
	Zip                *string `json:"zip,omitempty"`
	FirstName          *string `json:"firstName,omitempty"`
	MiddleName         *string `json:"middleName,omitempty"`
	LastName           *string `json:"lastName,omitempty"`
	Email              *string `json:"email,omitempty"`
	Phone              *string `json:"phone,omitempty"`
	InternalIdentifier *string `json:"internalIdentifier,omitempty"`
}

// encodeProfile returns the JSON of a profile, for a column of text.
func encodeProfile(profile any) (string, error) {
	text, err := json.Marshal(profile)
	return string(text), err
}

func decodeProfile(text string, profile any) error {
	if err := json.Unmarshal([]byte(text), profile); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return nil
}

// foldAll returns the key of several texts, for a search that any of them may match. The separator keeps a term of one line
// from matching across two texts.
func foldAll(texts ...*string) string {
	var keys []string
	for _, text := range texts {
		if text != nil {
			keys = append(keys, Fold(*text))
		}
	}
	return strings.Join(keys, "\n")
}

// directoryPage is the page of a list that is sorted by name and counts all that match.
type directoryPage struct {
	descending    bool
	offset, limit int
}

// page counts the rows of a condition and reads a page of them, sorted by a key and, if equal, by id ascending. A page past
// the end is empty.
func page[T any](tx *Tx, from *statement, columns, key string, p directoryPage, scan func(row) (T, error)) ([]T, int, error) {
	if !tx.flavor.finds(from.args) {
		return nil, 0, nil
	}
	total, err := one(tx, value[int], `SELECT COUNT(*)`+from.text.String(), from.args...)
	if err != nil || p.offset >= total {
		return nil, total, err
	}
	direction := "ASC"
	if p.descending {
		direction = "DESC"
	}
	fmt.Fprintf(&from.text, ` ORDER BY %s %s, id ASC LIMIT %s OFFSET %s`, key, direction,
		from.arg(Query{Limit: p.limit}.limit()), from.arg(max(p.offset, 0)))
	rows, err := all(tx, scan, `SELECT `+columns+from.text.String(), from.args...)
	return rows, total, err
}

// in is the condition that a column is one of the ids. It must not be empty.
func (s *statement) in(column string, ids []uuid.UUID) string {
	parameters := make([]string, len(ids))
	for i, id := range ids {
		parameters[i] = s.arg(id)
	}
	return column + " IN (" + strings.Join(parameters, ", ") + ")"
}

// fillNameKeys sets the name keys of the rows that an older version of this package wrote.
func (tx *Tx) fillNameKeys() error {
	type named struct {
		seq  int64
		name string
	}
	scan := func(r row) (n named, err error) { return n, r.Scan(&n.seq, &n.name) }
	for _, table := range []string{"customers", "resellers", "report_tenants"} {
		rows, err := all(tx, scan, `SELECT seq, name FROM `+table)
		if err != nil {
			return wrap(err, "names of %s", table)
		}
		for _, n := range rows {
			if _, err := tx.exec(`UPDATE `+table+` SET name_key = $2 WHERE seq = $1`, n.seq, Fold(n.name)); err != nil {
				return wrap(err, "name key in %s", table)
			}
		}
	}
	return nil
}
