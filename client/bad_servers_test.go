package client_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/client"
)

// A badServer violates HTTP or the contract; want is what the client must make of it.
type badServer struct {
	name   string
	serve  http.HandlerFunc
	raw    string // in place of serve: these bytes for every request, then the end of the connection
	do     func(ctx context.Context, cc *client.CloudCockpit, mr *client.MyReports) error
	opts   []client.Option
	want   []error
	not    []error
	status int
}

type operation = func(context.Context, *client.CloudCockpit, *client.MyReports) error

func listUsers(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
	_, err := cc.CustomerUsers(contoso, contosoProvider).List(ctx, client.ListCustomerUsers{})
	return err
}

func allUsers(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) (err error) {
	for _, err = range cc.CustomerUsers(contoso, contosoProvider).All(ctx, client.ListCustomerUsers{}) {
	}
	return err
}

func getUser(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
	_, err := cc.CustomerUsers(contoso, contosoProvider).Get(ctx, ada)
	return err
}

func updateUser(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
	return cc.CustomerUsers(contoso, contosoProvider).Update(ctx, ada,
		client.CustomerUser{DisplayName: new("Ada"), TemporaryPassword: new("hunter2hunter2")})
}

func createUser(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
	_, err := cc.PortalUsers(contoso).Create(ctx, client.PortalUser{Email: new("grace@contoso.example")})
	return err
}

func getAccountUser(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
	_, err := mr.AccountUsers(account).Get(ctx, uma)
	return err
}

func listAccountUsers(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
	_, err := mr.AccountUsers(account).List(ctx)
	return err
}

func patchAccountUser(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
	return mr.AccountUsers(account).Patch(ctx, uma, client.Patch().ReplaceDisplayName("Uma"))
}

// typed responds with a body of any media type.
func typed(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil // net/http would guess one
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func redirect(status int, location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if location != "" {
			w.Header().Set("Location", location)
		}
		w.WriteHeader(status)
	}
}

// hijacked takes over the connection and passes it to f.
func hijacked(f func(net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		f(conn)
	}
}

// reset writes text and ends the connection with a TCP reset.
func reset(text string) http.HandlerFunc {
	return hijacked(func(conn net.Conn) {
		_, _ = io.WriteString(conn, text)
		time.Sleep(5 * time.Millisecond) // otherwise the peer's kernel drops the bytes with the reset
		_ = conn.(*net.TCPConn).SetLinger(0)
	})
}

func page(number, total int, hasNext bool, items string) string {
	return fmt.Sprintf(`{"items":[%s],"paginationParameters":{"pageNumber":%d,"pageSize":1},"totalPages":%d,"totalCount":%d,`+
		`"hasPreviousPage":false,"hasNextPage":%t,"continuationToken":null}`, items, number, total, total, hasNext)
}

const adaJSON = `{"id":"a0000000-0000-4000-8000-000000000001","displayName":"Ada","email":"ada@contoso.example",` +
	`"firstName":null,"lastName":null,"location":"GB","temporaryPassword":null,"domain":"contoso.example"}`

// pages responds with the page whose number is requested.
func pages(f func(number int) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number := 1
		_, _ = fmt.Sscan(r.URL.Query().Get("pageNumber"), &number)
		respondJSON(200, f(number))(w, r)
	}
}

func gzipped(f func(io.Writer)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		f(w)
	}
}

const html = "<!DOCTYPE html><title>Sign in</title><p>token=secret-token"

