package client_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
)

// Ensure that every attempt is logged with its correlation id, and that no line has a secret, query or e-mail address.
func TestLogger(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := &script{steps: []step{
		{status: 503, body: `{"description":"secret-token hunter2hunter2"}`}, done, {status: 204}, {err: errors.New("mine")}, success,
	}}
	cc, _ := onScript(t, s, client.WithRetry(quick), client.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	id := uuid.New()
	ctx := client.ContextWithCorrelationID(t.Context(), id)
	for _, do := range []operation{
		updateUser,
		func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.Users().Delete(ctx, "grace/hopper@contoso.example") // a slash does not split the address
		},
		func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerUsers(contoso, contosoProvider).List(ctx, client.ListCustomerUsers{Search: "lovelace"})
			return err
		},
	} {
		if err := do(ctx, cc, nil); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 7 { // five attempts, two pauses
		t.Errorf("%d lines, want 7:\n%s", len(lines), log.String())
	}
	for _, line := range lines {
		if !strings.Contains(line, "correlation_id="+id.String()) || !strings.Contains(line, "api=CloudCockpit") {
			t.Errorf("line %q", line)
		}
		for _, bad := range []string{"secret-token", "hunter2", "grace", "hopper", "lovelace"} {
			if strings.Contains(line, bad) {
				t.Errorf("line %q holds %q", line, bad)
			}
		}
	}
}

// Ensure that hooks are called before and after each attempt, with its outcome.
func TestHooks(t *testing.T) {
	t.Parallel()
	var before, after []client.Attempt
	s := &script{steps: []step{{status: 502}, {err: errDial}, success}}
	cc, _ := onScript(t, s, client.WithRetry(client.RetryPolicy{Attempts: 3, MinDelay: 1}), client.WithHooks(client.Hooks{
		Before: func(_ context.Context, a client.Attempt) error {
			before = append(before, a)
			return nil
		},
		After: func(_ context.Context, a client.Attempt) { after = append(after, a) },
	}), client.WithHooks(client.Hooks{}))
	if err := listUsers(t.Context(), cc, nil); err != nil {
		t.Fatal(err)
	}
	if len(before) != 3 || len(after) != 3 {
		t.Fatalf("%d before, %d after, want 3 of each", len(before), len(after))
	}
	for i, want := range []struct {
		status int
		kind   error
	}{{502, client.ErrServer}, {0, client.ErrConnection}, {200, nil}} {
		a := after[i]
		if a.Number != i+1 || a.Status != want.status || !errors.Is(a.Err, want.kind) || before[i].CorrelationID != a.CorrelationID {
			t.Errorf("attempt %+v, want number %d and status %d", a, i+1, want.status)
		}
		if a.Method != "GET" || a.Path != "/v1/Customers/"+contoso.String()+"/users" || a.API != client.APICloudCockpit {
			t.Errorf("attempt %+v", a)
		}
	}
}

// Ensure that a hook can refuse a call and a retry before it is sent, with its own error as the cause.
func TestHooks_Refuse(t *testing.T) {
	t.Parallel()
	mine := errors.New("writing is not allowed")
	var after []client.Attempt
	s := &script{steps: []step{{status: 503}, success}}
	cc, _ := onScript(t, s, client.WithRetry(quick), client.WithHooks(client.Hooks{
		Before: func(_ context.Context, a client.Attempt) error {
			if a.Method != "GET" || a.Number > 1 {
				return mine
			}
			return nil
		},
		After: func(_ context.Context, a client.Attempt) { after = append(after, a) },
	}), client.WithHooks(client.Hooks{Before: func(_ context.Context, a client.Attempt) error {
		if a.Method != "GET" {
			t.Error("a hook behind the one that refused was called")
		}
		return nil
	}}))
	failed := failure(t, updateUser(t.Context(), cc, nil), client.ErrRefused, mine)
	if failed.Attempts != 0 || failed.Status != 0 || failed.MaybeCarriedOut || len(after) != 0 || !strings.Contains(failed.Error(), mine.Error()) {
		t.Errorf("error %v, %d attempts", failed, failed.Attempts)
	}
	failed = failure(t, listUsers(t.Context(), cc, nil), client.ErrRefused, mine)
	if failed.Attempts != 1 || len(after) != 1 || len(s.times) != 1 {
		t.Errorf("error %v, %d requests", failed, len(s.times))
	}
}

