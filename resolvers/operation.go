package resolvers

import (
	"context"

	"companygraph/graph"
	"companygraph/graph/generated"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Executor runs operations on a store. Documents are found, measured and
// validated before gqlgen's executor gets them.
type Executor struct {
	*executor.Executor
	documents *documents
	schema    *ast.Schema
}

var _ graphql.GraphExecutor = &Executor{}

// NewExecutor makes the executor of operations on a store. It fails if the
// trusted documents of the options cannot be used.
func NewExecutor(store graph.Store, model *graph.Model, options Options) (*Executor, error) {
	es := generated.NewExecutableSchema(generated.Config{Resolvers: &resolver{}})
	documents, err := newDocuments(es.Schema(), options.Limits, options.Documents)
	if err != nil {
		return nil, err
	}
	exec := executor.New(es)
	exec.SetQueryCache(found{})
	exec.SetErrorPresenter(presentError)
	exec.SetRecoverFunc(recoverPanic)
	// Whether it is answered, the planner decides.
	exec.Use(extension.Introspection{})
	runner := &operationRunner{
		store: store, model: model, schema: es.Schema(), options: options,
		rows: newGate(graph.TimesPrice(pricesAtOnce, options.MaxPrice), options.OperationTimeout),
	}
	exec.AroundOperations(runner.around)
	exec.AroundResponses(showCost)
	exec.AroundResponses(showExplanation(model))
	return &Executor{Executor: exec, documents: documents, schema: es.Schema()}, nil
}

// CreateOperationContext finds the document of a request. There is no context
// if there are errors.
func (e *Executor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	doc, errs := e.documents.find(params)
	if len(errs) > 0 {
		return nil, errs
	}
	params.Query = doc.text
	if op := doc.parsed.Operations.ForName(params.OperationName); op != nil {
		recordOf(ctx).operation(ctx, op, doc.hash)
		if err := checkVariables(e.schema, op, params.Variables); err != nil {
			return nil, gqlerror.List{err}
		}
	}
	return e.Executor.CreateOperationContext(context.WithValue(ctx, foundKey{}, doc), params)
}

// pricesAtOnce is how many operations of the highest price may hold their rows
// in memory at once.
const pricesAtOnce = 3

// operationRunner plans an operation and runs it before the executor calls the
// root resolvers, so that all root fields see one state of the store.
type operationRunner struct {
	store   graph.Store
	model   *graph.Model
	schema  *ast.Schema
	options Options
	rows    *gate
}

func (o *operationRunner) around(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	plan, price, err := o.plan(ctx)
	if err != nil {
		return refused(requestErrors(ctx, err)...)
	}
	recordOf(ctx).planned(plan, price, o.options.Explain && wants(ctx, "explain"))
	return next(withOutcome(ctx, o.run(ctx, plan, price)))
}

// textToAnswer is how much more text may be read than is answered: a page reads
// one node more than it has, and orders by what need not be in the answer.
const textToAnswer = 2

// plan makes the plan of an operation that is within the limits.
func (o *operationRunner) plan(ctx context.Context) (plan *graph.Plan, price int, err error) {
	_, ended := recordOf(ctx).span(ctx, "plan")
	defer func() { ended(err) }()
	p := &planner{
		model: o.model, schema: o.schema, operation: graphql.GetOperationContext(ctx),
		maxPage: o.options.MaxPage, introspection: o.options.Introspection,
	}
	if plan, err = p.plan(); err != nil {
		return nil, 0, err
	}
	plan.MaxText = graph.TimesPrice(textToAnswer, o.options.MaxAnswer)
	price = plan.Price()
	return plan, price, o.options.checkPrice(price)
}

// refused answers an operation that is not run.
func refused(errs ...*gqlerror.Error) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Errors: errs})
}

func (o *operationRunner) run(ctx context.Context, plan *graph.Plan, price int) *outcome {
	out := &outcome{cost: cost{Price: price, Limit: o.options.MaxPrice}}
	if len(plan.Fetches) == 0 {
		return out
	}
	ctx, cancel := context.WithTimeout(ctx, o.options.OperationTimeout)
	defer cancel()
	leave, err := o.rows.enter(ctx, price)
	if err != nil {
		out.err = err
		return out
	}
	defer leave()
	result, err := o.store.Query(recordOf(ctx).observed(ctx), plan)
	if err == nil {
		out.answers, err = encode(plan, result, o.options.MaxAnswer)
	}
	out.err = err
	return out
}

// encode makes the documents of a plan's fetches, of so many bytes together at most.
func encode(plan *graph.Plan, result *graph.Result, maxBytes int) (map[string]answer, error) {
	answers, left := make(map[string]answer, len(plan.Fetches)), maxBytes
	for i, fetch := range plan.Fetches {
		document, missing, fits := graph.Encode(fetch, result.Fetches[i], left)
		if !fits {
			return nil, tooLarge("answer", "the answer has too many bytes", maxBytes, maxBytes+1)
		}
		left -= len(document)
		answers[fetch.Name] = answer{document: document, errors: missing}
	}
	return answers, nil
}

// cost is what extensions.cost tells of an operation, in rows.
type cost struct {
	Price int `json:"price"`
	Limit int `json:"limit"`
}

// showCost adds extensions.cost to the answer of a request with the extension
// cost: true.
func showCost(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	o, ran := ctx.Value(outcomeKey{}).(*outcome)
	if ran && wants(ctx, "cost") {
		graphql.RegisterExtension(ctx, "cost", o.cost)
	}
	return next(ctx)
}
