package resolvers

import (
	"fmt"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// Operations asked once, be they many or long, neither outgrow the cache nor
// drive out one that is asked again and again.
func TestOperationCacheIsBounded(t *testing.T) {
	for name, length := range map[string]int{"short": 20, "long": maxQueryBytes} {
		t.Run(name, func(t *testing.T) {
			const often = "{ __typename }"
			cache := newOperationCache()
			cache.Add(t.Context(), often, &ast.QueryDocument{})
			for i := range 10 * cachedOperations {
				text := fmt.Sprintf("%-*d", length, i)
				cache.Add(t.Context(), text, &ast.QueryDocument{})
				if _, remembered := cache.Get(t.Context(), often); !remembered {
					t.Fatalf("forgotten after %d others", i)
				}
			}
			cache.documents.CleanUp()
			if weight := cache.documents.WeightedSize(); weight > cacheWeight {
				t.Errorf("weighs %d, more than %d", weight, cacheWeight)
			}
			if operations := cache.documents.EstimatedSize(); operations == 0 || operations > cachedOperations {
				t.Errorf("remembers %d operations, not 1 to %d", operations, cachedOperations)
			}
		})
	}
}
