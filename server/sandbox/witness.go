package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/witness"
)

// watch adds the exchanges of an API to the recorder of its document, if there is one.
func (s *Sandbox) watch(document string, api http.Handler) http.Handler {
	for _, rec := range s.opts.Witness {
		if rec.Document().Name == document {
			return limited(s.opts.WitnessRate, rec, api)
		}
	}
	return api
}

// shortExchange is the number of bytes in the bodies of an exchange up to which it takes the recorder about the same time.
const shortExchange = 5 << 10

// limited adds the exchanges of an API to a recorder, but no more than perSecond short ones a second; it counts the others as dropped. A
// long exchange counts as several short ones, by its size. A perSecond of 0 is no limit.
func limited(perSecond int, rec *witness.Recorder, api http.Handler) http.Handler {
	watched := rec.Handler(api, leftOut)
	if perSecond == 0 {
		return watched
	}
	limit := rate.NewLimiter(rate.Limit(perSecond), 10*perSecond)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if limit.Allow() {
			watched.ServeHTTP(w, r)
			length, _ := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64) // without it the response is short
			further := min((length+max(r.ContentLength, 0))/shortExchange, int64(limit.Burst()))
			limit.ReserveN(time.Now(), int(further))
			return
		}
		rec.Drop()
		api.ServeHTTP(w, r)
	})
}

// Reasons for which exchanges are left out of what [Options].Witness sees: their responses are not what the sandbox would give.
const (
	skipFault  = "fault"
	skipPrefer = "prefer"
)

func leftOut(r *http.Request) string {
	req := requestOf(r)
	switch {
	case req.faulted || req.Truncated:
		return skipFault
	case r.Header.Get("Prefer") != "":
		return skipPrefer
	}
	return ""
}

// documents are the contracts of both APIs as the witness reads them.
var documents = sync.OnceValues(func() (docs []*witness.Document, err error) {
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc, err := witness.Embedded(name)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, nil
})

// report returns the report of all recorders.
func (s *Sandbox) report() *witness.Report {
	reports := make([]*witness.Report, len(s.opts.Witness))
	for i, rec := range s.opts.Witness {
		reports[i] = rec.Report()
	}
	return witness.Join(reports...)
}

// GetReport returns the report on what the recorders have seen.
func (c *controlPlane) GetReport(context.Context, controlserver.GetReportRequestObject) (controlserver.GetReportResponseObject, error) {
	var out bytes.Buffer
	err := c.report().Write(&out, witness.FormatJSON, witness.WriteOptions{Verbose: true, Level: witness.FailDiffers})
	return getReport(compact(out.Bytes())), err
}

// Explain returns what the documents say of an operation, or of all, with what the recorders have seen of it.
func (c *controlPlane) Explain(_ context.Context, req controlserver.ExplainRequestObject) (controlserver.ExplainResponseObject, error) {
	docs, err := documents()
	if err != nil {
		return nil, err
	}
	described, err := witness.Describe(docs, c.report(), answer.Value(req.Params.Operation), "", "")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = described.WriteJSON(&out)
	return explained(compact(out.Bytes())), err
}

// compact takes out the white space that makes a report readable, which is half of it.
func compact(indented []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, indented) != nil { // not JSON: the encoder failed, and its error is returned
		return indented
	}
	return out.Bytes()
}

// The responses of GetReport and Explain are JSON already. The generated types are maps, because the schemas are those of the
// witness and stand in its document.
type (
	getReport json.RawMessage
	explained json.RawMessage
)

// VisitGetReportResponse writes the report.
func (body getReport) VisitGetReportResponse(w http.ResponseWriter) error { return writeRaw(w, body) }

// VisitExplainResponse writes the description.
func (body explained) VisitExplainResponse(w http.ResponseWriter) error { return writeRaw(w, body) }

func writeRaw(w http.ResponseWriter, body []byte) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(body)
	return err
}
