package witness

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

func (c *control) health(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := io.WriteString(w, `{"status":"ok"}`)
	return err
}

// reportTypes maps the formats of a report to their media types.
var reportTypes = map[string]string{
	FormatText: "text/plain; charset=utf-8", FormatJSON: "application/json", FormatSARIF: "application/sarif+json",
	FormatJUnit: "application/xml", FormatHTML: "text/html; charset=utf-8",
}

// all returns the report of all recorders.
func (c *control) all() *Report {
	reports := make([]*Report, len(c.opts.Recorders))
	for i, rec := range c.opts.Recorders {
		reports[i] = rec.Report()
	}
	all := Join(reports...)
	all.markProposals(ProposeOptions{Runs: 1})
	return all
}

func (c *control) report(w http.ResponseWriter, r *http.Request) error {
	format := r.URL.Query().Get("format")
	if format == "" {
		format = FormatJSON
	}
	w.Header().Set("Content-Type", reportTypes[format])
	if format == FormatHTML {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	}
	return c.all().Write(w, format, WriteOptions{Verbose: true, Level: FailDiffers})
}

// exchanges writes the list of exchanges. With follow it writes a line for each exchange until the client closes the connection.
func (c *control) exchanges(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	after, _ := strconv.ParseInt(query.Get("after"), 10, 64) // the contract has checked that it is a number
	if query.Get("follow") != "true" {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(c.opts.Traffic.After(after))
	}
	before, more, stop := c.opts.Traffic.watch(after)
	defer stop()
	w.Header().Set("Content-Type", "application/x-ndjson")
	enc, flush := json.NewEncoder(w), http.NewResponseController(w)
	for _, p := range before {
		if err := enc.Encode(p); err != nil {
			return nil // the client has closed the connection
		}
	}
	_ = flush.Flush()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case p, ok := <-more:
			if !ok || enc.Encode(p) != nil {
				return nil
			}
			_ = flush.Flush()
		}
	}
}

// recorder returns the recorder of the contract that a query names. Without a name it returns the only recorder.
func (c *control) recorder(query url.Values) (*Recorder, error) {
	name := query.Get("contract")
	for _, rec := range c.opts.Recorders {
		if rec.doc.Name == name || name == "" && len(c.opts.Recorders) == 1 {
			return rec, nil
		}
	}
	return nil, &controlError{http.StatusNotFound, "The proxy has no such contract, or has several and the query names none."}
}

func (c *control) proposal(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	rec, err := c.recorder(query)
	if err != nil {
		return err
	}
	proposal, err := Propose(rec.Report(), rec.doc.Name, ProposeOptions{Runs: 1, Grades: query.Get("only") == "", Only: query["only"]})
	if err != nil {
		return &controlError{http.StatusConflict, err.Error()}
	}
	write, kind := proposal.Diff, "text/x-diff; charset=utf-8"
	if query.Get("format") == "overlay" {
		write, kind = proposal.Overlay, "application/vnd.oai.openapi.overlay"
	}
	text, err := write()
	if err != nil {
		return &controlError{http.StatusConflict, err.Error()}
	}
	w.Header().Set("Content-Type", kind)
	_, err = w.Write(text)
	return err
}

// explain writes the description of all documents, or of the part that the query selects.
func (c *control) explain(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	var docs []*Document
	for _, rec := range c.opts.Recorders {
		if name := query.Get("contract"); name == "" || name == rec.doc.Name {
			docs = append(docs, rec.doc)
		}
	}
	d, err := Describe(docs, c.all(), query.Get("operation"), query.Get("status"), query.Get("pointer"))
	if err != nil || len(docs) == 0 {
		return &controlError{http.StatusNotFound, "The proxy has no such contract, or its document has no such place."}
	}
	w.Header().Set("Content-Type", "application/json")
	return d.WriteJSON(w)
}