var badServers = []badServer{
	{name: "HTML with status 200", serve: typed(200, "text/html", html), want: []error{client.ErrNotJSON}, status: 200},
	{
		name: "HTML with status 200 to an update", serve: typed(200, "text/html", html), do: updateUser,
		want: []error{client.ErrNotJSON}, status: 200,
	},
	{name: "HTML with status 502", serve: typed(502, "text/html", html), want: []error{client.ErrServer, client.ErrNotJSON}, status: 502},
	{name: "HTML with status 404", serve: typed(404, "text/html", html), want: []error{client.ErrNotFound, client.ErrNotJSON}, status: 404},
	{name: "JSON as text/plain", serve: typed(200, "text/plain", page(1, 1, false, adaJSON)), want: []error{client.ErrNotJSON}, status: 200},
	{name: "JSON without a content type", serve: typed(200, "", page(1, 1, false, adaJSON)), want: []error{client.ErrNotJSON}, status: 200},
	{name: "a content type that is none", serve: typed(200, "json; ;=", page(1, 1, false, adaJSON)), want: []error{client.ErrNotJSON}, status: 200},
	{name: "HTML that says it is JSON", serve: typed(200, "application/json", html), want: []error{client.ErrNotJSON}, status: 200},
	{name: "an empty 200", serve: typed(200, "application/json", ""), want: []error{client.ErrNotJSON}, status: 200},
	{name: "an empty 200 without a type", serve: typed(200, "", ""), want: []error{client.ErrNotJSON}, status: 200},
	{name: "204 where a body is promised", serve: typed(204, "", ""), want: []error{client.ErrNotJSON}, status: 204},
	{name: "an empty 201 to a create", serve: typed(201, "", ""), do: createUser, want: []error{client.ErrNotJSON}, status: 201},
	{
		name: "401 of type JSON without a body", serve: typed(401, "application/json", ""),
		want: []error{client.ErrUnauthorized}, not: []error{client.ErrNotJSON}, status: 401,
	},
	{name: "500 with an array", serve: respondJSON(500, `["boom"]`), want: []error{client.ErrServer}, status: 500},
	{
		name: "500 with errors nested nine thousand deep", want: []error{client.ErrServer}, status: 500,
		serve: respondJSON(500, strings.Repeat(`{"error":`, 9000)+`"`+strings.Repeat("x", 900_000)+`"`+strings.Repeat("}", 9000)),
	},
	{name: "500 with half an envelope", serve: respondJSON(500, `{"statusCode":"five hundred","errors":7}`), want: []error{client.ErrServer}, status: 500},
	{name: "200 with an error object", serve: respondJSON(200, `{"statusCode":500,"description":"no"}`), want: []error{client.ErrShape}, status: 200},
	{
		name: "200 with an error object to an update", serve: respondJSON(200, `{"statusCode":500,"description":"no"}`),
		do: updateUser, want: []error{client.ErrShape}, status: 200,
	},
	{
		name: "200 with MyReports' error envelope", serve: respondJSON(200, `{"error":404,"message":"Not Found","status":"error","timestamp":""}`),
		do: getAccountUser, want: []error{client.ErrShape}, status: 200,
	},
	{
		name: "200 with MyReports' error envelope to a patch", serve: respondJSON(200, `{"error":404,"message":"no","status":"error"}`),
		do: patchAccountUser, want: []error{client.ErrShape}, status: 200,
	},
	{
		name: "a status that is no success, to a patch", serve: respondJSON(200, `{"status":"failed"}`),
		do: patchAccountUser, want: []error{client.ErrShape}, status: 200,
	},
	{name: "a list that is null", serve: respondJSON(200, `{"data":null,"status":"success"}`), do: listAccountUsers, want: []error{client.ErrShape}, status: 200},
	{name: "null", serve: respondJSON(200, `null`), want: []error{client.ErrShape}, status: 200},
	{name: "an empty object", serve: respondJSON(200, `{}`), want: []error{client.ErrShape}, status: 200},
	{name: "an empty object for a user", serve: respondJSON(200, `{}`), do: getUser, want: []error{client.ErrShape}, status: 200},
	{name: "an array for a page", serve: respondJSON(200, `[]`), want: []error{client.ErrShape}, status: 200},
	{name: "a string for a page", serve: respondJSON(200, `"users"`), want: []error{client.ErrShape}, status: 200},
	{name: "users that are null", serve: respondJSON(200, page(1, 1, false, "null")), want: []error{client.ErrShape}, status: 200},
	{name: "a number beyond int32", serve: respondJSON(200, `{"items":[],"totalCount":1e99}`), want: []error{client.ErrShape}, status: 200},
	{name: "an id that is no UUID", serve: respondJSON(200, `{"id":"42","email":"a"}`), do: getUser, want: []error{client.ErrShape}, status: 200},
	{name: "a created id that is no UUID", serve: respondJSON(201, `"42"`), do: createUser, want: []error{client.ErrShape}, status: 201},
	{name: "a created id that is zero", serve: respondJSON(201, `"00000000-0000-0000-0000-000000000000"`), do: createUser, want: []error{client.ErrShape}, status: 201},
	{name: "JSON that ends too soon", serve: respondJSON(200, `{"items":[{"id":"a0`), want: []error{client.ErrNotJSON}, status: 200},
	{name: "bytes behind the JSON", serve: respondJSON(200, page(1, 1, false, adaJSON)+"}"), want: []error{client.ErrNotJSON}, status: 200},
	{name: "JSON nested a hundred thousand deep", serve: respondJSON(200, strings.Repeat("[", 100_000)), want: []error{client.ErrNotJSON}, status: 200},
	{name: "invalid UTF-8", serve: respondJSON(200, page(1, 1, false, strings.ReplaceAll(adaJSON, "Ada", "\xff\xfe"))), want: []error{client.ErrNotJSON}, status: 200},
	{name: "a byte order mark", serve: respondJSON(200, "\ufeff"+page(1, 1, false, adaJSON)), want: []error{client.ErrNotJSON}, status: 200},
	{name: "UTF-16", serve: typed(200, "application/json; charset=utf-16", "{\x00}\x00"), want: []error{client.ErrNotJSON}, status: 200},
	{
		name: "a body shorter than its Content-Length", raw: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"items\":[",
		want: []error{client.ErrTruncated, io.ErrUnexpectedEOF}, status: 200,
	},
	{
		name: "chunks that end too soon", raw: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n{\"items\":[",
		want: []error{client.ErrTruncated}, status: 200,
	},
	{
		name: "a chunk of no size", raw: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n-7\r\n{\r\n0\r\n\r\n",
		want: []error{client.ErrTruncated}, status: 200,
	},
	{
		name: "a create whose response is cut", raw: "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 38\r\n\r\n\"4000",
		do: createUser, want: []error{client.ErrTruncated}, status: 201,
	},
	{
		name: "a Content-Length of an exabyte", raw: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1152921504606846976\r\n\r\n{}",
		want: []error{client.ErrTruncated}, status: 200,
	},
	{name: "two Content-Lengths", raw: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", want: []error{client.ErrConnection}},
	{
		name: "gzip that is none", serve: gzipped(func(w io.Writer) { _, _ = io.WriteString(w, "no gzip") }),
		want: []error{client.ErrTruncated}, status: 200,
	},
	{
		name: "gzip that is cut", serve: gzipped(func(w io.Writer) {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = io.WriteString(z, page(1, 1, false, adaJSON))
			_ = z.Close()
			_, _ = w.Write(b.Bytes()[:b.Len()/2])
		}), want: []error{client.ErrTruncated}, status: 200,
	},
	{
		name: "a coding that unknownID asked for", want: []error{client.ErrNotJSON}, status: 200,
		serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			respondJSON(200, "\x8b\x00\x80{}\x03")(w, nil)
		},
	},
	{name: "301 to another host", serve: redirect(301, "https://elsewhere.example/v1"), want: []error{client.ErrRedirect}, status: 301},
	{name: "302 to itself", serve: redirect(302, "/"), want: []error{client.ErrRedirect}, status: 302},
	{name: "303 to an update", serve: redirect(303, "/signin"), do: updateUser, want: []error{client.ErrRedirect}, status: 303},
	{name: "307 to a create", serve: redirect(307, "https://elsewhere.example/v1"), do: createUser, want: []error{client.ErrRedirect}, status: 307},
	{name: "308 without a location", serve: redirect(308, ""), want: []error{client.ErrRedirect}, status: 308},
	{name: "302 to what is no address", serve: redirect(302, "http://[::1"), want: []error{client.ErrRedirect}, status: 302},
	{name: "304 to what was not conditional", serve: typed(304, "", ""), want: []error{client.ErrRedirect}, status: 304},
	{
		name: "101 to what was no upgrade", raw: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: chaos\r\nConnection: Upgrade\r\n\r\n",
		want: []error{client.ErrConnection}, status: 101,
	},
	{name: "status 999", serve: typed(999, "", ""), want: []error{client.ErrServer}, status: 999},
	{name: "418", serve: typed(418, "", ""), want: []error{client.ErrInvalid}, status: 418},
	{name: "402 that echoes", serve: respondJSON(402, `{"email":"x"}`), do: patchAccountUser, want: []error{client.ErrPaymentRequired}, status: 402},
	{name: "403 without a body", serve: typed(403, "", ""), want: []error{client.ErrForbidden}, not: []error{client.ErrNotJSON}, status: 403},
	{name: "no response in time", serve: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, want: []error{client.ErrConnection, context.DeadlineExceeded}},
	{
		name: "headers that drip", want: []error{client.ErrConnection, context.DeadlineExceeded},
		serve: hijacked(func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
			for i := range 100 {
				time.Sleep(20 * time.Millisecond)
				if _, err := fmt.Fprintf(conn, "X-%d: 1\r\n", i); err != nil {
					return
				}
			}
		}),
	},
	{
		name: "a body that drips", want: []error{client.ErrTruncated, context.DeadlineExceeded}, status: 200,
		serve: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		},
	},
	{name: "the connection ends before a byte", serve: hijacked(func(net.Conn) {}), want: []error{client.ErrConnection}},
	{name: "a reset before a byte", serve: reset(""), want: []error{client.ErrConnection}},
	{name: "a reset in the status line", serve: reset("HTTP/1.1 2"), want: []error{client.ErrConnection}},
	{name: "a reset in the headers", serve: reset("HTTP/1.1 200 OK\r\nContent-Type: appl"), want: []error{client.ErrConnection}},
	{
		name: "a reset in the body", serve: reset("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{\"items\""),
		want: []error{client.ErrTruncated}, status: 200,
	},
	{name: "a reset after an update was read", serve: reset(""), do: updateUser, want: []error{client.ErrConnection}},
	{name: "something that is not HTTP", raw: "220 mail.example ESMTP\r\n", want: []error{client.ErrConnection}},
	{name: "a header of two megabytes", serve: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Big", strings.Repeat("x", 2<<20))
	}, want: []error{client.ErrConnection}},
	{
		name: "interim responses without end", want: []error{client.ErrConnection},
		serve: hijacked(func(conn net.Conn) {
			for range 1_000_000 {
				if _, err := io.WriteString(conn, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"); err != nil {
					return
				}
			}
		}),
	},
	{name: "Retry-After of a year", serve: throttled(429, "31536000"), want: []error{client.ErrThrottled}, status: 429},
	{name: "Retry-After in the year 9999", serve: throttled(503, "Fri, 31 Dec 9999 23:59:59 GMT"), want: []error{client.ErrServer}, status: 503},
	{name: "Retry-After in the past", serve: throttled(429, "Sun, 06 Nov 1994 08:49:37 GMT"), want: []error{client.ErrThrottled}, status: 429},
	{name: "Retry-After beyond all integers", serve: throttled(429, strings.Repeat("9", 40)), want: []error{client.ErrThrottled}, status: 429},
	{name: "Retry-After below zero", serve: throttled(429, "-5"), want: []error{client.ErrThrottled}, status: 429},
	{name: "Retry-After in words", serve: throttled(503, "soon"), want: []error{client.ErrServer}, status: 503},
	{
		name: "pages that never end", do: allUsers, want: []error{client.ErrShape}, status: 200,
		serve: pages(func(n int) string { return page(n, 1<<31-1, true, adaJSON) }),
	},
	{
		name: "another page after an empty one", do: allUsers, want: []error{client.ErrShape}, status: 200,
		serve: pages(func(n int) string { return page(n, 1<<31-1, true, "") }),
	},
	{
		name: "another page after the last", do: allUsers, want: []error{client.ErrShape}, status: 200,
		serve: pages(func(n int) string { return page(n, 3, true, adaJSON) }),
	},
	{
		name: "no page after the first of three", do: allUsers, want: []error{client.ErrShape}, status: 200,
		serve: pages(func(n int) string { return page(n, 3, false, adaJSON) }),
	},
	{
		name: "the same page for ever", do: allUsers, want: []error{client.ErrShape}, status: 200,
		serve: pages(func(int) string { return page(1, 9, true, adaJSON) }),
	},
	{
		name: "an envelope that repeats the token and the password", do: updateUser, want: []error{client.ErrInvalid}, status: 400,
		serve: respondJSON(400, `{"description":"secret-token\u0007\n is no hunter2hunter2","errors":[{"propertyName":"hunter2hunter2",`+
			`"description":["hunter2hunter2"]}],"correlationId":"x\u001b[31m"}`),
	},
}

