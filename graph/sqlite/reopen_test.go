package sqlite_test

import (
	"path/filepath"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/sqlite"
	"companygraph/graph/store"
)

func TestReopened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	open := func(t *testing.T, m *graph.Model) store.Store {
		t.Helper()
		store, err := sqlite.Open(t.Context(), path, m)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	graphtest.TestReopened(t, open, open)
}
