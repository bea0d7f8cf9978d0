// Package console is the page that shows what a sandbox or a witness sees: its files, embedded, and the handler that serves them.
//
// Most callers want [Handler], mounted below the control plane that the page is for:
//
//	mux.Handle("/_sandbox/ui/", http.StripPrefix("/_sandbox/ui", console.Handler()))
//
// The page finds the JSON endpoints of its control plane one level above its own path, so the same files serve /_sandbox/ui/ and
// /_witness/ui/. It has no build step and loads nothing from another origin. The package imports none of ours.
package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed ui
var files embed.FS

// policy is the Content-Security-Policy of every file. Without it, a name from recorded traffic that reaches the page as markup
// could run as a script.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// mediaTypes are the types of the embedded files by extension. The table of the operating system is not asked, because some
// systems map .js to a type that browsers refuse under nosniff.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	"":      "text/plain; charset=utf-8",
}

// A file is one embedded file, ready to be served.
type file struct {
	content   []byte
	mediaType string
	etag      string
}

// Handler serves the page. It expects paths below its mount point, "/" for the page itself, and answers GET and HEAD; other
// methods are 405 and unknown files 404. Responses carry an ETag and must be revalidated, so a new version of the command is
// seen at the next load.
func Handler() http.Handler {
	served := load()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "The console is read with GET.", http.StatusMethodNotAllowed)
			return
		}
		f, ok := served[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			http.Error(w, "The console has no such file.", http.StatusNotFound)
			return
		}
		f.serve(w, r)
	})
}

// Size is the number of bytes that a browser loads for the page: all files but the licences.
func Size() int {
	total := 0
	for name, f := range load() {
		if path.Ext(name) != "" {
			total += len(f.content)
		}
	}
	return total
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", f.etag)
	w.Header().Set("Cache-Control", "no-cache")
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", f.mediaType)
	if r.Method == http.MethodGet {
		w.Write(f.content)
	}
}

func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// load reads the embedded files by their path below ui. The empty path is the page.
func load() map[string]file {
	served := map[string]file{}
	err := fs.WalkDir(files, "ui", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		sum := sha256.Sum256(content)
		served[strings.TrimPrefix(name, "ui/")] = file{
			content: content, mediaType: mediaTypes[path.Ext(name)], etag: `"` + hex.EncodeToString(sum[:8]) + `"`,
		}
		return err
	})
	if err != nil {
		panic("console: " + err.Error()) // the files are part of the binary
	}
	served[""] = served["index.html"]
	return served
}
