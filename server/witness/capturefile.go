package witness

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
)

// SkipOrigin is why an exchange of a capture is skipped that is with no server of the documents.
const SkipOrigin = "origin"

// A Capture reads recorded traffic, and gives each exchange to the recorder of the document whose service it is with.
type Capture struct {
	recs    []*Recorder
	servers map[string]*url.URL

	others   map[string]int64 // origins that belong to no contract, with how many exchanges
	entries  int64
	matched  int64
	problems []string
}

// maxOrigins bounds the origins that are remembered.
const maxOrigins = 50

// NewCapture returns a capture for recorders of different documents. servers says, by the name of a document, which origin in the
// traffic is its service; by default it is one of the document's servers.
func NewCapture(recs []*Recorder, servers map[string]*url.URL) (*Capture, error) {
	var errs []error
	for name, u := range servers {
		if u == nil || u.Host == "" || u.Scheme == "" {
			errs = append(errs, fmt.Errorf("server of %s: not a URL with a host", name))
		}
		if !slices.ContainsFunc(recs, func(rec *Recorder) bool { return rec.doc.Name == name }) {
			errs = append(errs, fmt.Errorf("server of %s: no such document", name))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Capture{recs: recs, servers: servers, others: map[string]int64{}}, nil
}

// Read reads a HAR file or NDJSON of HAR entries. name is for reports. What was read before an error counts.
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

// add checks an exchange. As in the proxy, a panic costs one exchange, and what it says is not shown.
func (c *Capture) add(rec *Recorder, x *Exchange) {
	defer func() {
		if recover() != nil {
			rec.Failed()
		}
	}()
	rec.Add(x)
}

// skip counts a skipped entry with the first recorder: it is of no document.
func (c *Capture) skip(reason string) {
	if len(c.recs) > 0 {
		c.recs[0].Skip(reason)
	}
}

// belongs reports whether an exchange is with a document's service, and gives it the path that the document has for it.
func (c *Capture) belongs(doc *Document, x *Exchange) bool {
	if server := c.servers[doc.Name]; server != nil {
		rest, ok := below(server, x.URL)
		if !ok {
			return false
		}
		if strings.Trim(server.Path, "/") != "" {
			u := *x.URL
			u.Path, u.RawPath = doc.bases()[0]+rest, ""
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

// below reports whether a URL is below that of a server, and returns the rest of its path. The scheme is not compared, for a proxy in
// between may have changed it.
func below(server, u *url.URL) (rest string, ok bool) {
	if server.Host != "" && !strings.EqualFold(server.Host, u.Host) {
		return "", false
	}
	rest, ok = cutBase(u.Path, strings.TrimRight(server.Path, "/"))
	return rest, ok && (rest == "" || rest[0] == '/')
}

// Report returns what was read so far. Its notes say what such files cannot show.
func (c *Capture) Report() *Report {
	reports := make([]*Report, len(c.recs))
	for i, rec := range c.recs {
		reports[i] = rec.Report()
	}
	r := Join(reports...)
	r.Incomplete = append(r.Incomplete, c.problems...)
	r.Notes = append(r.Notes, "a HAR file holds decoded text: byte order marks, bytes after the value, invalid UTF-8, charsets and trailers cannot be judged")
	if c.matched == 0 && c.entries > 0 {
		r.Incomplete = append(r.Incomplete, "no exchange is with a server of the documents; the origins are "+strings.Join(sortedKeys(c.others), ", "))
	}
	return r
}
