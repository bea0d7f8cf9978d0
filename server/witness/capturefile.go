package witness

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
)

// SkipOrigin is the reason for which [Capture] skips an exchange whose URL is below no server of the documents.
const SkipOrigin = "origin"

// A Capture reads files of recorded traffic. It adds each exchange to the recorder whose document has a server with the exchange's URL.
type Capture struct {
	recs    []*Recorder
	servers map[string]*url.URL

	others   map[string]int64 // number of exchanges by origin, for origins that belong to no document
	entries  int64
	matched  int64
	problems []string
}

// maxOrigins limits how many origins Capture.others holds.
const maxOrigins = 50

// NewCapture returns a capture for recorders of different documents. servers maps the name of a document to the URL at which the
// recorded traffic has its service; a document that is not in the map has its service at the document's servers.
func NewCapture(recs []*Recorder, servers map[string]*url.URL) (*Capture, error) {
	var errs []error
	for name, u := range servers {
		if u == nil || u.Host == "" || u.Scheme == "" {
			errs = append(errs, fmt.Errorf("%s: not a URL with a host", name))
		}
		if !slices.ContainsFunc(recs, func(rec *Recorder) bool { return rec.doc.Name == name }) {
			errs = append(errs, fmt.Errorf("%s is not one of the contracts that are checked", name))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Capture{recs: recs, servers: servers, others: map[string]int64{}}, nil
}

// Read reads a HAR file or NDJSON of HAR entries. An error, with the name of the file, goes into [Report.Incomplete]; the entries
// before it are counted.
func (c *Capture) Read(name string, r io.Reader) {
	if err := ReadHAR(r, c.entry); err != nil {
		c.problems = append(c.problems, name+": "+err.Error())
	}
}

func (c *Capture) entry(x *Exchange, skip string) error {
	c.entries++
	if skip != "" {
		c.skip(skip)
		return nil
	}
	for _, rec := range c.recs {
		if c.belongs(rec.doc, x) {
			c.matched++
			c.add(rec, x)
			return nil
		}
	}
	origin := x.URL.Scheme + "://" + x.URL.Host
	if c.others[origin] > 0 || len(c.others) < maxOrigins {
		c.others[origin]++
	}
	c.skip(SkipOrigin)
	return nil
}

// add checks an exchange. A panic is counted as a failed check and its text is dropped, because it may quote a body.
func (c *Capture) add(rec *Recorder, x *Exchange) {
	defer func() {
		if recover() != nil {
			rec.Failed()
		}
	}()
	rec.Add(x)
}

// skip counts a skipped entry. It belongs to no document, and is counted by the first recorder.
func (c *Capture) skip(reason string) {
	if len(c.recs) > 0 {
		c.recs[0].Skip(reason)
	}
}

// belongs reports whether an exchange is with the service of a document. If the service is at another path than the document's server,
// belongs replaces that path in the exchange by the document's.
func (c *Capture) belongs(doc *Document, x *Exchange) bool {
	if server := c.servers[doc.Name]; server != nil {
		rest, ok := below(server, x.URL)
		if !ok {
			return false
		}
		if strings.Trim(server.Path, "/") != "" {
			u := *x.URL
			u.Path, u.RawPath = doc.Base()+rest, ""
			x.URL = &u
		}
		return true
	}
	servers := doc.servers()
	return len(servers) == 0 || slices.ContainsFunc(servers, func(server *url.URL) bool {
		_, ok := below(server, x.URL)
		return ok
	})
}

// below reports whether a URL is below that of a server, and returns the rest of its path. The scheme is not compared, because a proxy
// in between may have changed it.
func below(server, u *url.URL) (rest string, ok bool) {
	if server.Host != "" && !strings.EqualFold(server.Host, u.Host) {
		return "", false
	}
	rest, ok = cutBase(u.Path, strings.TrimRight(server.Path, "/"))
	return rest, ok && (rest == "" || rest[0] == '/')
}

// Report returns a report of the exchanges read so far.
func (c *Capture) Report() *Report {
	reports := make([]*Report, len(c.recs))
	for i, rec := range c.recs {
		reports[i] = rec.Report()
	}
	r := Join(reports...)
	r.Incomplete = append(r.Incomplete, c.problems...)
	r.Notes = append(r.Notes,
		"HAR files hold decoded text, so that byte order marks, bytes after the JSON value, invalid UTF-8, charsets and trailers "+
			"cannot be checked")
	switch {
	case c.matched > 0:
	case len(c.others) > 0:
		r.Incomplete = append(r.Incomplete, "no exchange is with a server of the contracts; give --server with one of the origins in the files: "+
			strings.Join(sortedKeys(c.others), ", "))
	case c.entries > 0:
		r.Incomplete = append(r.Incomplete, "no entry of the files is an exchange that can be checked")
	case len(c.problems) == 0:
		r.Incomplete = append(r.Incomplete, "the files have no HAR entries")
	}
	return r
}