func throttled(status int, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		respondJSON(status, `{"description":"later"}`)(w, r)
	}
}

// Ensure that each bad server leads to a typed error in bounded time, with status and headers if they arrived.
func TestBadServers(t *testing.T) {
	t.Parallel()
	for _, h := range badServers {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			handler := h.serve
			if h.raw != "" {
				handler = hijacked(func(conn net.Conn) { _, _ = io.WriteString(conn, h.raw) })
			}
			do := h.do
			if do == nil {
				do = listUsers
			}
			url := serve(t, handler)
			opts := append([]client.Option{client.WithTimeout(400 * time.Millisecond), client.WithMaxPages(300)}, h.opts...)
			started := time.Now()
			err := do(t.Context(), newCloudCockpit(t, url, opts...), newMyReports(t, url, opts...))
			if took := time.Since(started); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			failed := failure(t, err, h.want...)
			for _, kind := range h.not {
				if errors.Is(err, kind) {
					t.Errorf("error %v matches %q", err, kind)
				}
			}
			if failed.Status != h.status || (failed.Header == nil) != (h.status == 0) && h.do == nil {
				t.Errorf("status %d and headers %v, want status %d", failed.Status, failed.Header, h.status)
			}
			if failed.CorrelationID == "" || failed.Operation == "" {
				t.Errorf("correlation id %q and operation %q must be there", failed.CorrelationID, failed.Operation)
			}
			line := err.Error()
			for _, bad := range []string{"secret-token", "hunter2", "\n", "\x1b", "\a", "<title>"} {
				if strings.Contains(line, bad) {
					t.Errorf("the line %q holds %q", line, bad)
				}
			}
			if len(line) > 1500 {
				t.Errorf("the line has %d bytes", len(line))
			}
		})
	}
}

