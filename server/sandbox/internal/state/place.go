package state

import (
	"errors"
	"fmt"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// A place is a JSON pointer into the state document.
type place string

func (p place) member(name string) place { return p + place("/"+name) }
func (p place) item(list string, i int) place {
	return p + place(fmt.Sprintf("/%s/%d", list, i))
}

// refuse returns the error for a state that is inconsistent there: a [contract.Violations] that says what is expected.
func (p place) refuse(expected string) error {
	return contract.Violations{{
		Operation: "replaceState", In: "body", Pointer: string(p), Rule: "state", Expected: expected, Refused: true,
	}}
}

// refuseConflict returns the error for a row that the store refuses: its key is another row's, or it refers to no row. Other
// errors of the store are returned as they are.
func (p place) refuseConflict(err error, key string) error {
	switch {
	case errors.Is(err, store.ErrConflict):
		return p.refuse(key + " that occurs once")
	case errors.Is(err, store.ErrNotFound):
		return p.refuse("references to what the state holds")
	}
	return err
}
