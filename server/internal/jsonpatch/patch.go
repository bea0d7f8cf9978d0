// Package jsonpatch applies a JSON Patch (RFC 6902) to a MyReports user as
// ASP.NET Core's JsonPatch library does (release/2.2), error messages included.
//
// Most callers want [Apply] with the operations of a request, and then [Validate]
// for the patched user.
//
// # Why not a library for RFC 6902
//
// The service behind the API binds patches to a .NET object. It matches names
// case-insensitively, skips empty path segments, takes "-" for the last element,
// converts numbers to strings, and has error messages of its own. A sandbox that
// followed the RFC would refuse what the service accepts.
//
// # Where we differ
//
//   - An unhandled exception in the library, a 500, is [Malformed] here.
//   - An op is one of the six names in any case. The .NET enumeration behind it
//     also accepts numbers, blanks around a name and lists of names.
//   - JSON strings are kept as they are. Json.NET rewrites one that looks like a
//     date.
//   - An object with the member $values, Json.NET's metadata, is not a list.
//   - A role that is null is refused like an unknown one.
//   - An object or array quoted in a message is cut at 64 KiB.
package jsonpatch

import (
	"encoding/json"
	"strings"
)

// An Operation is one element of a patch document.
type Operation struct {
	Op    string          `json:"op"`
	Path  *string         `json:"path"`  // nil means absent
	From  *string         `json:"from"`  // nil means absent
	Value json.RawMessage `json:"value"` // nil means absent, which is the same as null
}

// A User holds the properties of a user that can be patched.
type User struct {
	DisplayName *string
	Roles       []string // nil means null, which differs from an empty list
	// Kept are roles that an operation on the list as a whole does not remove, if the user has them. An operation on an index
	// removes any role.
	Kept []string
}

// An Error says why a patch cannot be applied.
type Error struct {
	Message string // the message of ASP.NET Core's library
}

// Error returns the message.
func (e *Error) Error() string {
	return e.Message
}

// Apply applies ops, in order, to a copy of u. If an operation fails, Apply
// returns u unchanged with the error of the first one that failed, which is always
// an [*Error]. If an operation has no path, or a value that Json.NET cannot read,
// no operation is applied.
//
// Every role that is written must satisfy validRole; nil accepts every string. The
// time is linear in the size of ops and u, plus one call of validRole for each
// role that is written.
func Apply(u User, ops []Operation, validRole func(string) bool) (User, error) {
	patched, err := Attempt(u, ops, validRole)
	if err != nil {
		return u, err
	}
	return patched, nil
}

// Attempt is [Apply] without rollback: it skips an operation that fails and applies those after it, as ASP.NET's model binding
// does. It returns the result together with the first error, for a caller that must look at the result before it reports the
// error.
func Attempt(u User, ops []Operation, validRole func(string) bool) (User, error) {
	values, err := bindAll(ops)
	if err != nil {
		return u, err
	}
	d := newDocument(u, validRole)
	for i, op := range ops {
		if failed := d.apply(op, values[i]); failed != nil && err == nil {
			err = failed
		}
	}
	return d.user(), err
}

// bindAll converts the values as Json.NET does before the library sees the document.
func bindAll(ops []Operation) ([]value, error) {
	values := make([]value, len(ops))
	for i, op := range ops {
		v, ok := bind(op.Value)
		if !ok || op.Path == nil {
			return nil, malformed()
		}
		values[i] = v
	}
	return values, nil
}

// apply applies one operation. To add a property is to replace it; in a list the
// two differ.
func (d *document) apply(op Operation, v value) error {
	switch strings.ToLower(op.Op) {
	case "add":
		return d.write(op.Op, *op.Path, v, true)
	case "replace":
		return d.write(op.Op, *op.Path, v, false)
	case "remove":
		return d.remove(op.Op, *op.Path)
	case "test":
		return d.test(op.Op, *op.Path, v)
	case "move":
		return d.transfer(op, true)
	case "copy":
		return d.transfer(op, false)
	default:
		return invalidOperation(op.Op)
	}
}

// transfer applies move and copy. It need not copy the value: strings are
// immutable, and a list can only be written where it came from.
func (d *document) transfer(op Operation, move bool) error {
	if op.From == nil {
		return malformed()
	}
	v, err := d.read(op.Op, *op.From)
	if err != nil {
		return err
	}
	if move {
		if err := d.remove(op.Op, *op.From); err != nil {
			return err
		}
	}
	return d.write(op.Op, *op.Path, v, true)
}
