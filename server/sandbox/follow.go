package sandbox

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/controlserver"
)

// followExchanges returns a response that stays open: one line for each exchange behind an id, until the client leaves or the
// sandbox stops. Each line is flushed, or a client would see it only after several kilobytes of others.
func (s *Sandbox) followExchanges(ctx context.Context, after int64) controlserver.ListExchanges200ApplicationXNdjsonResponse {
	return controlserver.ListExchanges200ApplicationXNdjsonResponse{Stream: func(w http.ResponseWriter) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(s.stopping, cancel)()
		controller, lines := http.NewResponseController(w), json.NewEncoder(w)
		if err := controller.Flush(); err != nil { // of the head: a client knows that it is connected before the first exchange ends
			return err
		}
		return s.exchanges.Follow(ctx, after, func(x control.Exchange) error {
			if err := lines.Encode(x); err != nil {
				return err
			}
			return controller.Flush()
		})
	}}
}

// StopFollowing ends the responses that stay open (GET /_sandbox/exchanges?follow=true), now and in future. A server calls it when
// it begins to shut down, because it would wait for them otherwise.
func (s *Sandbox) StopFollowing() { s.stop() }
