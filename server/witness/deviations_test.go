package witness

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A scenario is an exchange as a test writes it down.
type scenario struct {
	method, path string // with the query
	body         string
	status       int
	header       http.Header
	response     string
}

const (
	usersPath = "/v1/Customers/c0000000-0000-4000-8000-000000000001/users?providerInstanceId=b0000000-0000-4000-8000-000000000001"
	userPath  = "/v1/Customers/c0000000-0000-4000-8000-000000000001/users/a0000000-0000-4000-8000-000000000001"
	oneUser   = `{"id":"a0000000-0000-4000-8000-000000000001","displayName":"Ada Abbott","email":"ada@contoso.example","firstName":"Ada","lastName":null,"location":"US","temporaryPassword":null,"domain":"contoso.example"}`
	usersPage = `{"items":[` + oneUser + `,` + oneUser + `],"paginationParameters":{"pageNumber":1,"pageSize":25},"totalPages":1,"totalCount":2,"hasPreviousPage":false,"hasNextPage":false,"continuationToken":null}`
	errorBody = `{"statusCode":409,"type":"Conflict","description":"x","correlationId":"6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10","errors":[]}`
	update    = `{"providerInstanceId":"b0000000-0000-4000-8000-000000000001","customerUser":` + oneUser + `}`
)

func jsonHeader(more ...string) http.Header {
	h := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "X-Correlation-Id": {"6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10"}}
	for i := 0; i+1 < len(more); i += 2 {
		h.Set(more[i], more[i+1])
	}
	return h
}

// list is a response of the list that is good but for one replacement.
func list(replace, by string) scenario {
	return scenario{"GET", usersPath, "", 200, jsonHeader(), strings.ReplaceAll(usersPage, replace, by)}
}

// A deviation is one way in which a service was found to differ, or a caller, and the one finding that it is.
type deviation struct {
	name     string
	exchange scenario
	want     string // class, operation, status, in, place, rule
	notHAR   bool   // a HAR file cannot show it
}

func deviations() []deviation {
	pascal := strings.NewReplacer(`"items"`, `"Items"`, `"totalCount"`, `"TotalCount"`, `"totalPages"`, `"TotalPages"`, `"hasNextPage"`, `"HasNextPage"`).Replace(usersPage)
	const list200 = "listCustomerUsers 200 response "
	return []deviation{
		{"1 an undocumented 409 with the documented envelope", scenario{"PATCH", userPath, update, 409, jsonHeader(), errorBody}, "new updateCustomerUser 409 response  status", false},
		{"2 an undeclared member in a closed object, twice", list(`"firstName":"Ada"`, `"firstName":"Ada","userType":"Guest"`), "differs " + list200 + "/items/*/userType additionalProperties", false},
		{"3 totalCount is null", list(`"totalCount":2`, `"totalCount":null`), "differs " + list200 + "/totalCount nullable", false},
		{"4 totalPages is text", list(`"totalPages":1`, `"totalPages":"1"`), "differs " + list200 + "/totalPages type", false},
		{"5 an id that is no UUID", list(`"id":"a0000000-0000-4000-8000-000000000001"`, `"id":"a1"`), "differs " + list200 + "/items/*/id format", false},
		{"6 an enum value that no page prints is accepted", scenario{"GET", usersPath + "&sortPropertyName=Location", "", 200, jsonHeader(), usersPage}, "differs listCustomerUsers 0 query /sortPropertyName enum", false},
		{"7 400 as problem+json", scenario{"GET", usersPath + "&pageSize=0", "", 400, jsonHeader("Content-Type", "application/problem+json"), `{"type":"about:blank","title":"Bad Request","status":400}`}, "new listCustomerUsers 400 response  mediaType", false},
		{"8 401 with a body", scenario{"GET", usersPath, "", 401, http.Header{"Content-Type": {"application/json"}, "Www-Authenticate": {"Bearer"}}, `{"message":"no"}`}, "differs listCustomerUsers 401 response  body", false},
		{"9 an undeclared query parameter is accepted", scenario{"GET", usersPath + "&includeDeleted=true", "", 200, jsonHeader(), usersPage}, "new listCustomerUsers 0 query /includeDeleted undeclared", false},
		{"10 an undocumented path", scenario{"GET", "/v1/Customers/c0000000-0000-4000-8000-000000000001/invoices", "", 200, jsonHeader(), `[]`}, "new  200 path /v1/Customers/{}/{} path", false},
		{"11 a required member is absent", list(`,"domain":"contoso.example"`, ""), "differs " + list200 + "/items/*/domain required", false},
		{"12 a gateway's 502", scenario{"GET", usersPath, "", 502, http.Header{"Content-Type": {"text/html"}}, "<html>bad gateway</html>"}, "foreign listCustomerUsers 502 response  gateway", false},
		{"13 gzip with an undeclared member", scenario{"GET", usersPath, "", 200, jsonHeader("Content-Encoding", "gzip"), string(gzipped(strings.ReplaceAll(usersPage, `"firstName":"Ada"`, `"firstName":"Ada","userType":"Guest"`)))}, "differs " + list200 + "/items/*/userType additionalProperties", false},
		{"14 a byte order mark", scenario{"GET", usersPath, "", 200, jsonHeader(), "\xEF\xBB\xBF" + usersPage}, "differs " + list200 + " syntax", true},
		{"15 PascalCase", scenario{"GET", usersPath, "", 200, jsonHeader(), pascal}, "differs " + list200 + " case", false},
		{"16 204 instead of 200", scenario{"GET", usersPath, "", 204, http.Header{}, ""}, "new listCustomerUsers 204 response  status", false},
	}
}

