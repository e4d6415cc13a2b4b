package resolvers

import (
	"context"

	"companygraph/graph"
	"companygraph/telemetry"

	"github.com/99designs/gqlgen/graphql"
)

// explanation is what extensions.explain tells of an operation that ran.
type explanation struct {
	Plan       string         `json:"plan"`
	Price      int            `json:"price"`
	Statements []ranStatement `json:"statements"`
}

type ranStatement struct {
	Engine string `json:"engine"`
	Text   string `json:"text"`
	Rows   int    `json:"rows"`
	// Milliseconds until the last row.
	Milliseconds float64 `json:"milliseconds"`
}

// wants reports whether the request has the extension of this name set to true.
func wants(ctx context.Context, extension string) bool {
	wanted, _ := graphql.GetOperationContext(ctx).Extensions[extension].(bool)
	return wanted
}

// showExplanation adds extensions.explain to the answer of a request that asks
// for it, if the server was started to show it.
func showExplanation(model *graph.Model) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		if plan, price, statements, ok := telemetry.RecordOf(ctx).Shown(); ok {
			e := explanation{Plan: plan.Explain(model), Price: price, Statements: []ranStatement{}}
			for _, ran := range statements {
				e.Statements = append(e.Statements, ranStatement{
					Engine: ran.Engine, Text: ran.Text, Rows: ran.Rows, Milliseconds: float64(ran.Took.Microseconds()) / 1000,
				})
			}
			graphql.RegisterExtension(ctx, "explain", e)
		}
		return next(ctx)
	}
}
