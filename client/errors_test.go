package client_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/client"
)

// Ensure that every form of ASP.NET errors is read, from both services.
func TestError_Forms(t *testing.T) {
	t.Parallel()
	type said struct {
		Code, Type, Message, TraceID string
		EnvelopeStatus               int
		Members                      []client.MemberError
	}
	for name, c := range map[string]struct {
		status          int
		mediaType, body string
		want            said
	}{
		"CloudCockpit's envelope": {
			400, "application/json", `{"statusCode":400,"type":"BadRequest","description":"No.","correlationId":null,"errors":[{"propertyName":"pageSize","description":["a","b"]},{"propertyName":null,"description":null}]}`,
			said{Type: "BadRequest", Message: "No.", EnvelopeStatus: 400, Members: []client.MemberError{{Member: "pageSize", Messages: []string{"a", "b"}}, {}}},
		},
		"MyReports' envelope": {
			400, "application/json", `{"error":400,"errorCode":"TenantNotPrimary","message":"Not here.","status":"error","timestamp":""}`,
			said{Code: "TenantNotPrimary", Message: "Not here.", EnvelopeStatus: 400},
		},
		"ProblemDetails": {
			404, "application/problem+json; charset=utf-8", `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not Found","status":404,"detail":"No such user.","traceId":"00-abc-01"}`,
			said{Type: "https://tools.ietf.org/html/rfc9110#section-15.5.5", Message: "No such user.", TraceID: "00-abc-01", EnvelopeStatus: 404},
		},
		"ProblemDetails with a title of its own": {
			403, "application/problem+json", `{"title":"Out of credit.","status":403,"detail":"The balance is 30."}`,
			said{Message: "Out of credit: The balance is 30.", EnvelopeStatus: 403},
		},
		"ValidationProblemDetails": {
			400, "application/problem+json; charset=utf-8", `{"title":"One or more validation errors occurred.","status":400,"traceId":"00-def-00","errors":{"Email":["The Email field is required."],"$.groups":["Bad."]}}`,
			said{
				Message: "One or more validation errors occurred.", TraceID: "00-def-00", EnvelopeStatus: 400,
				Members: []client.MemberError{{Member: "Email", Messages: []string{"The Email field is required."}}, {Member: "$.groups", Messages: []string{"Bad."}}},
			},
		},
		"HttpError with ModelState": {
			400, "application/json", `{"Message":"The request is invalid.","ModelState":{"user.Email":["Required."],"user":"Bad."}}`,
			said{Message: "The request is invalid.", Members: []client.MemberError{{Member: "user.Email", Messages: []string{"Required."}}, {Member: "user", Messages: []string{"Bad."}}}},
		},
		"a dictionary of members": {
			400, "application/json", `{"Email":["Required.","Too short."]}`,
			said{Members: []client.MemberError{{Member: "Email", Messages: []string{"Required.", "Too short."}}}},
		},
		"an object that is no dictionary of members": {400, "application/json", `{"Email":["Required."],"Age":[7]}`, said{}},
		"the errors of Identity": {
			400, "application/json", `[{"code":"PasswordTooShort","description":"Six."},{"code":"PasswordRequiresDigit","description":"0-9."},7]`,
			said{Code: "PasswordTooShort", Message: "Six.", Members: []client.MemberError{{Messages: []string{"Six."}}, {Messages: []string{"0-9."}}}},
		},
		"FluentValidation's failures": {
			422, "application/json", `{"errors":[{"propertyName":"Email","errorMessage":"Empty.","errorCode":"NotEmpty"},"And more."]}`,
			said{Code: "NotEmpty", Members: []client.MemberError{{Member: "Email", Messages: []string{"Empty."}}, {Messages: []string{"And more."}}}},
		},
		"a nested error": {400, "application/json", `{"error":{"code":"Throttled","message":"Slowly."}}`, said{Code: "Throttled", Message: "Slowly."}},
		"a nested error of another form": {400, "application/json", `{"error":{"title":"Bad.","errors":{"a":["b"]},"error":{"code":"deeper"}}}`, said{
			Message: "Bad.", Members: []client.MemberError{{Member: "a", Messages: []string{"b"}}},
		}},
		"an envelope that is too long": {400, "application/json", `{"message":"` + strings.Repeat("x", 1<<20) + `"}`, said{}},
		"an error of RFC 6749":         {400, "application/json", `{"error":"invalid_scope","error_description":"No."}`, said{Code: "invalid_scope", Message: "No."}},
		"a gateway's object":           {429, "application/json", `{ "statusCode": 429, "message": "Try again in 5 seconds." }`, said{Message: "Try again in 5 seconds.", EnvelopeStatus: 429}},
		"a code that is a number":      {400, "application/json", `{"code":2003,"description":"Invalid."}`, said{Code: "2003", Message: "Invalid."}},
		"a bare string":                {400, "application/json", ` "The user is locked." `, said{Message: "The user is locked."}},
		"a bare string as text":        {400, "text/plain; charset=utf-8", "The user is locked.\r\n", said{Message: "The user is locked."}},
		"text that is not UTF-8":       {400, "text/plain", "\xff", said{}},
		"a page":                       {400, "text/html", "<p>No.", said{}},
		"the echo of a 402":            {402, "application/json", `{"roles":["customer.user.uc"]}`, said{}},
		"the echo of a patch":          {402, "application/json", `[{"op":"add","path":"/roles/-","value":"a"}]`, said{}},
		"a list of nothing":            {400, "application/json", `[]`, said{}},
		"an object cut off":            {400, "application/json", `{"title":"Bad.","errors":{"Email":["Req`, said{Message: "Bad."}},
		"a list cut off":               {400, "application/json", `[{"code":"a"`, said{}},
		"null":                         {400, "application/json", `null`, said{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, typed(c.status, c.mediaType, c.body))
			cc, mr := newCloudCockpit(t, url, client.WithRetry(client.RetryPolicy{Attempts: 1})), newMyReports(t, url, client.WithRetry(client.RetryPolicy{Attempts: 1}))
			for _, do := range []func() error{
				func() error { return createUser(t.Context(), cc, nil) }, func() error { return patchAccountUser(t.Context(), nil, mr) },
			} {
				e := failure(t, do())
				got := said{e.Code, e.Type, e.Message, e.TraceID, e.EnvelopeStatus, e.Members}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", e.API, diff)
				}
				if strings.ContainsAny(e.Error(), "\r\n") || strings.Contains(e.Error(), "tools.ietf.org") {
					t.Errorf("line %q", e.Error())
				}
			}
		})
	}
}

