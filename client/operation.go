package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// An operation is what a method of a resource asks the service to do.
type operation struct {
	name   string       // the operationId in the contract
	once   bool         // carrying it out twice differs from carrying it out once, so that a retry needs care
	secret string       // a password in the body, which is removed from messages of the service
	need   []identifier // the values that make up the path
	accept []string     // the value of Accept; nil is JSON
	custom bool         // a request of the caller's own, which the contract need not know
	build  func(server string) (*http.Request, error)
}

// An identifier is a value that becomes a segment of the path, or another parameter that must not be empty. Either id or
// text is used.
type identifier struct {
	name string
	id   uuid.UUID
	text string
}

// textID is for path parameters that are not UUIDs.
func textID(name, text string) identifier { return identifier{name: name, text: text, id: uuid.Max} }

// check refuses values that would address another resource than the intended one: joined to a URL, "", "." and ".." name
// the collection or its parent. The zero UUID is an id that was never set.
func (i identifier) check() error {
	switch {
	case i.id == uuid.Nil:
		return fmt.Errorf("%s is the zero UUID", i.name)
	case i.id == uuid.Max && (i.text == "" || i.text == "." || i.text == ".."):
		return fmt.Errorf("%s is %q, which would address another resource", i.name, i.text)
	}
	return nil
}

// fetch sends an operation and decodes its response. valid reports what the JSON decoder does not see: a body such as {}
// decodes into any struct.
func fetch[T any](ctx context.Context, c *core, op operation, valid func(*T) bool) (*T, error) {
	x, res, failure := c.do(ctx, &op)
	if failure != nil {
		return nil, failure
	}
	defer res.release()
	out := new(T)
	if kind, err := res.decode(out); kind != nil {
		return nil, x.fail(kind, res, err)
	}
	if !valid(out) {
		return nil, x.fail(ErrShape, res, errors.New("members are missing"))
	}
	return out, nil
}

// send sends an operation whose result is that it was carried out. The body may be empty, and a JSON body is ignored
// unless it says that the operation failed. Any other body, such as an HTML page, did not come from the service.
func send(ctx context.Context, c *core, op operation) error {
	x, res, failure := c.do(ctx, &op)
	if failure != nil {
		return failure
	}
	defer res.release()
	if len(res.body) == 0 {
		return nil
	}
	var body json.RawMessage
	if kind, err := res.decode(&body); kind != nil {
		return x.fail(kind, res, err)
	}
	status := textOf(readObject(body).find("status"))
	if e := x.fail(ErrShape, res, errors.New("the body is an error")); e.EnvelopeStatus >= 400 || c.api == APIMyReports && !isSuccess(status) {
		return e
	}
	return nil
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
