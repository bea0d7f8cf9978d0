package sandbox_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	api "github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// reportsClient is the generated client with a client's token.
func reportsClient(t testing.TB, b *box, client string) *api.ClientWithResponses {
	t.Helper()
	token, err := b.Token(client)
	if err != nil {
		t.Fatal(err)
	}
	c, err := api.NewClientWithResponses(b.url+"/api", api.WithHTTPClient(b.http), api.WithRequestEditorFn(
		func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+token)
			return nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// member is a user of an account as it is read.
func (b *box) member(t testing.TB, account, user string) api.AccountUser {
	t.Helper()
	a := b.do(t, getAccountUser(account, user))
	if a.status != http.StatusOK {
		t.Fatalf("read: got %d %s, want 200", a.status, a.body)
	}
	return decode[api.AccountUserResult](t, a).Data
}

// timestamped is a response's body without the value of its timestamp, which it checks.
func timestamped(t testing.TB, a response) string {
	t.Helper()
	head, rest, _ := strings.Cut(a.body, `"timestamp":"`)
	value, tail, _ := strings.Cut(rest, `"`)
	if !sevenDigits.MatchString(value) {
		t.Errorf("got timestamp %q in %s, want UTC with seven digits of a second's fraction", value, a.body)
	}
	return head + `"timestamp":"…"` + tail
}

// Ensure the bytes of both responses: compact, members in the documented order, no unnecessary escapes, a charset.
func TestAccountUsers_Envelope(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	check := func(what string, a response, want string) {
		t.Helper()
		if got := timestamped(t, a); a.status != http.StatusOK || got != want {
			t.Errorf("%s: got %d %s\nwant 200 %s", what, a.status, got, want)
		}
		if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
			t.Errorf("%s: got Content-Type %q, want application/json; charset=utf-8", what, got)
		}
	}
	check("read", box.do(t, getAccountUser(account, accountUser)), `{"data":{"id":"`+accountUser+`","displayName":"Uma Underwood",`+
		`"email":"uma.underwood@acme.example","primaryTenant":"`+account+`","roles":["account.user","user.admin"]},"status":"success","timestamp":"…"}`)
	check("read of a visitor", box.do(t, getAccountUser(account, visitingUser)), `{"data":{"id":"`+visitingUser+`","displayName":"Wanda Wells",`+
		`"email":"wanda.wells@acme.example","primaryTenant":"`+secondAccount+`","roles":["account.user"]},"status":"success","timestamp":"…"}`)
	check("read by ids in upper case", box.do(t, getAccountUser(strings.ToUpper(account), strings.ToUpper(plainUser))), `{"data":{"id":"`+plainUser+
		`","displayName":"Victor Vance","email":"victor.vance@acme.example","primaryTenant":"`+account+`","roles":["account.user"]},"status":"success","timestamp":"…"}`)
	check("patch", box.do(t, patchAccountUser(`[{"op":"replace","path":"/displayName","value":"<Uma> & \u2028 \"\\\/\u001f\t😀"},{"op":"remove","path":"/roles"}]`)),
		`{"status":"success","timestamp":"…"}`)
	check("read of odd characters and no roles", box.do(t, getAccountUser(account, accountUser)), `{"data":{"id":"`+accountUser+
		`","displayName":"<Uma> & `+"\u2028"+` \"\\/\u001f\t😀","email":"uma.underwood@acme.example","primaryTenant":"`+account+
		`","roles":[]},"status":"success","timestamp":"…"}`)
}

// Ensure that a patch does to display name and roles what ASP.NET's library does. Uma has account.user and user.admin.
func TestPatchAccountUser_Operations(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	both := []string{"account.user", "user.admin"}
	for _, tt := range []struct {
		name, patch string
		wantName    string
		wantRoles   []string
	}{
		{"The document's example renames", `[{"op":"replace","path":"/displayName","value":"My New Name"}]`, "My New Name", both},
		{"Add renames as replace does", `[{"op":"add","path":"/displayName","value":"Added"}]`, "Added", both},
		{"A role is added behind the others", `[{"op":"add","path":"/roles/-","value":"branding.admin"}]`, "", []string{"account.user", "user.admin", "branding.admin"}},
		{"A role is added by index", `[{"op":"add","path":"/roles/1","value":"branding.admin"}]`, "", []string{"account.user", "branding.admin", "user.admin"}},
		{"A role is added at the index of the end", `[{"op":"add","path":"/roles/2","value":"branding.admin"}]`, "", []string{"account.user", "user.admin", "branding.admin"}},
		{"Replace of the roles removes those not given", `[{"op":"replace","path":"/roles","value":["webhooks.admin"]}]`, "", []string{"webhooks.admin"}},
		{"Replace of a role by index", `[{"op":"replace","path":"/roles/0","value":"customer.admin"}]`, "", []string{"customer.admin", "user.admin"}},
		{"Replace of the last role", `[{"op":"replace","path":"/roles/-","value":"customer.admin"}]`, "", []string{"account.user", "customer.admin"}},
		{"Remove of a role by index", `[{"op":"remove","path":"/roles/0"}]`, "", []string{"user.admin"}},
		{"Remove of the last role", `[{"op":"remove","path":"/roles/-"}]`, "", []string{"account.user"}},
		{"Removed roles read as none", `[{"op":"remove","path":"/roles"}]`, "", []string{}},
		{"Roles of null read as none", `[{"op":"replace","path":"/roles","value":null}]`, "", []string{}},
		{"Roles without a value read as none", `[{"op":"replace","path":"/roles"}]`, "", []string{}},
		{"No roles are a list", `[{"op":"replace","path":"/roles","value":[]}]`, "", []string{}},
		{"A role that is held is not held twice", `[{"op":"add","path":"/roles/-","value":"account.user"}]`, "", both},
		{"Roles that are given twice are held once, where they first stand", `[{"op":"replace","path":"/roles","value":["user.admin","account.user","user.admin"]}]`, "", []string{"user.admin", "account.user"}},
		{"Roles move", `[{"op":"move","from":"/roles/1","path":"/roles/0"}]`, "", []string{"user.admin", "account.user"}},
		{"A role is copied to the display name", `[{"op":"copy","from":"/roles/0","path":"/displayName"}]`, "account.user", both},
		{"A test that holds lets the rest happen", `[{"op":"test","path":"/roles/1","value":"user.admin"},{"op":"remove","path":"/roles/1"}]`, "", []string{"account.user"}},
		{"Operations see what those before them did", `[{"op":"replace","path":"/displayName","value":"A"},{"op":"test","path":"/displayName","value":"A"},{"op":"replace","path":"/displayName","value":"B"}]`, "B", both},
		{"A display name that is empty in between does no harm", `[{"op":"remove","path":"/displayName"},{"op":"add","path":"/displayName","value":"Back"}]`, "Back", both},
		{"All eight roles are known", `[{"op":"replace","path":"/roles","value":["account.user","user.admin","account.service.status","account.storage.admin","branding.admin","customer.admin","onboarding.admin","webhooks.admin"]}]`, "",
			[]string{"account.user", "user.admin", "account.service.status", "account.storage.admin", "branding.admin", "customer.admin", "onboarding.admin", "webhooks.admin"}},
		{"Nothing to do succeeds", `[]`, "", both},
		{"Names of operations and properties have no case", `[{"op":"RePlace","path":"/DISPLAYNAME","value":"Cased"}]`, "Cased", both},
		{"A path needs no slash", `[{"op":"replace","path":"displayName","value":"Bare"}]`, "Bare", both},
		{"Empty segments are skipped", `[{"op":"replace","path":"//displayName/","value":"Skipped"}]`, "Skipped", both},
		{"A number becomes text", `[{"op":"replace","path":"/displayName","value":42}]`, "42", both},
		{"A boolean becomes text", `[{"op":"replace","path":"/displayName","value":true}]`, "true", both},
		{"A display name has up to 100 letters", `[{"op":"replace","path":"/displayName","value":` + letters(100) + `}]`, strings.Trim(letters(100), `"`), both},
		{"Letters outside the basic plane count once", `[{"op":"replace","path":"/displayName","value":"` + strings.Repeat(`\ud83d\ude00`, 100) + `"}]`, strings.Repeat("😀", 100), both},
		{"A from that is null is absent", `[{"op":"replace","from":null,"path":"/displayName","value":"From"}]`, "From", both},
		{"An operation without op is an add", `[{"path":"/displayName","value":"Plain"},{"path":"/roles/-","value":"branding.admin"}]`, "Plain", []string{"account.user", "user.admin", "branding.admin"}},
		{"As .NET's own library writes it", `[{"value":"Dot","operationType":2,"path":"/displayName","op":"replace","from":null}]`, "Dot", both},
		{"A from that is not used is no harm", `[{"op":"replace","from":"/x","path":"/displayName","value":"From"}]`, "From", both},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer box.do(t, patchAccountUser(`[{"op":"replace","path":"/displayName","value":"Uma Underwood"},{"op":"replace","path":"/roles","value":["account.user","user.admin"]}]`))
			if a := box.do(t, patchAccountUser(tt.patch)); a.status != http.StatusOK {
				t.Fatalf("got %d %s, want 200", a.status, a.body)
			}
			if tt.wantName == "" {
				tt.wantName = "Uma Underwood"
			}
			want := api.AccountUser{
				ID: uuid.MustParse(accountUser), DisplayName: tt.wantName, Email: "uma.underwood@acme.example",
				PrimaryTenant: uuid.MustParse(account), Roles: tt.wantRoles,
			}
			if diff := gocmp.Diff(want, box.member(t, account, accountUser)); diff != "" {
				t.Errorf("user (-want +got):\n%s", diff)
			}
		})
	}
}

