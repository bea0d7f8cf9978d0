// Package jsonpatch applies a JSON Patch (RFC 6902) to a MyReports user the way
// ASP.NET Core's JsonPatch library does (release/2.2), error messages included.
//
// Call [Apply] with the operations of a request and then [Validate] on what
// came out of it.
//
// # Why not a library for RFC 6902
//
// The service behind the API binds patches to a .NET object. It matches names
// case-insensitively, skips empty path segments, lets "-" mean the last
// element, turns numbers into strings, and says so in its own words. A sandbox
// that followed the RFC would refuse what the service accepts.
//
// # Where we differ
//
//   - What ends as an unhandled exception there, a 500, is [Malformed] here.
//   - An op is one of the six names in any case. The .NET enumeration behind it
//     also reads numbers, blanks around a name and lists of names.
//   - A JSON string stays as it is; Json.NET rewrites one that looks like a date.
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
	Path  *string         `json:"path"`  // nil is absent
	From  *string         `json:"from"`  // nil is absent
	Value json.RawMessage `json:"value"` // nil is absent, which is the same as null
}

// A User is what can be patched of a user.
type User struct {
	DisplayName *string
	Roles       []string // nil is null, which differs from an empty list
	// Kept are roles that stay, where the user has them, when the list is written or removed as a whole. By its index any
	// role can be removed.
	Kept []string
}

// An Error is the answer to a patch that cannot be applied.
type Error struct {
	Message string // the message of ASP.NET Core's library
}

// Error returns the message.
func (e *Error) Error() string {
	return e.Message
}

// Apply carries out ops, in order, on a copy of u. It is all or nothing: the
// error, always an [*Error], is that of the first operation that fails, and
// comes with u as it was. An operation without path, or with a value that Json.NET
// cannot read, fails the whole document before its first operation.
//
// Whatever is written to roles must satisfy validRole; nil accepts every
// string. The time is linear in the size of ops and u, apart from the calls of
// validRole, one for each role that is written.
func Apply(u User, ops []Operation, validRole func(string) bool) (User, error) {
	patched, err := Attempt(u, ops, validRole)
	if err != nil {
		return u, err
	}
	return patched, nil
}

// Attempt is [Apply] without all or nothing: an operation that fails is left out, and those after it are carried out, as
// ASP.NET's model binding does it. It returns what comes out with the first error, for a caller who has to know what a patch
// wants before it says what is wrong with it.
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

// bindAll does what Json.NET does with the document before the library sees it.
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

// apply carries out one operation. Adding to a property is replacing it; in a
// list the two differ.
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

// transfer is move and copy. A copied value needs no copying here: strings are
// immutable, and a list fits nowhere but where it came from.
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
