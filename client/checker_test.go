package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/client"
)

// A recordingChecker records its calls and returns the given errors.
type recordingChecker struct {
	request, response error
	asked             []string
}

func (r *recordingChecker) CheckRequest(of client.Subject, req *http.Request, body []byte) error {
	r.asked = append(r.asked, "request "+of.Operation+" "+req.Method+" "+of.Path+" "+string(body))
	return r.request
}

func (r *recordingChecker) CheckResponse(of client.Subject, _ *http.Request, status int, _ http.Header, body []byte) error {
	r.asked = append(r.asked, "response "+of.Operation+" "+http.StatusText(status)+" "+string(body))
	return r.response
}

// Ensure that a checker gets the path below the base URL and both bodies, and that its errors fail the operation.
func TestWithChecker(t *testing.T) {
	t.Parallel()
	mine := errors.New("mine")
	for _, c := range []struct {
		name             string
		recordingChecker recordingChecker
		step             step
		attempts         int
		want             []error
		asked            int
	}{
		{"no fault", recordingChecker{}, success, 0, nil, 2},
		{"the request", recordingChecker{request: mine}, success, 0, []error{client.ErrContract, mine}, 1},
		{"the response", recordingChecker{response: mine}, success, 1, []error{client.ErrContract, mine}, 2},
		{"a response of 404", recordingChecker{response: mine}, step{status: 404}, 1, []error{client.ErrContract, client.ErrNotFound, mine}, 2},
		{"a response of 503", recordingChecker{response: mine}, step{status: 503}, 2, []error{client.ErrContract, client.ErrServer, mine}, 4},
		{"no response", recordingChecker{response: mine}, step{err: errDial}, 2, []error{client.ErrConnection}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &script{steps: []step{c.step}}
			opts := []client.Option{client.WithRetry(quick), client.WithBaseURL("https://gateway.example/cc"), client.WithHTTPClient(&http.Client{Transport: s})}
			cc := newCloudCockpit(t, "", append(opts, client.WithChecker(func(api client.API) (client.Checker, error) {
				if api != client.APICloudCockpit {
					t.Errorf("a checker for %s", api)
				}
				return &c.recordingChecker, nil
			}))...)
			err := listUsers(t.Context(), cc, nil)
			if c.want == nil && err != nil {
				t.Error(err)
			} else if c.want != nil {
				if failed := failure(t, err, c.want...); failed.Attempts != c.attempts {
					t.Errorf("%d attempts, want %d", failed.Attempts, c.attempts)
				}
			}
			if len(c.recordingChecker.asked) != c.asked {
				t.Errorf("asked %q, want %d times", c.recordingChecker.asked, c.asked)
			}
			if want := "request listCustomerUsers GET /v1/Customers/" + contoso.String() + "/users "; c.recordingChecker.asked[0] != want {
				t.Errorf("asked %q, want %q", c.recordingChecker.asked[0], want)
			}
		})
	}
	r := &recordingChecker{request: mine}
	mr := newMyReports(t, "https://mr.example", client.WithChecker(func(client.API) (client.Checker, error) { return r, nil }))
	wantFailure(t, patchAccountUser(t.Context(), nil, mr), client.ErrContract)
	if !strings.HasSuffix(r.asked[0], ` [{"op":"replace","path":"/displayName","value":"Uma"}]`) || !strings.Contains(r.asked[0], " PATCH /v1.0/accounts/") {
		t.Errorf("asked %q", r.asked)
	}
	_, err := client.NewMyReports(client.WithRegion(client.Europe), client.WithToken("t"),
		client.WithChecker(func(client.API) (client.Checker, error) { return nil, mine }))
	if !errors.Is(err, mine) {
		t.Errorf("error %v, want the function's", err)
	}
}