// Ensure that ErrConflict follows from the status or from a code, in every form that has codes, and never from a message.
func TestError_Conflict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		status     int
		want       bool
	}{
		{"409 with an envelope", `{"statusCode":409,"type":"Conflict","description":"It exists."}`, 409, true},
		{"409 without a body", ``, 409, true},
		{"409 with a string", `"It exists."`, 409, true},
		{"a code", `{"error":400,"errorCode":"DuplicateEmail","message":"","status":"error"}`, 400, true},
		{"a type", `{"statusCode":400,"type":"DuplicateUserName"}`, 400, true},
		{"the second of Identity's errors", `[{"code":"PasswordTooShort","description":"x"},{"code":"DuplicateEmail","description":"y"}]`, 400, true},
		{"Identity's validation problem", `{"status":400,"errors":{"DuplicateUserName":["It is taken."]}}`, 400, true},
		{"a dictionary", `{"duplicateEmail":["It is taken."]}`, 400, true},
		{"a failure of FluentValidation", `{"errors":[{"propertyName":"a","errorCode":"DuplicateName"}]}`, 422, true},
		{"a nested code", `{"error":{"code":"Duplicate"}}`, 400, true},
		{"a sentence", `{"statusCode":400,"type":"BadRequest","description":"Duplicate e-mail: it already exists.","errors":[{"propertyName":"email","description":["DuplicateEmail"]}]}`, 400, false},
		{"a code that ends so", `{"errorCode":"NotDuplicate"}`, 400, false},
		{"400", `{}`, 400, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, respondJSON(c.status, c.body))
			for _, err := range []error{createUser(t.Context(), newCloudCockpit(t, url), nil), patchAccountUser(t.Context(), nil, newMyReports(t, url))} {
				if failed := failure(t, err, client.ErrInvalid); errors.Is(err, client.ErrConflict) != c.want {
					t.Errorf("ErrConflict is %t for %v", !c.want, failed)
				}
			}
		})
	}
}

// Ensure that secrets of the request are removed from every field of the error.
func TestError_Secrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2hunter2"
	cc := newCloudCockpit(t, serve(t, respondJSON(400, strings.ReplaceAll(
		`{"type":"a SECRET","title":"SECRET","traceId":"SECRET","correlationId":"SECRET","code":"SECRET","errors":{"SECRET":["SECRET"]}}`, "SECRET", secret))))
	e := failure(t, updateUser(t.Context(), cc, nil))
	for _, text := range append([]string{e.Code, e.Type, e.Message, e.TraceID, e.AnsweredCorrelationID, e.Members[0].Member, e.Error()}, e.Members[0].Messages...) {
		if strings.Contains(text, secret) || !strings.Contains(text, "[secret]") {
			t.Errorf("%q", text)
		}
	}
}

// Ensure that a short token or password, which is part of ordinary words, does not change messages.
func TestError_ShortSecrets(t *testing.T) {
	t.Parallel()
	cc := newCloudCockpit(t, serve(t, respondJSON(409, `{"statusCode":409,"type":"Conflict","description":"It exists already."}`)), client.WithToken("t"))
	err := cc.CustomerUsers(contoso, contosoProvider).Update(t.Context(), ada, client.CustomerUser{TemporaryPassword: new("exists")})
	if failed := failure(t, err, client.ErrConflict); failed.Message != "It exists already." || failed.Type != "Conflict" {
		t.Errorf("error %v", failed)
	}
}
