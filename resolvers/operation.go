package resolvers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/graph/generated"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/telemetry"

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
func NewExecutor(store store.Store, model *graph.Model, options Options) (*Executor, error) {
	es := generated.NewExecutableSchema(generated.Config{Resolvers: &resolver{}})
	documents, err := newDocuments(es.Schema(), options.Limits, options.Documents)
	if err != nil {
		return nil, err
	}
	exec := executor.New(es)
	exec.SetQueryCache(found{})
	exec.SetErrorPresenter(PresentError)
	exec.SetRecoverFunc(RecoverPanic)
	// Whether it is answered, the planner decides.
	exec.Use(extension.Introspection{})
	runner := &operationRunner{
		store: store, model: model, schema: es.Schema(), options: options, known: &known{store: store},
		rows: NewGate(options.MaxPrice, options.OperationTimeout),
	}
	exec.AroundOperations(runner.around)
	exec.AroundResponses(voidData)
	exec.AroundResponses(orderErrors)
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
	op := doc.parsed.Operations.ForName(params.OperationName)
	if op == nil {
		return nil, gqlerror.List{noOperation(doc.parsed.Operations, params.OperationName)}
	}
	telemetry.RecordOf(ctx).Operation(ctx, op, doc.hash)
	var err *gqlerror.Error
	if params.Variables, err = readVariables(e.schema, op, params.Variables); err != nil {
		return nil, gqlerror.List{err}
	}
	if err := checkNulls(doc.parsed, op, params.Variables); err != nil {
		return nil, gqlerror.List{err}
	}
	return e.Executor.CreateOperationContext(context.WithValue(ctx, foundKey{}, doc), params)
}

// noOperation says which operation the request could have named.
func noOperation(all ast.OperationList, name string) *gqlerror.Error {
	var names []string
	for _, op := range all {
		names = append(names, cmp.Or(op.Name, "one without a name"))
	}
	list := strings.Join(names, ", ")
	if name == "" {
		return validationError(nil, fmt.Sprintf("the document has several operations (%s): operationName must name one", list))
	}
	return validationError(nil, fmt.Sprintf("the document has no operation named %q; it has: %s", shortened(name), list))
}

// operationRunner plans an operation and runs it before the executor calls the
// root resolvers, so that all root fields see one state of the store.
type operationRunner struct {
	store   store.Store
	model   *graph.Model
	schema  *ast.Schema
	options Options
	known   *known
	// rows lets as many be read at once as one operation of the highest price has.
	rows *Gate
}

func (o *operationRunner) around(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	planned, price, err := o.plan(ctx)
	if err != nil {
		return refused(requestErrors(ctx, err)...)
	}
	telemetry.RecordOf(ctx).Planned(planned.Plan, price, o.options.Explain && wants(ctx, "explain"))
	out := o.run(ctx, planned, price)
	if err := planned.refusal(out.err); err != nil {
		return refused(requestErrors(ctx, err)...)
	}
	return next(withOutcome(ctx, out))
}

// textToAnswer is how much more text may be read than is answered: a page reads
// one node more than it has, and orders by what need not be in the answer.
const textToAnswer = 2

// plan makes the plan of an operation that is within the limits.
func (o *operationRunner) plan(ctx context.Context) (planned *planned, price int, err error) {
	_, ended := telemetry.RecordOf(ctx).Span(ctx, "plan")
	defer func() { ended(err) }()
	p := &planner{
		model: o.model, schema: o.schema, operation: graphql.GetOperationContext(ctx),
		maxPage: o.options.MaxPage, introspection: o.options.Introspection, ids: newStanding(),
	}
	if planned, err = o.planByStanding(ctx, p); err != nil {
		return nil, 0, err
	}
	planned.MaxText = plan.TimesCost(textToAnswer, o.options.MaxAnswer)
	planned.MaxRows, planned.MaxScanned = o.options.MaxRows, o.options.MaxScanned
	price, err = o.price(ctx, planned.Plan)
	return planned, price, err
}

// planByStanding makes a plan whose filters compare with ids that did not give way.
// Which id stands for another is settled for good, so that it may be looked up before
// the plan is run.
func (o *operationRunner) planByStanding(ctx context.Context, p *planner) (*planned, error) {
	planned, err := p.plan()
	if err != nil || len(p.ids.asked) == 0 {
		return planned, err
	}
	ctx, cancel := context.WithTimeout(ctx, o.options.OperationTimeout)
	defer cancel()
	if err := p.ids.lookUp(telemetry.RecordOf(ctx).Observed(ctx), o); err != nil {
		return nil, err
	}
	return p.plan()
}

// price is that of a plan by its pages or, if these would allow too much, by what
// they can hold of the graph as it is.
func (o *operationRunner) price(ctx context.Context, p *plan.Plan) (int, error) {
	price := p.Cost(nil)
	if price <= o.options.MaxPrice {
		return price, nil
	}
	ctx, cancel := context.WithTimeout(ctx, o.options.OperationTimeout)
	defer cancel()
	counts, err := o.known.get(telemetry.RecordOf(ctx).Observed(ctx))
	if err != nil {
		return price, err
	}
	price = p.Cost(counts)
	return price, o.options.checkPrice(price)
}

