package httpserver

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/resolvers"
	"companygraph/telemetry"
)

// Handler serves all HTTP requests of the server.
type Handler struct {
	store   store.Store
	mux     http.Handler
	ready   atomic.Bool
	monitor *telemetry.Monitor
}

// The paths of the API.
const (
	graphqlPath = "/graphql"
	livePath    = "/livez"
	readyPath   = "/readyz"
	MetricsPath = "/metrics"
)

// NewHandler serves a store. It fails if the options cannot be used. The server
// is not ready until SetReady is called.
func NewHandler(store store.Store, model *graph.Model, options Options) (*Handler, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	exec, err := resolvers.NewExecutor(store, model, options.Options)
	if err != nil {
		return nil, err
	}
	h := &Handler{store: store, monitor: telemetry.NewMonitor(model, options.Monitoring, graphqlPath, livePath, readyPath, MetricsPath)}
	h.monitor.Watch(store, h.ready.Load)
	h.mux = h.around(options, graphqlHandler{exec: exec, monitor: h.monitor, limits: options.Limits, cacheFor: options.CacheFor, status422: options.Status422})
	return h, nil
}

// around puts all the layers around what answers operations.
func (h *Handler) around(options Options, operations http.Handler) http.Handler {
	mux := http.NewServeMux()
	answering := admitted(options.MaxRequests, writeTimeout, compressed(operations))
	mux.Handle(graphqlPath, rateLimited(options.Traffic, h.whenReady(answering)))
	mux.HandleFunc("GET "+livePath, func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET "+readyPath, h.readyz)
	if options.MetricsListen == "" {
		mux.Handle("GET "+MetricsPath, h.Metrics())
	}
	return h.monitor.Watched(secured(crossOrigin(options.Browsers, mux)))
}

// Metrics serves the metrics for Prometheus.
func (h *Handler) Metrics() http.Handler { return h.monitor.Metrics() }

// NewLocalHandler serves a store to this process only, with [LocalOptions], and
// is ready at once.
func NewLocalHandler(store store.Store, model *graph.Model) *Handler {
	h, err := NewHandler(store, model, LocalOptions())
	if err != nil {
		panic(err) // the defaults name no file
	}
	h.SetReady()
	return h
}

// SetReady says that the store is seeded and operations may come.
func (h *Handler) SetReady() { h.ready.Store(true) }

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// readyTimeout is how long the store may take to say that it is there.
const readyTimeout = 2 * time.Second

func (h *Handler) readyz(w http.ResponseWriter, r *http.Request) {
	if !h.ready.Load() {
		plain(w, http.StatusServiceUnavailable, "starting")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := h.store.Ping(ctx); err != nil {
		telemetry.Logger(r.Context()).Error("the store does not answer", "cause", err)
		plain(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	plain(w, http.StatusOK, "ready")
}

// whenReady refuses operations until the store is seeded: an answer from an
// empty store would look like a true one.
func (h *Handler) whenReady(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.ready.Load() {
			w.Header().Set("Retry-After", "1")
			newAnswer(w, r).refuse(http.StatusServiceUnavailable, resolvers.Coded(&graph.Error{Code: graph.CodeUnavailable, Message: "the server is starting"}))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A client that went away is no error of ours.
	_, _ = w.Write([]byte(text + "\n"))
}
