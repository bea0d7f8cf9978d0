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

// Options are the settings of a [Recorder]. The zero value keeps the counts in memory only.
type Options struct {
	Source   string // one of the sources above; empty means client
	Upstream string // origin of the service, for reports
	Tool     string // name and version of the program, for evidence

	// Evidence is the folder in which the run is stored, every ten seconds and by [Recorder.Close]; empty means none.
	Evidence string
	// Unverified says that the certificate of the upstream was not verified. [Propose] refuses such evidence.
	Unverified bool
	// Local says that the upstream is the sandbox or another program on this machine, and not the real service. [Propose] uses such
	// evidence only with [ProposeOptions.Local]. The recorder sets it by itself if the host of an exchange is this machine.
	Local bool

	// Sample is how many messages that depart in the same way are validated in full; of those after them, one in 256 is. 0 means 20.
	Sample int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log receives a line for each new finding, without any value of a message, and errors of writing evidence; nil discards both.
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

// A Recorder checks exchanges against one document, counts what it sees, and records what departs. Its memory depends on the size of
// the document and not on the number of exchanges. It is safe for concurrent use.
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
	surplus   int64 // departures that were not recorded because there are maxFindings already
	skipped   map[string]int64
	days      map[string]*days // by operation
	samples   map[messageKind]*sample
	explained map[key]*explained
	local     bool
	changed   bool
	writeErr  error // of the last attempt to write evidence

	folder *folder
	stop   chan struct{}
	done   sync.WaitGroup
}

// days are the first and the last day on which something was seen.
type days struct{ first, last string }

func (d *days) add(day string) {
	if d.first == "" || day < d.first {
		d.first = day
	}
	if day > d.last {
		d.last = day
	}
}

// flushInterval is the time between two writes of evidence.
const flushInterval = 10 * time.Second

// NewRecorder returns a recorder. A recorder with an evidence folder must be closed.
func NewRecorder(doc *Document, opts Options) (*Recorder, error) {
	opts = opts.withDefaults()
	rec := &Recorder{
		doc: doc, opts: opts, tally: doc.contract.Tally(), start: opts.Now().UTC().Truncate(time.Second), local: opts.Local,
		skipped: map[string]int64{}, days: map[string]*days{}, samples: map[messageKind]*sample{}, explained: map[key]*explained{},
		stop: make(chan struct{}),
	}
	if opts.Evidence == "" {
		return rec, nil
	}
	var err error
	if rec.folder, err = newFolder(opts.Evidence, rec.start); err != nil {
		return nil, err
	}
	if err := rec.Flush(); err != nil { // at once, so that a folder which cannot be written to is an error before there is traffic
		return nil, err
	}
	rec.done.Add(1)
	go rec.flushRegularly()
	return rec, nil
}

// Document returns the document that exchanges are checked against.
func (rec *Recorder) Document() *Document { return rec.doc }

// flushRegularly writes evidence until the recorder is closed.
func (rec *Recorder) flushRegularly() {
	defer rec.done.Done()
	ticker := time.NewTicker(flushInterval)
	defer ticker.Stop()
	for {
		select {
		case <-rec.stop:
			return
		case <-ticker.C:
			if err := rec.Flush(); err != nil {
				rec.opts.Log.Error("cannot write evidence", "contract", rec.doc.Name, "error", err)
			}
		}
	}
}

// Flush writes the counts so far to the evidence folder, if they have changed since the last time.
func (rec *Recorder) Flush() error {
	if rec.folder == nil {
		return nil
	}
	rec.mu.Lock()
	pending := rec.changed || rec.writeErr != nil || rec.seen == 0
	rec.changed = false
	rec.mu.Unlock()
	if !pending {
		return nil
	}
	err := rec.folder.write(rec.run())
	rec.mu.Lock()
	rec.writeErr = err
	rec.mu.Unlock()
	return err
}

// Close writes the evidence for the last time, or removes it if there were no exchanges. Exchanges that are added later are not in it.
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
	if rec.folder != nil && rec.isEmpty() {
		return rec.folder.remove()
	}
	return rec.Flush()
}

// isEmpty reports whether nothing was counted.
func (rec *Recorder) isEmpty() bool {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.seen+rec.dropped+rec.failed == 0 && len(rec.skipped) == 0
}

// setLocal records that the service is a program on this machine.
func (rec *Recorder) setLocal() {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.local = true
}

// Skip counts an exchange that says nothing about the service, such as a CORS preflight. The reason must be one word.
func (rec *Recorder) Skip(reason string) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.changed = true
	if _, known := rec.skipped[reason]; known || len(rec.skipped) < maxSkipReasons && isWord(reason) {
		rec.skipped[reason]++
	}
}

// Drop counts an exchange that was not checked because too many were waiting.
func (rec *Recorder) Drop() { rec.increment(&rec.dropped) }

// Failed counts an exchange whose check ended in a panic.
func (rec *Recorder) Failed() { rec.increment(&rec.failed) }

func (rec *Recorder) increment(n *int64) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	*n++
	rec.changed = true
}

// run returns the counts so far, in the form in which they are stored as evidence.
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

// Report returns a report of the exchanges so far.
func (rec *Recorder) Report() *Report {
	m := newMerger(rec.doc)
	m.add(rec.run())
	report := m.report()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.writeErr != nil {
		report.Incomplete = append(report.Incomplete, "evidence of "+rec.doc.Name+" could not be written")
	}
	return report
}

// errNoURL is never returned to callers: Add skips an exchange without a URL.
var errNoURL = errors.New("no URL")

// requestOf returns the request of an exchange as an http.Request, which package contract needs.
func requestOf(x *Exchange) (*http.Request, error) {
	if x.URL == nil {
		return nil, errNoURL
	}
	u := &url.URL{Path: x.URL.Path, RawPath: x.URL.RawPath, RawQuery: x.URL.RawQuery}
	header := x.RequestHeader
	if header == nil {
		header = http.Header{}
	}
	return &http.Request{
		Method: x.Method, URL: u, Header: header, Host: x.Host, ContentLength: -1, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}