// refused answers an operation that is not run.
func refused(errs ...*gqlerror.Error) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Errors: errs})
}

// run runs a plan, whatever comes of it.
func (o *operationRunner) run(ctx context.Context, planned *planned, price int) *outcome {
	out := o.query(ctx, planned, price)
	out.keys = planned.keys
	out.cost.stopped(out.err, o.options.MaxScanned)
	out.void = slices.ContainsFunc(planned.required, func(key string) bool { return out.err != nil || out.answers[key].document.IsNull() })
	return out
}

func (o *operationRunner) query(ctx context.Context, planned *planned, price int) *outcome {
	out := &outcome{cost: cost{Price: price, Limit: o.options.MaxPrice, RowLimit: o.options.MaxRows}}
	if len(planned.Fetches) == 0 && !planned.Datasets {
		return out
	}
	ctx, cancel := context.WithTimeout(ctx, o.options.OperationTimeout)
	defer cancel()
	leave, err := o.rows.Enter(ctx, price)
	if err != nil {
		out.err = err
		return out
	}
	defer leave()
	result, err := o.store.Query(telemetry.RecordOf(ctx).Observed(ctx), planned.Plan)
	if err == nil {
		out.cost.read(result, o.options.MaxScanned)
		out.answers, err = encode(planned, result, o.options.MaxAnswer)
	}
	out.err = err
	return out
}

// encode makes the documents of a plan's fetches, of so many bytes together at most.
func encode(planned *planned, result *plan.Result, maxBytes int) (map[string]answered, error) {
	answers, left := make(map[string]answered, len(planned.Fetches)), maxBytes
	for i, root := range planned.answers {
		fetch, rows := planned.Fetches[i], result.Fetches[i]
		if regroup := planned.regroup[fetch]; regroup != nil {
			var err error
			if rows, err = regroup(planned.read(result)); err != nil {
				return nil, &plan.FetchError{Fetch: fetch, Err: err}
			}
		}
		document, missing, fits := answer.Encode(root, rows, left)
		if !fits {
			return nil, TooLarge("answer", "the answer has too many bytes", maxBytes, maxBytes+1)
		}
		left -= len(document)
		answers[fetch.Name] = answered{document: document, errors: missing}
	}
	for _, field := range planned.datasets {
		document, missing, fits := answer.EncodeDatasets(field.fields, result.Datasets, left)
		if !fits {
			return nil, TooLarge("answer", "the answer has too many bytes", maxBytes, maxBytes+1)
		}
		left -= len(document)
		answers[field.key] = answered{document: document, errors: missing}
	}
	return answers, nil
}

// cost is what extensions.cost tells of an operation: what it could have read at
// most, and what it did read.
type cost struct {
	Price int `json:"price"`
	Limit int `json:"limit"`
	Rows  int `json:"rows"`
	// RowLimit bounds Rows.
	RowLimit int `json:"rowLimit"`
	// Scanned is about how many rows of tables and indexes the database looked
	// through, ScanLimit bounds it; both are left out where they were few, or where
	// the database does not tell.
	Scanned   int `json:"scanned,omitempty"`
	ScanLimit int `json:"scanLimit,omitempty"`
}

// read notes what was read.
func (c *cost) read(result *plan.Result, maxScanned int) {
	c.Rows = result.Read
	if result.Scanned > 0 {
		c.Scanned, c.ScanLimit = result.Scanned, maxScanned
	}
}

// stopped notes what was read of an operation that a limit stopped.
func (c *cost) stopped(err error, maxScanned int) {
	var own *graph.Error
	if !errors.As(err, &own) || own.Excess == nil {
		return
	}
	switch own.Excess.What {
	case "rows":
		c.Rows = own.Excess.Value
	case "scanned":
		c.Scanned, c.ScanLimit = own.Excess.Value, maxScanned
	}
}

// voidData answers null for all data where a root field is null that must not be.
// gqlgen takes every root field for nullable.
func voidData(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if o, ran := ctx.Value(outcomeKey{}).(*outcome); ran && response != nil && o.void {
		response.Data = []byte("null")
	}
	return response
}

// orderErrors puts errors in the order of the root fields, which gqlgen asks all at
// once.
func orderErrors(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if o, ran := ctx.Value(outcomeKey{}).(*outcome); ran && response != nil {
		slices.SortStableFunc(response.Errors, func(a, b *gqlerror.Error) int { return o.placeOf(a) - o.placeOf(b) })
	}
	return response
}

// placeOf is the place of the root field that an error is of.
func (o *outcome) placeOf(err *gqlerror.Error) int {
	if len(err.Path) == 0 {
		return -1
	}
	return slices.IndexFunc(o.keys, func(key string) bool { return err.Path[0] == ast.PathName(key) })
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
