package main

import (
	"context"
	"os"

	"companygraph/graph/graphtest"
	"companygraph/graph/sqlite"
	"companygraph/graph/store"
	"companygraph/schema"
)

// openSQLite opens a generated graph from the cache, and loads it first if it
// is not there.
func openSQLite(ctx context.Context, o options, size graphtest.Size) (*loadedGraph, error) {
	mark, err := fingerprint(ctx, o, "companygraph/graph/sqlite")
	if err != nil {
		return nil, err
	}
	g, found, err := cachedGraph(o, "", size, mark+".db")
	if err != nil {
		return nil, err
	}
	if !found {
		l, err := buildLoader(ctx, "", o.cache)
		if err != nil {
			return nil, err
		}
		if err := g.loadSQLite(ctx, o, size, l); err != nil {
			return nil, err
		}
	}
	g.store, err = openFile(ctx, g.path)
	return g, err
}

func openFile(ctx context.Context, path string) (store.Store, error) {
	return sqlite.Open(ctx, path, schema.Model())
}

// loadSQLite has the graph loaded into the file and notes what is known of it.
func (g *loadedGraph) loadSQLite(ctx context.Context, o options, size graphtest.Size, l loader) error {
	var err error
	if g.facts, err = l.load(ctx, size, o.seed, "--sqlite", g.path); err != nil {
		return err
	}
	info, err := os.Stat(g.path)
	if err != nil {
		return err
	}
	g.facts.Bytes = info.Size()
	return writeJSON(g.factsPath(), g.facts)
}
