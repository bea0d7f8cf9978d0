package client

import (
	"context"
	"net/http"

	"github.com/google/uuid"
)

type (
	correlationKey struct{}
	replayKey      struct{}
	responseKey    struct{}
)

// ContextWithCorrelationID sets the X-Correlation-Id of the operations that are called with the context, so that your log,
// the errors and the vendor's audit log can be joined. Without it, each operation gets an id of its own. All attempts of an
// operation send the same id.
func ContextWithCorrelationID(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, correlationKey{}, id)
}

// ContextWithReplay allows operations that are called with the context to be sent again although they may have been carried
// out: creating, sending an e-mail, a JSON Patch. Use it if carrying the operation out twice does no harm.
func ContextWithReplay(ctx context.Context) context.Context {
	return context.WithValue(ctx, replayKey{}, true)
}

// ContextWithResponse copies the last response to operations that are called with the context to r, whether they succeed or
// fail, for headers that no method returns and for the original body.
//
//	var raw client.Response
//	page, err := cc.Groups().List(client.ContextWithResponse(ctx, &raw), client.ListGroups{})
//
// Use a context for one operation at a time, because r is written without a lock.
func ContextWithResponse(ctx context.Context, r *Response) context.Context {
	return context.WithValue(ctx, responseKey{}, r)
}

// A Response is a response as it was received; see [ContextWithResponse].
type Response struct {
	Status int
	Header http.Header
	Body   []byte // decompressed
}

// capture copies a response to the Response of the context.
func capture(ctx context.Context, res *response) {
	if r, ok := ctx.Value(responseKey{}).(*Response); ok && r != nil {
		*r = Response{Status: res.status, Header: res.header.Clone(), Body: append([]byte(nil), res.body...)}
	}
}

// correlationID returns the id of the context, or a new one.
func correlationID(ctx context.Context) string {
	if id, ok := ctx.Value(correlationKey{}).(uuid.UUID); ok && id != uuid.Nil {
		return id.String()
	}
	return uuid.NewString()
}

// withOneCorrelationID is for methods that send several requests, which must have the same id.
func withOneCorrelationID(ctx context.Context) context.Context {
	if id, ok := ctx.Value(correlationKey{}).(uuid.UUID); ok && id != uuid.Nil {
		return ctx
	}
	return ContextWithCorrelationID(ctx, uuid.New())
}

func mayReplay(ctx context.Context) bool {
	allowed, _ := ctx.Value(replayKey{}).(bool)
	return allowed
}
