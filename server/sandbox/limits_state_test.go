package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// values is n times a JSON value, with commas between.
func values(n int, value string) string { return strings.Repeat(value+",", n-1) + value }

// allocated returns how many bytes a call allocates.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Ensure that a state that is refused is not read into memory, whatever it has millions of, that what is wrong is named, and that the
// rest is looked at, too. Not parallel: it counts what the process allocates.
func TestLimits_State(t *testing.T) { //nolint:paralleltest // see above
	const n = 200_000
	tenant := func(more string) string {
		return `{"cloudcockpit":{"tenants":[{"domain":"x"` + more + `}]},"clients":[7]}`
	}
	users := func(list string) string {
		return tenant(`,"customers":[{"id":"` + contoso + `","name":"n","providerInstances":[{"id":"` + microsoft + `","microsoft":true,"users":[` + list + `]}]}]`)
	}
	user := func(id string) string {
		return `{"id":` + id + `,"displayName":"d","email":"e","location":"l","domain":"d"}`
	}
	numbered := func(n int, item string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, item, i)
		}
		return b.String()
	}
	of := "/cloudcockpit/tenants/0"
	instance := of + "/customers/0/providerInstances/0"
	for name, c := range map[string]struct {
		state  string
		wanted []string // pointer and rule, of those that must be among the errors
	}{
		"undeclared members":             {tenant(numbered(n, `,"m%d":1`)), []string{of + " members"}},
		"undeclared members, nested":     {tenant(`,"m":{"a":0` + numbered(n, `,"m%d":1`) + `}`), []string{of + "/m members"}},
		"objects of undeclared members":  {users(values(n/40_000, `{"m":0`+numbered(40_000, `,"m%d":1`)+"}")), nil},
		"an undeclared array":            {tenant(`,"m":[` + values(n, "1") + `]`), []string{of + "/m additionalProperties", "/clients/0 type"}},
		"an undeclared array of arrays":  {tenant(`,"m":[` + values(n, "[[1]]") + `]`), []string{of + "/m additionalProperties", "/clients/0 type"}},
		"an undeclared array of objects": {tenant(`,"m":[` + values(n, `{"a":{}}`) + `]`), []string{of + "/m additionalProperties", "/clients/0 type"}},
		"items that are numbers":         {users(values(n, "1")), []string{instance + "/users/0 type", "/clients/0 type"}},
		"items that are arrays":          {users(values(n, "[[]]")), []string{instance + "/users/0 type", "/clients/0 type"}},
		"items that are empty":           {users(values(n, "{}")), []string{instance + "/users/0/id required", "/clients/0 type"}},
		"items with a wrong member":      {users(values(n/10, user("1"))), []string{instance + "/users/0/id type", "/clients/0 type"}},
		"names in another case":          {users(values(n/10, strings.ToUpper(user(`"a"`)))), []string{instance + "/users/0/ID case", "/clients/0 type"}},
		"an array that is to be a text":  {users(strings.Replace(user(`"`+firstUser+`"`), `"d"`, "["+values(n, "1")+"]", 1)), []string{instance + "/users/0/displayName type", "/clients/0 type"}},
		"a list in a list":               {users(strings.Replace(user(`"`+firstUser+`"`), `"l"`, `"l","licenses":[`+values(n, "{}")+"]", 1)), []string{instance + "/users/0/licenses/0 type", "/clients/0 type"}},
		"a wrong item after good ones":   {users(values(n/10, user(`"`+firstUser+`"`)) + ",1"), []string{fmt.Sprint(instance, "/users/", n/10, " type"), "/clients/0 type"}},
		"values behind the state":        {`{} ` + values(n, "1"), []string{" trailing"}},
		"an array that does not end":     {tenant(`,"m":[` + values(n, "1")), []string{" syntax"}},
	} {
		sb, err := sandbox.New(t.Context(), sandbox.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPut, "/_sandbox/state", strings.NewReader(c.state))
		r.RemoteAddr, r.Host = "127.0.0.1:1", "127.0.0.1"
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		bytes := allocated(func() { sb.ServeHTTP(w, r) })
		var problem control.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || w.Code != http.StatusBadRequest || problem.Errors == nil {
			t.Fatalf("%s: got %d %.300s, %v", name, w.Code, w.Body, err)
		}
		var got []string
		for _, e := range *problem.Errors {
			got = append(got, e.Pointer+" "+e.Rule)
		}
		for _, want := range c.wanted {
			if !slices.Contains(got, want) {
				t.Errorf("%s: got %.500q, want also %s", name, got, want)
			}
		}
		if limit := 48*len(c.state) + 8<<20; bytes > uint64(limit) {
			t.Errorf("%s: %d bytes of state took %d bytes, want at most %d", name, len(c.state), bytes, limit)
		}
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	}
}
