package contract_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/contract"
)

const anyItems = `
openapi: 3.0.3
info: {title: heavy, version: "1"}
paths:
  /list: {post: {operationId: list, requestBody: {content: {application/json: {schema: {type: array, items: {type: string}}}}}, responses: &ok {default: {description: ok}}}}
  /free: {post: {operationId: free, requestBody: {content: {application/json: {schema: {nullable: true}}}}, responses: *ok}}
  /tree: {post: {operationId: tree, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}, responses: *ok}}
  /unique: {post: {operationId: unique, requestBody: {content: {application/json: {schema: {type: array, uniqueItems: true, items: {type: array, items: {type: string}}}}}}, responses: *ok}}
components:
  schemas:
    Tree: {oneOf: [{type: string}, {type: object, required: [k], properties: {k: {$ref: "#/components/schemas/Tree"}}}, {type: array, items: {$ref: "#/components/schemas/Tree"}}]}
`

// TestHeavy sends large messages, of a size that the race detector can handle; with CONTRACT_HEAVY=1 of full size: bodies of
// 64 MiB, ten megabytes of escapes, a million parameters. Time and memory must grow no faster than the message.
func TestHeavy(t *testing.T) { //nolint:paralleltest // it measures memory
	size := 1 << 20
	if os.Getenv("CONTRACT_HEAVY") != "" {
		size = 64 << 20
	}
	repeat := func(before, text, after string, bytes int) string {
		return before + strings.Repeat(text, bytes/len(text)) + after
	}
	c := compile(t, anyItems, contract.Options{MaxRequestBody: int64(size) * 2})
	h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	tests := []struct{ name, target, body string }{
		{"good strings", "/list", repeat("[", `"abcdefgh",`, `""]`, size)},
		{"one string", "/list", repeat(`["`, "abcdefgh", `"]`, size)},
		{"one string without an end", "/list", repeat(`["`, "é", "", size)},
		{"escapes", "/list", repeat(`["`, `\u00e9\n`, `"]`, size/6)},
		{"escapes without an end", "/list", repeat(`["`, `\\`, "", size/6)},
		{"lone surrogates", "/free", repeat(`"`, `\ud800`, `"`, size/6)},
		{"brackets", "/free", repeat("", "[", "", size/64)},
		{"empty arrays", "/free", repeat("[", "[],", "[]]", size)},
		{"white space", "/free", repeat("", " ", "1", size)},
		{"blanks between", "/free", repeat("[", "1 , ", "1]", size)},
		{"one name many times", "/free", repeat("{", `"a":1,`, `"a":1}`, size/4)},
		{"digits", "/free", repeat("", "1", "", size)},
		{"alternatives side by side", "/tree", repeat("[", `"a",`, `"a"]`, size/16)},
		{"alternatives in each other", "/tree", strings.Repeat(`{"k":[`, 200) + repeat(`"`, "x", `"`, size/16) + strings.Repeat(`]}`, 200)},
		{"elements that begin alike", "/unique", "[" + strings.Repeat(`["`+strings.Repeat("x", 1000)+`","a"],`, size/32/1000) + `[]]`},
		{"parameters", "/free?" + repeat("", "a=%zz&b&", "", size/16), "1"},
		{"parameters that are undeclared", "/free?" + repeat("", "a=1&", "", size/16), "1"},
	}
	for _, test := range tests {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		w := httptest.NewRecorder()
		r := newRequest(t, "POST", test.target, test.body, jsonType...)
		h.ServeHTTP(w, r)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		length := len(test.body) + len(test.target)
		if limit := 5*time.Second + time.Duration(length)*2*time.Microsecond; took > limit {
			t.Errorf("%s: %v for %d bytes", test.name, took, length)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(length)*200+64<<20 {
			t.Errorf("%s: %d bytes for %d", test.name, used, length)
		}
		if w.Code != 204 && w.Code != 400 || w.Body.Len() > 100_000 {
			t.Errorf("%s: %d, %d bytes", test.name, w.Code, w.Body.Len())
		}
		t.Logf("%-32s %10d bytes, %d, %v, %d MB", test.name, length, w.Code, took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20)
	}
}
