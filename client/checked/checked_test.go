package checked_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/client/checked"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

var (
	contoso   = uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	microsoft = uuid.MustParse("b0000000-0000-4000-8000-000000000001")
	ada       = uuid.MustParse("a0000000-0000-4000-8000-000000000001")
	account   = uuid.MustParse("e0000000-0000-4000-8000-000000000001")
	uma       = uuid.MustParse("f0000000-0000-4000-8000-000000000001")
)

func newClients(t *testing.T, url string, opts ...client.Option) (*client.CloudCockpit, *client.MyReports) {
	t.Helper()
	opts = append([]client.Option{
		client.WithToken("t"), client.WithRetry(client.RetryPolicy{Attempts: 2, MinDelay: time.Millisecond}),
	}, opts...)
	cc, err := client.NewCloudCockpit(append(opts, client.WithBaseURL(url), client.WithTenant("portal.cloudcockpit.com"))...)
	if err != nil {
		t.Fatal(err)
	}
	mr, err := client.NewMyReports(append(opts, client.WithBaseURL(url+"/gateway/api"))...)
	if err != nil {
		t.Fatal(err)
	}
	return cc, mr
}

func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

const (
	adaJSON = `{"id":"a0000000-0000-4000-8000-000000000001","displayName":"Ada","email":"a@b","location":"GB","domain":"b","nickname":"A"}`
	umaJSON = `{"data":{"displayName":"Uma","email":"u@b","id":"f0000000-0000-4000-8000-000000000001",` +
		`"primaryTenant":"e0000000-0000-4000-8000-000000000001","roles":["account.user"],"shoeSize":42},"status":"success","timestamp":"now"}`
)

// Ensure that a departure is reported with its details, and that the operation succeeds.
func TestObserve(t *testing.T) {
	t.Parallel()
	var found []checked.Finding
	id := uuid.New()
	ctx := client.ContextWithCorrelationID(t.Context(), id)
	for want, do := range map[string]func(*client.CloudCockpit, *client.MyReports) error{
		"CloudCockpit, getCustomerUser: response /nickname: additionalProperties": func(cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerUsers(contoso, microsoft).Get(ctx, ada)
			return err
		},
		"MyReports, getAccountUser: response /timestamp: pattern": func(_ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountUsers(account).Get(ctx, uma)
			return err
		},
	} {
		found = nil
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := adaJSON
			if strings.HasPrefix(r.URL.Path, "/gateway/api/v1.0/") {
				body = umaJSON
			}
			respond(200, body)(w, r)
		}))
		t.Cleanup(srv.Close)
		cc, mr := newClients(t, srv.URL, checked.Observe(func(_ context.Context, f checked.Finding) { found = append(found, f) }))
		if err := do(cc, mr); err != nil {
			t.Error(err)
		}
		var lines []string
		for _, f := range found {
			lines = append(lines, f.String())
			if f.CorrelationID != id.String() || f.Status != 200 || f.Schema == "" {
				t.Errorf("finding %+v", f)
			}
		}
		if got := strings.Join(lines, "\n"); !strings.Contains(got, want) || !strings.Contains(got, "status 200, correlation id "+id.String()) {
			t.Errorf("findings %q, want one that begins %q", got, want)
		}
	}
}

