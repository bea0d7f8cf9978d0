package command

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	// lateBy bounds the time for which a line of the log waits to be written together with others.
	lateBy = 50 * time.Millisecond
	// lateBytes bounds the bytes that wait.
	lateBytes = 64 << 10
)

// lateWriter collects what is written, and writes it in larger pieces: a write for each line takes about as long as everything
// else about the log of a request. After a kill the lines of the last 50 ms are missing. It is safe for concurrent use.
type lateWriter struct {
	out io.Writer

	mu      sync.Mutex
	waiting []byte
	timer   *time.Timer // nil if nothing waits
}

// Write keeps a copy of p. It never fails, because a caller that logs could not do anything about it.
func (w *lateWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting)+len(p) > lateBytes {
		w.flush()
	}
	w.waiting = append(w.waiting, p...)
	if w.timer == nil {
		w.timer = time.AfterFunc(lateBy, w.Flush)
	}
	return len(p), nil
}

// Flush writes what waits.
func (w *lateWriter) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flush()
}

func (w *lateWriter) flush() {
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
	_, _ = w.out.Write(w.waiting)
	w.waiting = w.waiting[:0]
}

// promptHandler writes warnings and errors at once, with the lines before them.
type promptHandler struct {
	slog.Handler
	late *lateWriter
}

// Handle passes a record on.
func (h promptHandler) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.late.Flush()
	}
	return err
}

// WithAttrs returns a handler that adds attributes.
func (h promptHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return promptHandler{h.Handler.WithAttrs(attrs), h.late}
}

// WithGroup returns a handler that qualifies attributes by a group.
func (h promptHandler) WithGroup(name string) slog.Handler {
	return promptHandler{h.Handler.WithGroup(name), h.late}
}