// Ensure that the original response is returned whether the operation succeeds or fails, as a copy.
func TestContextWithResponse(t *testing.T) {
	t.Parallel()
	s := &script{steps: []step{{status: 200, header: http.Header{"X-Served-By": {"a"}}, body: success.body}, {status: 404, body: `{"x":1}`}, {status: 200, body: `[]`}}}
	cc, _ := onScript(t, s)
	var raw client.Response
	ctx := client.ContextWithResponse(t.Context(), &raw)
	if err := listUsers(ctx, cc, nil); err != nil {
		t.Fatal(err)
	}
	first := raw
	wantFailure(t, listUsers(ctx, cc, nil), client.ErrNotFound)
	if raw.Status != 404 || string(raw.Body) != `{"x":1}` {
		t.Errorf("raw %+v", raw)
	}
	wantFailure(t, listUsers(ctx, cc, nil), client.ErrShape)
	if first.Status != 200 || first.Header.Get("X-Served-By") != "a" || string(first.Body) != success.body || string(raw.Body) != `[]` {
		t.Errorf("raw %+v, then %+v", first, raw)
	}
	wantFailure(t, listUsers(client.ContextWithResponse(t.Context(), nil), cc, nil), client.ErrShape)
}

// Ensure that both clients send a new correlation id for each operation and the same one for its attempts, and that an
// error has it, and the service's if that is another.
func TestCorrelationID(t *testing.T) {
	t.Parallel()
	var got []string
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("X-Correlation-Id"))
		respondJSON(503, `{"statusCode":503,"correlationId":"another"}`)(w, r)
	})
	cc, mr := newCloudCockpit(t, url), newMyReports(t, url)
	failed := failure(t, listUsers(t.Context(), cc, nil), client.ErrServer)
	wantFailure(t, listAccountUsers(t.Context(), nil, mr), client.ErrServer)
	wantFailure(t, listUsers(client.ContextWithCorrelationID(t.Context(), uuid.Nil), cc, nil), client.ErrServer)
	if len(got) != 6 || got[0] != got[1] || got[0] == got[2] || got[2] != got[3] || uuid.Validate(got[4]) != nil || got[4] == uuid.Nil.String() {
		t.Errorf("ids %q", got)
	}
	if failed.CorrelationID != got[0] || failed.AnsweredCorrelationID != "another" || !strings.Contains(failed.Error(), got[0]) {
		t.Errorf("error %v, sent %s", failed, got[0])
	}
}

// Ensure that the text of an error is one line of limited length, with the details in a fixed order.
func TestError_Line(t *testing.T) {
	t.Parallel()
	members := `{"propertyName":"pageSize","description":["is too large"," and\nodd"]}`
	s := &script{steps: []step{
		{status: 400, body: `{"statusCode":400,"type":"BadRequest","description":"No.","errors":[` + strings.Repeat(members+",", 6) + members + `]}`},
		{status: 404, body: `{"error":404,"errorCode":"Gone","message":"` + strings.Repeat("x", 999) + `"}`},
	}}
	cc, mr := onScript(t, s)
	id := uuid.MustParse("6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10")
	ctx := client.ContextWithCorrelationID(t.Context(), id)
	const member = "; pageSize: is too large,  and odd"
	want := "CloudCockpit listCustomerUsers: 400 Bad Request: BadRequest: No." + strings.Repeat(member, 5) +
		"; and 2 more (correlation id 6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10)"
	if got := listUsers(ctx, cc, nil).Error(); got != want {
		t.Errorf("line\n%s, want\n%s", got, want)
	}
	want = "MyReports getAccountUser: 404 Not Found: Gone: " + strings.Repeat("x", 200) + "… (correlation id 6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10)"
	if got := getAccountUser(ctx, nil, mr).Error(); got != want {
		t.Errorf("line\n%s, want\n%s", got, want)
	}
}
