package sandbox_test

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// Ensure that a new key signs, that old tokens live on, and that another sandbox on the same store learns of the key.
func TestRotateKey(t *testing.T) {
	t.Parallel()
	opts := sandbox.Options{Store: "sqlite:" + filepath.Join(t.TempDir(), "keys.db")}
	var boxes []*box
	for range 2 {
		sb, err := sandbox.New(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		boxes = append(boxes, serving(t, sb))
	}
	b, other := boxes[0], boxes[1]
	token := func() (raw, header string) {
		t.Helper()
		raw, err := b.Token("demo-myreports")
		if err != nil {
			t.Fatal(err)
		}
		header, _, _ = strings.Cut(raw, ".")
		return raw, header
	}
	use := func(b *box, raw string) int {
		return b.do(t, userList.as("").with("Authorization", "Bearer "+raw)).status
	}
	keySet := call{method: "GET", target: "/.well-known/jwks.json"}
	before, oldHeader := token()
	rotate := call{method: "POST", target: "/_sandbox/keys"}
	b.play(t, turn{name: "a new key", call: rotate, status: 204})
	after, newHeader := token()
	if oldHeader == newHeader || use(b, before) != 200 || use(b, after) != 200 {
		t.Errorf("got %d with the old token, %d with the new", use(b, before), use(b, after))
	}
	if keys := b.do(t, keySet).body; strings.Count(keys, `"kid"`) != 2 {
		t.Errorf("got keys %s", keys)
	}
	if use(other, before) != 200 || use(other, after) != 200 {
		t.Errorf("another sandbox: got %d with the old token, %d with the new", use(other, before), use(other, after))
	}

	// Tokens that name unknown keys do not keep the store busy, and do not prevent a good key from being found later.
	stranger := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"nobody","typ":"JWT"}`)) + after[strings.Index(after, "."):]
	for range 3 {
		if got := use(other, stranger); got != 401 {
			t.Errorf("an unknown key: got %d", got)
		}
	}
	b.play(t, turn{name: "another new key", call: rotate, status: 204})
	last, _ := token()
	deadline := time.Now().Add(10 * time.Second)
	for use(other, last) != 200 {
		if time.Now().After(deadline) {
			t.Fatal(fmt.Errorf("another sandbox does not find the newest key"))
		}
		time.Sleep(100 * time.Millisecond)
	}
}