// Ensure that an endless list fails after ten thousand pages by default.
func TestBadServers_Pages(t *testing.T) {
	t.Parallel()
	asked := 0
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		asked++
		body := page(asked, 1<<31-1, true, adaJSON)
		return &http.Response{
			StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	})
	cc := newCloudCockpit(t, "https://cc.example", client.WithHTTPClient(&http.Client{Transport: transport}))
	wantFailure(t, allUsers(t.Context(), cc, nil), client.ErrShape)
	if asked != 10_000 {
		t.Errorf("asked for %d pages, want 10,000", asked)
	}
}

// Ensure that the memory for an endless response is bounded by the limit, compressed or not. Not parallel, because it
// measures allocation.
func TestBadServers_Memory(t *testing.T) {
	zeros := make([]byte, 64<<10)
	const size = 1 << 30
	var bomb bytes.Buffer // 64 MiB in 64 KiB; a gzip body may have several members
	z, _ := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	_, _ = z.Write(make([]byte, 64<<20))
	_ = z.Close()
	for name, handler := range map[string]http.HandlerFunc{
		"a body of a gigabyte": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for range size / len(zeros) {
				if _, err := w.Write(zeros); err != nil {
					return
				}
			}
		},
		"a gzip bomb": gzipped(func(w io.Writer) {
			for range size / (64 << 20) {
				if _, err := w.Write(bomb.Bytes()); err != nil {
					return
				}
			}
		}),
		"an error of a gigabyte": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			for range size / len(zeros) {
				if _, err := w.Write(zeros); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cc := newCloudCockpit(t, serve(t, handler))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := listUsers(t.Context(), cc, nil)
			runtime.ReadMemStats(&after)
			failed := failure(t, err, client.ErrTooLarge)
			if failed.Attempts != 1 {
				t.Errorf("%d attempts, want 1", failed.Attempts)
			}
			if len(failed.Body) > 64<<10 {
				t.Errorf("the error keeps %d bytes", len(failed.Body))
			}
			grown := after.TotalAlloc - before.TotalAlloc
			t.Logf("allocated %d MiB in all", grown>>20)
			if grown > 96<<20 { // the limit of 32 MiB, reached by doubling, and what the server allocates
				t.Errorf("allocated %d MiB", grown>>20)
			}
		})
	}
}

