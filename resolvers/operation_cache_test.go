package resolvers

import (
	"fmt"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// Operations asked once, be they many or long, neither outgrow the cache nor
// drive out one that is asked again and again.
func TestOperationCacheIsBounded(t *testing.T) {
	for name, test := range map[string]struct{ length, remembered int }{
		"many": {20, cachedOperations},
		"long": {maxQueryBytes, cachedBytes / maxQueryBytes}, // the short one and one less
	} {
		t.Run(name, func(t *testing.T) {
			const often = "{ __typename }"
			cache := newOperationCache()
			cache.Add(t.Context(), often, &ast.QueryDocument{})
			for i := range 2 * cachedOperations {
				cache.Add(t.Context(), fmt.Sprintf("%-*d", test.length, i), &ast.QueryDocument{})
				if _, remembered := cache.Get(t.Context(), often); !remembered {
					t.Fatalf("forgotten after %d others", i)
				}
			}
			if remembered := cache.documents.Len(); remembered != test.remembered {
				t.Errorf("remembers %d operations, not %d", remembered, test.remembered)
			}
		})
	}
}

// What is remembered is what was added, under exactly its text.
func TestOperationCache(t *testing.T) {
	cache := newOperationCache()
	first, second := &ast.QueryDocument{}, &ast.QueryDocument{}
	cache.Add(t.Context(), "{ a }", first)
	cache.Add(t.Context(), "{ b }", first)
	cache.Add(t.Context(), "{ b }", second)
	for text, want := range map[string]*ast.QueryDocument{"{ a }": first, "{ b }": second, "{ a  }": nil, "": nil} {
		if got, found := cache.Get(t.Context(), text); got != want || found != (want != nil) {
			t.Errorf("%q: got %p and %t, want %p", text, got, found, want)
		}
	}
}
