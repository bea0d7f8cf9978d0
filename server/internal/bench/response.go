package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"strconv"
)

// A response is what a handler has written.
type response struct {
	status    int
	mediaType string
	body      []byte
}

// write sends the response once more.
func (a response) write(w http.ResponseWriter) error {
	h := w.Header()
	if a.mediaType != "" {
		h.Set("Content-Type", a.mediaType)
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, err := w.Write(a.body)
	return err
}

// differs describes how a differs from want, and returns "" if it does not.
func (a response) differs(c benchCase, want response) string {
	switch {
	case a.status != want.status:
		return fmt.Sprintf("status is %d, want %d: %.300s", a.status, want.status, a.body)
	case a.mediaType != want.mediaType:
		return fmt.Sprintf("Content-Type is %q, want %q", a.mediaType, want.mediaType)
	case c.steady(a.body) != c.steady(want.body):
		return fmt.Sprintf("body (%d bytes) is not that of the unvalidated server (%d bytes): %.300s", len(a.body), len(want.body), a.body)
	}
	return ""
}

// ask sends a handler a request, given as its bytes on the wire.
func ask(h http.Handler, wire []byte) (response, error) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
	if err != nil {
		return response{}, fmt.Errorf("read our own request: %w", err)
	}
	w := &recorder{header: http.Header{}}
	h.ServeHTTP(w, r)
	return response{w.status, w.header.Get("Content-Type"), w.body}, nil
}

// recorder is a ResponseWriter that keeps the response.
type recorder struct {
	header http.Header
	status int
	body   []byte
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.body = append(w.body, p...)
	return len(p), nil
}
