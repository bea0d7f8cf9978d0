package contract_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const decoded = `{"id":"a0000000-0000-4000-8000-000000000001"}`

func compress(t testing.TB, coding, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "flate":
		raw, err := flate.NewWriter(&b, flate.DefaultCompression)
		if err != nil {
			t.Fatal(err)
		}
		w = raw
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Ensure that a body is read whatever it was compressed with, and that its header says no longer that it is.
func TestDecode(t *testing.T) {
	t.Parallel()
	zipped := compress(t, "gzip", decoded)
	for name, tt := range map[string]struct {
		encoding []string
		body     []byte
	}{
		"none":            {nil, []byte(decoded)},
		"identity":        {[]string{"identity"}, []byte(decoded)},
		"gzip":            {[]string{"gzip"}, zipped},
		"x-gzip":          {[]string{"X-GZip"}, zipped},
		"zlib":            {[]string{"deflate"}, compress(t, "zlib", decoded)},
		"raw deflate":     {[]string{"deflate"}, compress(t, "flate", decoded)},
		"two":             {[]string{"deflate, gzip"}, compress(t, "gzip", string(compress(t, "zlib", decoded)))},
		"two lines":       {[]string{"deflate", "identity, gzip"}, compress(t, "gzip", string(compress(t, "zlib", decoded)))},
		"several members": {[]string{"gzip"}, slices.Concat(compress(t, "gzip", decoded[:10]), compress(t, "gzip", decoded[10:]))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Content-Type": {"application/json"}, "Content-Length": {"1"}, "Transfer-Encoding": {"chunked"}}
			if tt.encoding != nil {
				header["Content-Encoding"] = tt.encoding
			}
			before, given := header.Clone(), bytes.Clone(tt.body)
			body, head, err := contract.Decode(header, tt.body, 1<<20)
			if err != nil || string(body) != decoded {
				t.Fatalf("got %q, %v", body, err)
			}
			if tt.encoding != nil && len(head) != 1 {
				t.Errorf("the header is %v", head)
			}
			if len(before) != len(header) || !bytes.Equal(given, tt.body) {
				t.Error("what was given is changed")
			}
		})
	}
}

// Ensure that what cannot be read, or is meant to fill the memory, is an error.
func TestDecode_Error(t *testing.T) {
	t.Parallel()
	bomb := compress(t, "gzip", strings.Repeat("0", 8<<20))
	for name, tt := range map[string]struct {
		encoding string
		body     []byte
		limit    int64
		want     error
	}{
		"unknown":       {"br", []byte("x"), 1 << 20, contract.ErrCoding},
		"many":          {"gzip, gzip, gzip", bomb, 1 << 30, contract.ErrCoding},
		"a bomb":        {"gzip", bomb, 1 << 30, contract.ErrInflated},
		"a nested bomb": {"gzip, gzip", compress(t, "gzip", string(bomb)), 1 << 30, contract.ErrInflated},
		"the limit":     {"gzip", compress(t, "gzip", decoded), 10, contract.ErrInflated},
		"no gzip":       {"gzip", []byte("hello"), 1 << 20, nil},
		"cut":           {"gzip", compress(t, "gzip", decoded)[:20], 1 << 20, nil},
		"after the end": {"gzip", append(compress(t, "gzip", decoded), "hello"...), 1 << 20, nil},
		"no deflate":    {"deflate", []byte("hello"), 1 << 20, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, head, err := contract.Decode(http.Header{"Content-Encoding": {tt.encoding}}, tt.body, tt.limit)
			if err == nil || body != nil || head != nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %d bytes, %v, %v, want %v", len(body), head, err, tt.want)
			}
		})
	}
}

// Ensure that a body within the bounds of inflation is read although it grows a lot.
func TestDecode_Grows(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("0", 60_000) // a thousand times what it is compressed
	body, _, err := contract.Decode(http.Header{"Content-Encoding": {"gzip"}}, compress(t, "gzip", text), 1<<20)
	if err != nil || string(body) != text {
		t.Errorf("got %d bytes, %v", len(body), err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("gzip", compress(f, "gzip", decoded), int64(1000))
	f.Add("deflate", compress(f, "zlib", decoded), int64(1000))
	f.Add("deflate, gzip", compress(f, "gzip", string(compress(f, "flate", decoded))), int64(10))
	f.Fuzz(func(t *testing.T, encoding string, body []byte, limit int64) {
		limit %= 1 << 22
		header := http.Header{"Content-Encoding": {encoding}}
		got, head, err := contract.Decode(header, body, limit)
		if err != nil {
			return
		}
		if encoding != "" && head.Get("Content-Encoding") != "" {
			t.Errorf("the header still has %q", head["Content-Encoding"])
		}
		if len(got) > len(body) && int64(len(got)) > limit {
			t.Errorf("%d bytes, the limit is %d", len(got), limit)
		}
		again, _, err := contract.Decode(head, got, limit)
		if err != nil || !bytes.Equal(got, again) {
			t.Errorf("what is decoded is decoded again: %v", err)
		}
	})
}
