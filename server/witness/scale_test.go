package witness

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// manyExchanges is how many exchanges TestRecorder_Scale adds: a million in `make witness-large`.
var manyExchanges = flag.Int("exchanges", 8_000, "exchanges of the test of the recorder's memory")

// Ensure that memory and evidence are bounded by the document and not by the traffic, whatever departs.
func TestRecorder_Scale(t *testing.T) {
	doc, dir := cloudcockpit(t), t.TempDir()
	rec := newTestRecorder(t, doc, Options{Evidence: dir})
	kinds := []*Exchange{
		exchangeOf(t, goodList), exchangeOf(t, nullList), exchangeOf(t, deviations()[0].exchange), exchangeOf(t, deviations()[14].exchange), exchangeOf(t, deviations()[9].exchange),
	}
	warm := func(n int) {
		for i := range n {
			x := kinds[0]
			switch {
			case i%10 == 9:
				x = kinds[1+i/10%4]
			case i%50 == 7: // a name that no other exchange has
				other := *kinds[0]
				name := "other" + strconv.FormatInt(int64(i/50%5000), 26)
				other.Response.Data = []byte(strings.Replace(usersPage, `"domain"`, `"`+strings.Map(lettersOnly, name)+`":1,"domain"`, 1))
				x = &other
			}
			rec.Add(x)
		}
	}
	warm(2000)
	before := heap()
	warm(*manyExchanges)
	after := heap()
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(dir)
	info, err := os.Stat(filepath.Join(dir, entries[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	grown := int64(after) - int64(before)
	t.Logf("%d exchanges: heap grew by %d KiB, evidence of %d KiB, %d findings", *manyExchanges, grown>>10, info.Size()>>10, len(rec.Report().Findings))
	if grown > 16<<20 || info.Size() > 1<<20 {
		t.Errorf("heap grew by %d bytes, evidence has %d", grown, info.Size())
	}
}

func lettersOnly(r rune) rune {
	if '0' <= r && r <= '9' {
		return r - '0' + 'A'
	}
	return r
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func exchangeOf(t testing.TB, s scenario) *Exchange {
	t.Helper()
	x := &Exchange{
		Method: s.method, URL: mustURL(t, s.path), RequestHeader: http.Header{"X-Tenant": {"portal.cloudcockpit.com"}, "Authorization": {"Bearer t"}},
		Request: Body{Data: []byte(s.body), Known: true}, Status: s.status, Header: s.header, Response: Body{Data: []byte(s.response), Known: true},
	}
	if s.body != "" {
		x.RequestHeader.Set("Content-Type", "application/json")
	}
	return x
}

// Ensure that an exchange that fits costs what counting it costs: no memory that stays, and few allocations.
func BenchmarkRecorder(b *testing.B) {
	doc := cloudcockpit(b)
	page := strings.Replace(usersPage, oneUser, strings.Repeat(oneUser+",", 23)+oneUser, 1)
	for name, s := range map[string]scenario{
		"fits":    {"GET", usersPath, "", 200, jsonHeader(), page},
		"departs": {"GET", usersPath, "", 200, jsonHeader(), strings.Replace(page, `"totalCount":2`, `"totalCount":null`, 1)},
	} {
		b.Run(name, func(b *testing.B) {
			rec := newTestRecorder(b, doc, Options{})
			x := exchangeOf(b, s)
			b.SetBytes(int64(len(s.response)))
			b.ReportAllocs()
			for b.Loop() {
				rec.Add(x)
			}
		})
	}
}
