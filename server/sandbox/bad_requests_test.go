package sandbox_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A badRequest is a request that must be refused, and what the response must name.
type badRequest struct {
	name   string // a full sentence: what is wrong with it
	call   call
	status int
	// names are the errors[].propertyName of a CloudCockpit response in any order, with "" for null; for MyReports it is the
	// one message.
	// There are none if the response has no body.
	names []string
}

// secret stands in the bad requests wherever a password may stand.
const secret = "Correct-Horse-42"

// The limit of a request's body, and one that is longer.
var (
	atLimit   = strings.Repeat(" ", 1<<20)
	overLimit = atLimit + " "
)

// padded is body with blanks in front of it until it is n bytes long.
func padded(body string, n int) string { return strings.Repeat(" ", n-len(body)) + body }

// Ensure that every bad request is refused for the right reason, in the words of its API, and changes nothing.
func TestSandbox_BadRequests(t *testing.T) {
	t.Parallel()
	for _, table := range []struct {
		name  string
		rows  []badRequest
		check func(t *testing.T, row badRequest, a response)
	}{
		{"Requests that fit no operation or no caller", badFronts(), checkCockpitResponse},
		{"listCustomerUsers", badCustomerUserLists(), checkCockpitResponse},
		{"getCustomerUser", badCustomerUserReads(), checkCockpitResponse},
		{"updateCustomerUser", badCustomerUserUpdates(), checkCockpitResponse},
		{"listPortalUsers", badPortalUserLists(), checkCockpitResponse},
		{"createPortalUser", badPortalUserCreations(), checkCockpitResponse},
		{"The lists of customers, resellers and provider instances", badDirectories(), checkCockpitResponse},
		{"The lists of accounts and their customers", badAccountLists(), checkReportsResponse},
		{"getAccountUser", badAccountUserReads(), checkReportsResponse},
		{"patchAccountUser", badAccountUserPatches(), checkReportsResponse},
	} {
		t.Run(table.name, func(t *testing.T) {
			t.Parallel()
			box := start(t, sandbox.Options{})
			seen := map[string]bool{}
			before := box.state(t)
			for batch := range slices.Chunk(table.rows, 20) {
				for _, row := range batch {
					if seen[row.name] {
						t.Fatalf("two rows are called %q", row.name)
					}
					seen[row.name] = true
					t.Run(row.name, func(t *testing.T) {
						if row.call.method == http.MethodConnect {
							direct(t, "it refuses CONNECT itself")
						}
						a := box.do(t, row.call)
						checkRefusal(t, row, a)
						table.check(t, row, a)
					})
				}
				if box.state(t) != before {
					blame(t, box, batch)
				}
			}
			exchanges := box.do(t, call{method: http.MethodGet, target: "/_sandbox/exchanges"})
			if strings.Contains(exchanges.body, secret) {
				t.Error("the exchange log holds a password")
			}
		})
	}
}

// blame says which of some requests changed the state, one of which did. To read the state after each request would take most
// of the test's time.
func blame(t *testing.T, box *box, rows []badRequest) {
	t.Helper()
	for _, row := range rows {
		if err := box.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		before := box.state(t)
		box.do(t, row.call)
		if diff := stateDiff(t, before, box.state(t)); diff != "" {
			t.Errorf("%s: it changed the state (-before +after):\n%s", row.name, diff)
		}
	}
	t.Error("the state changed")
}

