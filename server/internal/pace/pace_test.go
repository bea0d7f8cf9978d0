package pace

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// dial opens a connection to a server with the handler.
func dial(t *testing.T, timeout time.Duration, next http.HandlerFunc) net.Conn {
	t.Helper()
	srv := httptest.NewServer(&Handler{Next: next, Timeout: timeout})
	t.Cleanup(srv.Close)
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// closed waits until the server has closed a connection, and returns what it sent.
func closed(t *testing.T, conn net.Conn) string {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still open")
	}
	return string(text)
}

const short = 50 * time.Millisecond

// Ensure a body that does not arrive is an error of the read, and ends the connection.
func TestHandler_StalledRequest(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"nothing": "", "a part": "half of", "chunks": "5\r\nhalf "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := make(chan error, 1)
			conn := dial(t, short, func(w http.ResponseWriter, r *http.Request) {
				_, err := io.ReadAll(r.Body)
				failed <- err
				w.WriteHeader(http.StatusBadRequest)
			})
			length := "Content-Length: 100"
			if name == "chunks" {
				length = "Transfer-Encoding: chunked"
			}
			fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s", length, body)
			text := closed(t, conn)
			if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) || !strings.HasPrefix(text, "HTTP/1.1 400") {
				t.Errorf("got the error %v and the response %q", err, text)
			}
		})
	}
}

// Ensure a body that the handler does not read ends the connection, too.
func TestHandler_UnreadRequest(t *testing.T) {
	t.Parallel()
	conn := dial(t, short, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
	if text := closed(t, conn); !strings.HasPrefix(text, "HTTP/1.1 401") {
		t.Errorf("got %q, want 401", text)
	}
}

// Ensure a response that is not read is an error of the write.
func TestHandler_StalledResponse(t *testing.T) {
	t.Parallel()
	failed := make(chan error, 1)
	conn := dial(t, short, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				failed <- err
				return
			}
		}
	})
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case err := <-failed:
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v, want the deadline's error", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the handler still writes")
	}
}

// Ensure that a response may take any time before its first byte, with and without a body in the request, and that its context
// lives as long.
func TestHandler_SlowHandler(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]string{
		"without a body": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"with a body":    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody",
		"expecting 100":  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := dial(t, short, func(w http.ResponseWriter, r *http.Request) {
				if name != "expecting 100" {
					_, _ = io.ReadAll(r.Body)
				}
				select {
				case <-r.Context().Done():
					t.Error("the context ended before the handler")
				case <-time.After(5 * short):
				}
				body, err := io.ReadAll(r.Body)
				fmt.Fprintf(w, "%s %v", body, err)
			})
			reader := bufio.NewReader(conn)
			for range 2 { // the second shows that no deadline is left from the first
				fmt.Fprint(conn, request)
				if name == "expecting 100" {
					if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
						t.Fatalf("got %q and %v, want 100 Continue", line, err)
					}
					_, _ = reader.ReadString('\n')
					fmt.Fprint(conn, "body")
				}
				resp, err := http.ReadResponse(reader, nil)
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(resp.Body)
				if err != nil || !strings.HasSuffix(string(text), "<nil>") {
					t.Errorf("got %q and %v", text, err)
				}
			}
		})
	}
}

// A timed is a ResponseWriter that keeps the deadlines that are set, and what was moved before each.
type timed struct {
	http.ResponseWriter
	moved         int
	reads, writes []int
	cleared       bool
}

func (w *timed) SetReadDeadline(at time.Time) error {
	if w.cleared = at.IsZero(); !w.cleared {
		w.reads = append(w.reads, w.moved)
	}
	return nil
}

func (w *timed) SetWriteDeadline(time.Time) error {
	w.writes = append(w.writes, w.moved)
	return nil
}

func (w *timed) Write(b []byte) (int, error) {
	w.moved += len(b)
	return len(b), nil
}

func (w *timed) FlushError() error { return nil }

// Ensure the time begins anew with every 64 KiB that are moved, in both directions, however large the single steps are.
func TestHandler_Moving(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	for _, step := range []int{1000, 64 << 10, size} {
		w := &timed{ResponseWriter: httptest.NewRecorder()}
		body := &counted{w: w, left: size, step: step}
		h := &Handler{Timeout: time.Minute, Next: http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r.Body}, make([]byte, step)); err != nil {
				t.Error(err)
			}
			checkSteps(t, fmt.Sprintf("reading by %d", step), w.reads, size)
			if !w.cleared {
				t.Error("a deadline is left after the body")
			}
			w.moved, w.writes = 0, nil
			for range size / step {
				if _, err := out.Write(make([]byte, step)); err != nil {
					t.Error(err)
				}
			}
			checkSteps(t, fmt.Sprintf("writing by %d", step), w.writes, size/step*step)
		})}
		r := httptest.NewRequest(http.MethodPost, "/", body)
		r.ContentLength = size
		h.ServeHTTP(w, r)
	}
}

// checkSteps checks that a deadline was set at the start and then at least every 64 KiB, and not for every small step.
func checkSteps(t *testing.T, what string, at []int, size int) {
	t.Helper()
	if len(at) == 0 || at[0] != 0 || size-at[len(at)-1] > 2*window || len(at) > size/window+2 {
		t.Errorf("%s: deadlines were set after %v bytes of %d", what, at, size)
		return
	}
	for i := 1; i < len(at); i++ {
		if at[i]-at[i-1] > 2*window {
			t.Errorf("%s: no deadline was set between %d and %d bytes", what, at[i-1], at[i])
		}
	}
}

// A counted body gives step bytes at a time.
type counted struct {
	w          *timed
	left, step int
}

func (c *counted) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	n := min(c.left, c.step, len(p))
	c.left -= n
	c.w.moved += n
	return n, nil
}

// Ensure that a stream that flushes what it writes has the time anew each time.
func TestHandler_Stream(t *testing.T) {
	t.Parallel()
	w := &timed{ResponseWriter: httptest.NewRecorder()}
	h := &Handler{Timeout: time.Minute, Next: http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		for i := range 5 {
			before := len(w.writes)
			_, _ = io.WriteString(out, "event\n")
			if err := http.NewResponseController(out).Flush(); err != nil || len(w.writes) == before {
				t.Errorf("event %d: got %v and deadlines after %v bytes", i, err, w.writes)
			}
		}
	})}
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
}

// Ensure a writer without deadlines, such as a recorder, works.
func TestHandler_Recorder(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	h := &Handler{Timeout: time.Minute, Next: http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(out, "%s %v", body, err)
	})}
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("body")))
	if got, want := w.Body.String(), "body <nil>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
