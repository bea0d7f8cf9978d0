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

func wantJSON(t *testing.T, p cloudcockpit.CustomerUserPage) {
	t.Helper()
	want, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if got := appendPage(nil, p); !bytes.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Ensure every code point, and every byte where it is not UTF-8, is written as encoding/json writes it.
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

// Ensure pages have encoding/json's bytes, whichever members are there.
func TestAppendPage(t *testing.T) {
	t.Parallel()
	wantJSON(t, cloudcockpit.CustomerUserPage{})
	wantJSON(t, cloudcockpit.CustomerUserPage{Items: []cloudcockpit.CustomerUser{}})
	token := "next"
	wantJSON(t, cloudcockpit.CustomerUserPage{
		ContinuationToken: &token, HasNextPage: true, TotalCount: math.MaxInt32, TotalPages: math.MinInt32,
		PaginationParameters: &cloudcockpit.PaginationParameters{PageNumber: -1, PageSize: 2000},
	})
	users, total := newData(false).page(1, userCount)
	wantJSON(t, userPage(users, total, 1, userCount))

	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		p := cloudcockpit.CustomerUserPage{ContinuationToken: randomText(random), HasPreviousPage: random.IntN(2) == 0, TotalCount: random.Int32()}
		for range random.IntN(4) {
			u := cloudcockpit.CustomerUser{
				DisplayName: randomText(random), Domain: randomText(random), Email: randomText(random), FirstName: randomText(random),
				LastName: randomText(random), Location: randomText(random), TemporaryPassword: randomText(random),
			}
			if random.IntN(2) == 0 {
				id := uuid.New()
				u.ID = &id
			}
			p.Items = append(p.Items, u)
		}
		wantJSON(t, p)
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

// Ensure the answer is the generated one's, byte for byte, and that a buffer used again leaves nothing behind.
func TestAppendedPage_VisitListCustomerUsersResponse(t *testing.T) {
	t.Parallel()
	for _, size := range []int{25, 1, userCount, 0, 3} {
		users, total := newData(false).page(1, size)
		page := userPage(users, total, 1, int32(max(size, 1)))
		var want bytes.Buffer
		if err := json.NewEncoder(&want).Encode(page); err != nil {
			t.Fatal(err)
		}
		w := &recorder{header: http.Header{}}
		if err := appendedPage(page).VisitListCustomerUsersResponse(w); err != nil {
			t.Fatal(err)
		}
		if w.status != http.StatusOK || !bytes.Equal(w.body, want.Bytes()) {
			t.Errorf("%d users: got %d with %d bytes, want 200 with %d", size, w.status, len(w.body), want.Len())
		}
	}
}
