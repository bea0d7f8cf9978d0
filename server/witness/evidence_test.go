package witness

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func runOf(t *testing.T, doc *Document, all ...scenario) *run {
	t.Helper()
	return fromHAR(t, doc, Options{}, all).run()
}

func reportText(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	goodList = scenario{"GET", usersPath, "", 200, jsonHeader(), usersPage}
	nullList = list(`"totalCount":2`, `"totalCount":null`)
)

// Ensure that a run is written whole, for its owner alone, and that a folder gives the report that the recorders gave.
func TestEvidence_Written(t *testing.T) {
	t.Parallel()
	doc, dir := cloudcockpit(t), filepath.Join(t.TempDir(), "witness")
	rec := fromHAR(t, doc, Options{Evidence: dir, Tool: "test", Upstream: "https://api.cloudcockpit.com"}, []scenario{goodList, nullList, nullList, nullList})
	want := reportText(t, rec.Report())
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	file, _ := entries[0].Info()
	folder, _ := os.Stat(dir)
	if file.Mode() != 0o600 || folder.Mode().Perm() != 0o700 || filepath.Ext(file.Name()) != ".json" {
		t.Errorf("file %s %v, folder %v", file.Name(), file.Mode(), folder.Mode())
	}
	got, err := Load(dir, LoadOptions{}, doc)
	if err != nil {
		t.Fatal(err)
	}
	got.Contracts[0].End = got.Contracts[0].Start
	if diff := cmp.Diff(sameTimes(want), sameTimes(reportText(t, got))); diff != "" {
		t.Errorf("the report of the folder differs (-recorder +folder):\n%s", diff)
	}
}