// serve makes an upstream of the scenarios: a request says in a header which one it wants.
func serve(t *testing.T, all []scenario) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var i int
		_, _ = fmt.Sscan(r.Header.Get("X-Scenario"), &i)
		_, _ = io.Copy(io.Discard, r.Body)
		for name, values := range all[i].header {
			w.Header()[name] = values
		}
		w.WriteHeader(all[i].status)
		_, _ = io.WriteString(w, all[i].response)
	}))
	t.Cleanup(server.Close)
	return server
}

func (s scenario) send(t *testing.T, base string, i int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), s.method, base+s.path, strings.NewReader(s.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Scenario", fmt.Sprint(i))
	req.Header.Set("X-Tenant", "portal.cloudcockpit.com")
	req.Header.Set("Authorization", "Bearer t")
	if s.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
}

// throughProxy sends the scenarios through a proxy, and returns the recorder.
func throughProxy(t *testing.T, doc *Document, opts Options, all []scenario) *Recorder {
	t.Helper()
	upstream := serve(t, all)
	u, _ := url.Parse(upstream.URL)
	opts.Source = SourceProxy
	rec := newTestRecorder(t, doc, opts)
	p, err := NewProxy([]Upstream{{Recorder: rec, URL: u}}, ProxyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	for i, s := range all {
		s.send(t, server.URL, i)
	}
	server.Close()
	_ = p.Close()
	return rec
}

// harOf writes scenarios as a browser saves them: bodies decoded, header names in lower case.
func harOf(all []scenario) string {
	var entries []string
	for _, s := range all {
		text := s.response
		if s.header.Get("Content-Encoding") == "gzip" {
			text = strings.ReplaceAll(usersPage, `"firstName":"Ada"`, `"firstName":"Ada","userType":"Guest"`)
		}
		type pair struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		}
		headers := []pair{}
		for name, values := range s.header {
			headers = append(headers, pair{strings.ToLower(name), values[0]})
		}
		sent := []pair{{":method", s.method}, {"x-tenant", "portal.cloudcockpit.com"}}
		request := map[string]any{"method": s.method, "url": "https://api.cloudcockpit.com" + s.path, "bodySize": len(s.body)}
		if s.body != "" {
			request["postData"] = map[string]any{"mimeType": "application/json", "text": s.body}
			sent = append(sent, pair{"content-type", "application/json"})
		}
		request["headers"] = sent
		content := map[string]any{"size": len(text), "mimeType": s.header.Get("Content-Type")}
		if text != "" {
			content["text"] = text
		}
		entry, _ := json.Marshal(map[string]any{
			"startedDateTime": "2026-11-27T10:41:07.000Z", "time": 1, "request": request,
			"response": map[string]any{"status": s.status, "headers": headers, "content": content},
		})
		entries = append(entries, string(entry))
	}
	return harFile(entries...)
}

func fromHAR(t *testing.T, doc *Document, opts Options, all []scenario) *Recorder {
	t.Helper()
	opts.Source = SourceHAR
	rec := newTestRecorder(t, doc, opts)
	err := ReadHAR(strings.NewReader(harOf(all)), func(x *Exchange, skip string) error {
		if skip != "" {
			rec.Skip(skip)
		} else {
			rec.Add(x)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// departures are the findings of a report that tests compare: all but what a request alone did wrong.
func departures(r *Report) []string {
	var list []string
	for _, f := range r.Findings {
		if f.Class != Yours {
			list = append(list, fmt.Sprintf("%s %s %d %s %s %s", f.Class, f.Operation, f.Status, f.In, f.Place, f.Rule))
		}
	}
	slices.Sort(list)
	return list
}

// Ensure that each deviation that was met in the field is found, live and in a HAR file, as one line of the right class.
func TestDeviations(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	for _, d := range deviations() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			good := scenario{"GET", usersPath, "", 200, jsonHeader(), usersPage}
			all := []scenario{good, d.exchange, good, d.exchange, d.exchange}
			if got := departures(throughProxy(t, doc, Options{}, all).Report()); len(got) != 1 || got[0] != d.want {
				t.Errorf("live:\n got %q\nwant %q", got, d.want)
			}
			if got := departures(fromHAR(t, doc, Options{}, all).Report()); !d.notHAR && (len(got) != 1 || got[0] != d.want) {
				t.Errorf("HAR:\n got %q\nwant %q", got, d.want)
			}
		})
	}
}
