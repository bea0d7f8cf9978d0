package witness

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"net/http"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	var framed, bare bytes.Buffer
	z := zlib.NewWriter(&framed)
	_, _ = z.Write([]byte("text"))
	_ = z.Close()
	f, _ := flate.NewWriter(&bare, 5)
	_, _ = f.Write([]byte("text"))
	_ = f.Close()
	for _, c := range []struct {
		name, coding, body, want string
		fails                    bool
	}{
		{"none", "", "text", "text", false}, {"identity", "identity", "text", "text", false}, {"gzip", "GZIP", string(gzipped("text")), "text", false},
		{"deflate", "deflate", framed.String(), "text", false}, {"deflate without its frame", "deflate", bare.String(), "text", false},
		{"both", "deflate, gzip", string(gzipped(framed.String())), "text", false}, {"empty", "gzip", "", "", false},
		{"br", "br", "text", "", true}, {"not gzip", "gzip", "text", "", true}, {"cut", "gzip", string(gzipped("text"))[:12], "", true},
		{"a bomb", "gzip", string(gzipped(strings.Repeat("x", 1<<20))), "", true},
	} {
		h := http.Header{"Content-Length": {"9"}}
		if c.coding != "" {
			h.Set("Content-Encoding", c.coding)
		}
		got, header, err := decode(h, []byte(c.body), 1<<20)
		if (err != nil) != c.fails || string(got) != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
		if kept := header.Get("Content-Encoding"); err == nil && kept != "" || h.Get("Content-Length") == "" {
			t.Errorf("%s: %v", c.name, header)
		}
	}
}
