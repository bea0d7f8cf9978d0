package witness

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Ensure that a handler behind the recorder responds as it does alone, and that what it was asked and responded is counted, also where
// it reads nothing, writes nothing, or is left out.
func TestRecorder_Handler(t *testing.T) {
	t.Parallel()
	doc := newTestDocument(t, "any", anyDocument)
	for _, c := range []struct {
		name, method, body string
		handler            http.HandlerFunc
		want               string
		skipped            string
	}{
		{"fits", "GET", "", writeThing, "", ""},
		{"departs", "GET", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"a":`)
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, `null}`)
		}, "differs listThings 200 response /a nullable", ""},
		{"writes nothing", "GET", "", func(http.ResponseWriter, *http.Request) {}, "differs listThings 200 response  required", ""},
		{"does not read", "POST", `{"a":7}`, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"a":"b"}`)
		}, "differs createThing 0 body /a type", ""},
		{"left out", "GET", "", func(http.ResponseWriter, *http.Request) {}, "", "fault"},
	} {
		rec := newTestRecorder(t, doc, Options{})
		handler := rec.Handler(c.handler, func(*http.Request) string { return c.skipped })
		alone, behind := httptest.NewRecorder(), httptest.NewRecorder()
		request := func() *http.Request {
			r := httptest.NewRequest(c.method, "/v1/things", strings.NewReader(c.body))
			r.Header.Set("Content-Type", "application/json")
			return r
		}
		c.handler.ServeHTTP(alone, request())
		handler.ServeHTTP(behind, request())
		if alone.Code != behind.Code || alone.Body.String() != behind.Body.String() {
			t.Errorf("%s: %d %s, and alone %d %s", c.name, behind.Code, behind.Body, alone.Code, alone.Body)
		}
		report := rec.Report()
		if got := strings.Join(departures(report), "; "); got != c.want || (c.skipped != "") != (report.Contracts[0].Skipped["fault"] == 1) {
			t.Errorf("%s: %q, skipped %v", c.name, got, report.Contracts[0].Skipped)
		}
	}
}
