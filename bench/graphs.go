package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/sqlite"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// graphFacts is what is known of a generated graph since it was loaded.
type graphFacts struct {
	Size         graphtest.Size `json:"size"`
	Nodes        int            `json:"nodes"`
	Links        int            `json:"links"`
	LoadSeconds  float64        `json:"loadSeconds"`
	Bytes        int64          `json:"bytes"`
	LoadedAt     time.Time      `json:"loadedAt"`
	AtThisMoment bool           `json:"loadedInThisRun"`
}

// loadedGraph is a generated graph in a SQLite file.
type loadedGraph struct {
	path  string
	facts graphFacts
	model *graph.Model
	store *sqlite.Store
}

// close releases the store; what it read is not changed by its end.
func (g *loadedGraph) close() { _ = g.store.Close() }

// openGraph opens a generated graph from the cache, and loads it first if it is
// not there. The name of the file holds a fingerprint of all that decides what
// is in it, so that a file of an older layout is never measured.
func openGraph(ctx context.Context, o options, size graphtest.Size) (*loadedGraph, error) {
	if err := os.MkdirAll(o.cache, 0o755); err != nil {
		return nil, err
	}
	model := schema.Model()
	mark, err := fingerprint(ctx, o, model)
	if err != nil {
		return nil, err
	}
	family := fmt.Sprintf("firms%d-seed%d-", size.Firms, o.seed)
	g := &loadedGraph{path: filepath.Join(o.cache, family+mark+".db"), model: model}
	if !o.reload {
		if err := readJSON(g.factsPath(), &g.facts); err == nil {
			g.facts.AtThisMoment = false
			return g, g.open(ctx)
		}
	}
	if err := removeAll(filepath.Join(o.cache, family+"*")); err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "bench: loading a graph of %d firms …\n", size.Firms)
	return g, g.load(ctx, o.seed, size)
}

func (g *loadedGraph) factsPath() string { return g.path + ".json" }

func (g *loadedGraph) open(ctx context.Context) (err error) {
	g.store, err = sqlite.Open(ctx, g.path, g.model)
	return err
}

// pieceSize is how many nodes are written in one transaction.
const pieceSize = 5000

// load generates the graph into the file. The facts are written last: a file
// without them is not whole.
func (g *loadedGraph) load(ctx context.Context, seed uint64, size graphtest.Size) error {
	if err := g.open(ctx); err != nil {
		return err
	}
	g.facts = graphFacts{Size: size, LoadedAt: time.Now().UTC().Truncate(time.Second), AtThisMoment: true}
	err := graphtest.NewGenerator(g.model, size, seed).Batches(pieceSize, func(piece graph.Batch) error {
		start := time.Now()
		_, err := g.store.Apply(ctx, piece)
		g.facts.LoadSeconds += time.Since(start).Seconds()
		g.facts.Nodes += len(piece.Nodes)
		for _, node := range piece.Nodes {
			g.facts.Links += len(node.Links)
		}
		return err
	})
	if err != nil {
		return errors.Join(err, g.store.Close())
	}
	if err := g.store.Optimize(ctx); err != nil {
		return errors.Join(err, g.store.Close())
	}
	return g.settle(ctx)
}

// settle closes the store, so that all of it is in the file, notes the facts
// and opens it again.
func (g *loadedGraph) settle(ctx context.Context) error {
	if err := g.store.Close(); err != nil {
		return err
	}
	info, err := os.Stat(g.path)
	if err != nil {
		return err
	}
	g.facts.Bytes = info.Size()
	if err := writeJSON(g.factsPath(), g.facts); err != nil {
		return err
	}
	return g.open(ctx)
}

// fingerprint tells whether a loaded graph is still what would be loaded now:
// it is made of the tables of an empty database and of a small graph.
func fingerprint(ctx context.Context, o options, model *graph.Model) (string, error) {
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
	tiny := graphtest.Size{Firms: 10, People: 5, Events: 20, Sources: 5}
	err = graphtest.NewGenerator(model, tiny, o.seed).Batches(pieceSize, func(piece graph.Batch) error {
		for _, node := range piece.Nodes {
			fmt.Fprintln(sum, node.ID, node.Type.Name, node.Values, len(node.Links))
		}
		return nil
	})
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

func removeAll(pattern string) error {
	paths, err := filepath.Glob(pattern)
	for _, path := range paths {
		err = errors.Join(err, os.Remove(path))
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
