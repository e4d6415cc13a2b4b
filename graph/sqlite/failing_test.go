package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// A disk that is full lets a batch fail wherever it needs one page more. Then
// nothing is left of it, and the store works on.
func TestFullDisk(t *testing.T) {
	store, err := Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	size := graphtest.Size{Firms: 20, People: 10, Events: 30, Sources: 10}
	if _, err := graphtest.Write(t.Context(), store, graphtest.Wave(schema.Model(), size, 1)); err != nil {
		t.Fatal(err)
	}
	before := graphtest.State(t, store)
	pages := limitPages(t, store, 1<<30)
	failed := 0
	for ; ; failed++ {
		limitPages(t, store, pages+4*failed)
		_, err := graphtest.Write(t.Context(), store, graphtest.Wave(schema.Model(), size.Times(4), 2))
		if err == nil {
			break
		}
		var own *graph.Error
		if !errors.Is(err, sqlite3.FULL) || !errors.As(err, &own) || own.Code != graph.CodeUnavailable {
			t.Fatalf("got %v", err)
		}
		if difference := graphtest.Difference(graphtest.State(t, store), before); difference != "" {
			t.Fatalf("a batch for which there were %d pages left something: %s", 4*failed, difference)
		}
	}
	if failed < 5 {
		t.Errorf("only %d batches failed", failed)
	}
	limitPages(t, store, 1<<30)
	if _, err := graphtest.Write(t.Context(), store, graphtest.Wave(schema.Model(), size, 1)); err != nil {
		t.Error(err)
	}
}

// limitPages sets how large the file may become, and returns how large it is.
func limitPages(t *testing.T, store *Store, limit int) int {
	t.Helper()
	if err := store.writer.takeTurn(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer store.writer.endTurn(false)
	c := store.writer.conn
	if err := c.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", limit)); err != nil {
		t.Fatal(err)
	}
	pages, err := readInt(c.Conn, "PRAGMA page_count")
	if err != nil {
		t.Fatal(err)
	}
	return pages
}
