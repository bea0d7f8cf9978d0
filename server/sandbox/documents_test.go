package sandbox_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A documentCheck enforces one statement of the source documents on a sandbox with the demo data.
type documentCheck func(t *testing.T, b *box)

// Ensure the sandbox does what the four source documents state. A check is found by the id of its row in
// openapi/traceability.csv, whose test holds the two to each other.
func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, checks := range []map[string]documentCheck{updateChecks, listChecks, pageChecks, createChecks, patchChecks} {
		b := start(t, sandbox.Options{})
		for _, id := range slices.Sorted(maps.Keys(checks)) {
			t.Run(id, func(t *testing.T) {
				if b.wrote() {
					b.mustReset(t)
				}
				checks[id](t, b)
			})
		}
	}
}

// wrote tells whether a request since the last reset may have changed something. The checks send fewer than are remembered.
func (b *box) wrote() bool {
	return slices.ContainsFunc(b.Exchanges(0), func(x control.Exchange) bool { return x.Method != http.MethodGet && x.Status < 300 })
}

// gets sends a call, and checks the status of the response.
func (b *box) gets(t *testing.T, c call, status int) response {
	t.Helper()
	a := b.do(t, c)
	if a.status != status {
		t.Fatalf("%s %s %s: got %d %s, want %d", c.method, c.target, c.body, a.status, a.body, status)
	}
	return a
}

// refuses sends a call that must be refused in the envelope of its API, naming these places, or this message, and no others.
func (b *box) refuses(t *testing.T, c call, status int, names ...string) response {
	t.Helper()
	a := b.gets(t, c, status)
	check := checkCockpitResponse
	if strings.HasPrefix(c.target, "/api") {
		check = checkReportsResponse
	}
	check(t, badRequest{call: c, status: status, names: names}, a)
	return a
}

// without is the call without a header.
func (c call) without(name string) call {
	c.header = maps.Clone(c.header)
	c.header.Del(name)
	return c
}

// at is the call at another path.
func (c call) at(target string) call {
	c.target = target
	return c
}

// The checks of the headers and errors that the documents of CloudCockpit have in common. Each takes a call that succeeds,
// with the status that it then gets.

func tenantRequired(good call, status int) documentCheck {
	return func(t *testing.T, b *box) {
		b.refuses(t, good.without("X-Tenant"), http.StatusBadRequest, "X-Tenant")
		b.gets(t, good, status)
	}
}

func tenantIsDomain(good call, status int) documentCheck {
	return func(t *testing.T, b *box) {
		for _, domain := range []string{"portal.nobody.example", fabrikam, "string"} {
			if a := b.gets(t, good.with("X-Tenant", domain), http.StatusForbidden); a.body != "" {
				t.Errorf("%s: got the body %s, want none", domain, a.body)
			}
		}
		b.gets(t, good, status)
	}
}

func tokenRequired(good call, status int) documentCheck {
	return func(t *testing.T, b *box) {
		token, err := b.Token(good.client)
		if err != nil {
			t.Fatal(err)
		}
		wantUnauthorized(t, b.do(t, good.as("")))
		wantUnauthorized(t, b.do(t, good.authorized(token)))
		wantUnauthorized(t, b.do(t, good.authorized("Basic "+token)))
		wantUnauthorized(t, b.do(t, good.authorized("Bearer "+token+"x")))
		b.gets(t, good.authorized("Bearer "+token), status)
	}
}

// noDefaultToken tries the value that the pages print as a default, and no header at all.
func noDefaultToken(good call) documentCheck {
	return func(t *testing.T, b *box) {
		wantUnauthorized(t, b.do(t, good.as("")))
		for _, printed := range []string{"Bearer eyJ0eXAiO....", "Bearer eyJ0eXAiO...", "Bearer {token}"} {
			wantUnauthorized(t, b.do(t, good.authorized(printed)))
		}
	}
}

const correlation = "6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10"

func correlationIsUUID(good call, status int) documentCheck {
	return func(t *testing.T, b *box) {
		for _, bad := range []string{"string", "6f1f4a52", correlation + "0", "{" + correlation + "}"} {
			b.refuses(t, good.with("X-Correlation-Id", bad), http.StatusBadRequest, "X-Correlation-Id")
		}
		b.gets(t, good.with("X-Correlation-Id", correlation), status)
	}
}

// correlates checks that the responses to a good and a bad call have the id of the request, and new ids without one.
func correlates(good, bad call, status int) documentCheck {
	return func(t *testing.T, b *box) {
		seen := map[string]bool{}
		for range 2 {
			id := b.gets(t, bad, http.StatusBadRequest).header.Get("X-Correlation-Id")
			if seen[id] || !lowerUUID.MatchString(id) {
				t.Errorf("without an id of the request: got %q, want a new UUID", id)
			}
			seen[id] = true
		}
		a := b.gets(t, bad.with("X-Correlation-Id", correlation), http.StatusBadRequest)
		if got := decode[map[string]any](t, a)["correlationId"]; got != correlation {
			t.Errorf("correlationId: got %v, want the request's %s", got, correlation)
		}
		for _, a := range []response{a, b.gets(t, good.with("X-Correlation-Id", correlation), status)} {
			if got := a.header.Get("X-Correlation-Id"); got != correlation {
				t.Errorf("%d with X-Correlation-Id %q, want the request's %s", a.status, got, correlation)
			}
		}
	}
}

