package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

// Ensure that an observed request reaches the handler as it was sent: a proxy hands on what it gets.
func TestObserve_SpellsNothing(t *testing.T) {
	t.Parallel()
	for _, opts := range []contract.Options{
		{Observe: true, IgnoreCase: true},
		{ObserveOperations: map[string]bool{"listItems": true, "createItem": true}, IgnoreCase: true},
	} {
		srv, all := serveText(t, shop, opts, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			_, _ = fmt.Fprintf(w, "%s %s %q %d %q %q", r.URL.EscapedPath(), r.URL.RawQuery, r.Header["Content-Type"], r.ContentLength, r.TransferEncoding, body)
		})
		for _, tt := range []struct {
			method, target, typ string
			body                io.Reader
			want                string
		}{
			{"GET", "/API/Items/?PAGESIZE=3&Search=%61", "", nil, `/API/Items/ PAGESIZE=3&Search=%61 [] 0 [] ""`},
			{"POST", "/api/ITEMS", "APPLICATION/JSON", strings.NewReader(`{}`), `/api/ITEMS  ["APPLICATION/JSON"] 2 [] "{}"`},
			{"POST", "/api/items", "Application/Json; Charset=UTF-8", io.MultiReader(strings.NewReader(`{`), strings.NewReader(`}`)), `/api/items  ["Application/Json; Charset=UTF-8"] -1 ["chunked"] "{}"`},
		} {
			r, err := http.NewRequestWithContext(t.Context(), tt.method, srv.URL+tt.target, tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if tt.typ != "" {
				r.Header.Set("Content-Type", tt.typ)
			}
			resp, err := srv.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || string(got) != tt.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, tt.want)
			}
		}
		if got := all(); !strings.Contains(got, "path canonical") || !strings.Contains(got, "query /pageSize canonical") {
			t.Errorf("found %q, want what is not canonical among it", got)
		}
	}
}
