package contract_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/server/contract"
)

const goodItem = `{"id":"c0000000-0000-4000-8000-000000000001","name":"a","owner":{"name":"o"}}`

// Ensure a part is only a text that is valid for a place that a schema describes.
func TestContract_Part(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	for _, test := range []struct {
		operation, pointer, text string
		status                   int
		want                     bool
	}{
		{"listItems", "/0", goodItem, 200, true},
		{"listItems", "", "[" + goodItem + "]", 200, true},
		{"listItems", "/0/name", `"abc"`, 200, true},
		{"listItems", "/0", strings.Replace(goodItem, `"a"`, `"too long"`, 1), 200, false},
		{"listItems", "/0", goodItem + ",", 200, false},
		{"listItems", "/0", goodItem + "," + goodItem, 200, false},
		{"listItems", "/0", "", 200, false},
		{"listItems", "/x", goodItem, 200, false},
		{"listItems", "/0/nothing", `"abc"`, 200, false},
		{"listItems", "/0/name/0", `"abc"`, 200, false},
		{"listItems", "/0", goodItem, 500, false},
		{"nothing", "/0", goodItem, 200, false},
	} {
		if _, ok := c.Part(test.operation, test.status, test.pointer, []byte(test.text)); ok != test.want {
			t.Errorf("%s %d %s %.80s: got %v", test.operation, test.status, test.pointer, test.text, ok)
		}
	}
}

// Ensure an answer with parts is accepted or refused like the same bytes without parts, even if a part is in the wrong place,
// belongs to another contract, was cut, or was changed after it had been added.
func TestAnswer(t *testing.T) {
	t.Parallel()
	c, other := compile(t, shop, contract.Options{}), compile(t, shop, contract.Options{})
	part := func(of *contract.Contract, pointer, text string) contract.Part {
		p, ok := of.Part("listItems", 200, pointer, []byte(text))
		if !ok {
			t.Fatalf("%s is no part", text)
		}
		return p
	}
	item, name, foreign := part(c, "/0", goodItem), part(c, "/0/name", `"abc"`), part(other, "/0", goodItem)
	tests := map[string]struct {
		status int
		build  func(*contract.Answer)
	}{
		"two items":               {200, func(a *contract.Answer) { text(a, "["); a.Add(item); text(a, " ,\n"); a.Add(item); text(a, "]\n") }},
		"another contract's item": {200, func(a *contract.Answer) { text(a, "["); a.Add(foreign); text(a, "]") }},
		"a name within an item": {200, func(a *contract.Answer) {
			text(a, `[{"id":"c0000000-0000-4000-8000-000000000001","owner":{"name":"o"},"name":`)
			a.Add(name)
			text(a, "}]")
		}},
		"text beside a part":      {500, func(a *contract.Answer) { text(a, "["); a.Add(item); text(a, `,{"name":"a"}]`) }},
		"no comma":                {500, func(a *contract.Answer) { text(a, "["); a.Add(item); a.Add(item); text(a, "]") }},
		"no bracket":              {500, func(a *contract.Answer) { text(a, "["); a.Add(item) }},
		"a name for an item":      {500, func(a *contract.Answer) { text(a, "["); a.Add(name); text(a, "]") }},
		"an item for an owner":    {500, func(a *contract.Answer) { text(a, `[{"owner":`); a.Add(item); text(a, "}]") }},
		"an item for a name":      {500, func(a *contract.Answer) { text(a, `[{"name":`); a.Add(item); text(a, "}]") }},
		"an item within a string": {500, func(a *contract.Answer) { text(a, `["`); a.Add(item); text(a, `"]`) }},
		"a part that was changed": {500, func(a *contract.Answer) {
			text(a, "[")
			a.Add(item)
			copy(a.Text[bytes.Index(a.Text, []byte(`"a"`)):], `123`)
			text(a, "]")
		}},
		"a part that was cut": {500, func(a *contract.Answer) { text(a, "["); a.Add(item); a.Text = a.Text[:20]; text(a, `]`) }},
		"a part that moved": {200, func(a *contract.Answer) {
			text(a, "[")
			a.Add(item)
			a.Text = append([]byte("[ "), a.Text[1:]...)
			text(a, "]")
		}},
	}
	for title, test := range tests {
		for _, whole := range []bool{false, true} {
			var a contract.Answer
			w := httptest.NewRecorder()
			c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for range 2 { // an answer can be used again
					a.Reset()
					test.build(&a)
				}
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("X-Count", "1")
				if whole {
					_, _ = w.Write(a.Text)
					return
				}
				if err := a.Write(w); err != nil {
					t.Error(err)
				}
			})).ServeHTTP(w, newRequest(t, "GET", "/api/items", "", "X-Tenant: t"))
			if w.Code != test.status || w.Code == 200 && w.Body.String() != string(a.Text) {
				t.Errorf("%s: got %d %s, want %d (parts looked at: %v)", title, w.Code, w.Body, test.status, !whole)
			}
		}
	}
}

