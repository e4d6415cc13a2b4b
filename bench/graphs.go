package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/schema"
)

// graphFacts is what is known of a generated graph since it was loaded. They are
// written when that is done: a graph without facts is not whole.
type graphFacts struct {
	Size        graphtest.Size `json:"size"`
	Nodes       int            `json:"nodes"`
	Links       int            `json:"links"`
	LoadSeconds float64        `json:"loadSeconds"`
	// Bytes is 0 as long as it is not known.
	Bytes        int64     `json:"bytes,omitempty"`
	LoadedAt     time.Time `json:"loadedAt"`
	AtThisMoment bool      `json:"loadedInThisRun"`
}

// loadedGraph is a generated graph in a store.
type loadedGraph struct {
	// path is the SQLite file, or the home folder of the Neo4j server.
	path  string
	facts graphFacts
	model *graph.Model
	store graph.Store
}

// close releases the store; what it read is not changed by its end.
func (g *loadedGraph) close() { _ = g.store.Close() }

// cachedGraph finds a place in the cache for a graph, and tells whether it is
// there already. The name of the place holds a fingerprint of all that decides
// what is in it, so that a graph of an older layout is never measured; such
// graphs are removed.
func cachedGraph(o options, store string, size graphtest.Size, mark string) (*loadedGraph, bool, error) {
	family := fmt.Sprintf("%sfirms%d-seed%d-", store, size.Firms, o.seed)
	g := &loadedGraph{path: filepath.Join(o.cache, family+mark), model: schema.Model()}
	if !o.reload {
		if err := readJSON(g.factsPath(), &g.facts); err == nil {
			g.facts.AtThisMoment = false
			return g, true, nil
		}
	}
	progress("loading a graph of %d firms", size.Firms)
	return g, false, removeAll(filepath.Join(o.cache, family+"*"))
}

func (g *loadedGraph) factsPath() string { return g.path + ".json" }

// pieceSize is how many nodes are written in one transaction.
const pieceSize = 5000

// fill generates the graph into the store and notes what is known of it.
func (g *loadedGraph) fill(ctx context.Context, seed uint64, size graphtest.Size) error {
	g.facts = graphFacts{Size: size, LoadedAt: time.Now().UTC().Truncate(time.Second), AtThisMoment: true}
	return graphtest.NewGenerator(g.model, size, seed).Batches(pieceSize, func(piece graph.Batch) error {
		start := time.Now()
		_, err := g.store.Apply(ctx, piece)
		g.facts.LoadSeconds += time.Since(start).Seconds()
		g.facts.Nodes += len(piece.Nodes)
		for _, node := range piece.Nodes {
			g.facts.Links += len(node.Links)
		}
		return err
	})
}

// writeTiny writes down a small graph, to tell whether the generator still makes
// the same.
func writeTiny(w io.Writer, model *graph.Model, seed uint64) error {
	tiny := graphtest.Size{Firms: 10, People: 5, Events: 20, Sources: 5}
	return graphtest.NewGenerator(model, tiny, seed).Batches(pieceSize, func(piece graph.Batch) error {
		for _, node := range piece.Nodes {
			fmt.Fprintln(w, node.ID, node.Type.Name, node.Values, len(node.Links))
		}
		return nil
	})
}

func removeAll(pattern string) error {
	paths, err := filepath.Glob(pattern)
	for _, path := range paths {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

func readJSON(path string, into any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}
