package sqlite_test

import (
	"flag"
	"path/filepath"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/sqlite"
	"companygraph/graph/store"
)

// The suite reads the flag by its name.
var _ = flag.Bool("update", false, "rewrite the answers of graphtest/testdata")

func TestStore(t *testing.T) { graphtest.TestStore(t, open) }

func TestSnapshots(t *testing.T) { graphtest.TestSnapshots(t, open) }

func open(t *testing.T, m *graph.Model) store.Store {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
