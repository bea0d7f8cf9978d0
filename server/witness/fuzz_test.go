package witness

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzReadHAR holds the reader to: no panic, nothing that net/http could not have sent, and no end without a reason.
func FuzzReadHAR(f *testing.F) {
	e := harEntryOf(getUsers, `"status":200,"headers":[{"name":"a","value":"b\nc"}],"content":{"size":4,"text":"e30=","encoding":"base64"}`)
	for _, seed := range []string{
		harFile(e), e + "\n" + e, "[" + e + "]", "\xEF\xBB\xBF{}", `{"log":{"entries":7}}`, `{"log":[]}`, harFile(e)[:80], `"\ud800`, "nul",
		strings.Replace(e, "GET", "\xff", 1), strings.Repeat("[", 20000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		_ = ReadHAR(strings.NewReader(file), func(x *Exchange, skip string) error {
			switch {
			case (x == nil) == (skip == ""):
				t.Fatal("neither an exchange nor a reason")
			case x == nil:
			case x.URL == nil || x.Method == "" || x.Status < 100 || x.Status > 999 || x.RequestHeader == nil || x.Header == nil:
				t.Fatalf("not an exchange: %+v", x)
			case !x.Request.Known && x.Request.Data != nil || !x.Response.Known && x.Response.Data != nil:
				t.Fatal("bytes of an unknown body")
			}
			return nil
		})
	})
}

// FuzzStringLimiter holds the shortening to: what is left of valid UTF-8 is valid, and nothing is lost where no literal is too long.
func FuzzStringLimiter(f *testing.F) {
	f.Add(`{"a":"1234567890","b":"\u00e9\\\""}`, 5)
	f.Add(`"äöüß€"`, 3)
	f.Fuzz(func(t *testing.T, in string, limit int) {
		if limit < 0 || limit > 64 {
			return
		}
		var got strings.Builder
		limiter := newStringLimiter(strings.NewReader(in), limit)
		buf := make([]byte, 7)
		for {
			n, err := limiter.Read(buf)
			got.Write(buf[:n])
			if err != nil {
				break
			}
		}
		if want := limitedBytewise(in, limit); got.String() != want {
			t.Fatalf("%q became %q, and %q byte by byte", in, got.String(), want)
		}
		if utf8.ValidString(in) && !utf8.ValidString(got.String()) {
			t.Fatalf("%q became %q", in, got.String())
		}
		if limit >= len(in) && got.String() != in {
			t.Fatalf("%q became %q", in, got.String())
		}
	})
}

// limitedBytewise is what a stringLimiter makes of a text if it reads one byte at a time, and so never treats several together.
func limitedBytewise(in string, limit int) string {
	var got strings.Builder
	limiter := newStringLimiter(nil, limit)
	for i := range len(in) {
		if limiter.keep(in[i]) {
			got.WriteByte(in[i])
		}
	}
	return got.String()
}
