package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/jellydator/ttlcache/v3"
	"github.com/vektah/gqlparser/v2/ast"
)

// How many parsed operations are remembered, and how many bytes their texts
// have together. The second counts: a parsed operation takes up to 110 times the
// memory of its text, so the worst that fit take less than 60 MB, where as many
// as the first allows would take 580 MB. (TestOperationCacheIsBounded)
const (
	cachedOperations = 1000
	cachedBytes      = 512 << 10
)

// operationCache remembers parsed and valid operations by their text, those
// that were asked last.
type operationCache struct {
	documents *ttlcache.Cache[string, *ast.QueryDocument]
}

var _ graphql.Cache[*ast.QueryDocument] = operationCache{}

func newOperationCache() operationCache {
	length := func(entry ttlcache.CostItem[string, *ast.QueryDocument]) uint64 { return uint64(len(entry.Key)) }
	return operationCache{ttlcache.New(
		ttlcache.WithCapacity[string, *ast.QueryDocument](cachedOperations),
		ttlcache.WithMaxCost(cachedBytes, length),
	)}
}

// Get implements graphql.Cache.
func (c operationCache) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	entry := c.documents.Get(text)
	if entry == nil {
		return nil, false
	}
	return entry.Value(), true
}

// Add implements graphql.Cache.
func (c operationCache) Add(_ context.Context, text string, document *ast.QueryDocument) {
	c.documents.Set(text, document, ttlcache.NoTTL)
}
