package telemetry

import (
	"context"
	"log/slog"
)

// Logger is the default one, with the id of the request.
func Logger(ctx context.Context) *slog.Logger {
	if id := RequestID(ctx); id != "" {
		return slog.With("request", id)
	}
	return slog.Default()
}
