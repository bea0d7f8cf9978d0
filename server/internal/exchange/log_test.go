package exchange

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract"
)

const notes = `
openapi: 3.0.3
info: {title: Notes, version: "1"}
paths:
  /notes:
    put:
      operationId: putNote
      parameters:
        - {name: page, in: query, schema: {type: integer}}
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {text: {type: string}, pin: {type: string, format: password}}}
      responses:
        "200":
          description: The note.
          content:
            application/json:
              schema: {type: object, properties: {text: {type: string}}}
`

// A server logs the exchanges of the API above.
type server struct {
	Log
	contract *contract.Contract
	handler  http.Handler
}

func newServer(t testing.TB, respond http.HandlerFunc) *server {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(notes))
	if err != nil {
		t.Fatal(err)
	}
	admit := func(_ http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
		FromContext(r.Context()).Routed(r, call.ID)
		return r
	}
	s := &server{}
	if s.contract, err = contract.New(doc, contract.Options{Admit: admit, Finding: Find}); err != nil {
		t.Fatal(err)
	}
	s.handler = s.contract.Handler(respond)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &Exchange{Contract: s.contract, Started: time.Now(), Time: time.Unix(0, 0)}
	rec := s.Recorder(w, r, x)
	s.handler.ServeHTTP(rec, x.Attach(r))
	rec.End()
}

func (s *server) put(target, body string) {
	r := httptest.NewRequest(http.MethodPut, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	s.ServeHTTP(httptest.NewRecorder(), r)
}

// checkBytes compares the sum that the log keeps with the sizes of its entries.
func (s *server) checkBytes(t *testing.T) {
	t.Helper()
	sum := 0
	for _, e := range s.copies(0) {
		sum += e.size
	}
	if s.bytes != sum || sum > maxBytes {
		t.Errorf("the log counts %d bytes and has %d, want the same number up to %d", s.bytes, sum, maxBytes)
	}
}

func respondText(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"text":"`+text+`"}`)
	}
}

// Ensure a listed exchange has the messages, the findings and none of the secrets.
func TestLog_After(t *testing.T) {
	t.Parallel()
	s := newServer(t, respondText("done"))
	s.put("/notes?page=2&token=hush", `{"text":"murmur","pin":"hush","extra":"hush"}`)
	list := s.After(0)
	if len(list) != 1 {
		t.Fatalf("got %d exchanges, want 1", len(list))
	}
	x := list[0]
	if x.ID != 1 || x.Operation == nil || *x.Operation != "putNote" || x.Status != http.StatusOK || x.Query != "page=2&token=[redacted]" {
		t.Errorf("got %+v", x)
	}
	if got, want := *x.Request.Body, `{"text":"murmur","pin":"[redacted]","extra":"[redacted]"}`; got != want {
		t.Errorf("request body: got %s, want %s", got, want)
	}
	if got, want := *x.Response.Body, `{"text":"done"}`; got != want {
		t.Errorf("response body: got %s, want %s", got, want)
	}
	var found []string
	for _, f := range x.Findings {
		found = append(found, f.Where+" "+f.Pointer+" "+f.Rule)
	}
	if got, want := strings.Join(found, ", "), "query /token undeclared, body /extra undeclared"; got != want {
		t.Errorf("findings: got %s, want %s", got, want)
	}
}

// Ensure large exchanges drop the oldest, that ids go on, and that the sum of the sizes is exact.
func TestLog_Bytes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 20<<10)
	s := newServer(t, respondText(long))
	for range maxEntries {
		s.put("/notes", `{"text":"`+long+`"}`)
	}
	s.checkBytes(t)
	list := s.After(0)
	if n := len(list); n < 100 || n >= maxEntries || list[n-1].ID != maxEntries || list[0].ID != int64(maxEntries-n+1) {
		t.Errorf("got %d exchanges, want the newest of a number that %d bytes hold", n, maxBytes)
	}
	if x := s.After(maxEntries - 1)[0]; !x.Request.Cut || !x.Response.Cut || x.Request.Length != int64(len(long)+len(`{"text":""}`)) {
		t.Errorf("got a request of %d bytes, cut %v, and a response that is cut %v", x.Request.Length, x.Request.Cut, x.Response.Cut)
	}
	s.Forget()
	s.put("/notes", "{}")
	s.checkBytes(t)
	if list := s.After(0); len(list) != 1 || list[0].ID != maxEntries+1 {
		t.Errorf("after Forget: got %d exchanges, want one, with the next id", len(list))
	}
}

// Ensure that responses that are still written when their exchange is dropped do not disturb the sum.
func TestLog_Concurrent(t *testing.T) {
	t.Parallel()
	s := newServer(t, respondText(strings.Repeat("x", 1<<10)))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				s.put("/notes", `{"pin":"hush"}`)
				for _, x := range s.After(0) {
					if strings.Contains(*x.Request.Body, "hush") {
						t.Error("got a secret")
					}
				}
				s.Forget()
			}
		})
	}
	wg.Wait()
	s.put("/notes", "{}")
	s.checkBytes(t)
}

// Ensure an exchange without a response is logged with the status 0.
func TestRecorder_End(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	func() {
		defer func() { _ = recover() }()
		x := &Exchange{Contract: s.contract}
		r := httptest.NewRequest(http.MethodPut, "/notes", nil)
		rec := s.Recorder(httptest.NewRecorder(), r, x)
		defer rec.End()
		s.handler.ServeHTTP(rec, x.Attach(r))
	}()
	if list := s.After(0); len(list) != 1 || list[0].Status != 0 || list[0].Response != nil {
		t.Errorf("got %+v, want one exchange without a response", list)
	}
}
