package console_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/console"
)

// get requests a path of the console and returns the response.
func get(t *testing.T, method, path string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, nil)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	console.Handler().ServeHTTP(w, r)
	return w
}

// Ensure every file that the page loads is served, with its type and the headers that keep markup of others from running.
func TestHandler_Files(t *testing.T) {
	t.Parallel()
	for path, mediaType := range map[string]string{
		"/":                     "text/html; charset=utf-8",
		"/index.html":           "text/html; charset=utf-8",
		"/main.js":              "text/javascript; charset=utf-8",
		"/style.css":            "text/css; charset=utf-8",
		"/icon.svg":             "image/svg+xml",
		"/vendor/htm-preact.js": "text/javascript; charset=utf-8",
		"/vendor/LICENSE-htm":   "text/plain; charset=utf-8",
	} {
		w := get(t, http.MethodGet, path, nil)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != mediaType || w.Body.Len() == 0 {
			t.Errorf("%s: got %d %q with %d bytes, want 200 %q", path, w.Code, w.Header().Get("Content-Type"), w.Body.Len(), mediaType)
		}
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy"} {
			if w.Header().Get(name) == "" {
				t.Errorf("%s: the response has no %s", path, name)
			}
		}
	}
}

// Ensure a module imports only files that are served: a typing error in an import leaves an empty page.
func TestHandler_Imports(t *testing.T) {
	t.Parallel()
	pattern := regexp.MustCompile(`from '\./([^']+)'`)
	queue, seen := []string{"main.js"}, map[string]bool{}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		w := get(t, http.MethodGet, "/"+name, nil)
		if w.Code != http.StatusOK {
			t.Errorf("%s: got %d, want 200", name, w.Code)
		}
		for _, m := range pattern.FindAllStringSubmatch(w.Body.String(), -1) {
			queue = append(queue, m[1])
		}
	}
	if len(seen) < 10 {
		t.Errorf("found %d modules from main.js, want all screens", len(seen))
	}
}

func TestHandler_Revalidation(t *testing.T) {
	t.Parallel()
	etag := get(t, http.MethodGet, "/main.js", nil).Header().Get("ETag")
	w := get(t, http.MethodGet, "/main.js", http.Header{"If-None-Match": {etag}})
	if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("with the ETag: got %d with %d bytes, want 304 without a body", w.Code, w.Body.Len())
	}
	if w := get(t, http.MethodHead, "/main.js", nil); w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: got %d with %d bytes, want 200 without a body", w.Code, w.Body.Len())
	}
}

func TestHandler_Refusals(t *testing.T) {
	t.Parallel()
	if w := get(t, http.MethodPost, "/", nil); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: got %d with Allow %q, want 405", w.Code, w.Header().Get("Allow"))
	}
	for _, path := range []string{"/nothing.js", "/vendor", "/..%2fconsole.go", "/ui/main.js"} {
		if w := get(t, http.MethodGet, path, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, w.Code)
		}
	}
}

// Ensure the page loads nothing from another origin and stays within its weight.
func TestHandler_SelfContained(t *testing.T) {
	t.Parallel()
	if size := console.Size(); size > 120<<10 {
		t.Errorf("the page has %d bytes, want at most %d", size, 120<<10)
	}
	for _, name := range []string{"index.html", "main.js", "lib.js", "style.css"} {
		body := get(t, http.MethodGet, "/"+name, nil).Body.String()
		if strings.Contains(body, "https://") || strings.Contains(body, "//cdn") {
			t.Errorf("%s refers to another origin", name)
		}
	}
}
