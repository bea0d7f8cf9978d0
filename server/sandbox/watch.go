package sandbox

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
)

// maxWatched bounds what a watch remembers of each kind.
const maxWatched = 1000

// watch sees what callers do about the faults they met: whether one comes back before the time that Retry-After gave, and
// whether one sends a POST again whose outcome it cannot know. Both are findings. It is safe for concurrent use.
type watch struct {
	mu     sync.Mutex
	waits  map[string]time.Time // by client and operation: when it may come back
	unsure map[[sha256.Size]byte]bool
}

func (w *watch) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waits, w.unsure = nil, nil
}

// check notes what the request should not have been.
func (w *watch) check(s *Sandbox, r *http.Request, call *contract.Call, idp identity) {
	w.mu.Lock()
	waits, unsure := len(w.waits) > 0, len(w.unsure) > 0 && r.Method == http.MethodPost
	w.mu.Unlock()
	if !waits && !unsure {
		return
	}
	client := s.clientOf(r, idp)
	if waits && w.early(client+" "+call.ID, s.now()) {
		found(r, call, "header", "/Retry-After", "retryAfter", "no request before the time that Retry-After gave")
	}
	if unsure && w.repeated(fingerprint(r, client)) {
		found(r, call, "body", "", "repeat", "no repetition of a POST whose outcome is not known")
	}
}

func found(r *http.Request, call *contract.Call, in, pointer, rule, expected string) {
	find(r, contract.Violation{Operation: call.ID, In: in, Pointer: pointer, Rule: rule, Expected: expected, Grade: "decided"})
}

func (w *watch) early(key string, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	until, ok := w.waits[key]
	if ok && !now.Before(until) {
		delete(w.waits, key)
	}
	return ok && now.Before(until)
}

// repeated holds once for each request that was remembered: a third one may be meant.
func (w *watch) repeated(print [sha256.Size]byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	known := w.unsure[print]
	delete(w.unsure, print)
	return known
}

// expect remembers a request that meets a fault. One that is told when to come back was not carried out.
func (w *watch) expect(s *Sandbox, r *http.Request, call *contract.Call, idp identity, action control.FaultAction) {
	unsure := action.Cut != "" || action.CommitThenFail || action.RetryAfter == nil && (action.Gateway || action.Status >= 500)
	if action.RetryAfter == nil && (!unsure || r.Method != http.MethodPost) {
		return
	}
	client := s.clientOf(r, idp)
	var print [sha256.Size]byte
	if unsure && r.Method == http.MethodPost {
		print = fingerprint(r, client)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if action.RetryAfter != nil {
		w.waits = remember(w.waits, client+" "+call.ID, s.now().Add(time.Duration(*action.RetryAfter)*time.Second))
	}
	if unsure && r.Method == http.MethodPost {
		w.unsure = remember(w.unsure, print, true)
	}
}

// remember adds to a map that it keeps small.
func remember[K comparable, V any](m map[K]V, key K, v V) map[K]V {
	if m == nil || len(m) >= maxWatched {
		m = make(map[K]V)
	}
	m[key] = v
	return m
}

// clientOf is the client whose token the request has, or "".
func (s *Sandbox) clientOf(r *http.Request, idp identity) string {
	raw, _ := bearer(r)
	claims, err := s.verify(r.Context(), raw, idp)
	if err != nil {
		return ""
	}
	return claims.Subject
}

// fingerprint tells requests apart by client, target and body. It reads the body, within the contract's limit, and puts it
// back with what is wrong with it.
func fingerprint(r *http.Request, client string) (sum [sha256.Size]byte) {
	body, err := io.ReadAll(r.Body)
	rest := io.Reader(bytes.NewReader(body))
	if err != nil {
		rest = io.MultiReader(rest, failing{err})
	}
	r.Body = readCloser{rest, r.Body}
	hash := sha256.New()
	fmt.Fprintf(hash, "%q %q ", client, r.URL.RequestURI())
	hash.Write(body)
	hash.Sum(sum[:0])
	return sum
}

type readCloser struct {
	io.Reader
	io.Closer
}

// failing is a reader that has an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
