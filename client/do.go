package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Do sends a request that no method covers, with the client's token, X-Tenant, correlation id, limits, retries and errors:
//
//	var offers struct{ Items []struct{ ID, Name string } }
//	err := cc.Do(ctx, http.MethodGet, "/v1/Offers?pageSize=100", nil, &offers)
//
// path is escaped, begins with a slash, and may have a query; it is joined to the base URL. body is encoded as JSON, unless
// it is nil; a [json.RawMessage] is sent as it is. The response is decoded into out. If out is a *[]byte, it receives the
// body as it is, whatever its media type; if out is nil, the body is ignored. A response with status 204 leaves out
// untouched.
//
// GET, HEAD, OPTIONS, PUT and DELETE are sent again as [RetryPolicy] says for operations that can be repeated; POST and
// PATCH are not, unless the context has [ContextWithReplay]. In errors, hooks and log lines the operation is the method and
// the path. Secrets in body are not recognised in what the service says about it.
func (cc *CloudCockpit) Do(ctx context.Context, method, path string, body, out any) error {
	return cc.core.request(ctx, method, path, http.Header{"X-Tenant": {cc.tenant}}, body, out)
}

// Do sends a request that no method covers, like [CloudCockpit.Do]. path is below the API's /api, such as
// "/v1.0/accounts".
func (mr *MyReports) Do(ctx context.Context, method, path string, body, out any) error {
	return mr.core.request(ctx, method, path, http.Header{}, body, out)
}

func (c *core) request(ctx context.Context, method, path string, h http.Header, body, out any) error {
	name, _, _ := strings.Cut(path, "?")
	op := operation{
		name: oneLine(method+" "+withoutEmail(name), 200), once: !isIdempotent(method), custom: true,
		build: func(server string) (*http.Request, error) {
			return buildRequest(method, strings.TrimSuffix(server, "/"), path, h, body)
		},
	}
	raw, wantsBytes := out.(*[]byte)
	if wantsBytes {
		op.accept = acceptAny
	}
	if out == nil {
		return send(ctx, c, op)
	}
	x, res, failure := c.do(ctx, &op)
	if failure != nil {
		return failure
	}
	defer res.release()
	switch {
	case wantsBytes:
		*raw = append([]byte(nil), res.body...)
	case res.status == http.StatusNoContent, res.status == http.StatusNotFound: // a 404 here is a DELETE carried out before
	default:
		if kind, err := res.decode(out); kind != nil {
			return x.fail(kind, res, err)
		}
	}
	return nil
}

// buildRequest joins the path to the server. It refuses what would leave the server or its base path, because the request
// carries the token.
func buildRequest(method, server, path string, h http.Header, body any) (*http.Request, error) {
	u, err := url.Parse(path)
	switch {
	case err != nil || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || u.Fragment != "":
		return nil, fmt.Errorf("%q is no path below the base URL; it must begin with one slash", path)
	case hasDotSegment(u.EscapedPath()):
		return nil, fmt.Errorf("%q has a segment . or .., which would address another resource", path)
	}
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("the body cannot be encoded as JSON: %w", err)
		}
		h.Set("Content-Type", "application/json")
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, server+path, reader) // each attempt sets its own context
	if err != nil {
		return nil, fmt.Errorf("the request cannot be built: %w", err)
	}
	req.Header = h
	return req, nil
}

func hasDotSegment(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if text, err := url.PathUnescape(segment); err != nil || text == "." || text == ".." {
			return true
		}
	}
	return false
}

// isIdempotent reports whether a method is idempotent by RFC 9110, section 9.2.2.
func isIdempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}
