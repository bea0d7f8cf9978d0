package exchange

import "net/http"

// A Recorder is the http.ResponseWriter of an exchange. It adds the exchange to a log just before the status line is sent, so
// that a caller who has received the response finds the exchange in the list, and adds the body as it is written.
type Recorder struct {
	http.ResponseWriter
	status   int
	log      *Log
	exchange *Exchange
	request  *http.Request
	entry    *entry
}

// Recorder returns a recorder for the response to a request, which writes to w. If the exchange has no contract, the recorder
// only keeps the status.
func (l *Log) Recorder(w http.ResponseWriter, r *http.Request, x *Exchange) *Recorder {
	return &Recorder{ResponseWriter: w, log: l, exchange: x, request: r}
}

// Status is the status that was sent, or 0 before any was.
func (rec *Recorder) Status() int { return rec.status }

// End marks the end of the response. An exchange without a response is logged now: its connection is cut.
func (rec *Recorder) End() {
	if rec.status == 0 {
		rec.add()
	}
	if rec.entry != nil {
		rec.log.end(rec.entry)
	}
}

func (rec *Recorder) add() {
	if rec.exchange.Contract != nil {
		rec.entry = newEntry(rec.request, rec.exchange, rec.status, rec.Header())
		rec.log.add(rec.entry)
	}
}

// WriteHeader sends the status. Informational statuses are not recorded: another one follows.
func (rec *Recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= http.StatusOK {
		rec.status = status
		rec.add()
	}
	rec.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (rec *Recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	if rec.entry != nil {
		rec.log.written(rec.entry, b)
	}
	return rec.ResponseWriter.Write(b)
}

// Unwrap returns the writer below, for http.ResponseController.
func (rec *Recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }
