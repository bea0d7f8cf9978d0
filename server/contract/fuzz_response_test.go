package contract

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/headers"
)

// replies is a document with an operation for every kind of response.
const replies = `
openapi: 3.0.3
info: {title: replies, version: "1"}
paths:
  /a:
    get: &op
      responses:
        "200":
          description: d
          headers: {X-Count: {required: true, schema: {type: integer}}, X-Ids: {schema: {type: array, maxItems: 2, items: {type: string, format: uuid}}}, Set-Cookie: {schema: {type: string}}}
          content: {application/json: {schema: &s {type: object, required: [id], properties: {id: {type: string, format: uuid}, n: {type: integer}, w: {type: string, writeOnly: true}, list: {type: array, items: {nullable: true}}}}}}
        "201": {description: d, content: {text/plain: {schema: {type: string, maxLength: 3}}, application/vnd.a+json: {schema: *s}, image/*: {}, application/x-ndjson: {}}}
        "204": {description: d}
        "3XX": {description: d}
        default: {description: d, content: {application/problem+json: {schema: {type: object, properties: {title: {type: string}}}}}}
    head: *op
  /b: {get: {responses: {"200": {description: d, content: {"*/*": {schema: {type: array, items: {type: integer}}}}}}}}
`

// FuzzResponses checks that the full check finds nothing in responses that a program accepts, and that a handler that writes a response
// at once is refused exactly for what CheckResponse refuses, whatever the options.
func FuzzResponses(f *testing.F) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(replies))
	if err != nil {
		f.Fatal(err)
	}
	const id = `{"id":"0a9f0000-0000-0000-0000-00000000000b"`
	for i, body := range []string{id + "}", id + `,"n":1,"list":[null]}`, id + `,"more":1}`, id + `,"w":"x"}`, "", "[1]", "[1] ", "abc", "{", `{"title":"x"}`, id + "}{}"} {
		for k, head := range []string{"Content-Type: application/json\nX-Count: 1", "Content-Type: text/plain; charset=us-ascii", "Content-Type: application/problem+json\nX-More: 1", "Content-Type: application/json\nContent-Length: 3\nX-Count: 1"} {
			f.Add("GET", "/a", uint16([]int{200, 201, 204, 302, 404, 304}[(i+k)%6]), head, body, "", uint8(i))
			f.Add("GET", "/b", uint16(200), head, body, "If-None-Match: x", uint8(k))
		}
	}
	drawn := &Drawn{Doc: doc}
	f.Fuzz(func(t *testing.T, method, path string, status uint16, head, body, asked string, options uint8) {
		c := drawn.Of(t, options)
		r := &http.Request{Method: method, URL: &url.URL{Path: path}, Header: linesOf(asked)}
		call, rej := c.Route(method, r.URL)
		if rej != nil || status < 200 || status > 599 {
			return
		}
		call.asked = conditionsOf(method, r.Header)
		header := linesOf(head)
		ck := newResponseCheck(c.operations[call.ID], call, call.asked, int(status), header)
		ck.head()
		ck.body([]byte(body))
		slow := violationsOf(call.ID, int(status), ck.out)
		streamed := ck.unchecked() // before its length is known
		var snapshot headers.Snapshot
		snapshot.Take(header)
		if len(slow) > 0 && c.operations[call.ID].responses.accepts(accept.NewScanner(), method, int(status), &snapshot, []byte(body)) {
			t.Fatalf("%s %s %d %v %q with options %d: accepted, slow: %v", method, path, status, header, body, options, slow)
		}
		if c.options.Observe || len(header["Content-Type"]) == 0 || streamed && len(header["Content-Length"]) > 0 || len(c.CheckRequest(call, r, nil).Refused()) > 0 {
			return
		}
		w := httptest.NewRecorder()
		c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for name, lines := range header {
				w.Header()[name] = lines
			}
			w.WriteHeader(int(status))
			if body != "" {
				_, _ = w.Write([]byte(body))
			}
		})).ServeHTTP(w, r)
		want := int(status)
		if len(slow.Refused()) > 0 {
			want = http.StatusInternalServerError
		}
		if w.Code != want {
			t.Errorf("%s %s %d %v %q with options %d: sent as %d, of which is found %v", method, path, status, header, body, options, w.Code, slow)
		}
	})
}
