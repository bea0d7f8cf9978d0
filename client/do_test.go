package client_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
)

// Ensure that Do works with both services, sends what the methods send, and returns the same errors.
func TestDo(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	id := uuid.New()
	var page client.GroupPage
	if err := b.cc.Do(client.ContextWithCorrelationID(t.Context(), id), "GET", "/v1/users/groups?pageSize=2", nil, &page); err != nil || len(page.Items) != 2 {
		t.Errorf("page %+v, error %v", page, err)
	}
	var created uuid.UUID
	if err := b.cc.Do(t.Context(), "POST", "/v1/customer/"+contoso.String()+"/users", grace, &created); err != nil || created == uuid.Nil {
		t.Errorf("created %v, error %v", created, err)
	}
	user := "/v1.0/accounts/" + account.String() + "/users/" + uma.String()
	if err := b.mr.Do(t.Context(), "PATCH", user, json.RawMessage(`[{"op":"replace","path":"/displayName","value":"My New Name"}]`), nil); err != nil {
		t.Error(err)
	}
	var raw []byte
	if err := b.mr.Do(t.Context(), "GET", user, nil, &raw); err != nil || !strings.Contains(string(raw), "My New Name") {
		t.Errorf("body %s, error %v", raw, err)
	}
	err := b.mr.Do(t.Context(), "DELETE", user+"0", nil, nil)
	if failed := failure(t, err, client.ErrInvalid); failed.Message == "" || failed.Operation != "DELETE "+user+"0" {
		t.Errorf("error %v", failed)
	}
	wantFailure(t, b.cc.Do(t.Context(), "GET", "/v1/no-such-thing", nil, &raw), client.ErrNotFound)
	for _, x := range b.Exchanges(0) {
		if len(x.Findings) > 0 && x.Status < 300 {
			t.Errorf("the sandbox found %v in exchange %d", x.Findings, x.ID)
		}
	}
}

// Ensure that Do sends the request as given, and handles each kind of response.
func TestDo_Request(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var sent string
	respond := respondJSON(200, `{"a":1}`)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, sent = r, string(body)
		respond(w, r)
	})
	cc := newCloudCockpit(t, url+"/gateway")
	if err := cc.Do(t.Context(), "PUT", "/v1/a%2Fb?c=d%20e", map[string]int{"n": 7}, nil); err != nil {
		t.Fatal(err)
	}
	if got.Method+" "+got.RequestURI+" "+sent != `PUT /gateway/v1/a%2Fb?c=d%20e {"n":7}` {
		t.Errorf("sent %s %s %s", got.Method, got.RequestURI, sent)
	}
	for name, want := range map[string]string{"X-Tenant": tenant, "Authorization": "Bearer secret-token", "Content-Type": "application/json", "Accept": "application/json"} {
		if v := got.Header.Get(name); v != want {
			t.Errorf("%s is %q, want %q", name, v, want)
		}
	}
	if uuid.Validate(got.Header.Get("X-Correlation-Id")) != nil {
		t.Errorf("headers %v", got.Header)
	}

	var raw []byte
	respond = typed(200, "application/pdf", "%PDF-1.7")
	if err := cc.Do(t.Context(), "GET", "/v1/invoice", nil, &raw); err != nil || string(raw) != "%PDF-1.7" || got.Header.Get("Accept") != "*/*" || got.Header.Get("Content-Type") != "" {
		t.Errorf("body %q, headers %v, error %v", raw, got.Header, err)
	}
	var out struct{ A int }
	wantFailure(t, cc.Do(t.Context(), "GET", "/v1/invoice", nil, &out), client.ErrNotJSON)
	respond = typed(204, "", "")
	if err := cc.Do(t.Context(), "DELETE", "/v1/invoice", nil, &out); err != nil {
		t.Error(err)
	}
	if err := cc.Do(t.Context(), "HEAD", "/v1/invoice", nil, nil); err != nil {
		t.Error(err)
	}
	respond = respondJSON(200, `{"a":"x"}`)
	wantFailure(t, cc.Do(t.Context(), "GET", "/v1/invoice", nil, &out), client.ErrShape)
	respond = respondJSON(400, `{"errors":{"Name":["Required."]}}`)
	failed := failure(t, cc.Do(t.Context(), "POST", "/v1/users/ada@contoso.example/x", json.RawMessage("{}"), nil), client.ErrInvalid)
	if len(failed.Members) != 1 || failed.Operation != "POST /v1/users/{email}/x" || strings.Contains(failed.Error(), "ada@") {
		t.Errorf("error %v", failed)
	}
}

// Ensure that a path that would send the token to another host or resource is refused.
func TestDo_Refused(t *testing.T) {
	t.Parallel()
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("sent %s %s", r.Method, r.URL)
		return nil, io.EOF
	})
	cc := newCloudCockpit(t, "https://cc.example", client.WithHTTPClient(&http.Client{Transport: transport}))
	for _, path := range []string{
		"", "v1/users", "https://elsewhere.example/v1", "//elsewhere.example/v1", "/v1/../../secret", "/v1/%2e%2E/x", "/v1/.", "/v1#x", "/v1/%zz", "\n",
	} {
		if failed := failure(t, cc.Do(t.Context(), "GET", path, nil, nil), client.ErrInvalid); failed.Attempts != 0 || strings.Contains(failed.Error(), "\n") {
			t.Errorf("%q: %v", path, failed)
		}
	}
	wantFailure(t, cc.Do(t.Context(), "GET\n", "/v1", nil, nil), client.ErrInvalid)
	wantFailure(t, cc.Do(t.Context(), "POST", "/v1", func() {}, nil), client.ErrInvalid)
}

// Ensure that the method decides whether a request is sent again.
func TestDo_Retries(t *testing.T) {
	t.Parallel()
	for method, repeated := range map[string]bool{
		"GET": true, "HEAD": true, "OPTIONS": true, "PUT": true, "DELETE": true, "POST": false, "PATCH": false,
	} {
		synctest.Test(t, func(t *testing.T) {
			for _, allowed := range []bool{false, true} {
				s := &script{steps: []step{{err: syscall.ECONNRESET}, {status: 204}}}
				cc, _ := onScript(t, s)
				ctx := t.Context()
				if allowed {
					ctx = client.ContextWithReplay(ctx)
				}
				err := cc.Do(ctx, method, "/v1/x", map[string]string{"a": "b"}, nil)
				if (err == nil) != (repeated || allowed) {
					t.Errorf("%s: error %v", method, err)
				}
				for _, body := range s.bodies {
					if body != `{"a":"b"}` {
						t.Errorf("%s: body %q", method, body)
					}
				}
			}
		})
	}
	var attempts []client.Attempt
	s := &script{steps: []step{{status: 503}, {status: 404}}}
	cc, _ := onScript(t, s, client.WithRetry(quick), client.WithHooks(client.Hooks{After: func(_ context.Context, a client.Attempt) { attempts = append(attempts, a) }}))
	var out struct{ A int }
	if err := cc.Do(t.Context(), "DELETE", "/v1/x", nil, &out); err != nil || len(attempts) != 2 || !attempts[1].AlreadyDone {
		t.Errorf("error %v, attempts %+v", err, attempts)
	}
}
