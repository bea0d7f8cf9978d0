package sandbox_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/myreports"
)

// checkTyped holds what a generated client filled in to what the contract declares for the status: its typed body and its
// typed headers, and those of no other status.
func checkTyped(t *testing.T, a ask, declared *openapi3.Response, r reply) {
	t.Helper()
	status := strconv.Itoa(a.status)
	bodies, headers := filled(r, "JSON"), filled(r, "Headers")
	wantTyped(t, "bodies", bodies, status, len(declared.Content) > 0)
	wantTyped(t, "headers", headers, status, len(declared.Headers) > 0)
	if len(declared.Content) == 0 && len(r.GetBody()) > 0 {
		t.Errorf("got the body %s, want none", r.GetBody())
	}
	if h, ok := headers[status]; ok {
		checkTypedHeaders(t, h.Elem())
	}
	if body, ok := bodies[status]; ok {
		checkTypedBody(t, a, declared, body.Interface(), r)
	}
}

// filled gives the fields JSON200, JSON400 and so on that are not nil, by their status.
func filled(r reply, prefix string) map[string]reflect.Value {
	v, fields := reflect.ValueOf(r).Elem(), map[string]reflect.Value{}
	for i := range v.NumField() {
		if status, ok := strings.CutPrefix(v.Type().Field(i).Name, prefix); ok && !v.Field(i).IsNil() {
			fields[status] = v.Field(i)
		}
	}
	return fields
}

func wantTyped(t *testing.T, what string, got map[string]reflect.Value, status string, want bool) {
	t.Helper()
	if _, there := got[status]; there != want {
		t.Errorf("typed %s of %s: got %v, want %v", what, status, there, want)
	}
	for other := range got {
		if other != status {
			t.Errorf("got typed %s of %s with a %s", what, other, status)
		}
	}
}

// checkTypedHeaders wants every declared header to be there, with the value that it must have.
func checkTypedHeaders(t *testing.T, headers reflect.Value) {
	t.Helper()
	for i := range headers.NumField() {
		name := headers.Type().Field(i).Name
		switch v := headers.Field(i).Interface().(type) {
		case *string:
			if name == "XCorrelationID" && value(v) != correlation {
				t.Errorf("%s: got %q, want the request's %s", name, value(v), correlation)
			}
			if v == nil || *v == "" || name == "WWWAuthenticate" && *v != "Bearer" {
				t.Errorf("%s: got %q", name, value(v))
			}
		default:
			t.Errorf("%s: got a %T, which nobody checks", name, v)
		}
	}
}

func checkTypedBody(t *testing.T, a ask, declared *openapi3.Response, body any, r reply) {
	t.Helper()
	switch e := body.(type) {
	case *cloudcockpit.Error:
		checkCockpitError(t, a, e)
	case *myreports.Error:
		checkReportsError(t, a, e)
	default:
		if a.injected {
			checkExample(t, declared, r)
		}
	}
}

func checkCockpitError(t *testing.T, a ask, got *cloudcockpit.Error) {
	t.Helper()
	kind := kinds[a.status]
	if a.status == http.StatusInternalServerError {
		kind = "InternalServerError"
	}
	if got.StatusCode != int32(a.status) || value(got.Type) != kind || value(got.Description) == "" || value(got.CorrelationID) != correlation {
		t.Errorf("got %+v, want status %d, type %s, a description and the correlation id %s", got, a.status, kind, correlation)
	}
	var names []string
	for _, e := range got.Errors {
		names = append(names, value(e.PropertyName))
		if len(e.Description) == 0 || e.Description[0] == "" {
			t.Errorf("%s: got no description", value(e.PropertyName))
		}
	}
	slices.Sort(names)
	if diff := gocmp.Diff(slices.Sorted(slices.Values(a.says)), names); diff != "" || got.Errors == nil {
		t.Errorf("errors[].propertyName (-want +got):\n%s", diff)
	}
}

func checkReportsError(t *testing.T, a ask, got *myreports.Error) {
	t.Helper()
	says := []string{got.Message}
	if got.ErrorCode != nil {
		says = append(says, *got.ErrorCode)
	}
	if diff := gocmp.Diff(a.says, says); diff != "" {
		t.Errorf("message and errorCode (-want +got):\n%s", diff)
	}
	if got.Error != int32(a.status) || got.Status != myreports.ErrorStatusError || !sevenDigits.MatchString(got.Timestamp) {
		t.Errorf("got %+v, want error %d, status error and a timestamp", got, a.status)
	}
}

// checkExample wants the contract's own example, which is what Prefer gives.
func checkExample(t *testing.T, declared *openapi3.Response, r reply) {
	t.Helper()
	want := declared.Content.Get("application/json").Example
	var got any
	if err := json.Unmarshal(r.GetBody(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("the example (-want +got):\n%s", diff)
	}
}
