package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The size of an operation at most. They are checked in the order of what the
// checks cost: text before parsing, tokens at parsing, depth before planning.
const (
	maxQueryBytes = 16 << 10
	maxNesting    = 100
	maxTokens     = 2000
	maxDepth      = 16
)

// limits refuses operations that are too large before they cost anything.
type limits struct{}

var (
	_ graphql.OperationParameterMutator = limits{}
	_ graphql.OperationContextMutator   = limits{}
)

// ExtensionName implements graphql.HandlerExtension.
func (limits) ExtensionName() string { return "Limits" }

// Validate implements graphql.HandlerExtension.
func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters looks at the text before it is parsed.
func (limits) MutateOperationParameters(_ context.Context, params *graphql.RawParams) *gqlerror.Error {
	if len(params.Query) > maxQueryBytes {
		return overLimit("the query has too many bytes", maxQueryBytes)
	}
	if nesting(params.Query) > maxNesting {
		return overLimit("the query has too many nested brackets", maxNesting)
	}
	return nil
}

// nesting counts open brackets, those in strings and comments too: it need
// only bound what the parser recurses into.
func nesting(query string) int {
	deepest, open := 0, 0
	for i := range len(query) {
		switch query[i] {
		case '{', '[', '(':
			open++
			deepest = max(deepest, open)
		case '}', ']', ')':
			open--
		}
	}
	return deepest
}

// MutateOperationContext looks at the parsed and valid operation.
func (limits) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	d := depths{fragments: map[string]int{}}
	if d.of(op.Operation.SelectionSet) > maxDepth {
		return overLimit("the query nests fields too deeply", maxDepth)
	}
	return nil
}

// depths measures how deeply fields nest, each fragment once. Validation has
// made sure that fragments form no cycle.
type depths struct{ fragments map[string]int }

func (d depths) of(set ast.SelectionSet) int {
	deepest := 0
	for _, selection := range set {
		depth := 0
		switch s := selection.(type) {
		case *ast.Field:
			depth = 1 + d.of(s.SelectionSet)
		case *ast.InlineFragment:
			depth = d.of(s.SelectionSet)
		case *ast.FragmentSpread:
			depth = d.fragment(s.Definition)
		}
		deepest = max(deepest, depth)
	}
	return deepest
}

func (d depths) fragment(f *ast.FragmentDefinition) int {
	if _, known := d.fragments[f.Name]; !known {
		d.fragments[f.Name] = d.of(f.SelectionSet)
	}
	return d.fragments[f.Name]
}
