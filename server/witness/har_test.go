package witness

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// read returns the exchanges and the skips of a file.
func read(t *testing.T, file string) (xs []*Exchange, skips []string) {
	t.Helper()
	err := ReadHAR(strings.NewReader(file), func(x *Exchange, skip string) error {
		if skip != "" {
			skips = append(skips, skip)
		} else {
			xs = append(xs, x)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return xs, skips
}

func harFile(entries ...string) string {
	return `{"log":{"version":"1.2","creator":{"name":"a","version":"1"},"pages":[{"a":[1,{"b":2}]}],"entries":[` + strings.Join(entries, ",") + `]}}`
}

func harEntryOf(request, response string) string {
	return `{"startedDateTime":"2026-11-27T10:41:07.123Z","time":12.5,"request":{` + request + `},"response":{` + response + `}}`
}

const getUsers = `"method":"GET","url":"https://api.example.com/v1/users?a=1#f","headers":[],"bodySize":0`

// Ensure that what tools write differently, and wrongly, is read for what it is.
func TestReadHAR_Bodies(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, `{"a":1}`)
	_ = z.Close()
	const typed = `"status":200,"headers":[{"name":"content-type","value":"application/json"}],`
	for _, c := range []struct {
		name, response string
		want           Body
	}{
		{"Chrome writes decoded text", typed + `"content":{"size":7,"mimeType":"application/json","text":"{\"a\":1}"}`, Body{Data: []byte(`{"a":1}`), Known: true}},
		{"base64", typed + `"content":{"size":7,"text":"eyJhIjoxfQ==","encoding":"base64"}`, Body{Data: []byte(`{"a":1}`), Known: true}},
		{"Firefox says base64 of text that is none", typed + `"content":{"size":7,"text":"{\"a\":1}","encoding":"base64"}`, Body{Data: []byte(`{"a":1}`), Known: true}},
		{"Charles does not say base64", typed + `"content":{"size":7,"text":"eyJhIjoxfQ=="}`, Body{Data: []byte(`{"a":1}`), Known: true}},
		{"a JSON string is not taken for base64", typed + `"content":{"size":7,"text":"\"abcd\""}`, Body{Data: []byte(`"abcd"`), Known: true}},
		{"size -1 without text is unknown", typed + `"content":{"size":-1,"mimeType":"application/json"}`, Body{}},
		{"size -1 with empty text is unknown", typed + `"content":{"size":-1,"text":""}`, Body{}},
		{"a size without text is unknown", typed + `"content":{"size":12,"mimeType":"application/json"}`, Body{}},
		{"size 0 is empty", `"status":204,"headers":[],"content":{"size":0,"mimeType":"x-unknown"}`, Body{Known: true}},
		{"text without size", typed + `"content":{"text":""}`, Body{Data: nil, Known: true}},
		{"no content at all is unknown", typed + `"bodySize":-1`, Body{}},
		{"proxies keep gzip", typed + `"content":{"size":9,"encoding":"base64","text":"` + base64.StdEncoding.EncodeToString(packed.Bytes()) + `"}`, Body{Data: packed.Bytes(), Known: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			xs, _ := read(t, harFile(harEntryOf(getUsers, c.response)))
			got := xs[0].Response
			if string(got.Data) != string(c.want.Data) || got.Known != c.want.Known || got.Cut != c.want.Cut {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestReadHAR_RequestBodies(t *testing.T) {
	t.Parallel()
	const post = `"method":"POST","url":"https://api.example.com/v1/users",`
	for _, c := range []struct {
		name, request string
		want          Body
	}{
		{"text", post + `"headers":[],"postData":{"mimeType":"application/json","text":"{}"}`, Body{Data: []byte("{}"), Known: true}},
		{"params and no text", post + `"headers":[],"postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"b"}]}`, Body{}},
		{"multipart without its files", post + `"headers":[{"name":"Content-Type","value":"multipart/form-data; boundary=x"}],"postData":{"text":"--x--"}`, Body{}},
		{"bodySize 0", post + `"headers":[],"bodySize":0`, Body{Known: true}},
		{"bodySize -1", post + `"headers":[],"bodySize":-1`, Body{}},
		{"a GET of unknown size has none", `"method":"GET","url":"https://api.example.com/","headers":[],"bodySize":-1`, Body{Known: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			xs, _ := read(t, harFile(harEntryOf(c.request, `"status":200,"headers":[]`)))
			got := xs[0].Request
			if string(got.Data) != string(c.want.Data) || got.Known != c.want.Known {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// Ensure that headers are read as HTTP has them, whatever a tool makes of them.
func TestReadHAR_Headers(t *testing.T) {
	t.Parallel()
	xs, _ := read(t, harFile(harEntryOf(
		`"method":"GET","url":"https://api.example.com/v1/users?a=1#part","headers":[{"name":":authority","value":"x"},{"name":"x-tenant","value":"t"}]`,
		`"status":200,"headers":[{"name":"content-encoding","value":"gzip"},{"name":"content-length","value":"99"},{"name":"transfer-encoding","value":"chunked"},{"name":"set-cookie","value":"a=1\nb=2"}],"content":{"size":2,"text":"{}","mimeType":"application/json"}`)))
	x := xs[0]
	if got := x.RequestHeader; len(got) != 1 || got.Get("X-Tenant") != "t" {
		t.Errorf("request header %v", got)
	}
	if got := x.Header; len(got["Set-Cookie"]) != 2 || got.Get("Content-Encoding")+got.Get("Content-Length")+got.Get("Transfer-Encoding") != "" ||
		got.Get("Content-Type") != "application/json" {
		t.Errorf("response header %v", got)
	}
	if x.URL.Fragment != "" || x.URL.RawQuery != "a=1" || x.Host != "api.example.com" {
		t.Errorf("URL %v, host %s", x.URL, x.Host)
	}
	if x.Without != Bytes|HeaderCase|Credentials || x.Duration.Microseconds() != 12500 || x.Start.IsZero() {
		t.Errorf("without %v, duration %v, start %v", x.Without, x.Duration, x.Start)
	}
}

func TestReadHAR_Skips(t *testing.T) {
	t.Parallel()
	const ok = `"status":200,"headers":[]`
	for _, c := range []struct{ name, entry, want string }{
		{"blocked", harEntryOf(getUsers, `"status":-1,"headers":[]`), SkipStatus},
		{"aborted", harEntryOf(getUsers, `"status":0,"headers":[]`), SkipStatus},
		{"data", harEntryOf(`"method":"GET","url":"data:text/plain,x"`, ok), SkipScheme},
		{"blob", harEntryOf(`"method":"GET","url":"blob:https://a/b"`, ok), SkipScheme},
		{"websocket", harEntryOf(`"method":"GET","url":"wss://api.example.com/"`, `"status":101,"headers":[]`), SkipWebSocket},
		{"messages", strings.Replace(harEntryOf(getUsers, ok), `"time"`, `"_webSocketMessages":[],"time"`, 1), SkipWebSocket},
		{"cache", strings.Replace(harEntryOf(getUsers, ok), `"time"`, `"_fromCache":"disk","time"`, 1), SkipCached},
		{"304", harEntryOf(getUsers, `"status":304,"headers":[]`), SkipCached},
		{"preflight", harEntryOf(`"method":"OPTIONS","url":"https://api.example.com/","headers":[{"name":"access-control-request-method","value":"PUT"}]`, ok), SkipPreflight},
		{"no request", `{"response":{"status":200}}`, SkipEntry},
		{"no object", `7`, SkipEntry},
		{"a bad URL", harEntryOf(`"method":"GET","url":"https://%zz"`, ok), SkipEntry},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			xs, skips := read(t, harFile(c.entry, harEntryOf(getUsers, ok)))
			if len(xs) != 1 || len(skips) != 1 || skips[0] != c.want {
				t.Errorf("%d exchanges, skips %v, want one of %s", len(xs), skips, c.want)
			}
		})
	}
}

// Ensure that entries one a line, a list of entries, files one after the other and a byte order mark are read.
func TestReadHAR_Forms(t *testing.T) {
	t.Parallel()
	e := harEntryOf(getUsers, `"status":200,"headers":[]`)
	for name, file := range map[string]string{
		"NDJSON": e + "\n" + e + "\n", "list": "[" + e + "," + e + "]", "two files": harFile(e) + harFile(e),
		"BOM": "\xEF\xBB\xBF" + harFile(e, e), "log last": `{"version":[{}],"log":{"entries":[` + e + `,` + e + `]}}`,
	} {
		if xs, skips := read(t, file); len(xs) != 2 || len(skips) != 0 {
			t.Errorf("%s: %d exchanges, skips %v", name, len(xs), skips)
		}
	}
}

// Ensure that what stands before the damage counts, and that the error holds no text of the file.
func TestReadHAR_Damaged(t *testing.T) {
	t.Parallel()
	e := harEntryOf(getUsers, `"status":200,"headers":[]`)
	whole := harFile(e, e, e)
	for name, file := range map[string]string{
		"cut": whole[:len(whole)-20], "cut between entries": whole[:strings.LastIndex(whole, ",{\"started")+1],
		"not JSON": strings.Replace(whole, `"time":12.5,"request":{"method":"GET"`, `"time":canary,"request":{"method":"GET"`, 1) + "x",
	} {
		n := 0
		err := ReadHAR(strings.NewReader(file), func(*Exchange, string) error { n++; return nil })
		if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), fmt.Sprintf("after %d entries", n)) {
			t.Errorf("%s: %d entries, error %v", name, n, err)
		}
	}
	stop := errors.New("enough")
	if err := ReadHAR(strings.NewReader(whole), func(*Exchange, string) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want the caller's error", err)
	}
}

// Ensure that a literal that is larger than memory should hold is shortened, at a place that leaves it readable.
func TestStringLimiter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{`{"a":"12345678","b":1}`, `{"a":"1234","b":1}`},
		{`"123\u00e9456"`, `"123\u00e9"`},
		{`"1234\"56"`, `"1234"`},
		{`"123ä5"`, `"123ä"`},
		{`["\\\\\\\\","\"\"\"\"",1]`, `["\\\\","\"\"",1]`},
	} {
		limiter := newStringLimiter(iotest1(c.in), 4)
		got, err := io.ReadAll(limiter)
		if err != nil || string(got) != c.want {
			t.Errorf("got %s (%v), want %s", got, err, c.want)
		}
		if !limiter.shortened(int64(len(got))) || limiter.shortened(int64(len(got))) {
			t.Errorf("%s: not told once that it was shortened", c.in)
		}
	}
}

// iotest1 reads a byte at a time.
func iotest1(s string) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if s == "" {
			return 0, io.EOF
		}
		n := copy(p[:1], s)
		s = s[n:]
		return n, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A largeHAR is a capture of any size that is made as it is read.
type largeHAR struct {
	left    int64
	every   int // an image after so many entries
	entries int
	buf     []byte
	started bool
	done    bool
}

func (l *largeHAR) Read(p []byte) (int, error) {
	for len(l.buf) == 0 {
		switch {
		case !l.started:
			l.started, l.buf = true, []byte(`{"log":{"entries":[`)
		case l.done:
			return 0, io.EOF
		case l.left <= 0:
			l.done, l.buf = true, []byte(`{}]}}`)
		default:
			l.entry()
		}
	}
	n := copy(p, l.buf)
	l.buf, l.left = l.buf[n:], l.left-int64(n)
	return n, nil
}

// entry makes pages of 5 KB, and images of 24 MiB.
func (l *largeHAR) entry() {
	l.entries++
	text := strings.Repeat(`{\"id\":\"00000000-0000-4000-8000-000000000000\",\"displayName\":\"Ada\"},`, 70)
	if l.entries%l.every == l.every-1 {
		text = strings.Repeat("QUJD", 6<<20)
	}
	l.buf = []byte(harEntryOf(getUsers+`,"cookies":[`+strings.Repeat(`{"name":"a","value":"b"},`, 20)+`{}]`,
		`"status":200,"headers":[{"name":"content-type","value":"application/json"}],"content":{"size":`+strconv.Itoa(len(text))+`,"text":"`+text+`"}`) + ",")
}

// Ensure that memory does not grow with the file. The size is 1 GiB in `make witness-large`.
func TestReadHAR_Large(t *testing.T) {
	file, limit := &largeHAR{left: 56 << 20, every: 500}, uint64(48<<20)
	if *largeSize > 0 {
		file, limit = &largeHAR{left: *largeSize, every: 3000}, 64<<20
	}
	size, start := file.left, time.Now()
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak, n := uint64(0), 0
	err := ReadHAR(file, func(_ *Exchange, skip string) error {
		if n++; n%500 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
		return nil
	})
	if err != nil || n != file.entries+1 {
		t.Fatalf("%d of %d entries, error %v", n, file.entries+1, err)
	}
	if peak > limit {
		t.Errorf("heap grew by %d MiB", peak>>20)
	}
	rate := float64(size>>20) / time.Since(start).Seconds()
	if *largeSize > 0 && rate < 40 {
		t.Errorf("%.0f MiB/s, want at least 40", rate)
	}
	t.Logf("%d MiB, %d entries: heap grew by %d MiB, %.0f MiB/s", size>>20, n, peak>>20, rate)
}

func packInto(w io.Writer, s string) {
	z := gzip.NewWriter(w)
	_, _ = io.WriteString(z, s)
	_ = z.Close()
}