// Ensure that a request that violates the contract is not sent, that a response that does is an error with its status, and
// that the kind of the status, and its retries, stay as they are.
func TestEnforce(t *testing.T) {
	t.Parallel()
	sent := 0
	next := respond(200, adaJSON)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent++
		next(w, r)
	}))
	t.Cleanup(srv.Close)
	cc, _ := newClients(t, srv.URL, checked.Enforce())
	users := cc.CustomerUsers(contoso, microsoft)

	_, err := users.List(t.Context(), client.ListCustomerUsers{PageSize: 2001})
	failed, ok := errors.AsType[*client.Error](err)
	if !ok || !errors.Is(err, client.ErrContract) || failed.Attempts != 0 || sent != 0 {
		t.Errorf("error %v after %d requests", err, sent)
	}
	violations, ok := errors.AsType[contract.Violations](err)
	if !ok || violations[0].Pointer != "/pageSize" || violations[0].Rule != "maximum" {
		t.Errorf("violations %v", violations)
	}
	err = users.Update(t.Context(), ada, client.CustomerUser{DisplayName: new(strings.Repeat("x", 51)), TemporaryPassword: new("hunter2")})
	if !errors.Is(err, client.ErrContract) || sent != 0 || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v after %d requests", err, sent)
	}

	_, err = users.Get(t.Context(), ada)
	if failed, ok := errors.AsType[*client.Error](err); !ok || !errors.Is(err, client.ErrContract) || failed.Status != 200 || sent != 1 {
		t.Errorf("error %v after %d requests", err, sent)
	}

	next, sent = respond(503, "{}"), 0
	_, err = users.Get(t.Context(), ada)
	if !errors.Is(err, client.ErrContract) || !errors.Is(err, client.ErrServer) || sent != 2 {
		t.Errorf("error %v after %d requests", err, sent)
	}
	next = respond(404, `{"statusCode":404,"type":"NotFound","description":"No.","correlationId":null,"errors":[]}`)
	if _, err = users.Get(t.Context(), ada); errors.Is(err, client.ErrContract) || !errors.Is(err, client.ErrNotFound) {
		t.Errorf("error %v, want a 404 that keeps the contract", err)
	}
}

// Ensure that neither the requests of the client nor the responses of the sandbox violate the contract.
func TestEnforce_Sandbox(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sb)
	t.Cleanup(func() { srv.Close(); _ = sb.Close() })
	token, err := sb.Token("demo-csp")
	if err != nil {
		t.Fatal(err)
	}
	cc, _ := newClients(t, srv.URL, client.WithToken(token), checked.Enforce())
	if err := cc.CustomerUsers(contoso, microsoft).Edit(t.Context(), ada, func(u *client.CustomerUser) error {
		u.Location = new("GB")
		return nil
	}); err != nil {
		t.Error(err)
	}
	if err := cc.Users().Delete(t.Context(), "nobody/ü@x"); !errors.Is(err, client.ErrNotFound) || errors.Is(err, client.ErrContract) {
		t.Errorf("error %v, want a 404 that keeps the contract", err)
	}
	token, err = sb.Token("demo-myreports")
	if err != nil {
		t.Fatal(err)
	}
	mr, err := client.NewMyReports(client.WithBaseURL(srv.URL), client.WithToken(token), checked.Enforce())
	if err != nil {
		t.Fatal(err)
	}
	if err := mr.AccountUsers(account).Patch(t.Context(), uma, client.Patch().RemoveRole("user.admin")); err != nil {
		t.Error(err)
	}
	if observed, err := client.NewMyReports(client.WithBaseURL(srv.URL), client.WithToken(token), checked.Observe(nil)); err != nil {
		t.Error(err)
	} else if _, err := observed.AccountUsers(account).List(t.Context()); err != nil {
		t.Error(err)
	}
}

// Ensure that a request of Do for an operation that is not in the contract is reported and not refused, and that one for
// an operation that is in it is checked.
func TestDo(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(respond(200, `{"items":[]}`))
	t.Cleanup(srv.Close)
	cc, _ := newClients(t, srv.URL, checked.Enforce())
	if err := cc.Do(t.Context(), "GET", "/v1/Invoices", nil, nil); err != nil {
		t.Error(err)
	}
	if err := cc.Do(t.Context(), "GET", "/v1/users/groups?pageSize=2001", nil, nil); !errors.Is(err, client.ErrContract) {
		t.Errorf("error %v, want ErrContract", err)
	}
	var found []checked.Finding
	cc, _ = newClients(t, srv.URL, checked.Observe(func(_ context.Context, f checked.Finding) { found = append(found, f) }))
	if err := cc.Do(t.Context(), "GET", "/v1/Invoices", nil, nil); err != nil || len(found) != 1 || found[0].CorrelationID == "" {
		t.Errorf("error %v, findings %v", err, found)
	}
}