// Ensure that the display name is the person's in every account, and the roles those of the account.
func TestPatchAccountUser_Membership(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	client := reportsClient(t, box, "demo-myreports")
	patched, err := client.PatchAccountUserWithResponse(t.Context(), uuid.MustParse(secondAccount), uuid.MustParse(visitingUser), nil, api.JSONPatch{
		{Op: new("replace"), Path: "/displayName", Value: []byte(`"Wanda W."`)}, {Op: new("replace"), Path: "/roles", Value: []byte(`["branding.admin"]`)},
	})
	if err != nil || patched.JSON200 == nil {
		t.Fatalf("patch: got %v %s", err, patched.Body)
	}
	here, there := box.member(t, account, visitingUser), box.member(t, secondAccount, visitingUser)
	if here.DisplayName != "Wanda W." || there.DisplayName != "Wanda W." {
		t.Errorf("got names %q and %q, want Wanda W. twice", here.DisplayName, there.DisplayName)
	}
	if diff := gocmp.Diff([][]string{{"account.user"}, {"branding.admin"}}, [][]string{here.Roles, there.Roles}); diff != "" {
		t.Errorf("roles here and there (-want +got):\n%s", diff)
	}
}

// Ensure that a null value survives the generated client, and that the client tells an error from a success.
func TestPatchAccountUser_GeneratedClient(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	client := reportsClient(t, box, "demo-myreports")
	charges := true
	patch := func(ops ...api.JSONPatchOperation) *api.PatchAccountUserResponse {
		t.Helper()
		got, err := client.PatchAccountUserWithResponse(t.Context(), uuid.MustParse(account), uuid.MustParse(accountUser),
			&api.PatchAccountUserParams{AcceptCharges: &charges}, ops)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := patch(api.JSONPatchOperation{Op: new("replace"), Path: "/roles", Value: []byte("null")}); got.JSON200 == nil {
		t.Errorf("roles of null: got %s, want success", got.Body)
	}
	got := patch(api.JSONPatchOperation{Op: new("replace"), Path: "/displayName", Value: []byte("null")})
	if got.JSON400 == nil || got.JSON400.Message != "The DisplayName field is required." || got.JSON400.Error != 400 || got.JSON400.Status != "error" {
		t.Errorf("display name of null: got %s, want 400 The DisplayName field is required.", got.Body)
	}
}

// Ensure that an operation without op is a finding at its place, and one that is null fails.
func TestPatchAccountUser_DefaultOp(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	a := box.do(t, patchAccountUser(`[{"op":"add","path":"/displayName","value":"A"},{"path":"/displayName","value":"B"}]`))
	if a.status != http.StatusOK || box.member(t, account, accountUser).DisplayName != "B" {
		t.Errorf("got %d %s, want 200 and the display name B", a.status, a.body)
	}
	exchanges := box.exchanges(t, 0)
	want := []control.Finding{{Where: "body", Pointer: "/1/op", Rule: "required", Expected: "this member", Grade: "inferred"}}
	if diff := gocmp.Diff(want, exchanges[0].Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	a = box.do(t, patchAccountUser(`[{"path":"/displayName","value":"C"},{"op":null,"path":"/displayName","value":"D"}]`))
	if a.status != http.StatusBadRequest || box.member(t, account, accountUser).DisplayName != "B" {
		t.Errorf("null: got %d %s, want 400 and no change", a.status, a.body)
	}
}

// Ensure that both media types of a patch are read, whatever the case and the parameters, and the one no page shows is a finding.
func TestPatchAccountUser_MediaTypes(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{Undeclared: contract.Reject})
	for media, findings := range map[string]int{
		"application/json": 0, "application/json; charset=utf-8": 0, "APPLICATION/JSON": 0, "application/json-patch+json": 1,
		"application/json-patch+json; charset=utf-8": 1, "Application/JSON-Patch+JSON;charset=UTF-8": 1,
	} {
		c := patchAccountUser(`[{"op":"replace","path":"/displayName","value":`+quoted(media)+`}]`).with("Content-Type", media)
		if a := box.do(t, c); a.status != http.StatusOK {
			t.Errorf("%s: got %d %s, want 200", media, a.status, a.body)
		}
		exchanges := box.exchanges(t, 0)
		if got := exchanges[len(exchanges)-1].Findings; len(got) != findings || len(got) == 1 && got[0].Pointer != "/Content-Type" {
			t.Errorf("%s: got findings %v, want %d about the Content-Type", media, got, findings)
		}
		if got := box.member(t, account, accountUser).DisplayName; got != media {
			t.Errorf("%s: got display name %q", media, got)
		}
	}
}

// Ensure that of many patches that depend on each other none is lost.
func TestPatchAccountUser_Race(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	roles := []string{"account.service.status", "account.storage.admin", "branding.admin", "customer.admin", "onboarding.admin", "webhooks.admin"}
	var all sync.WaitGroup
	for _, role := range roles {
		for range 3 {
			all.Go(func() {
				a, err := box.try(t, patchAccountUser(`[{"op":"add","path":"/roles/-","value":`+quoted(role)+`}]`))
				if err != nil || a.status != http.StatusOK {
					t.Errorf("add %s: got %d %s %v, want 200", role, a.status, a.body, err)
				}
			})
		}
	}
	all.Wait()
	if got := box.member(t, account, accountUser).Roles; len(got) != 8 {
		t.Errorf("got roles %q, want all eight once", got)
	}
}

// Ensure that the document's own defects get a response that says what is wrong: the sample body that is printed twice, and the
// header that is spelled in a translated way.
func TestPatchAccountUser_DocumentDefects(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	const sample = "[{\n\"op\": \"replace\",\n\"path\": \"/displayName\",\n\"value\": \"My New Name\"\n}]"
	printed := patchAccountUser(sample+sample).with("accept-charges", "true")
	a := box.do(t, printed)
	if a.status != http.StatusBadRequest {
		t.Fatalf("the body as printed: got %d %s, want 400", a.status, a.body)
	}
	checkReportsResponse(t, badRequest{call: printed, status: a.status, names: malformed}, a)
	if diff := gocmp.Diff([]string{"body  trailing"}, lastFindings(t, box)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	token, err := box.Token("demo-myreports")
	if err != nil {
		t.Fatal(err)
	}
	once := patchAccountUser(sample).with("accept-charges", "true")
	if a := box.do(t, once.as("").with("Authorisation", "Bearer "+token)); a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("the header as printed: got %d %v, want 401 that asks for Bearer", a.status, a.header)
	}
	if diff := gocmp.Diff([]string{"header /Authorisation undeclared"}, lastFindings(t, box)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if a := box.do(t, once); a.status != http.StatusOK {
		t.Errorf("without the defects: got %d %s, want 200", a.status, a.body)
	}
}
