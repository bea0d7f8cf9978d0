package witness

import (
	"sync/atomic"
)

// A Recorder holds exchanges to one document.
type Recorder struct {
	doc     *Document
	dropped atomic.Int64
	failed  atomic.Int64
	added   func(*Exchange)
	skips   func(string)
}

// Result is what became of an exchange.
type Result struct {
	Operation string
	Skip      string
	Findings  []string
}

func (rec *Recorder) Add(x *Exchange) Result {
	rec.added(x)
	return Result{}
}
func (rec *Recorder) Skip(reason string) {
	if rec.skips != nil {
		rec.skips(reason)
	}
}
func (rec *Recorder) Drop()   { rec.dropped.Add(1) }
func (rec *Recorder) Failed() { rec.failed.Add(1) }
