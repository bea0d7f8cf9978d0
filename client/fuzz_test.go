package client_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
)

// FuzzResponse feeds both clients any response: each call returns a valid value, or a typed error of one line.
func FuzzResponse(f *testing.F) {
	for _, seed := range []struct {
		status            int
		contentType, body string
	}{
		{200, "application/json", success.body}, {200, "application/json", adaJSON}, {201, "application/json", `"40000000-0000-4000-8000-000000000001"`},
		{400, "application/json; charset=utf-8", `{"statusCode":400,"errors":[{"propertyName":null,"description":null}]}`},
		{400, "text/json", `{"error":400,"errorCode":"X","message":"The value 'x' is not valid.","status":"error"}`}, {502, "text/html", html},
		{200, "application/json", `{"data":[{"id":"f0000000-0000-4000-8000-000000000001"}],"status":"success"}`}, {204, "", ""}, {302, "a/b;c=d;c=e", "\xff"},
	} {
		f.Add(seed.status, seed.contentType, seed.body)
	}
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		transport := roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1,
			}, nil
		})
		opts := []client.Option{client.WithHTTPClient(&http.Client{Transport: transport}), client.WithRetry(client.RetryPolicy{Attempts: 1})}
		cc, mr := newCloudCockpit(t, "https://cc.example", opts...), newMyReports(t, "https://mr.example", opts...)
		for _, do := range []operation{listUsers, getUser, updateUser, createUser, listAccountUsers, getAccountUser, patchAccountUser} {
			err := do(t.Context(), cc, mr)
			if err == nil {
				continue
			}
			if _, ok := errors.AsType[*client.Error](err); !ok {
				t.Errorf("error %T", err)
			}
			if line := err.Error(); strings.ContainsAny(line, "\n\r\x1b") || strings.Contains(line, "secret-token") || strings.Contains(line, "hunter2hunter2") {
				t.Errorf("line %q", line)
			}
		}
		users := cc.CustomerUsers(contoso, contosoProvider)
		if user, err := users.Get(t.Context(), ada); err == nil && user.ID == nil && user.Email == nil && user.DisplayName == nil {
			t.Error("a user without anything")
		}
		if user, err := mr.AccountUsers(account).Get(t.Context(), uma); err == nil && user.ID == uuid.Nil {
			t.Error("a user without an id")
		}
	})
}
