package checked

import (
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/server/witness"
)

// Witness adds each exchange of the client to a recorder, which counts what was used of the contract and what departs from it:
// evidence about the real service, out of a program that uses it anyway. rec must be of the client's API, or one of recs: a
// recorder is found by the name of its document, cloudcockpit or myreports. The operation waits for the check. Close the recorder
// when the client is no longer used.
func Witness(rec *witness.Recorder, recs ...*witness.Recorder) client.Option {
	return client.WithChecker(func(api client.API) (client.Checker, error) {
		for _, rec := range append(recs, rec) {
			if rec.Document().Name == documents[api] {
				return &witnessChecker{rec: rec, base: bases[api]}, nil
			}
		}
		return nil, fmt.Errorf("no recorder is of the document %q", documents[api])
	})
}

// documents are the names of the contracts' documents.
var documents = map[client.API]string{client.APICloudCockpit: "cloudcockpit", client.APIMyReports: "myreports"}

// A witnessChecker hands the exchanges of one client to a recorder.
type witnessChecker struct {
	rec  *witness.Recorder
	base string
}

// CheckRequest does nothing: a request is judged together with its response.
func (c *witnessChecker) CheckRequest(client.Subject, *http.Request, []byte) error { return nil }

// CheckResponse is called when the response has been read.
func (c *witnessChecker) CheckResponse(of client.Subject, req *http.Request, status int, header http.Header, body []byte) error {
	path, _ := url.PathUnescape(of.Path) // cannot fail: the path comes from url.URL.EscapedPath
	c.rec.Add(&witness.Exchange{
		Method: req.Method, Host: req.URL.Host, RequestHeader: req.Header, Request: sent(req),
		URL:    &url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host, Path: c.base + path, RawPath: c.base + of.Path, RawQuery: req.URL.RawQuery},
		Status: status, Header: header, Response: witness.Body{Data: body, Known: true}, Without: witness.HeaderCase,
	})
	return nil
}

// sent returns the body of a request that was sent.
func sent(req *http.Request) witness.Body {
	if req.Body == nil || req.Body == http.NoBody {
		return witness.Body{Known: true}
	}
	if req.GetBody == nil {
		return witness.Body{}
	}
	body, err := req.GetBody()
	if err != nil {
		return witness.Body{}
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	return witness.Body{Data: data, Known: err == nil}
}
