package client_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/gen/control"
)

// Ensure that a deletion that was carried out, and whose response was lost, is a success, and that hooks and the log can
// tell.
func TestDelete_CarriedOutBefore(t *testing.T) {
	t.Parallel()
	for id, op := range declared(t) {
		if op.method != "DELETE" {
			continue
		}
		for name, action := range map[string]control.FaultAction{
			"the response is cut off":       {CommitThenFail: true, Cut: control.Before},
			"the response is cut within":    {Cut: control.Within},
			"a gateway responds with 502":   {CommitThenFail: true, Gateway: true},
			"the service responds with 503": {CommitThenFail: true, Status: 503},
		} {
			if action.Cut == control.Within && op.Responses.Value("204") != nil {
				continue // there is no body to cut
			}
			t.Run(id+"/"+name, func(t *testing.T) {
				t.Parallel()
				var log bytes.Buffer
				var attempts []client.Attempt
				b := newSandbox(t, client.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
					client.WithHooks(client.Hooks{After: func(_ context.Context, a client.Attempt) { attempts = append(attempts, a) }}))
				row := caseOf(t, id)
				if row.first != nil {
					if err := row.first(t.Context(), b.cc, b.mr); err != nil {
						t.Fatal(err)
					}
				}
				attempts = nil
				b.fault(t, id, action, 1)
				var raw client.Response
				if err := row.do(client.ContextWithResponse(t.Context(), &raw), b.cc, b.mr); err != nil {
					t.Fatal(err)
				}
				if len(attempts) != 2 || attempts[0].Err == nil || attempts[0].AlreadyDone {
					t.Fatalf("attempts %+v", attempts)
				}
				if a := attempts[1]; a.Status != 404 || !a.AlreadyDone || a.Err != nil || raw.Status != 404 || len(raw.Body) == 0 {
					t.Errorf("the second attempt is %+v, the response %d", a, raw.Status)
				}
				if strings.Count(log.String(), "already_done=true") != 1 {
					t.Errorf("log:\n%s", log.String())
				}
				// Deleted once more, it is not found.
				wantFailure(t, row.do(t.Context(), b.cc, b.mr), client.ErrNotFound)
			})
		}
	}
}

// Ensure that a 404 is a success only after an attempt that may have been carried out, only for DELETE, and only if the
// service itself says it.
func TestDelete_NotFound(t *testing.T) {
	t.Parallel()
	deletes := func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
		return cc.Users().Delete(ctx, "ada@contoso.example")
	}
	reads := func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
		_, err := cc.CustomerUsers(contoso, contosoProvider).Get(ctx, ada)
		return err
	}
	var (
		lost    = step{err: syscall.ECONNRESET}
		unknown = step{status: 404, body: `{"statusCode":404,"type":"NotFound"}`}
	)
	for _, c := range []struct {
		name  string
		do    operation
		steps []step
		ok    bool
		maybe bool
	}{
		{"at once", deletes, []step{unknown}, false, false},
		{"after a lost response", deletes, []step{lost, unknown}, true, false},
		{"after a lost response, with no body", deletes, []step{lost, {status: 404}}, true, false},
		{"after a lost response and a 429", deletes, []step{lost, {status: 429}, unknown}, true, false},
		{"after a failure to connect", deletes, []step{{err: errDial}, unknown}, false, false},
		{"after a 429", deletes, []step{{status: 429}, unknown}, false, false},
		{"an HTML page after a lost response", deletes, []step{lost, {status: 404, mediaType: "text/html", body: html}}, false, true},
		{"of a read after a lost response", reads, []step{lost, unknown}, false, true},
		{"403 after a lost response", deletes, []step{lost, {status: 403}}, false, true},
		{"lost each time", deletes, []step{lost}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cc, _ := onScript(t, &script{steps: c.steps})
				err := c.do(t.Context(), cc, nil)
				if (err == nil) != c.ok {
					t.Fatalf("error %v, want success %t", err, c.ok)
				}
				if err != nil && failure(t, err).MaybeCarriedOut != c.maybe {
					t.Errorf("MaybeCarriedOut is %t for %v", !c.maybe, err)
				}
			})
		})
	}
}

// Ensure that the error of an operation that is not sent again says whether it may have been carried out.
func TestError_MaybeCarriedOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		step step
		want bool
	}{
		{"refused", step{status: 400}, false}, {"throttled", step{status: 429}, false}, {"no connection", step{err: errDial}, false},
		{"a redirect", step{status: 302}, false}, {"lost", step{err: syscall.ECONNRESET}, true}, {"500", step{status: 500}, true},
		{"503", step{status: 503}, true}, {"a success that cannot be read", step{status: 201, body: `"42"`}, true},
		{"timeout", step{err: context.DeadlineExceeded}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cc, _ := onScript(t, &script{steps: []step{c.step}}, client.WithRetry(client.RetryPolicy{Attempts: 1}))
			if failed := failure(t, createUser(t.Context(), cc, nil)); failed.MaybeCarriedOut != c.want {
				t.Errorf("MaybeCarriedOut is %t for %v", failed.MaybeCarriedOut, failed)
			}
		})
	}
}
