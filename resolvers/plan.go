package resolvers

import (
	"context"

	"companygraph/graph"
	"companygraph/graph/generated"
	"companygraph/graph/plan"

	"github.com/99designs/gqlgen/graphql"
)

// Plan plans an operation as the server would, with its limits, but does not
// run it. It serves tests of stores, and people who want to know what an
// operation reads.
func Plan(ctx context.Context, model *graph.Model, params *graphql.RawParams) (*plan.Plan, error) {
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
	p := &planner{model: model, schema: schema, operation: op, maxPage: options.MaxPage, introspection: options.Introspection, ids: newStanding()}
	planned, err := p.plan()
	if err != nil {
		return nil, err
	}
	return planned.Plan, nil
}
