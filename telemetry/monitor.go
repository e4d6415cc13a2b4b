package telemetry

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/graph/store"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Monitoring says what operators are shown.
type Monitoring struct {
	SlowOperation time.Duration `env:"COMPANYGRAPH_SLOW_OPERATION" default:"1s" placeholder:"TIME" help:"Log the plan of operations that take at least this long; 0s logs none (default ${default})." group:"monitoring"`
	MetricsListen string        `env:"COMPANYGRAPH_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Serve /metrics on this address, or on none, instead of the main one." group:"monitoring"`
	// Tracing takes the spans; nil makes none.
	Tracing trace.TracerProvider `kong:"-"`
	// RequestLevel is that of the lines about operations.
	RequestLevel slog.Level `kong:"-"`
	// Version of the program, for the metrics.
	Version string `kong:"-"`
}

// NoMetrics is the value of MetricsListen that turns metrics off.
const NoMetrics = "none"

// Monitor watches requests: it records each in the log, in the metrics and, if
// tracing is on, in spans.
type Monitor struct {
	options Monitoring
	model   *graph.Model
	metrics *metrics
	// tracer is nil if no spans are wanted.
	tracer trace.Tracer
	// operations is the path at which operations are asked, paths are all that the
	// metrics tell apart.
	operations string
	paths      map[string]bool
}

// scope names the spans' origin.
const scope = "companygraph/telemetry"

// NewMonitor watches a server that answers operations at one path, and other
// requests at others.
func NewMonitor(model *graph.Model, options Monitoring, operations string, others ...string) *Monitor {
	m := &Monitor{options: options, model: model, metrics: newMetrics(options.Version), operations: operations, paths: map[string]bool{operations: true}}
	for _, path := range others {
		m.paths[path] = true
	}
	if options.Tracing != nil {
		m.tracer = options.Tracing.Tracer(scope)
	}
	return m
}

// known is a path as the metrics name it.
func (m *Monitor) known(path string) string {
	if m.paths[path] {
		return path
	}
	return "other"
}

// Metrics serves the metrics for Prometheus.
func (m *Monitor) Metrics() http.Handler { return m.metrics.handler() }

// Watch adds what is asked of a store, and whether the server is ready, when
// metrics are read.
func (m *Monitor) Watch(s store.Store, ready func() bool) { m.metrics.watch(s, ready) }

// RequestIDHeader names a request, in it and in its answer.
const RequestIDHeader = "X-Request-Id"

// acceptableID is what an id given by a client or proxy may look like.
var acceptableID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Watched gives each request a record and an id, or keeps the id it came with.
func (m *Monitor) Watched(next http.Handler) http.Handler {
	return m.traced(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &Record{id: requestIDFor(r), start: time.Now(), monitor: m}
		w.Header().Set(RequestIDHeader, rec.id)
		ctx := WithRecord(r.Context(), rec)
		s := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		m.metrics.inFlight.Inc()
		defer func() {
			m.metrics.inFlight.Dec()
			m.ended(ctx, rec, r, s.status)
		}()
		next.ServeHTTP(s, r.WithContext(ctx))
	}))
}

// requestIDFor is the id a request came with, or a new one.
func requestIDFor(r *http.Request) string {
	if id := r.Header.Get(RequestIDHeader); acceptableID.MatchString(id) {
		return id
	}
	return rand.Text()
}

// traced makes a span of each request for an operation, as part of the trace
// that its header names.
func (m *Monitor) traced(next http.Handler) http.Handler {
	if m.tracer == nil {
		return next
	}
	return otelhttp.NewHandler(next, "",
		otelhttp.WithTracerProvider(m.options.Tracing), otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path == m.operations }),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }),
	)
}

func (m *Monitor) ended(ctx context.Context, rec *Record, r *http.Request, status int) {
	took := time.Since(rec.start)
	m.metrics.request(rec, m.known(r.URL.Path), status, took)
	m.log(ctx, rec, r, status, took)
	if slow := m.options.SlowOperation; slow > 0 && took >= slow && rec.plan != nil {
		Logger(ctx).Warn("slow operation", "operation", rec.name, "hash", rec.hash, "price", rec.price,
			"statements", rec.statements, "database", rec.database, "duration", took, "plan", rec.plan.ExplainShape(m.model))
	}
}

// log writes the line of a request. Operations are told of, what only looks
// after the server's health is not, unless the server is at fault.
func (m *Monitor) log(ctx context.Context, rec *Record, r *http.Request, status int, took time.Duration) {
	level := slog.LevelDebug
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelWarn
	case r.URL.Path == m.operations:
		level = m.options.RequestLevel
	}
	log := slog.Default().Handler()
	if !log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 12)
	attrs = append(attrs, slog.String("request", rec.id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", status), slog.Duration("duration", took))
	if rec.kind != "" {
		attrs = append(attrs, slog.String("kind", rec.kind), slog.String("operation", rec.name), slog.String("hash", rec.hash),
			slog.Int("price", rec.price), slog.Int("statements", rec.statements), slog.Duration("database", rec.database))
	}
	if len(rec.codes) > 0 {
		attrs = append(attrs, slog.String("codes", strings.Join(rec.codes, ",")))
	}
	if span := trace.SpanContextFromContext(ctx); span.HasTraceID() {
		attrs = append(attrs, slog.String("trace", span.TraceID().String()))
	}
	// slog.Logger would look up who calls it, which no line shows.
	line := slog.NewRecord(rec.start.Add(took), level, "request", 0)
	line.AddAttrs(attrs...)
	_ = log.Handle(ctx, line) // There is no one to tell that it cannot be written.
}

// Span begins a part of what is done for a request; the returned function ends
// it, with an error or nil.
func (m *Monitor) Span(ctx context.Context, name string) (context.Context, func(error)) {
	if m.tracer == nil {
		return ctx, func(error) {}
	}
	ctx, span := m.tracer.Start(ctx, name)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, string(codeOf(err)))
		}
		span.End()
	}
}

// codeOf is what clients are told of an error.
func codeOf(err error) graph.Code {
	var own *graph.Error
	switch {
	case errors.As(err, &own):
		return own.Code
	case errors.Is(err, context.DeadlineExceeded):
		return graph.CodeTimeout
	case errors.Is(err, context.Canceled):
		return graph.CodeCancelled
	}
	return graph.CodeInternal
}

// statementSpan makes a span of a statement that has ended.
func (m *Monitor) statementSpan(ctx context.Context, ran store.StatementEvent) {
	_, span := m.tracer.Start(ctx, "statement", trace.WithTimestamp(ran.Start), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", ran.Engine), attribute.String("db.query.text", ran.Text),
			attribute.Int("db.response.returned_rows", ran.Rows)))
	if ran.Err != nil {
		span.SetStatus(codes.Error, string(codeOf(ran.Err)))
	}
	span.End(trace.WithTimestamp(ran.Start.Add(ran.Took)))
}
