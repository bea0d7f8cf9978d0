package witness

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/server/contract"
)

// Sources of exchanges, as evidence names them.
const (
	SourceProxy   = "proxy"
	SourceHAR     = "har"
	SourceClient  = "client"
	SourceSandbox = "sandbox"
)

// Options are the settings of a [Recorder]. The zero value keeps what it sees in memory.
type Options struct {
	Source   string // one of the sources; empty means client
	Upstream string // origin of the service, for reports
	Tool     string // the program and its version, for evidence

	// Evidence is the folder that the run is written to, every ten seconds and by [Recorder.Close]; empty means none.
	Evidence string
	// Unverified says that the certificate of the upstream was not verified: nothing is ever proposed from such a run.
	Unverified bool
	// Local says that the upstream is a sandbox, or another program on this machine, and not the service. Nothing is proposed from
	// such a run but where the caller asks for it. A recorder sets it by itself where the host of an exchange is this machine.
	Local bool

	// Sample is how many exchanges of a kind are explained; of more, one in 256 is. 0 means 20.
	Sample int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log is told of each new departure, without any value, and where evidence cannot be written; nil means nothing is.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Source == "" {
		o.Source = SourceClient
	}
	if o.Sample == 0 {
		o.Sample = 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// A Recorder holds exchanges to one document, counts what it sees, and explains what departs. Its memory is bounded by the
// document, and not by the traffic. It is safe for concurrent use.
type Recorder struct {
	doc   *Document
	opts  Options
	tally *contract.Tally
	start time.Time

	mu        sync.Mutex
	seen      int64
	unread    int64
	dropped   int64
	failed    int64
	surplus   int64 // departures beyond maxFindings
	skipped   map[string]int64
	days      map[string]*days // by operation
	kinds     map[kind]*sampled
	explained map[key]*explained
	local     bool
	changed   bool
	writing   error // of the last attempt to write evidence

	folder *folder
	stop   chan struct{}
	done   sync.WaitGroup
}

// days are the first and the last day of something.
type days struct{ first, last string }

func (d *days) see(day string) {
	if d.first == "" || day < d.first {
		d.first = day
	}
	if day > d.last {
		d.last = day
	}
}

// writeEvery is how often evidence is written.
const writeEvery = 10 * time.Second

// NewRecorder makes a recorder. Close it where it writes evidence.
func NewRecorder(doc *Document, opts Options) (*Recorder, error) {
	opts = opts.withDefaults()
	rec := &Recorder{
		doc: doc, opts: opts, tally: doc.contract.Tally(), start: opts.Now().UTC().Truncate(time.Second), local: opts.Local,
		skipped: map[string]int64{}, days: map[string]*days{}, kinds: map[kind]*sampled{}, explained: map[key]*explained{},
		stop: make(chan struct{}),
	}
	if opts.Evidence == "" {
		return rec, nil
	}
	var err error
	if rec.folder, err = newFolder(opts.Evidence, rec.start); err != nil {
		return nil, err
	}
	if err := rec.Flush(); err != nil { // so that a folder that cannot be written to is known before there is traffic
		return nil, err
	}
	rec.done.Add(1)
	go rec.keep()
	return rec, nil
}

// Document returns the document that exchanges are held to.
func (rec *Recorder) Document() *Document { return rec.doc }

// keep writes evidence now and then.
func (rec *Recorder) keep() {
	defer rec.done.Done()
	ticker := time.NewTicker(writeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-rec.stop:
			return
		case <-ticker.C:
			if err := rec.Flush(); err != nil {
				rec.opts.Log.Error("evidence is not written", "contract", rec.doc.Name, "error", err)
			}
		}
	}
}

// Flush writes what was seen so far to the evidence folder.
func (rec *Recorder) Flush() error {
	if rec.folder == nil {
		return nil
	}
	rec.mu.Lock()
	pending := rec.changed || rec.writing != nil || rec.seen == 0
	rec.changed = false
	rec.mu.Unlock()
	if !pending {
		return nil
	}
	err := rec.folder.write(rec.run())
	rec.mu.Lock()
	rec.writing = err
	rec.mu.Unlock()
	return err
}

// Close writes what is left. Exchanges that are added later are in no evidence.
func (rec *Recorder) Close() error {
	rec.mu.Lock()
	select {
	case <-rec.stop:
		rec.mu.Unlock()
		return nil
	default:
		close(rec.stop)
	}
	rec.mu.Unlock()
	rec.done.Wait()
	return rec.Flush()
}

// setLocal notes that the service is a program on this machine.
func (rec *Recorder) setLocal() {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.local = true
}

// Skip counts an exchange that is not the service's to answer for, by a reason of one word.
func (rec *Recorder) Skip(reason string) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.changed = true
	if _, known := rec.skipped[reason]; known || len(rec.skipped) < maxSkipReasons && isWord(reason) {
		rec.skipped[reason]++
	}
}

// Drop counts an exchange that there was no room to check.
func (rec *Recorder) Drop() { rec.count(&rec.dropped) }

// Failed counts an exchange whose check ended in a panic.
func (rec *Recorder) Failed() { rec.count(&rec.failed) }

func (rec *Recorder) count(n *int64) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	*n++
	rec.changed = true
}

// run returns what was seen so far, as evidence.
func (rec *Recorder) run() *run {
	operations := rec.tally.Counts()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	o := &observed{
		Name: rec.doc.Name, SHA256: rec.doc.sum, Upstream: rec.opts.Upstream, Seen: rec.seen, Unread: rec.unread,
		Dropped: rec.dropped, Failed: rec.failed, Surplus: rec.surplus, Skipped: map[string]int64{}, Operations: operations,
	}
	for reason, n := range rec.skipped {
		o.Skipped[reason] = n
	}
	for id, d := range rec.days {
		if op := operations.Operations[id]; op != nil {
			op.First, op.Last = d.first, d.last
		}
	}
	for _, e := range rec.explained {
		kept := *e
		o.Explained = append(o.Explained, &kept)
	}
	sortExplained(o.Explained)
	return &run{
		Format: evidenceFormat, Tool: rec.opts.Tool, Source: rec.opts.Source, Verified: !rec.opts.Unverified, Local: rec.local,
		Start: rec.start, End: rec.opts.Now().UTC().Truncate(time.Second), Contracts: []*observed{o},
	}
}

// Report returns what was seen so far.
func (rec *Recorder) Report() *Report {
	m := newMerger(rec.doc)
	m.add(rec.run())
	report := m.report()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.writing != nil {
		report.Incomplete = append(report.Incomplete, "evidence of "+rec.doc.Name+" could not be written")
	}
	return report
}

// errNoURL is not for callers: an exchange without a URL is skipped.
var errNoURL = errors.New("no URL")

// requestOf returns the request of an exchange in the form in which the contract takes it.
func requestOf(x *Exchange) (*http.Request, error) {
	if x.URL == nil {
		return nil, errNoURL
	}
	u := &url.URL{Path: x.URL.Path, RawPath: x.URL.RawPath, RawQuery: x.URL.RawQuery}
	header := x.RequestHeader
	if header == nil {
		header = http.Header{}
	}
	return &http.Request{Method: x.Method, URL: u, Header: header, Host: x.Host, ContentLength: -1, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}, nil
}
