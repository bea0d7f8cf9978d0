package sandbox

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/resellerkit/resellerkit/server/internal/exchange"
)

// maxLogText limits each text in a line of the log, in bytes as JSON writes it. A line then has no more than 8 KiB, whatever the
// request holds: three such texts, and the rest is short.
const maxLogText = 2500

// finish writes the request's line in the log. The status 0 stands for a connection that was cut without a response.
func (s *Sandbox) finish(rec *exchange.Recorder, r *http.Request, req *request) {
	rec.End()
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("method", cutText(r.Method, 32)), slog.String("path", cutText(exchange.Path(r), maxLogText)),
		slog.Int("status", rec.Status()), slog.Duration("duration", time.Since(req.Started)),
	}
	if req.Operation != "" {
		attrs = append(attrs, slog.String("operation", req.Operation))
	}
	if len(req.Findings) > 0 {
		attrs = append(attrs, slog.String("findings", cutText(req.Findings.Error(), maxLogText)))
	}
	if req.Failure != nil {
		level, attrs = slog.LevelError, append(attrs, slog.String("error", cutText(req.Failure.Error(), maxLogText)))
	}
	s.log.LogAttrs(r.Context(), level, "request", attrs...)
}

// cutText cuts text so that it has no more than limit bytes as a JSON string, and marks where it was cut.
func cutText(text string, limit int) string {
	if len(text) <= limit/6 { // no byte takes more than six
		return text
	}
	length, buffer := 0, make([]byte, 0, 16)
	for i, r := range text {
		quoted, _ := jsontext.AppendQuote(buffer, string(r))
		if length += len(quoted) - 2; length > limit {
			return text[:i] + "…"
		}
	}
	return text
}
