package resolvers

import (
	"context"
	"slices"
	"time"

	"companygraph/graph"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// record is what operators are told of one request. What a client compares
// with, looks up or searches for is not in it. The goroutine that answers the
// request writes it.
type record struct {
	id      string
	start   time.Time
	monitor *monitor
	// kind is query, mutation or subscription; name and hash are those of the
	// operation and its document. All are empty until they are known.
	kind, name, hash string
	plan             *graph.Plan
	price            int
	// statements ran for database in all.
	statements int
	database   time.Duration
	// codes are those of the errors in the answer, each once.
	codes []string
	// explain has the statements kept in ran.
	explain bool
	ran     []graph.Ran
}

type recordKey struct{}

func withRecord(ctx context.Context, r *record) context.Context {
	return context.WithValue(ctx, recordKey{}, r)
}

// recordOf is the record of the request being answered, nil outside of one.
func recordOf(ctx context.Context) *record {
	r, _ := ctx.Value(recordKey{}).(*record)
	return r
}

// requestID is the id of the request being answered, "" outside of one.
func requestID(ctx context.Context) string {
	if r := recordOf(ctx); r != nil {
		return r.id
	}
	return ""
}

// maxLoggedName keeps lines of the log short.
const maxLoggedName = 64

// operation notes which operation is answered.
func (r *record) operation(ctx context.Context, op *ast.OperationDefinition, hash string) {
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

// planned notes the plan, and whether its statements are to be shown.
func (r *record) planned(plan *graph.Plan, price int, explain bool) {
	if r != nil {
		r.plan, r.price, r.explain = plan, price, explain
	}
}

// span begins a part of what is done for the request.
func (r *record) span(ctx context.Context, name string) (context.Context, func(error)) {
	if r == nil {
		return ctx, func(error) {}
	}
	return r.monitor.span(ctx, name)
}

// observed has the store tell the record of its statements.
func (r *record) observed(ctx context.Context) context.Context {
	if r == nil {
		return ctx
	}
	tracing := r.monitor.tracer != nil && trace.SpanFromContext(ctx).IsRecording()
	return graph.WithObserver(ctx, func(ran graph.Ran) {
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

// refused notes why a request was turned away: by the limit of this name.
func (r *record) refused(limit string) {
	if r != nil {
		r.monitor.metrics.refusals.WithLabelValues(limit).Inc()
	}
}

// answered notes the errors of the answer.
func (r *record) answered(errs gqlerror.List) {
	if r == nil {
		return
	}
	for _, err := range errs {
		if limit, ok := err.Extensions["limited"].(string); ok {
			r.refused(limit)
		}
		if code, ok := err.Extensions["code"].(string); ok && !slices.Contains(r.codes, code) {
			r.codes = append(r.codes, code)
		}
	}
}
