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

// expiryLeeway is how long before it expires a token is renewed.
const expiryLeeway = 10 * time.Second

// fetchToken gets a new token. Calls never overlap.
type fetchToken func(ctx context.Context) (*oauth2.Token, error)

// tokens holds the access token. The first goroutine that finds it missing, expired or refused starts a fetch; the others
// wait for the same fetch, each no longer than its own context lasts.
type tokens struct {
	fetch   fetchToken // nil if the token was given and cannot be renewed
	timeout time.Duration
	save    func(*oauth2.Token)
	hold    *hold // set by the Retry-After of the token endpoint

	mu      sync.Mutex
	current *oauth2.Token
	header  string // current as the value of Authorization
	pending *pendingFetch
}

// A pendingFetch is a fetch that has been started. Its fields may be read once done is closed.
type pendingFetch struct {
	done   chan struct{}
	header string
	err    error
}

// renewable reports whether there may be another token after one was refused.
func (t *tokens) renewable() bool { return t != nil && t.fetch != nil }

// authorization returns the value of the Authorization header. It is not the refused one, unless no other can be had.
func (t *tokens) authorization(ctx context.Context, refused string) (string, error) {
	for {
		header, p := t.currentOrFetch(ctx, refused)
		switch {
		case p != nil:
			return t.await(ctx, p)
		case header != "" || t.fetch == nil:
			return header, nil
		}
		if err := t.hold.wait(ctx); err != nil {
			return "", err
		}
	}
}

// currentOrFetch returns the token in hand if it can be used, or else a fetch. It returns neither while the token endpoint
// must not be asked.
func (t *tokens) currentOrFetch(ctx context.Context, refused string) (string, *pendingFetch) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fetch == nil || t.header != "" && t.header != refused && fresh(t.current) {
		return t.header, nil
	}
	if t.pending == nil && t.hold.remaining() == 0 {
		t.pending = &pendingFetch{done: make(chan struct{})}
		// All waiting calls use the result, so that the fetch must outlive the context of the call that started it.
		go t.run(context.WithoutCancel(ctx), t.pending)
	}
	return "", t.pending
}

// await waits for a fetch. It needs a limit of its own, because a TokenSource takes no context.
func (t *tokens) await(ctx context.Context, p *pendingFetch) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	select {
	case <-p.done:
		return p.header, p.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (t *tokens) run(ctx context.Context, p *pendingFetch) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	token, err := t.fetch(ctx)
	if err == nil && (token == nil || token.AccessToken == "") {
		err = errors.New("the token source returned no access token")
	}
	if err == nil && t.save != nil {
		t.save(token)
	}
	t.hold.extend(tokenRetryAfter(err))
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.set(token)
	}
	p.header, p.err, t.pending = t.header, err, nil
	close(p.done)
}

// set must be called with the lock held, or before the tokens are shared.
func (t *tokens) set(token *oauth2.Token) {
	t.current, t.header = token, ""
	if token != nil && token.AccessToken != "" {
		t.header = token.Type() + " " + token.AccessToken
	}
}

func fresh(token *oauth2.Token) bool {
	return token.Expiry.IsZero() || time.Until(token.Expiry) > expiryLeeway
}

// temporaryTokenFailure reports whether asking for a token again may help.
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

// tokenRetryAfter returns the Retry-After of the token endpoint.
func tokenRetryAfter(err error) time.Duration {
	if retrieve, ok := errors.AsType[*oauth2.RetrieveError](err); ok && retrieve.Response != nil {
		return retryAfter(retrieve.Response.Header, time.Now())
	}
	return 0
}
