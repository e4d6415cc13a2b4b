package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"
)

// graphFacts is what is known of a generated graph since it was loaded. They are
// written when that is done: a graph without facts is not whole.
type graphFacts struct {
	Size        graphtest.Size `json:"size"`
	Nodes       int            `json:"nodes"`
	Links       int            `json:"links"`
	LoadSeconds float64        `json:"loadSeconds"`
	// LoadMegabytes is the greatest resident memory of the program that loaded
	// it; 0 if it did not tell.
	LoadMegabytes float64 `json:"loadMegabytes,omitempty"`
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
	store store.Store
}

// close releases the store; what it read is not changed by its end.
func (g *loadedGraph) close() { _ = g.store.Close() }

// cachedGraph finds a place in the cache for a graph, and tells whether it is
// there already. The name of the place holds a fingerprint of all that decides
// what is in it, so that a graph of an older layout is never measured; such
// graphs are removed.
func cachedGraph(o options, name string, size graphtest.Size, mark string) (*loadedGraph, bool, error) {
	family := fmt.Sprintf("%sfirms%d-seed%d-", name, size.Firms, o.seed)
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

// loader is the program that loads a generated graph into an empty store.
type loader string

// buildLoader builds that of a tree into a folder.
func buildLoader(ctx context.Context, tree, folder string) (loader, error) {
	binary, err := build(ctx, tree, folder, loadProgram)
	return loader(binary), err
}

// load runs it on the store that flags name, and says what that took.
func (l loader) load(ctx context.Context, size graphtest.Size, seed uint64, flags ...string) (graphFacts, error) {
	facts := graphFacts{Size: size, LoadedAt: time.Now().UTC().Truncate(time.Second), AtThisMoment: true}
	command := exec.CommandContext(ctx, string(l), append(flags, "--seed", fmt.Sprint(seed), "--firms", fmt.Sprint(size.Firms),
		"--people", fmt.Sprint(size.People), "--events", fmt.Sprint(size.Events), "--sources", fmt.Sprint(size.Sources))...)
	var said, log bytes.Buffer
	command.Stdout, command.Stderr = &said, &log
	if err := command.Run(); err != nil {
		return facts, fmt.Errorf("loading: %w\n%s", err, log.Bytes())
	}
	return facts, json.Unmarshal(said.Bytes(), &facts)
}

// fingerprint tells whether a loaded graph is still what would be loaded now: it
// is made of the source of a store and the engine of writing, of what the
// generator makes, and of what else is given.
func fingerprint(ctx context.Context, o options, of string, further ...string) (string, error) {
	const files = "{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}\n{{end}}"
	out, err := exec.CommandContext(ctx, "go", "list", "-f", files, of, "companygraph/graph/write").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	sum := sha256.New()
	fmt.Fprintln(sum, further)
	for path := range strings.FieldsSeq(string(out)) {
		source, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		sum.Write(source)
	}
	err = writeTiny(sum, o.seed)
	return fmt.Sprintf("%x", sum.Sum(nil)[:6]), err
}

// writeTiny writes down a small graph.
func writeTiny(w io.Writer, seed uint64) error {
	tiny := graphtest.Size{Firms: 10, People: 5, Events: 20, Sources: 5}
	return graphtest.NewGenerator(schema.Model(), tiny, seed).Batches(write.BatchSize, func(b graphtest.Batch) error {
		for _, node := range b.Nodes {
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