// Ensure that no redirect sends the token to another host.
func TestBadServers_RedirectTarget(t *testing.T) {
	t.Parallel()
	elsewhere := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s with %v", r.Method, r.URL, r.Header) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		cc := newCloudCockpit(t, serve(t, redirect(status, elsewhere)))
		for _, do := range []operation{listUsers, updateUser, createUser} {
			failed := failure(t, do(t.Context(), cc, nil), client.ErrRedirect)
			if got := failed.Header.Get("Location"); got != elsewhere {
				t.Errorf("Location %q, want %q", got, elsewhere)
			}
		}
	}
}

// Ensure that a failure to connect is a typed error, and that a bad certificate is not tried again.
func TestBadServers_Connecting(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(nil)
	closed.Close()
	plain := serve(t, respondJSON(200, "{}"))
	untrusted := httptest.NewUnstartedServer(nil)
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0) // it would print each failed handshake
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	for _, c := range []struct {
		name, url string
		attempts  int
	}{
		{"a closed port", closed.URL, 2},
		{"a host that does not exist", "https://nowhere.invalid", 2},
		{"HTTPS to an HTTP server", strings.Replace(plain, "http:", "https:", 1), 1},
		{"a certificate that is not trusted", untrusted.URL, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cc := newCloudCockpit(t, c.url, client.WithTimeout(5*time.Second))
			for _, do := range []operation{listUsers, createUser} {
				if failed := failure(t, do(t.Context(), cc, nil), client.ErrConnection); failed.Attempts != c.attempts {
					t.Errorf("%d attempts, want %d: %v", failed.Attempts, c.attempts, failed)
				}
			}
		})
	}
}
