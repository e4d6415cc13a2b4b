package neo4j_test

import (
	"path/filepath"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest/differ"
	"companygraph/graph/sqlite"
	"companygraph/graph/store"
)

// TestDifference compares three stores: this one, the embedded and the naive one.
func TestDifference(t *testing.T) {
	embedded := func(t *testing.T, m *graph.Model) store.Store {
		store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), m)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	differ.Test(t, differ.Side{Name: "sqlite", Open: embedded}, differ.Side{Name: "neo4j", Open: open, Compiles: true})
}
