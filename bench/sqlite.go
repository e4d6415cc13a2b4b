package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/sqlite"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// openSQLite opens a generated graph from the cache, and loads it first if it
// is not there.
func openSQLite(ctx context.Context, o options, size graphtest.Size) (*loadedGraph, error) {
	mark, err := sqliteFingerprint(ctx, o, schema.Model())
	if err != nil {
		return nil, err
	}
	g, found, err := cachedGraph(o, "", size, mark+".db")
	if err != nil {
		return nil, err
	}
	if !found {
		if err := g.loadSQLite(ctx, o.seed, size); err != nil {
			return nil, err
		}
	}
	g.store, err = sqlite.Open(ctx, g.path, g.model)
	return g, err
}

// loadSQLite generates the graph into the file. The store is closed, so that
// all of it is in there, before its size is taken.
func (g *loadedGraph) loadSQLite(ctx context.Context, seed uint64, size graphtest.Size) error {
	store, err := sqlite.Open(ctx, g.path, g.model)
	if err != nil {
		return err
	}
	g.store = store
	err = g.fill(ctx, seed, size)
	if err == nil {
		err = store.Optimize(ctx)
	}
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	info, err := os.Stat(g.path)
	if err != nil {
		return err
	}
	g.facts.Bytes = info.Size()
	return writeJSON(g.factsPath(), g.facts)
}

// sqliteFingerprint tells whether a loaded graph is still what would be loaded now:
// it is made of the tables of an empty database and of a small graph.
func sqliteFingerprint(ctx context.Context, o options, model *graph.Model) (string, error) {
	folder, err := os.MkdirTemp(o.cache, "empty-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "empty.db")
	store, err := sqlite.Open(ctx, path, model)
	if err != nil {
		return "", err
	}
	if err := store.Close(); err != nil {
		return "", err
	}
	sum := sha256.New()
	if err := tables(path, func(sql string) { fmt.Fprintln(sum, sql) }); err != nil {
		return "", err
	}
	err = writeTiny(sum, model, o.seed)
	return fmt.Sprintf("%x", sum.Sum(nil)[:6]), err
}

// tables hands on the statements that make the tables of a database.
func tables(path string, each func(sql string)) error {
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	s, _, err := c.Prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
	if err != nil {
		return err
	}
	for s.Step() {
		each(s.ColumnText(0))
	}
	return errors.Join(s.Err(), s.Close())
}
