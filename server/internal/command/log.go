package command

import "log/slog"

// logger writes to stderr: as JSON for --log-format json, else as text.
func logger(std streams, format string) *slog.Logger {
	var handler slog.Handler = slog.NewTextHandler(std.err, nil)
	if format == "json" {
		handler = slog.NewJSONHandler(std.err, nil)
	}
	if late, ok := std.err.(*lateWriter); ok {
		handler = promptHandler{handler, late}
	}
	return slog.New(handler)
}
