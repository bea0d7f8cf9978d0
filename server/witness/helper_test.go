package witness

import (
	"log"
	"net/url"
	"sync"
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

// embedded holds the embedded documents by name. Compiling one takes longer than most tests, and a Document does not change, so
// that all tests share them.
var embedded = map[string]func() (*Document, error){
	"cloudcockpit": sync.OnceValues(func() (*Document, error) { return Embedded("cloudcockpit") }),
	"myreports":    sync.OnceValues(func() (*Document, error) { return Embedded("myreports") }),
}

func embeddedDocument(t testing.TB, name string) *Document {
	t.Helper()
	doc, err := embedded[name]()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func cloudcockpit(t testing.TB) *Document {
	t.Helper()
	return embeddedDocument(t, "cloudcockpit")
}
