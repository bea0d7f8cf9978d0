package command

import "log/slog"

// logger writes to stderr: as JSON for --log-format json, else as text.
func logger(std streams, format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(std.err, nil))
	}
	return slog.New(slog.NewTextHandler(std.err, nil))
}
