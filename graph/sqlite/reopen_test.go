package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/sqlite"
	"companygraph/graph/store"
	"companygraph/schema"
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

// The engine alone opens what lacks less than a page, and takes that for zeros.
func TestCutOffFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	s, err := sqlite.Open(t.Context(), path, schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, missing := range []int64{1, 512, 8191} {
		if err := os.Truncate(path, whole.Size()-missing); err != nil {
			t.Fatal(err)
		}
		s, err := sqlite.Open(t.Context(), path, schema.Model())
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "was cut off in the middle of a page of 8192 bytes") {
			t.Errorf("without %d bytes: %v", missing, err)
		}
	}
}
