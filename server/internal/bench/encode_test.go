package main

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

func wantJSON(t *testing.T, u cloudcockpit.CustomerUser) {
	t.Helper()
	want, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	if got := appendUser(nil, &u); !bytes.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Ensure that every code point, and every byte that is not UTF-8, is written as by encoding/json.
func TestAppendText(t *testing.T) {
	t.Parallel()
	check := func(s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendText(nil, &s); !bytes.Equal(got, want) {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
	for r := range rune(0x11000) {
		check(strings.Repeat("a", int(r)%17) + string(r) + "zzzzzzzzz")
	}
	check(string(rune(math.MaxInt32)) + "\U0010FFFF")
	for b := range 256 {
		check(string([]byte{byte(b)}))
		check("é" + string([]byte{byte(b), 'x'}))
	}
	if got := string(appendText([]byte("x"), nil)); got != "xnull" {
		t.Errorf("got %s for nil, want xnull", got)
	}
}

// Ensure that users are encoded as by encoding/json, whichever members they have.
func TestAppendUser(t *testing.T) {
	t.Parallel()
	wantJSON(t, cloudcockpit.CustomerUser{})
	for _, r := range newData(false).users {
		wantJSON(t, r.user())
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		u := cloudcockpit.CustomerUser{
			DisplayName: randomText(random), Domain: randomText(random), Email: randomText(random), FirstName: randomText(random),
			LastName: randomText(random), Location: randomText(random), TemporaryPassword: randomText(random),
		}
		if random.IntN(2) == 0 {
			id := uuid.New()
			u.ID = &id
		}
		wantJSON(t, u)
	}
}

func randomText(random *rand.Rand) *string {
	pieces := []string{"", "Ada", "Zoë", `"`, `\`, "<", "\u2028", "\x00", "\xff", "\U0001F600", strings.Repeat("x", 60)}
	if random.IntN(4) == 0 {
		return nil
	}
	s := pieces[random.IntN(len(pieces))] + pieces[random.IntN(len(pieces))]
	return &s
}

// Ensure that the response has the bytes of the generated one, with users as parts and as text, and that a reused buffer has no
// remains of its last page.
func TestAppendedPage_VisitListCustomerUsersResponse(t *testing.T) {
	t.Parallel()
	token := "next"
	for _, size := range []int32{25, 1, userCount, 0, 3} {
		for _, bad := range []bool{false, true} {
			w, err := newWorld(bad)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := buildAppending(w); err != nil {
				t.Fatal(err)
			}
			users, total := w.data.page(1, int(size))
			pages := []cloudcockpit.CustomerUserPage{
				pageOf(total, 1, max(size, 1)),
				{ContinuationToken: &token, HasPreviousPage: true, TotalCount: math.MaxInt32, TotalPages: math.MinInt32},
			}
			for _, page := range pages {
				respondsAs(t, page, users)
			}
		}
	}
}

func respondsAs(t *testing.T, page cloudcockpit.CustomerUserPage, users []*record) {
	t.Helper()
	w := &recorder{header: http.Header{}}
	if err := (appendedPage{page, users}).VisitListCustomerUsersResponse(w); err != nil {
		t.Fatal(err)
	}
	page.Items = []cloudcockpit.CustomerUser{}
	for _, u := range users {
		page.Items = append(page.Items, u.user())
	}
	var want bytes.Buffer
	if err := json.NewEncoder(&want).Encode(page); err != nil {
		t.Fatal(err)
	}
	if w.status != http.StatusOK || !bytes.Equal(w.body, want.Bytes()) {
		t.Errorf("%d users: got %d with %d bytes, want 200 with %d", len(users), w.status, len(w.body), want.Len())
	}
}
