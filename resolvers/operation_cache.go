package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// How many parsed operations are remembered: all texts together have at most
// cacheWeight bytes, where a shorter text than leastWeight counts as that much.
// A parsed operation takes up to 110 times the memory of its text, measured for
// lists of arguments, so that the worst of them take less than 60 MB.
// (TestOperationCacheIsBounded)
const (
	cachedOperations = 1000
	leastWeight      = 512
	cacheWeight      = cachedOperations * leastWeight
)

// operationCache remembers parsed and valid operations by their text. Those that
// are asked often stay, however many are asked once.
type operationCache struct {
	documents *otter.Cache[string, *ast.QueryDocument]
}

var _ graphql.Cache[*ast.QueryDocument] = operationCache{}

func newOperationCache() operationCache {
	return operationCache{otter.Must(&otter.Options[string, *ast.QueryDocument]{
		MaximumWeight: cacheWeight,
		Weigher: func(text string, _ *ast.QueryDocument) uint32 {
			return uint32(max(len(text), leastWeight))
		},
	})}
}

// Get implements graphql.Cache.
func (c operationCache) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	return c.documents.GetIfPresent(text)
}

// Add implements graphql.Cache.
func (c operationCache) Add(_ context.Context, text string, document *ast.QueryDocument) {
	c.documents.Set(text, document)
}
