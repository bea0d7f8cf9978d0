package fault

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
)

// maxRemembered bounds what is remembered of each kind.
const maxRemembered = 1000

// retries reports callers that handle a fault badly: those that call again before the time that Retry-After gave, and those
// that repeat a POST whose outcome they cannot know. It is safe for concurrent use.
type retries struct {
	mu     sync.Mutex
	waits  map[string]time.Time // by call: when it may be sent again
	unsure map[[sha256.Size]byte]bool
}

func (m *retries) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waits, m.unsure = nil, nil
}

// check adds a finding to a request that should not have been sent.
func (m *retries) check(r *http.Request, operation string, target Target, now func() time.Time) {
	m.mu.Lock()
	waits, unsure := len(m.waits) > 0, len(m.unsure) > 0 && r.Method == http.MethodPost
	m.mu.Unlock()
	if !waits && !unsure {
		return
	}
	client := target.ClientID(r)
	if waits && m.early(identify(r, operation, client), now()) {
		find(r, operation, "header", "/Retry-After", "retryAfter", "no request before the time that Retry-After gave")
	}
	if unsure && m.repeated(fingerprint(r, client)) {
		find(r, operation, "body", "", "repeat", "no repetition of a POST whose outcome is not known")
	}
}

func find(r *http.Request, operation, in, pointer, rule, expected string) {
	exchange.Find(r, contract.Violation{
		Operation: operation, In: in, Pointer: pointer, Rule: rule, Expected: expected, Grade: "decided",
	})
}

func (m *retries) early(key string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	until, ok := m.waits[key]
	if ok && !now.Before(until) {
		delete(m.waits, key)
	}
	return ok && now.Before(until)
}

// repeated reports whether a request repeats one that is remembered, and forgets that: a third request may be meant.
func (m *retries) repeated(print [sha256.Size]byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.unsure[print]
	delete(m.unsure, print)
	return known
}

// expect remembers a request that meets a fault. A fault with Retry-After says that the request was not carried out, so that
// its outcome is known.
func (m *retries) expect(r *http.Request, operation string, target Target, now func() time.Time, action control.FaultAction) {
	unsure := action.Cut != "" || action.CommitThenFail || action.RetryAfter == nil && (action.Gateway || action.Status >= 500)
	if action.RetryAfter == nil && (!unsure || r.Method != http.MethodPost) {
		return
	}
	client := target.ClientID(r)
	var print [sha256.Size]byte
	if unsure && r.Method == http.MethodPost {
		print = fingerprint(r, client)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if action.RetryAfter != nil {
		m.waits = remember(m.waits, identify(r, operation, client), now().Add(time.Duration(*action.RetryAfter)*time.Second))
	}
	if unsure && r.Method == http.MethodPost {
		m.unsure = remember(m.unsure, print, true)
	}
}

// identify returns what the attempts of one call have in common: the correlation id, or else the path. Other calls of the same
// client, which may run at the same time, are not told to wait.
func identify(r *http.Request, operation, client string) string {
	same := correlationID(r)
	if same == "" {
		same = r.URL.Path
	}
	return client + " " + operation + " " + strings.ToLower(same)
}

// remember adds to a map, and starts a new one when it is full.
func remember[K comparable, V any](m map[K]V, key K, v V) map[K]V {
	if m == nil || len(m) >= maxRemembered {
		m = make(map[K]V)
	}
	m[key] = v
	return m
}

// fingerprint identifies a request by client, correlation id, target and body. It reads the body, which the contract has limited, and puts it
// back together with the error that reading it gave.
func fingerprint(r *http.Request, client string) (sum [sha256.Size]byte) {
	body, err := io.ReadAll(r.Body)
	rest := io.Reader(bytes.NewReader(body))
	if err != nil {
		rest = io.MultiReader(rest, failing{err})
	}
	r.Body = readCloser{rest, r.Body}
	hash := sha256.New()
	fmt.Fprintf(hash, "%q %q %q ", client, strings.ToLower(correlationID(r)), r.URL.RequestURI())
	hash.Write(body)
	hash.Sum(sum[:0])
	return sum
}

type readCloser struct {
	io.Reader
	io.Closer
}

// failing is a reader that returns an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
