package resolvers

import (
	"context"

	"companygraph/graph"
	"companygraph/graph/generated"

	"github.com/99designs/gqlgen/graphql"
)

// Plan plans an operation as the server would, limits included, and does not
// run it: for tests of what stores make of plans, and for people who want to
// know what an operation asks of one.
func Plan(ctx context.Context, model *graph.Model, params *graphql.RawParams) (*graph.Plan, error) {
	// Only running an operation needs a store.
	options := LocalOptions()
	exec, err := NewExecutor(nil, model, options)
	if err != nil {
		return nil, err
	}
	op, errs := exec.CreateOperationContext(graphql.StartOperationTrace(ctx), params)
	if len(errs) > 0 {
		return nil, errs
	}
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	p := &planner{model: model, schema: schema, operation: op, maxPage: options.MaxPage, introspection: options.Introspection}
	return p.plan()
}
