package resolvers

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

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Monitoring says what operators are shown.
type Monitoring struct {
	SlowOperation time.Duration `env:"SLOW_OPERATION" default:"1s" placeholder:"TIME" help:"Log the plan of operations that take as long; 0s logs none (default ${default})." group:"monitoring"`
	Explain       bool          `env:"EXPLAIN" help:"Show plan and statements to requests with the extension explain: true." group:"monitoring"`
	MetricsListen string        `env:"METRICS_LISTEN" placeholder:"HOST:PORT" help:"Serve /metrics on this address, or on none, instead of the main one." group:"monitoring"`
	// Tracing takes the spans; nil makes none.
	Tracing trace.TracerProvider `kong:"-"`
	// RequestLevel is that of the lines about operations.
	RequestLevel slog.Level `kong:"-"`
	// Version of the program, for the metrics.
	Version string `kong:"-"`
}

// NoMetrics is the MetricsListen that serves them nowhere.
const NoMetrics = "none"

// monitor watches requests: each ends in a line of the log, in the metrics, and
// in spans if they are wanted.
type monitor struct {
	options Monitoring
	model   *graph.Model
	metrics *metrics
	// tracer is nil if no spans are wanted.
	tracer trace.Tracer
}

// scope names the spans' origin.
const scope = "companygraph/resolvers"

func newMonitor(model *graph.Model, options Monitoring) *monitor {
	m := &monitor{options: options, model: model, metrics: newMetrics(options.Version)}
	if options.Tracing != nil {
		m.tracer = options.Tracing.Tracer(scope)
	}
	return m
}

const requestIDHeader = "X-Request-Id"

// acceptableID is what an id given by a client or proxy may look like.
var acceptableID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// watched gives each request a record and an id, or keeps the id it came with.
func (m *monitor) watched(next http.Handler) http.Handler {
	return m.traced(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &record{id: requestIDFor(r), start: time.Now(), monitor: m}
		w.Header().Set(requestIDHeader, rec.id)
		ctx := withRecord(r.Context(), rec)
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
	if id := r.Header.Get(requestIDHeader); acceptableID.MatchString(id) {
		return id
	}
	return rand.Text()
}

// traced makes a span of each request for an operation, as part of the trace
// that its header names.
func (m *monitor) traced(next http.Handler) http.Handler {
	if m.tracer == nil {
		return next
	}
	return otelhttp.NewHandler(next, "",
		otelhttp.WithTracerProvider(m.options.Tracing), otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path == graphqlPath }),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }),
	)
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (m *monitor) ended(ctx context.Context, rec *record, r *http.Request, status int) {
	took := time.Since(rec.start)
	m.metrics.request(rec, r.URL.Path, status, took)
	m.log(ctx, rec, r, status, took)
	if slow := m.options.SlowOperation; slow > 0 && took >= slow && rec.plan != nil {
		logger(ctx).Warn("slow operation", "operation", rec.name, "hash", rec.hash, "price", rec.price,
			"statements", rec.statements, "database", rec.database, "duration", took, "plan", rec.plan.ExplainShape(m.model))
	}
}

// log writes the line of a request. Operations are told of, what only looks
// after the server's health is not, unless the server is at fault.
func (m *monitor) log(ctx context.Context, rec *record, r *http.Request, status int, took time.Duration) {
	level := slog.LevelDebug
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelWarn
	case r.URL.Path == graphqlPath:
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

// span begins a part of what is done for a request; the returned function ends
// it, with an error or nil.
func (m *monitor) span(ctx context.Context, name string) (context.Context, func(error)) {
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
func (m *monitor) statementSpan(ctx context.Context, ran graph.Ran) {
	_, span := m.tracer.Start(ctx, "statement", trace.WithTimestamp(ran.Start), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", ran.Engine), attribute.String("db.query.text", ran.Text),
			attribute.Int("db.response.returned_rows", ran.Rows)))
	if ran.Err != nil {
		span.SetStatus(codes.Error, string(codeOf(ran.Err)))
	}
	span.End(trace.WithTimestamp(ran.Start.Add(ran.Took)))
}