// sameTimes hides the times of a report in JSON.
func sameTimes(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.Contains(line, `"start"`) && !strings.Contains(line, `"end"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// Ensure that two recorders on one folder have a file each, that a folder that vanished is made again, and that one that cannot be
// written to is said at the start, or afterwards in the report.
func TestEvidence_Folder(t *testing.T) {
	t.Parallel()
	doc, dir := cloudcockpit(t), filepath.Join(t.TempDir(), "witness")
	one := fromHAR(t, doc, Options{Evidence: dir}, []scenario{goodList})
	two := fromHAR(t, doc, Options{Evidence: dir}, []scenario{goodList, goodList})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if one.Close() != nil || two.Close() != nil || one.Close() != nil {
		t.Fatal("not closed")
	}
	report, err := Load(dir, LoadOptions{}, doc)
	if err != nil || report.Contracts[0].Runs != 2 || report.Contracts[0].Exchanges != 3 {
		t.Fatalf("%v, %+v", err, report)
	}
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewRecorder(doc, Options{Evidence: filepath.Join(blocked, "witness")}); err == nil {
		t.Error("a folder that cannot be made is no error")
	}
	late := fromHAR(t, doc, Options{Evidence: filepath.Join(dir, "later")}, []scenario{goodList})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := late.Flush(); err == nil {
		t.Error("nothing was said of evidence that cannot be written")
	}
	late.Add(&Exchange{})
	if r := late.Report(); len(r.Incomplete) != 1 || r.Exit(FailNone) != ExitIncomplete {
		t.Errorf("incomplete %q", r.Incomplete)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := late.Flush(); err != nil {
		t.Errorf("after the folder came back: %v", err)
	}
	if r := late.Report(); len(r.Incomplete) != 0 {
		t.Errorf("incomplete %q", r.Incomplete)
	}
}

// Ensure that traffic passes while the disk is full, that the report says so, and that the evidence is whole again once there is room.
func TestEvidence_DiskFull(t *testing.T) {
	tiny := os.Getenv(tinyDir)
	if tiny == "" {
		t.Skipf("%s is not set: give a directory on a tiny file system", tinyDir)
	}
	dir, err := os.MkdirTemp(tiny, "witness")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	evidence, ballast := filepath.Join(dir, "evidence"), filepath.Join(dir, "ballast")
	upstream := serve(t, []scenario{goodList, nullList})
	doc := cloudcockpit(t)
	rec := newTestRecorder(t, doc, Options{Source: SourceProxy, Evidence: evidence})
	p, err := NewProxy([]Upstream{{Recorder: rec, URL: mustURL(t, upstream.URL)}}, ProxyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	goodList.send(t, server.URL, 0)
	fill(t, ballast)
	nullList.send(t, server.URL, 1)
	server.Close()
	_ = p.Close()
	if err := rec.Flush(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v, want an error of a full disk", err)
	}
	if r := rec.Report(); r.Contracts[0].Exchanges != 2 || len(r.Incomplete) != 1 || r.Exit(FailNone) != ExitIncomplete {
		t.Errorf("%d exchanges, incomplete %q", r.Contracts[0].Exchanges, r.Incomplete)
	}
	if old, err := Load(evidence, LoadOptions{}, doc); err != nil || len(old.Incomplete) != 0 {
		t.Errorf("the file of before is damaged: %v, %+v", err, old)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := Load(evidence, LoadOptions{}, doc); err != nil || r.Contracts[0].Exchanges != 2 || len(r.Incomplete) != 0 || len(r.Findings) != 1 {
		t.Errorf("%v, %+v", err, r)
	}
}

// tinyDir is the environment variable with a directory on a file system of a few megabytes, such as one made by
// mount -t tmpfs -o size=3m tmpfs DIR. It must not be the one of the store's tests, which fill theirs at the same time.
const tinyDir = "TEST_TINY_EVIDENCE_DIR"

// fill writes a file until the disk is full.
func fill(t *testing.T, name string) {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for block := make([]byte, 4096); err == nil; {
		if info, statErr := file.Stat(); statErr != nil || info.Size() > 64<<20 {
			t.Fatalf("the disk of %s is not small: %v", tinyDir, statErr)
		}
		_, err = file.Write(block)
	}
}

// Ensure that two proxies that write to one folder at the same time do not disturb each other.
func TestEvidence_TwoProxies(t *testing.T) {
	t.Parallel()
	doc, dir := cloudcockpit(t), filepath.Join(t.TempDir(), "witness")
	all := []scenario{goodList, nullList, goodList}
	upstream := serve(t, all)
	var group sync.WaitGroup
	for range 2 {
		rec := newTestRecorder(t, doc, Options{Source: SourceProxy, Evidence: dir})
		p, err := NewProxy([]Upstream{{Recorder: rec, URL: mustURL(t, upstream.URL)}}, ProxyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(p)
		t.Cleanup(server.Close)
		group.Go(func() {
			for range 10 {
				for i, s := range all {
					s.send(t, server.URL, i)
				}
				if err := rec.Flush(); err != nil {
					t.Error(err)
				}
				if _, err := Load(dir, LoadOptions{}, doc); err != nil {
					t.Error(err)
				}
			}
			server.Close()
			_ = p.Close()
			if err := rec.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	r, err := Load(dir, LoadOptions{}, doc)
	if err != nil || len(r.Incomplete) != 0 || r.Contracts[0].Runs != 2 || r.Contracts[0].Exchanges != 60 || r.Findings[0].Exchanges != 20 {
		t.Errorf("%v, incomplete %q, %+v", err, r.Incomplete, r.Contracts[0])
	}
}

// Ensure that a recorder without exchanges leaves nothing behind, and a folder with other files as it was.
func TestEvidence_Empty(t *testing.T) {
	t.Parallel()
	doc, dir := cloudcockpit(t), filepath.Join(t.TempDir(), "witness")
	if err := newTestRecorder(t, doc, Options{Evidence: dir}).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if err := fromHAR(t, doc, Options{Evidence: dir}, []scenario{goodList}).Close(); err != nil {
		t.Fatal(err)
	}
	if err := newTestRecorder(t, doc, Options{Evidence: dir}).Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := Load(dir, LoadOptions{}, doc); err != nil || r.Contracts[0].Runs != 1 {
		t.Errorf("%v, %+v", err, r)
	}
	if r, err := Load(t.TempDir(), LoadOptions{}, doc); err != nil || len(r.Incomplete) != 1 {
		t.Errorf("an empty folder: %v, %+v", err, r)
	}
}

// Ensure that a clock that goes back does no harm.
func TestEvidence_ClockBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	rec := newTestRecorder(t, cloudcockpit(t), Options{Now: func() time.Time { now = now.Add(-36 * time.Hour); return now }})
	for range 3 {
		x := Exchange{Method: "GET", URL: mustURL(t, usersPath), Status: 204, Header: nil, Response: Body{Known: true}, Request: Body{Known: true}}
		rec.Add(&x)
	}
	f := rec.Report().Findings
	if len(f) == 0 || f[0].First > f[0].Last {
		t.Fatalf("findings %+v", f)
	}
}

// Ensure that it does not matter in which order runs are added, or which are added first.
func TestEvidence_Merge(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	var runs []*run
	for _, d := range deviations() {
		runs = append(runs, runOf(t, doc, goodList, d.exchange, d.exchange))
	}
	add := func(order []int) string {
		m := newMerger(doc)
		for _, i := range order {
			m.add(copyRun(t, runs[i]))
		}
		return sameTimes(reportText(t, m.report()))
	}
	order := make([]int, len(runs))
	for i := range order {
		order[i] = i
	}
	want := add(order)
	shuffle := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		shuffle.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		if diff := cmp.Diff(want, add(order)); diff != "" {
			t.Errorf("the order %v matters (-in order +shuffled):\n%s", order, diff)
		}
	}
}

func copyRun(t *testing.T, r *run) *run {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	copied, err := parseRun(data)
	if err != nil {
		t.Fatal(err)
	}
	return copied
}

// Ensure that what cannot be read is said, and the rest counts.
func TestEvidence_Unreadable(t *testing.T) {
	t.Parallel()
	doc, dir := cloudcockpit(t), t.TempDir()
	_ = fromHAR(t, doc, Options{Evidence: dir}, []scenario{goodList}).Close()
	for name, data := range map[string]string{
		"a.json": "{", "b.json": `{"format":2}`, "c.json": `{"format":1,"contracts":[{"name":"canary"}]}`,
		"d.json": `{"format":1,"contracts":[{"name":"cloudcockpit","operations":{},"explained":[{"class":"canary"}]}]}`,
		"e.json": strings.Repeat(" ", maxEvidence+1), "f.txt": "canary", "g.json.tmp": "canary",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "h.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	report, err := Load(dir, LoadOptions{}, doc)
	if err != nil || report.Contracts[0].Exchanges != 1 || len(report.Incomplete) != 5 {
		t.Fatalf("%v, %q", err, report.Incomplete)
	}
	if text := reportText(t, report); strings.Contains(text, "canary") {
		t.Error("text of an unreadable file is shown")
	}
	if report.Exit(FailDiffers) != ExitIncomplete {
		t.Error("exit code")
	}
	if _, err := Load(filepath.Join(dir, "none"), LoadOptions{}, doc); err == nil {
		t.Error("a folder that is not there is no error")
	}
}

// Ensure that places that this version of the document does not have are counted, and not shown.
func TestEvidence_OtherVersion(t *testing.T) {
	t.Parallel()
	text := string(cloudcockpit(t).Data)
	older := newTestDocument(t, "cloudcockpit", strings.ReplaceAll(text, "totalCount", "totalNumber"))
	r := runOf(t, older, list(`"totalCount":2`, `"totalNumber":2`))
	m := newMerger(cloudcockpit(t))
	m.add(copyRun(t, r))
	got := m.report()
	if c := got.Contracts[0]; !c.OtherVersion || c.Unknown == 0 || c.Coverage.Members.Seen == 0 {
		t.Errorf("%+v", c)
	}
}

// Ensure that what departed from another version of the document, and fits this one, is no finding any more.
func TestEvidence_OtherVersionFits(t *testing.T) {
	t.Parallel()
	now := cloudcockpit(t)
	member := "        totalCount:\n          type: integer\n          format: int32\n"
	text := strings.ReplaceAll(string(now.Data), member, "        totalCount:\n          type: string\n")
	if text == string(now.Data) {
		t.Fatal("the document has no totalCount to change")
	}
	older := newTestDocument(t, "cloudcockpit", text)
	r := runOf(t, older, goodList)
	for _, test := range []struct {
		doc  *Document
		want int
	}{{older, 1}, {now, 0}} {
		m := newMerger(test.doc)
		m.add(copyRun(t, r))
		if got := m.report().Findings; len(got) != test.want {
			t.Errorf("got %d findings, want %d: %+v", len(got), test.want, got)
		}
	}
}

// Ensure that runs can be left out by what they rest on.
func TestLoad_Filters(t *testing.T) {
	t.Parallel()
	doc, dir := cloudcockpit(t), t.TempDir()
	for _, opts := range []Options{{}, {Unverified: true}, {Local: true}} {
		opts.Evidence = dir
		_ = fromHAR(t, doc, opts, []scenario{goodList}).Close()
	}
	for opts, want := range map[LoadOptions]int{{}: 3, {Verified: true}: 2, {Remote: true}: 2, {Verified: true, Remote: true}: 1} {
		report, err := Load(dir, opts, doc)
		if err != nil || report.Contracts[0].Runs != want {
			t.Errorf("%+v: %v, %d runs, want %d", opts, err, report.Contracts[0].Runs, want)
		}
	}
}

// FuzzEvidence holds the reader to: no panic, and what is read can be reported and proposed from.
func FuzzEvidence(f *testing.F) {
	doc := cloudcockpit(f)
	rec, err := NewRecorder(doc, Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, d := range deviations() {
		rec.Add(&Exchange{Method: d.exchange.method, URL: mustURL(f, d.exchange.path), Status: d.exchange.status, Header: d.exchange.header,
			Request: Body{Known: true}, Response: Body{Data: []byte(d.exchange.response), Known: true}})
	}
	data, err := json.Marshal(rec.run())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"format":1,"contracts":[{"name":"cloudcockpit","operations":{"listCustomerUsers":{"seen":-1}},"explained":[]}]}`))
	f.Add([]byte(`{"format":1,"contracts":[null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parseRun(data)
		if err != nil {
			return
		}
		m := newMerger(doc)
		m.add(r)
		report := m.report()
		for _, format := range Formats() {
			if err := report.Write(&bytes.Buffer{}, format, WriteOptions{Verbose: true}); err != nil {
				t.Fatal(err)
			}
		}
		if report.Contracts[0].Runs == 0 || report.Contracts[0].Unverified > 0 {
			return
		}
		if p, err := Propose(report, "cloudcockpit", ProposeOptions{Min: 1, Runs: 1, Grades: true}); err == nil {
			_, _ = p.Diff()
		}
	})
}
