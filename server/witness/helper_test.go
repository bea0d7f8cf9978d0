package witness

import (
	"log"
	"net/url"
	"testing"
)

var noLog = log.New(discard{}, "", 0)

func newTestRecorder(t testing.TB, doc *Document, opts Options) *Recorder {
	t.Helper()
	rec, err := NewRecorder(doc, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rec.Close() })
	return rec
}

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
