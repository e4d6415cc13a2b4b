// Package resolvers answers GraphQL operations: it plans them, has the store
// run the plan, and hands each root field its finished document.
package resolvers

import (
	"context"
	"errors"

	"companygraph/graph/answer"
	"companygraph/graph/generated"
)

// resolver is what gqlgen's executor asks for the root resolvers.
type resolver struct{}

// Query implements generated.ResolverRoot.
func (r *resolver) Query() generated.QueryResolver { return &queryResolver{} }

type queryResolver struct{}

// answered is what became of one root field.
type answered struct {
	document answer.Document
	errors   []*answer.FieldError
}

// outcome is what became of an operation's plan, by response key; err if it
// could not be run at all.
type outcome struct {
	answers map[string]answered
	err     error
	// keys are the response keys of the root fields, in the order of the operation.
	keys []string
	// void is true if a root field is null that must not be: then all data is.
	void bool
	cost cost
}

type outcomeKey struct{}

func withOutcome(ctx context.Context, o *outcome) context.Context {
	return context.WithValue(ctx, outcomeKey{}, o)
}

// errNoOutcome: a root field was reached without its operation being planned.
var errNoOutcome = errors.New("resolvers: no outcome for this field")

// fetch is every root resolver: the whole operation has run before, in one
// go, and this only hands out the field's part of it.
func (r *queryResolver) fetch(ctx context.Context) (answer.Document, error) {
	o, _ := ctx.Value(outcomeKey{}).(*outcome)
	if o == nil {
		return nil, errNoOutcome
	}
	if o.err != nil {
		return nil, o.err
	}
	own, ok := o.answers[responseKey(ctx)]
	if !ok {
		return nil, errNoOutcome
	}
	for _, missing := range own.errors {
		reportMissing(ctx, missing)
	}
	return own.document, nil
}