func text(a *contract.Answer, s string) { a.Text = append(a.Text, s...) }

// Ensure parts reach the contract through the ResponseWriters of echo and of middleware, and a ResponseWriter without a
// contract gets the bytes.
func TestAnswer_Write(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	if _, ok := c.Part("getItem", 200, "", []byte(goodItem)); ok {
		t.Error("a part of an answer that may be of several media types")
	}
	item, ok := c.Part("listItems", 200, "/0", []byte(goodItem))
	if !ok {
		t.Fatal("no part")
	}
	var a contract.Answer
	text(&a, "[")
	a.Add(item)
	text(&a, "]")
	e := echo.New()
	e.GET("/api/items", func(ctx echo.Context) error {
		ctx.Response().Header().Set("Content-Type", "application/json")
		ctx.Response().Header().Set("X-Count", "1")
		return a.Write(ctx.Response())
	})
	for title, h := range map[string]http.Handler{"behind a contract": c.Handler(e), "alone": e} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, newRequest(t, "GET", "/api/items", "", "X-Tenant: t"))
		if w.Code != 200 || w.Body.String() != "["+goodItem+"]" {
			t.Errorf("%s: got %d %s", title, w.Code, w.Body)
		}
	}
}

// Ensure a handler that kept its ResponseWriter cannot do harm with it after it has returned, whatever the contract made of
// its response.
func TestAnswer_Write_late(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"[]", "[", ""} {
		var kept http.ResponseWriter
		h := compile(t, shop, contract.Options{}).Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			kept = w
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Count", "1")
			_, _ = w.Write([]byte(body))
		}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, newRequest(t, "GET", "/api/items", "", "X-Tenant: t"))
		code, sent := w.Code, w.Body.String()
		if (code == 200) != (body == "[]") {
			t.Errorf("%q: %d %s", body, code, sent)
		}
		kept.Header().Set("X-Late", "1")
		kept.WriteHeader(http.StatusTeapot)
		err := (&contract.Answer{Text: []byte("{}")}).Write(kept)
		kept.(http.Flusher).Flush()
		if err != nil || w.Code != code || code != 200 && w.Body.String() != sent {
			t.Errorf("%q: %v, %d %s after %d %s", body, err, w.Code, w.Body, code, sent)
		}
	}
}

// Ensure depth counts through parts: an answer that is nested too deeply as a whole is not accepted in parts.
func TestAnswer_depth(t *testing.T) {
	t.Parallel()
	c := compile(t, `
openapi: 3.0.3
info: {title: tree, version: "1"}
paths:
  /tree: {get: {operationId: tree, responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}}}}
components: {schemas: {Tree: {type: array, items: {$ref: "#/components/schemas/Tree"}}}}
`, contract.Options{})
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	branch, ok := c.Part("tree", 200, "", []byte(nested(300)))
	if !ok {
		t.Fatal("no part")
	}
	for outer, want := range map[int]int{200: 200, 212: 200, 213: 500, 300: 500} {
		var a contract.Answer
		text(&a, strings.Repeat("[", outer))
		a.Add(branch)
		text(&a, strings.Repeat("]", outer))
		w := httptest.NewRecorder()
		c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = a.Write(w)
		})).ServeHTTP(w, newRequest(t, "GET", "/tree", ""))
		if w.Code != want {
			t.Errorf("%d deep: got %d, want %d", outer+300, w.Code, want)
		}
	}
}
