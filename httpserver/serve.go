package httpserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"companygraph/telemetry"
)

// The time limits of the HTTP server. Answers have none here: [admitted] sets that
// of each, and a stream takes it off.
const (
	headerTimeout   = 5 * time.Second
	bodyTimeout     = 10 * time.Second
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 4 * time.Second
)

// maxHeaderBytes leaves room for the largest query in the address of a GET.
const maxHeaderBytes = 128 << 10

// NewServer makes the HTTP server of a handler, with its limits.
func NewServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
}

// ServeMetrics serves the metrics on a separate address, if one is given, until
// stop is called. at is the address.
func ServeMetrics(ctx context.Context, address string, handler *Handler) (at string, stop func(), err error) {
	if address == "" || address == telemetry.NoMetrics {
		return "", func() {}, nil
	}
	listener, err := Listen(ctx, "--metrics-listen", address)
	if err != nil {
		return "", nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+MetricsPath, handler.Metrics())
	server := NewServer(mux)
	go func() { _ = server.Serve(listener) }()
	return "http://" + Openable(listener.Addr()), func() { _ = server.Close() }, nil
}

// Shutdown lets requests in flight end, and cuts off those that take too long.
func Shutdown(ctx context.Context, server *http.Server) error {
	slog.Info("shutting down")
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		slog.Warn("requests were cut off", "cause", err)
		return server.Close()
	}
	return nil
}

// PlainCause removes the repeated address from an error of package net.
func PlainCause(err error) error {
	if sys := new(os.SyscallError); errors.As(err, &sys) {
		return sys.Err
	}
	if op := new(net.OpError); errors.As(err, &op) {
		return op.Err
	}
	return err
}
