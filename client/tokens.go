package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// expiryLeeway is how long before its end a token is renewed.
const expiryLeeway = 10 * time.Second

// fetchToken gets a new token. Calls never overlap.
type fetchToken func(ctx context.Context) (*oauth2.Token, error)

// tokens holds the access token. Whoever finds it missing, expired or refused starts one fetch, and all others wait for
// that one, each as long as its own context lasts.
type tokens struct {
	fetch   fetchToken // nil: the token was given and cannot be renewed
	timeout time.Duration
	save    func(*oauth2.Token)

	mu      sync.Mutex
	current *oauth2.Token
	header  string // current as a value of Authorization
	flight  *flight
}

// A flight is a fetch on its way. Its fields may be read when done is closed.
type flight struct {
	done   chan struct{}
	header string
	err    error
}

// renewable says whether a token that was refused is worth another try.
func (t *tokens) renewable() bool { return t != nil && t.fetch != nil }

// authorization returns the value of the Authorization header, and never the one that was refused unless there is no other.
func (t *tokens) authorization(ctx context.Context, refused string) (string, error) {
	t.mu.Lock()
	if t.fetch == nil || t.header != "" && t.header != refused && fresh(t.current) {
		defer t.mu.Unlock()
		return t.header, nil
	}
	f := t.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		t.flight = f
		// The fetch serves everybody who waits, so that it does not end with the context of the one who came first.
		go t.fly(context.WithoutCancel(ctx), f)
	}
	t.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, t.timeout) // a TokenSource knows no context
	defer cancel()
	select {
	case <-f.done:
		return f.header, f.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (t *tokens) fly(ctx context.Context, f *flight) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	token, err := t.fetch(ctx)
	if err == nil && (token == nil || token.AccessToken == "") {
		err = errors.New("the token source gave no access token")
	}
	if err == nil && t.save != nil {
		t.save(token)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.set(token)
	}
	f.header, f.err, t.flight = t.header, err, nil
	close(f.done)
}

// set is called with the lock held, or before the tokens are shared.
func (t *tokens) set(token *oauth2.Token) {
	t.current, t.header = token, ""
	if token != nil && token.AccessToken != "" {
		t.header = token.Type() + " " + token.AccessToken
	}
}

func fresh(token *oauth2.Token) bool {
	return token.Expiry.IsZero() || time.Until(token.Expiry) > expiryLeeway
}

// temporaryTokenFailure holds where asking again for a token may help.
func temporaryTokenFailure(err error) bool {
	if retrieve, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		status := 0
		if retrieve.Response != nil {
			status = retrieve.Response.StatusCode
		}
		return status == http.StatusTooManyRequests || status >= 500
	}
	_, network := errors.AsType[net.Error](err)
	return network
}
