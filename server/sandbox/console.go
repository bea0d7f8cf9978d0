package sandbox

import (
	"net/http"

	"github.com/resellerkit/resellerkit/server/internal/console"
)

// consolePath is where the console is served. Its files hold nothing of the sandbox, so they need no token.
const consolePath = "/_sandbox/ui"

// newConsole returns the handler of the console. Its page finds the control plane one level above its own path, so the path
// without the last slash is redirected.
func newConsole() http.Handler {
	files := http.StripPrefix(consolePath, console.Handler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == consolePath {
			http.Redirect(w, r, consolePath+"/", http.StatusMovedPermanently)
			return
		}
		files.ServeHTTP(w, r)
	})
}
