package stock_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Ensure that our wrappers bind every parameter of every operation to the same value as oapi-codegen's, and refuse the same requests.
func TestWrappers(t *testing.T) {
	t.Parallel()
	for _, api := range apis {
		t.Run(api.name, func(t *testing.T) {
			t.Parallel()
			p := api.pair()
			for _, c := range api.calls(t) {
				if p.same(t, "all", c, "").status != http.StatusOK {
					t.Errorf("%s %s: a request that is right is refused", c.method, c.path)
				}
				for _, ref := range c.parameters {
					p.parameter(t, c, ref.Value)
				}
			}
		})
	}
}

// parameter tries a parameter with many values, absent, and repeated.
func (p *pair) parameter(t *testing.T, c call, of *openapi3.Parameter) {
	t.Helper()
	right := valid(of)
	for _, value := range values {
		p.same(t, fmt.Sprintf("%q", value), c.with(of, value), of.Name)
	}
	if of.In == "path" {
		return // a parameter in the path cannot be absent or repeated
	}
	p.same(t, "absent", c.with(of), of.Name)
	// Of a repeated query parameter with a media type, oapi-codegen's wrappers take the first value. Ours refuse it, as they refuse any
	// other repeated parameter.
	if of.Content == nil || of.In != "query" {
		p.same(t, "twice", c.with(of, right, right), of.Name)
		p.same(t, "twice, empty at first", c.with(of, "", right), of.Name)
		p.same(t, "thrice", c.with(of, right, right, right), of.Name)
	}
	if of.In != "query" {
		return
	}
	without, name := c.with(of), url.QueryEscape(of.Name)
	for _, query := range []string{
		name, name + "&", "&&" + name + "=" + right + "&&", name + "=" + right + "=", "=" + right + "&" + name + "=" + right,
		fmt.Sprintf("%%%X%s=%s", name[0], name[1:], right), fmt.Sprintf("%%%x%s=%s", name[0], name[1:], right),
		name + "%20=" + right, name + "+=" + right, "+" + name + "=" + right, strings.ToUpper(name) + "=" + right, name + "[]=" + right,
		name + "=%zz&" + name + "=" + right, name + "=" + right + "&" + name + "=%zz", "%zz=1&" + name + "=" + right, name + "%zz=" + right,
		name + "=" + right + ";" + name + "=" + right, ";" + name + "=" + right, name + ";=" + right, name + "=" + right + "&;",
		"unknown=1&" + name + "=" + right + "&other=%C3%A9",
		strings.Repeat("unknown=1&", 20) + name + "=" + right,
	} {
		without.query = query
		p.same(t, "?"+query, without, of.Name)
	}
}

// same sends a request to both, and fails if the outcomes differ. A refusal must name the parameter, if name is not empty.
func (p *pair) same(t *testing.T, what string, c call, name string) outcome {
	t.Helper()
	r := c.request()
	if r == nil {
		return outcome{}
	}
	theirs, ours, difference := p.compare(r)
	if difference != "" {
		t.Errorf("%s %s, %s: %s: %s", c.method, c.path, name, what, difference)
	}
	for _, o := range []outcome{theirs, ours} {
		if o.status == http.StatusBadRequest && !strings.Contains(strings.ToLower(o.message), strings.ToLower(name)) {
			t.Errorf("%s %s, %s: %s: %q does not name the parameter", c.method, c.path, name, what, o.message)
		}
	}
	return ours
}

// Ensure that a path that echo routes by its escaped form is unescaped once, whichever characters the caller has escaped.
func TestWrappers_rawPath(t *testing.T) {
	t.Parallel()
	p := apis[3].pair()
	for _, text := range []string{"a%2Fb", "a%252Fb", "%zz", "a%", "%"} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.URL.RawPath = "/path/" + text + "/light/red/c0000000-0000-4000-8000-00000000000a/1/1/1/true"
		if _, _, difference := p.compare(r); difference != "" {
			t.Errorf("%s: %s", text, difference)
		}
	}
}

// Ensure that both read a query up to the same number of pairs.
func TestWrappers_limit(t *testing.T) {
	t.Parallel()
	p := apis[3].pair()
	for _, pairs := range []int{9999, 10_000, 10_001} {
		r := httptest.NewRequest(http.MethodGet, "/optional?"+strings.Repeat("&", pairs-1)+"text=x", http.NoBody)
		if _, _, difference := p.compare(r); difference != "" {
			t.Errorf("%d pairs: %s", pairs, difference)
		}
	}
}

// Ensure that both read the same values from any query.
func FuzzWrappers(f *testing.F) {
	const right = "text=x&shade=light&colour=red&id=c0000000-0000-4000-8000-00000000000a&count=1&small=1&big=1&flag=true"
	for _, query := range []string{"", right, right + "&text=y", "tex%74=a%20b+c", "id=%7B&;&=&%zz=1&flag=%zz", "plain=7&count=-1&big=9223372036854775808"} {
		f.Add(query, "x", "1")
	}
	p := apis[3].pair()
	f.Fuzz(func(t *testing.T, query, text, count string) {
		for _, path := range []string{"/optional", "/required"} {
			r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
			r.URL.RawQuery = query
			for _, name := range []string{"X-Text", "X-Shade", "X-Colour"} {
				r.Header.Set(name, text)
			}
			for _, name := range []string{"X_count", "X.small", "X-2big"} {
				r.Header.Set(name, count)
			}
			r.Header.Set("X~id", "c0000000-0000-4000-8000-00000000000a")
			r.Header.Set("ETag", "true")
			if _, _, difference := p.compare(r); difference != "" {
				t.Errorf("%s?%s: %s", path, query, difference)
			}
		}
	})
}
