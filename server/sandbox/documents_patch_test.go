package sandbox_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/openapi"
)

// The body of the sample request of document 003, which prints it twice in a row.
const patchSample = "[{\n\"op\": \"replace\",\n\"path\": \"/displayName\",\n\"value\": \"My New Name\"\n}]"

func patchPath(account, user string) call {
	return patchAccountUser(patchSample).at("/api/v1.0/accounts/" + account + "/users/" + user)
}

// tooLong is an id of 37 characters, as the lengths of the printed errors have it.
const tooLong = account + "2"

// envelope checks one member of the three documented kinds of error.
func envelope(member string, ok func(status int, value any) bool) documentCheck {
	return func(t *testing.T, b *box) {
		for _, c := range []call{patchPath("1", accountUser), patchPath(account, "1"), patchAccountUser(`[{"op":"replace","path":"/nickname","value":1}]`), patchPath(nowhere, accountUser)} {
			a := b.do(t, c)
			if value, there := decode[map[string]any](t, a)[member]; !there || !ok(a.status, value) || a.status < 400 {
				t.Errorf("%s: got %d %s", member, a.status, a.body)
			}
		}
	}
}

// patchChecks are those of document 003, "Patch User (Reseller)".
var patchChecks = map[string]documentCheck{
	"003-01": func(t *testing.T, b *box) {
		want, other := b.member(t, account, accountUser), b.member(t, account, plainUser)
		want.DisplayName = "My New Name"
		b.gets(t, patchAccountUser(patchSample), http.StatusOK)
		if diff := gocmp.Diff(want, b.member(t, account, accountUser)); diff != "" {
			t.Errorf("the user (-want +got):\n%s", diff)
		}
		if diff := gocmp.Diff(other, b.member(t, account, plainUser)); diff != "" {
			t.Errorf("another user (-before +after):\n%s", diff)
		}
	},
	"003-02": func(t *testing.T, b *box) {
		b.gets(t, patchAccountUser(`[{"op":"replace","path":"/displayName","value":"A"},{"op":"replace","path":"/roles","value":[]}]`), http.StatusOK)
		before := b.state(t)
		for _, property := range []string{"id", "email", "primaryTenant", "enabled"} {
			b.refuses(t, patchAccountUser(`[{"op":"replace","path":"/`+property+`","value":"x"}]`), http.StatusBadRequest, badSegment(property)...)
		}
		b.wantState(t, before, "a refused patch changed the state")
	},
	"003-03": func(t *testing.T, b *box) {
		for _, bad := range []string{`{"displayName":"A"}`, `{"op":"replace","path":"/displayName","value":"A"}`, `"A"`, "1", "[1]"} {
			b.refuses(t, patchAccountUser(bad), http.StatusBadRequest, malformed...)
		}
		steps := `[{"op":"test","path":"/displayName","value":"Uma Underwood"},{"op":"add","path":"/roles/-","value":"branding.admin"},` +
			`{"op":"remove","path":"/roles/0"},{"op":"move","from":"/roles/1","path":"/roles/0"},{"op":"copy","from":"/roles/0","path":"/displayName"}]`
		b.gets(t, patchAccountUser(steps), http.StatusOK)
		got := b.member(t, account, accountUser)
		if got.DisplayName != "branding.admin" || !slices.Equal(got.Roles, []string{"branding.admin", "user.admin"}) {
			t.Errorf("got %+v, want all five operations carried out in order", got)
		}
	},
	"003-04": func(t *testing.T, b *box) {
		b.gets(t, patchAccountUser(patchSample).at("/v1.0/accounts/"+account+"/users/"+accountUser), http.StatusNotFound)
		b.gets(t, patchAccountUser(patchSample).at("/api/v1.0/accounts/"+account+"/users/"+accountUser), http.StatusOK)
	},
	"003-05": func(t *testing.T, b *box) {
		b.gets(t, patchAccountUser(`[{"op":"replace","path":"/roles","value":["branding.admin"]}]`), http.StatusOK)
		if got := b.member(t, account, accountUser).Roles; !slices.Equal(got, []string{"branding.admin"}) {
			t.Errorf("got the roles %q, want the given one alone", got)
		}
	},
	"003-07": func(t *testing.T, b *box) {
		b.gets(t, patchAccountUser(patchSample), http.StatusOK)
		if got := b.member(t, account, accountUser).DisplayName; got != "My New Name" {
			t.Errorf("got %q, want My New Name", got)
		}
	},
	"003-09": func(t *testing.T, _ *box) {
		const sample = "https://api.na.myreports.cloud/api/v1.0/accounts/" + account + "/users/" + accountUser
		r, err := api.NewPatchAccountUserRequest(host(t, openapi.MyReports, sample), uuid.MustParse(account), uuid.MustParse(accountUser),
			&api.PatchAccountUserParams{}, api.JSONPatch{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Method != http.MethodPatch || r.URL.String() != sample || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("got %s %s %q, want PATCH %s with JSON", r.Method, r.URL, r.Header.Get("Content-Type"), sample)
		}
	},
	"003-11": mediaType(patchAccountUser(patchSample), http.StatusOK, "Unsupported Media Type"),
	"003-12": func(t *testing.T, b *box) {
		b.gets(t, patchAccountUser(patchSample).with("accept-charges", "true"), http.StatusOK)
		b.gets(t, patchAccountUser(patchSample).with("accept-charges", "false"), http.StatusOK)
		b.gets(t, patchAccountUser(patchSample), http.StatusOK)
		b.gets(t, patchAccountUser(patchSample).with("accept-charges", "yes"), http.StatusBadRequest)
	},
	"003-13": tokenRequired(patchAccountUser(patchSample), http.StatusOK),
	"003-14": func(t *testing.T, b *box) {
		token, err := b.Token("demo-myreports")
		if err != nil {
			t.Fatal(err)
		}
		wantUnauthorized(t, b.do(t, patchAccountUser(patchSample).as("").with("Authorisation", "Bearer "+token)))
		b.gets(t, patchAccountUser(patchSample).authorized("Bearer "+token), http.StatusOK)
	},
	"003-16": func(t *testing.T, b *box) {
		b.refuses(t, patchAccountUser(`[{"op":null,"path":"/displayName","value":"A"}]`), http.StatusBadRequest, "Invalid JsonPatch operation ''.")
		b.refuses(t, patchAccountUser(`[{"op":"rename","path":"/displayName","value":"A"}]`), http.StatusBadRequest, "Invalid JsonPatch operation 'rename'.")
		b.refuses(t, patchAccountUser(`[{"op":"replace","value":"A"}]`), http.StatusBadRequest, malformed...)
		b.refuses(t, patchAccountUser(`[{"op":1,"path":"/displayName","value":"A"}]`), http.StatusBadRequest, malformed...)
		b.refuses(t, patchAccountUser(`[{"op":"replace","path":1,"value":"A"}]`), http.StatusBadRequest, malformed...)
		b.refuses(t, patchAccountUser(`[{"op":"replace","path":"/displayName"}]`), http.StatusBadRequest, "The DisplayName field is required.")
	},
	"003-17": func(t *testing.T, b *box) {
		before := b.state(t)
		b.refuses(t, patchAccountUser(patchSample+patchSample), http.StatusBadRequest, malformed...)
		b.wantState(t, before, "the first of the two arrays was carried out")
	},
	"003-18": func(t *testing.T, b *box) {
		a := b.gets(t, patchAccountUser(patchSample).with("accept-charges", "true"), http.StatusOK)
		if got := decode[map[string]any](t, a)["status"]; got != "success" {
			t.Errorf("got %s, want a success", a.body)
		}
	},
	"003-19": func(t *testing.T, b *box) {
		a := b.gets(t, patchAccountUser(patchSample), http.StatusOK)
		if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
			t.Errorf("got Content-Type %q, want application/json; charset=utf-8", got)
		}
	},
	"003-22": func(t *testing.T, b *box) {
		a := b.gets(t, patchAccountUser(patchSample), http.StatusOK)
		if got, want := timestamped(t, a), `{"status":"success","timestamp":"…"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := a.header.Get("Content-Length"); got != "63" || len(a.body) != 63 {
			t.Errorf("got %s and %d bytes, want 63", got, len(a.body))
		}
	},
	"003-23": func(t *testing.T, _ *box) {
		for at, want := range map[time.Time]string{
			time.Date(2019, 11, 29, 15, 16, 54, 258620800, time.UTC):                         "2019-11-29T15:16:54.2586208Z",
			time.Date(2019, 11, 29, 16, 0, 0, 0, time.UTC):                                   "2019-11-29T16:00:00.0000000Z",
			time.Date(2019, 11, 29, 16, 3, 23, 925168099, time.FixedZone("two hours", 7200)): "2019-11-29T14:03:23.9251680Z",
		} {
			b, _ := frozen(t, at)
			a := b.gets(t, patchAccountUser(patchSample), http.StatusOK)
			if got := decode[map[string]any](t, a)["timestamp"]; got != want {
				t.Errorf("got %v, want %s", got, want)
			}
		}
	},
	"003-24": func(t *testing.T, _ *box) {
		now := time.Date(2020, 2, 6, 12, 45, 27, 0, time.UTC)
		b, set := frozen(t, now)
		token, err := b.Token("demo-myreports")
		if err != nil {
			t.Fatal(err)
		}
		good := patchAccountUser(patchSample).authorized("Bearer " + token)
		b.gets(t, good, http.StatusOK)
		wantUnauthorized(t, b.do(t, good.without("Authorization")))
		wantUnauthorized(t, b.do(t, good.authorized("Bearer "+strings.ToUpper(token))))
		wantUnauthorized(t, b.do(t, patchAccountUser(patchSample).as("demo-csp")))
		set(now.Add(2 * time.Hour))
		wantUnauthorized(t, b.do(t, good))
	},
	"003-25": func(t *testing.T, b *box) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, b.url+patchAccountUser("").target, strings.NewReader(patchSample))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := b.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.Status != "401 Unauthorized" {
			t.Errorf("got %q, want 401 Unauthorized", resp.Status)
		}
	},
	"003-26": func(t *testing.T, b *box) {
		for _, id := range []string{"1", "string", "ACCOUNT_TENANT_ID", tooLong} {
			b.refuses(t, patchPath(id, accountUser), http.StatusBadRequest, "The value '"+id+"' is not valid.")
			b.refuses(t, patchPath(id, "1"), http.StatusBadRequest, "The value '"+id+"' is not valid.")
		}
	},
	"003-27": func(t *testing.T, b *box) {
		for _, c := range []call{patchPath("1", accountUser), patchPath(nowhere, accountUser)} {
			if _, err := http.ParseTime(b.do(t, c).header.Get("Date")); err != nil {
				t.Errorf("Date: %v", err)
			}
		}
	},
	"003-28": func(t *testing.T, b *box) {
		for _, c := range []call{patchPath("1", accountUser), patchPath(account, "1"), patchPath(nowhere, accountUser), patchAccountUser("[1]")} {
			if got := b.do(t, c).header.Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("%s: got Content-Type %q, want application/json; charset=utf-8", c.target, got)
			}
		}
	},
	"003-29": func(t *testing.T, b *box) {
		for _, id := range []string{"1", "string", tooLong} {
			a := b.gets(t, patchPath(id, accountUser), http.StatusBadRequest)
			if want := 112 + len(id); len(a.body) != want || a.header.Get("Content-Length") != strconv.Itoa(want) {
				t.Errorf("%s: got %d bytes, want %d", id, len(a.body), want)
			}
		}
		if got := len(b.gets(t, patchPath(account, tooLong), http.StatusBadRequest).body); got != 149 {
			t.Errorf("an id of 37 characters: got %d bytes, want the printed 149", got)
		}
	},
	"003-30": envelope("error", func(status int, value any) bool { return value == float64(status) }),
	"003-31": envelope("message", func(_ int, value any) bool { return isText(value) }),
	"003-32": envelope("status", func(_ int, value any) bool { return value == "error" }),
	"003-33": func(t *testing.T, b *box) {
		a := b.gets(t, patchPath("1", accountUser), http.StatusBadRequest)
		if got, want := timestamped(t, a), `{"error":400,"message":"The value '1' is not valid.","status":"error","timestamp":"…"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	},
	"003-34": func(t *testing.T, b *box) {
		for _, id := range []string{"1", "string", "USER_ID", accountUser + "2"} {
			b.refuses(t, patchPath(account, id), http.StatusBadRequest, "The value '"+id+"' is not valid.")
		}
	},
	"003-35": func(t *testing.T, b *box) {
		for _, property := range []string{"nickname", "email", "Display Name"} {
			b.refuses(t, patchAccountUser(`[{"op":"replace","path":"/`+property+`","value":"x"}]`), http.StatusBadRequest,
				"The target location specified by path segment '"+property+"' was not found.")
		}
	},
	"003-36": func(t *testing.T, b *box) {
		b.refuses(t, patchPath(nowhere, accountUser), http.StatusNotFound, notFound...)
		b.refuses(t, patchPath(othersAccount, othersUser), http.StatusNotFound, notFound...)
	},
	"003-37": func(t *testing.T, b *box) {
		b.refuses(t, patchPath(account, nowhere), http.StatusNotFound, notFound...)
		b.refuses(t, patchPath(secondAccount, accountUser), http.StatusNotFound, notFound...)
		b.refuses(t, patchPath(account, othersUser), http.StatusNotFound, notFound...)
	},
	"003-38": func(t *testing.T, b *box) {
		for _, c := range []call{patchPath(nowhere, accountUser), patchPath(account, nowhere)} {
			a := b.gets(t, c, http.StatusNotFound)
			if got := a.header.Get("Content-Length"); got != "95" || len(a.body) != 95 {
				t.Errorf("got Content-Length %s and %d bytes, want 95", got, len(a.body))
			}
		}
	},
	"003-39": func(t *testing.T, b *box) {
		a := b.gets(t, patchPath(account, nowhere), http.StatusNotFound)
		if got, want := timestamped(t, a), `{"error":404,"message":"Not Found","status":"error","timestamp":"…"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	},
}
