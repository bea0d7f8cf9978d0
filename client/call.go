package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// A call is one operation that somebody asked for.
type call struct {
	operation string
	once      bool    // carrying it out twice is not the same as once
	secret    string  // a password in the body
	need      []ident // what the path is made of
	build     func(server string) (*http.Request, error)
}

// An ident is a value that becomes a segment of the path, or that must not be forgotten. Either id or text is used.
type ident struct {
	name string
	id   uuid.UUID
	text string
}

// textID is for path parameters that are not UUIDs.
func textID(name, text string) ident { return ident{name: name, text: text, id: uuid.Max} }

// check refuses what would address another resource than the one that is meant: joined to an address, "", "." and ".."
// name the collection or its parent. The zero UUID is an id that somebody forgot to set.
func (i ident) check() error {
	switch {
	case i.id == uuid.Nil:
		return fmt.Errorf("%s is the zero UUID", i.name)
	case i.id == uuid.Max && (i.text == "" || i.text == "." || i.text == ".."):
		return fmt.Errorf("%s is %q, which would address another resource", i.name, i.text)
	}
	return nil
}

// fetch sends a call and decodes its answer. valid looks for what the JSON decoder does not: a body such as {} fits any
// struct.
func fetch[T any](ctx context.Context, c *core, op call, valid func(*T) bool) (*T, error) {
	x, ans, failure := c.do(ctx, &op)
	if failure != nil {
		return nil, failure
	}
	defer ans.release()
	out := new(T)
	if kind, err := ans.decode(out); kind != nil {
		return nil, x.fail(kind, ans, err)
	}
	if !valid(out) {
		return nil, x.fail(ErrShape, ans, errors.New("members are missing"))
	}
	return out, nil
}

// send sends a call whose answer has no body. A body of JSON is let pass, for nothing depends on it, unless it says that
// the call failed; an HTML page is not the service's.
func send(ctx context.Context, c *core, op call) error {
	x, ans, failure := c.do(ctx, &op)
	if failure != nil {
		return failure
	}
	defer ans.release()
	if len(ans.body) == 0 {
		return nil
	}
	var whatever any
	if kind, err := ans.decode(&whatever); kind != nil {
		return x.fail(kind, ans, err)
	}
	if e := x.fail(ErrShape, ans, errors.New("the body is an error")); e.EnvelopeStatus >= 400 {
		return e
	}
	return nil
}