// pathID tries what is no UUID where the path has one, and the UUID in upper case.
func pathID(name, id string, path func(id string) call, status int) documentCheck {
	return func(t *testing.T, b *box) {
		for _, bad := range []string{"1", "string", "{" + name + "}", id + "0", id[:35], strings.ReplaceAll(id, "-", "")} {
			b.refuses(t, path(url.PathEscape(bad)), http.StatusBadRequest, name)
		}
		b.gets(t, path(strings.ToUpper(id)), status)
	}
}

// badRequestIs holds a 400 to the envelope.
func badRequestIs(bad call, names ...string) documentCheck {
	return func(t *testing.T, b *box) { b.refuses(t, bad, http.StatusBadRequest, names...) }
}

// errorHas checks one member of the body of a 400.
func errorHas(bad call, member string, ok func(value any) bool) documentCheck {
	return func(t *testing.T, b *box) {
		a := b.gets(t, bad, http.StatusBadRequest)
		if value, there := decode[map[string]any](t, a)[member]; !there || !ok(value) {
			t.Errorf("%s: got %v in %s", member, value, a.body)
		}
	}
}

// detailHas checks one member of each entry of errors, of which there must be some.
func detailHas(bad call, member string, ok func(value any) bool) documentCheck {
	return errorHas(bad, "errors", func(value any) bool {
		list, _ := value.([]any)
		return len(list) > 0 && !slices.ContainsFunc(list, func(entry any) bool {
			detail, _ := entry.(map[string]any)
			value, there := detail[member]
			return len(detail) != 2 || !there || !ok(value)
		})
	})
}

// is matches a value; a number of JSON is a float64.
func is(want any) func(any) bool { return func(value any) bool { return value == want } }

func isText(value any) bool {
	text, ok := value.(string)
	return ok && text != ""
}

func isUUID(value any) bool {
	text, ok := value.(string)
	return ok && lowerUUID.MatchString(text)
}

// isTexts matches a list of strings with something in each.
func isTexts(value any) bool {
	list, _ := value.([]any)
	return len(list) > 0 && !slices.ContainsFunc(list, func(v any) bool { return !isText(v) })
}

// isObjects matches a list of objects with something in it.
func isObjects(value any) bool {
	list, _ := value.([]any)
	return len(list) > 0 && !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(map[string]any); return !ok })
}

func unauthorized(good call) documentCheck {
	return func(t *testing.T, b *box) { wantUnauthorized(t, b.do(t, good.as(""))) }
}

// forbidden sends the call with the token of another tenant's client.
func forbidden(good call) documentCheck {
	return func(t *testing.T, b *box) {
		a := b.gets(t, good.as("fabrikam-csp"), http.StatusForbidden)
		if a.body != "" || a.header.Get("Content-Type") != "" {
			t.Errorf("got %q %q, want no body", a.header.Get("Content-Type"), a.body)
		}
	}
}

// serverError sends the call to a sandbox whose store has failed.
func serverError(good call) documentCheck {
	return func(t *testing.T, _ *box) {
		b := start(t, sandbox.Options{})
		token, err := b.Token(good.client)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		a := b.gets(t, good.authorized("Bearer "+token).with("X-Correlation-Id", correlation), http.StatusInternalServerError)
		body := decode[map[string]any](t, a)
		if body["statusCode"] != 500.0 || body["type"] != "InternalServerError" || !isText(body["description"]) || body["correlationId"] != correlation {
			t.Errorf("got %s, want the envelope of a 500 with the correlation id", a.body)
		}
		if _, there := body["errors"]; !there || len(body) != 5 || a.header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("got %s %s, want the five members of the envelope", a.header.Get("Content-Type"), a.body)
		}
	}
}

// host is the server of a contract that the sample of a document calls, with the slash that generated requests need.
func host(t *testing.T, load func() (*openapi3.T, error), sample string) string {
	t.Helper()
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range doc.Servers {
		if strings.HasPrefix(sample, server.URL+"/v1") {
			return server.URL + "/"
		}
	}
	t.Fatalf("no server of the contract begins %s", sample)
	return ""
}

// mediaType tries the body under other types.
func mediaType(good call, status int, names ...string) documentCheck {
	return func(t *testing.T, b *box) {
		for _, other := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded"} {
			b.refuses(t, good.with("Content-Type", other), http.StatusUnsupportedMediaType, names...)
		}
		for _, right := range []string{"application/json", "application/json; charset=utf-8"} {
			b.mustReset(t) // so that the second finds what the first found
			b.gets(t, good.with("Content-Type", right), status)
		}
	}
}

// frozen is a sandbox whose clock is frozen.
func frozen(t *testing.T, now time.Time) (b *box, set func(time.Time)) {
	t.Helper()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	clock := make(chan time.Time, 1)
	clock <- now
	sb.SetNow(func() time.Time {
		now := <-clock
		clock <- now
		return now
	})
	return serve(t, sb), func(now time.Time) {
		<-clock
		clock <- now
	}
}

// placeholders fills the sample of a document: every "string" and "{…}" in turn with the next value.
func placeholders(t *testing.T, sample string, values ...string) string {
	t.Helper()
	for _, value := range values {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(sample, `"string"`) {
			t.Fatalf("no placeholder is left for %s", value)
		}
		sample = strings.Replace(sample, `"string"`, string(text), 1)
	}
	if strings.Contains(sample, `"string"`) {
		t.Fatalf("a placeholder is left in %s", sample)
	}
	return sample
}