// checkRefusal checks what is common to both APIs.
func checkRefusal(t *testing.T, row badRequest, a response) {
	t.Helper()
	if a.status != row.status {
		t.Fatalf("got %d %s, want %d", a.status, a.body, row.status)
	}
	if challenge := a.header.Get("WWW-Authenticate"); (challenge == "Bearer") != (a.status == http.StatusUnauthorized) {
		t.Errorf("got WWW-Authenticate %q with a %d", challenge, a.status)
	}
	if allow := a.header.Get("Allow"); (allow != "") != (a.status == http.StatusMethodNotAllowed) {
		t.Errorf("got Allow %q with a %d", allow, a.status)
	}
	if strings.Contains(a.body, secret) || strings.Contains(a.body, "eyJ") {
		t.Errorf("the response holds a secret: %s", a.body)
	}
	if bodiless(row) && (a.body != "" || a.header.Get("Content-Type") != "") {
		t.Errorf("got Content-Type %q and body %q, want neither", a.header.Get("Content-Type"), a.body)
	}
}

// bodiless reports whether the response has no body: the services send none with 401 and 403.
func bodiless(row badRequest) bool {
	return row.status == http.StatusUnauthorized || row.status == http.StatusForbidden
}

// kinds are the types of CloudCockpit's envelope.
var kinds = map[int]string{400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed", 413: "PayloadTooLarge", 415: "UnsupportedMediaType"}

var (
	lowerUUID   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	anyUUID     = regexp.MustCompile(`(?i)` + lowerUUID.String())
	sevenDigits = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$`)
)

// checkCockpitResponse checks the envelope of CloudCockpit, and that it names the places of the row and no others.
func checkCockpitResponse(t *testing.T, row badRequest, a response) {
	t.Helper()
	id := a.header.Get("X-Correlation-Id")
	if given := row.call.header.Values("X-Correlation-Id"); len(given) == 1 && anyUUID.MatchString(given[0]) {
		if !strings.EqualFold(id, given[0]) {
			t.Errorf("got correlation id %q, want the request's %q", id, given[0])
		}
	}
	if !lowerUUID.MatchString(id) {
		t.Errorf("got correlation id %q, want a UUID in lower case", id)
	}
	if bodiless(row) || row.call.method == http.MethodHead {
		return
	}
	if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("got Content-Type %q, want it with a charset", got)
	}
	var got struct {
		StatusCode    int
		Type          string
		Description   string
		CorrelationID string
		Errors        []struct {
			PropertyName *string
			Description  []string
		}
	}
	d := json.NewDecoder(strings.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatalf("decode %s: %v", a.body, err)
	}
	if got.StatusCode != row.status || got.Type != kinds[row.status] || got.Description == "" || got.CorrelationID != id {
		t.Errorf("got envelope %s, want status %d, type %s, a description and the correlation id %s", a.body, row.status, kinds[row.status], id)
	}
	var names []string
	for _, e := range got.Errors {
		name := ""
		if e.PropertyName != nil {
			name = *e.PropertyName
		}
		names = append(names, name)
		if len(e.Description) == 0 || slices.Contains(e.Description, "") {
			t.Errorf("got nothing about %q, want a message", name)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(slices.Sorted(slices.Values(row.names)), names); diff != "" {
		t.Errorf("named places (-want +got):\n%s\n%s", diff, a.body)
	}
}

// checkReportsResponse checks the envelope of MyReports to the byte.
func checkReportsResponse(t *testing.T, row badRequest, a response) {
	t.Helper()
	if bodiless(row) || row.call.method == http.MethodHead {
		return
	}
	if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("got Content-Type %q, want application/json; charset=utf-8", got)
	}
	if got := a.header.Get("Content-Length"); got != strconv.Itoa(len(a.body)) {
		t.Errorf("got Content-Length %q, want %d", got, len(a.body))
	}
	var got struct{ Message, Timestamp string }
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatalf("decode %s: %v", a.body, err)
	}
	if !sevenDigits.MatchString(got.Timestamp) {
		t.Errorf("got timestamp %q, want UTC with seven digits of a second's fraction", got.Timestamp)
	}
	want := fmt.Sprintf(`{"error":%d,"message":%s,"status":"error","timestamp":"%s"}`, row.status, quoted(row.names[0]), got.Timestamp)
	if a.body != want {
		t.Errorf("got body  %s\nwant body %s", a.body, want)
	}
	if row.status == http.StatusNotFound && len(a.body) != 95 {
		t.Errorf("got %d bytes, want the documented 95", len(a.body))
	}
	if id, ok := strings.CutPrefix(row.names[0], "The value '"); ok && strings.HasSuffix(id, "' is not valid.") {
		id = strings.TrimSuffix(id, "' is not valid.")
		if want := 112 + len(quoted(id)) - 2; len(a.body) != want {
			t.Errorf("got %d bytes, want 112 and those of the id, %d", len(a.body), want)
		}
	}
}

// quoted is a JSON string with only the escapes that it must have.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string cannot fail
	return strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029").Replace(strings.TrimSuffix(b.String(), "\n"))
}

// object is a JSON object of members, each a name and its JSON. Changes replace members by name, in pairs; a member that is
// changed to "" is left out, and one that was not there is added.
func object(members [][2]string, changes ...string) string {
	members = slices.Clone(members)
	for i := 0; i < len(changes); i += 2 {
		at := slices.IndexFunc(members, func(m [2]string) bool { return m[0] == changes[i] })
		if at < 0 {
			at, members = len(members), append(members, [2]string{changes[i]})
		}
		members[at][1] = changes[i+1]
	}
	var parts []string
	for _, m := range members {
		if m[1] != "" {
			parts = append(parts, quoted(m[0])+":"+m[1])
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// letters is a JSON string of n letters, each of them several bytes long.
func letters(n int) string {
	return `"` + strings.Repeat("é", n/2) + strings.Repeat("字", n-n/2) + `"`
}

// nested is a JSON array n deep.
func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// none are the places that a response without a body names.
var none []string

// null is the place of what is wrong with the request or its body as a whole.
var null = []string{""}

func at(names ...string) []string { return names }

// Ensure that the response to a wrong method lists the right ones.
func TestSandbox_Allow(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	for target, want := range map[string]string{
		"/v1/Customers/" + contoso + "/users":                                "GET",
		"/v1/Customers/" + contoso + "/users/" + firstUser:                   "GET, PATCH",
		"/v1/customer/" + contoso + "/users":                                 "GET, POST",
		"/V1/CUSTOMER/" + contoso + "/users/":                                "GET, POST",
		"/api/v1.0/accounts/" + account + "/users/" + accountUser:            "DELETE, GET, PATCH",
		"/api/v1.0/accounts/no-account/users/no-user?providerInstanceId=%zz": "DELETE, GET, PATCH",
		"/v1":                            "GET",
		"/v1/users/someone@x":            "DELETE, PATCH",
		"/v1/users/groups":               "DELETE, GET, PATCH", // groups may be an e-mail here, too
		"/api/v1.0" + accountUsers:       "GET, POST",
		"/api/v1.0" + customerTeam + "/": "GET, POST",
	} {
		a := box.do(t, call{method: http.MethodPut, target: target})
		if got := a.header.Get("Allow"); a.status != http.StatusMethodNotAllowed || got != want {
			t.Errorf("PUT %s: got %d with Allow %q, want 405 with %q", target, a.status, got, want)
		}
	}
}

// Ensure that a body that ends before its announced length is refused and changes nothing, as short as it may be.
func TestSandbox_TruncatedBodies(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	before := box.state(t)
	for _, c := range []call{customerUserUpdate("location", `"FR"`), portalUserCreation(), patchAccountUser(`[{"op":"remove","path":"/roles"}]`)} {
		token, err := box.Token(c.client)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", strings.TrimPrefix(box.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nX-Tenant: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
			"Content-Length: %d\r\n\r\n%s", c.method, c.target, tenant, token, len(c.body)+1, c.body)
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s %s: %v", c.method, c.target, err)
		}
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s %s: got %d, want 400", c.method, c.target, resp.StatusCode)
		}
	}
	box.wantState(t, before, "the state changed")
}
