package resolvers

import (
	"context"
	"time"

	"companygraph/graph"
	"companygraph/graph/generated"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
)

// NewExecutor makes the executor of operations on a store.
func NewExecutor(store graph.Store, model *graph.Model) *executor.Executor {
	es := generated.NewExecutableSchema(generated.Config{Resolvers: &resolver{}})
	exec := executor.New(es)
	exec.SetQueryCache(newOperationCache())
	exec.SetParserTokenLimit(maxTokens)
	exec.SetErrorPresenter(presentError)
	exec.SetRecoverFunc(recoverPanic)
	exec.Use(extension.Introspection{})
	exec.Use(limits{})
	runner := &operationRunner{store: store, model: model, schema: es.Schema()}
	exec.AroundOperations(runner.around)
	return exec
}

// operationRunner plans an operation and runs it before the executor calls the
// root resolvers, so that all root fields see one state of the store.
type operationRunner struct {
	store  graph.Store
	model  *graph.Model
	schema *ast.Schema
}

func (o *operationRunner) around(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	p := &planner{model: o.model, schema: o.schema, operation: graphql.GetOperationContext(ctx)}
	plan, err := p.plan()
	if err != nil {
		return graphql.OneShot(&graphql.Response{Errors: requestErrors(ctx, err)})
	}
	return next(withOutcome(ctx, o.run(ctx, plan)))
}

// operationTimeout is how long the store may work for one operation.
const operationTimeout = 10 * time.Second

func (o *operationRunner) run(ctx context.Context, plan *graph.Plan) *outcome {
	if len(plan.Fetches) == 0 {
		return &outcome{}
	}
	ctx, cancel := context.WithTimeout(ctx, operationTimeout)
	defer cancel()
	result, err := o.store.Query(ctx, plan)
	if err != nil {
		return &outcome{err: err}
	}
	answers := make(map[string]answer, len(plan.Fetches))
	for i, fetch := range plan.Fetches {
		document, missing := graph.Encode(fetch, result.Fetches[i])
		answers[fetch.Name] = answer{document: document, errors: missing}
	}
	return &outcome{answers: answers}
}
