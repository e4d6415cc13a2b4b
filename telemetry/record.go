package telemetry

import (
	"context"
	"slices"
	"time"

	"companygraph/graph/plan"
	"companygraph/graph/store"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// Record is what operators learn about one request. It has no values that a
// client compares with, looks up or searches for. Only the goroutine that
// answers the request writes it.
type Record struct {
	id      string
	start   time.Time
	monitor *Monitor
	// kind is query, mutation or subscription; name and hash are those of the
	// Operation and its document. All are empty until they are known.
	kind, name, hash string
	plan             *plan.Plan
	price            int
	// statements ran for database in all.
	statements int
	database   time.Duration
	// codes are those of the errors in the answer, each once.
	codes []string
	// explain has the statements kept in ran.
	explain bool
	ran     []store.StatementEvent
}

// Shown returns the plan and the statements that an answer should explain; ok is
// false if the request did not ask for that.
func (r *Record) Shown() (p *plan.Plan, price int, statements []store.StatementEvent, ok bool) {
	if r == nil || !r.explain {
		return nil, 0, nil, false
	}
	return r.plan, r.price, r.ran, true
}

type recordKey struct{}

// WithRecord has a context carry the record of a request.
func WithRecord(ctx context.Context, r *Record) context.Context {
	return context.WithValue(ctx, recordKey{}, r)
}

// RecordOf is the record of the request being answered, nil outside of one.
func RecordOf(ctx context.Context) *Record {
	r, _ := ctx.Value(recordKey{}).(*Record)
	return r
}

// RequestID is the id of the request being answered, "" outside of one.
func RequestID(ctx context.Context) string {
	if r := RecordOf(ctx); r != nil {
		return r.id
	}
	return ""
}

// maxLoggedName keeps lines of the log short.
const maxLoggedName = 64

// Operation notes which operation is answered.
func (r *Record) Operation(ctx context.Context, op *ast.OperationDefinition, hash string) {
	if r == nil {
		return
	}
	r.kind, r.hash, r.name = string(op.Operation), hash, op.Name[:min(len(op.Name), maxLoggedName)]
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		span.SetName(r.kind)
		span.SetAttributes(attribute.String("graphql.operation.type", r.kind), attribute.String("graphql.operation.name", r.name),
			attribute.String("graphql.document.hash", r.hash))
	}
}

// Planned notes the plan, and whether its statements are to be shown.
func (r *Record) Planned(plan *plan.Plan, price int, explain bool) {
	if r != nil {
		r.plan, r.price, r.explain = plan, price, explain
	}
}

// Span begins a part of what is done for the request.
func (r *Record) Span(ctx context.Context, name string) (context.Context, func(error)) {
	if r == nil {
		return ctx, func(error) {}
	}
	return r.monitor.Span(ctx, name)
}

// Observed has the store tell the record of its statements.
func (r *Record) Observed(ctx context.Context) context.Context {
	if r == nil {
		return ctx
	}
	tracing := r.monitor.tracer != nil && trace.SpanFromContext(ctx).IsRecording()
	return store.WithObserver(ctx, func(ran store.StatementEvent) {
		r.statements++
		r.database += ran.Took
		r.monitor.metrics.statement(ran)
		if r.explain {
			r.ran = append(r.ran, ran)
		}
		if tracing {
			r.monitor.statementSpan(ctx, ran)
		}
	})
}

// Refused notes why a request was turned away: by the limit of this name.
func (r *Record) Refused(limit string) {
	if r != nil {
		r.monitor.metrics.refusals.WithLabelValues(limit).Inc()
	}
}

// Answered notes the errors of the answer.
func (r *Record) Answered(errs gqlerror.List) {
	if r == nil {
		return
	}
	for _, err := range errs {
		if limit, ok := err.Extensions["limited"].(string); ok {
			r.Refused(limit)
		}
		if code, ok := err.Extensions["code"].(string); ok && !slices.Contains(r.codes, code) {
			r.codes = append(r.codes, code)
		}
	}
}
