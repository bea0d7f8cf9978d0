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

// ContextWithCorrelationID sets the X-Correlation-Id of the operations that are called with the context, so that their
// lines in your log, their errors, and the vendor's audit log can be joined. Without it each operation makes an id of its
// own. All attempts of an operation carry the same one.
func ContextWithCorrelationID(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, correlationKey{}, id)
}

// ContextWithReplay lets operations that are called with the context be sent again where they may have been carried out
// already: creating, sending a mail, a JSON Patch. Use it where carrying it out twice does no harm.
func ContextWithReplay(ctx context.Context) context.Context {
	return context.WithValue(ctx, replayKey{}, true)
}

// ContextWithResponse has the last answer to operations that are called with the context copied to r, whatever becomes of
// them: for a header that no method gives, or for a body as it came.
//
//	var raw client.Response
//	page, err := cc.Groups().List(client.ContextWithResponse(ctx, &raw), client.ListGroups{})
//
// It is for one operation at a time: r is written without a lock.
func ContextWithResponse(ctx context.Context, r *Response) context.Context {
	return context.WithValue(ctx, responseKey{}, r)
}

// A Response is an answer as it came; see [ContextWithResponse].
type Response struct {
	Status int
	Header http.Header
	Body   []byte // without its content coding
}

// capture copies an answer to where the context wants it.
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

// withOneCorrelationID is for operations of two requests, which shall carry the same id.
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
