package cloudcockpit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Ensure the JSON of users and pages is what the generated types are encoded to, byte for byte.
func TestCustomerUserJSON(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	s, err := store.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	instance := uuid.New()
	var users []api.CustomerUser
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		customer := uuid.New()
		if err := tx.AddTenant(store.Tenant{Domain: "d"}); err != nil {
			return err
		}
		if err := tx.AddCustomer("d", store.Customer{ID: customer}); err != nil {
			return err
		}
		if err := tx.AddProviderInstance("d", store.ProviderInstance{ID: instance, CustomerID: customer, Microsoft: true}); err != nil {
			return err
		}
		for n := range 200 {
			u := randomUser(r, n)
			u.ProviderInstanceID = instance
			if err := tx.AddCustomerUser("d", u); err != nil {
				return err
			}
			users = append(users, api.CustomerUser{
				ID: &u.ID, DisplayName: &u.DisplayName, Email: &u.Email, FirstName: u.FirstName, LastName: u.LastName,
				Location: &u.Location, Domain: &u.Domain,
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1, 7, 200} {
		for number := 1; number <= 200/size+1; number++ {
			from := min((number-1)*size, len(users))
			checkPage(t, s, instance, page{number: number, size: size}, users[from:min(from+size, len(users))])
		}
	}
	for _, u := range users {
		var view string
		err := s.View(t.Context(), func(tx *store.Tx) (err error) {
			view, err = tx.CustomerUserView("d", instance, *u.ID)
			return err
		})
		w := httptest.NewRecorder()
		if err == nil {
			err = customerUser(view).VisitGetCustomerUserResponse(w)
		}
		if want := encoded(t, u); err != nil || !bytes.Equal(w.Body.Bytes(), want) {
			t.Errorf("a user is written as %s, %v, want %s", w.Body, err, want)
		}
	}
}

func checkPage(t *testing.T, s *store.Store, instance uuid.UUID, p page, users []api.CustomerUser) {
	t.Helper()
	var found store.UserPage
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		found, err = seek(tx, "d", instance, store.Query{SortBy: store.SortByEmail, Limit: p.size}, &p, "")
		return err
	})
	w := httptest.NewRecorder()
	if err == nil {
		err = customerUserPage{p, found.Users}.VisitListCustomerUsersResponse(w)
	}
	want := encoded(t, api.CustomerUserPage{
		Items: append([]api.CustomerUser{}, users...), PaginationParameters: p.parameters(), TotalPages: int32(p.last()), TotalCount: int32(p.total),
		HasPreviousPage: p.number > 1, HasNextPage: p.number < p.last(),
	})
	if err != nil || p.total != 200 || !bytes.Equal(w.Body.Bytes(), want) {
		t.Errorf("%+v is written as %.300s, %v, want %.300s", p, w.Body, err, want)
	}
}

func encoded(t *testing.T, value any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(value); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// randomUser returns a user with characters that encoders escape. The users' e-mails are in the order of their numbers.
func randomUser(r *rand.Rand, n int) store.CustomerUser {
	text := func() string {
		pieces := []string{"a", "ä", "😀", "\"", "\\", "<", "&", "\u2028", "\n", "\t", "\x01", "\x7f", "/", "\ufffd", ""}
		s := ""
		for range r.IntN(8) {
			s += pieces[r.IntN(len(pieces))]
		}
		return s
	}
	optional := func() *string {
		if r.IntN(3) == 0 {
			return nil
		}
		s := text()
		return &s
	}
	return store.CustomerUser{
		ID: uuid.New(), DisplayName: text(), Email: fmt.Sprintf("%04d%s", n, text()), FirstName: optional(), LastName: optional(),
		Location: text(), Domain: text(),
	}
}
