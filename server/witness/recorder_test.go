package witness

import (
	"log"
	"strconv"
	"testing"
)

func newTestRecorder(t testing.TB, doc *Document, opts Options) *Recorder {
	return &Recorder{doc: doc, added: func(*Exchange) {}}
}

type Options struct{}

var noLog = log.New(discard{}, "", 0)

func itoa(n int) string { return strconv.Itoa(n) }
