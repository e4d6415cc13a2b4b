package main

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// defaultBefore is the last commit before writing and both layouts were made
// anew.
const defaultBefore = "ed44d61"

// beforeResult is what was measured against the program of an earlier commit.
type beforeResult struct {
	Commit string       `json:"commit"`
	SQLite []comparison `json:"sqlite"`
	Neo4j  []comparison `json:"neo4j"`
}

// The sides of a shape against an earlier commit, in this order.
const (
	now = iota
	before
)

// earlier is the program as it was at a commit.
type earlier struct {
	commit string
	// folder holds its tree, the programs built from it, and its graphs.
	folder string
	server string
	loader loader
}

// measureBefore compares the built server with that of an earlier commit, each
// with the same graph in its own layout.
func measureBefore(ctx context.Context, o options, r *report) error {
	if o.profiles() {
		return errors.New("-store before: there is nothing to profile, all servers are processes of their own")
	}
	was, err := openEarlier(ctx, o)
	if err != nil {
		return err
	}
	result := &beforeResult{Commit: was.commit}
	if result.SQLite, err = compareOnSQLite(ctx, o, was); err != nil {
		return err
	}
	result.Neo4j, err = compareOnNeo4j(ctx, o, was)
	r.Before = result
	return err
}

func compareOnSQLite(ctx context.Context, o options, was *earlier) ([]comparison, error) {
	g, err := openSQLite(ctx, o, o.size)
	if err != nil {
		return nil, err
	}
	defer g.close()
	file, err := was.openSQLite(ctx, o)
	if err != nil {
		return nil, err
	}
	return was.compare(ctx, o, g, onSQLite, []string{"--sqlite", g.path}, []string{"--sqlite", file})
}

func compareOnNeo4j(ctx context.Context, o options, was *earlier) ([]comparison, error) {
	g, err := openNeo4j(ctx, o, o.size, "neo4j")
	if err != nil {
		return nil, err
	}
	defer g.close(ctx)
	server, err := was.openNeo4j(ctx, o)
	if err != nil {
		return nil, err
	}
	defer server.close(ctx)
	return was.compare(ctx, o, g.loadedGraph, onNeo4j, g.flags(), server.flags())
}

// compare has both built servers, on their stores, answer the same requests.
func (e *earlier) compare(ctx context.Context, o options, g *loadedGraph, engine string, ours, theirs []string) (results []comparison, err error) {
	binary, err := build(ctx, "", o.cache, serverProgram)
	if err != nil {
		return nil, err
	}
	r := &race{}
	defer func() { err = errors.Join(err, r.stop()) }()
	if err := errors.Join(
		r.enter("now", serverCommand(ctx, binary, 0, append(ours, "--dataset", "none")...)),
		r.enter(e.commit, serverCommand(ctx, e.server, 0, append(theirs, "--dataset", "none")...)),
	); err != nil {
		return nil, err
	}
	for _, s := range o.wanted(slices.Concat(shapes, hubShapes)) {
		progress("against %s on %s: %s", e.commit, engine, s.name)
		result, err := r.compareShape(ctx, o, g, s)
		if err != nil {
			return nil, err
		}
		result.Time = atMost(s.before[engine], ratio(result.Timings, func(p50 []float64) float64 { return p50[now] / p50[before] }))
		result.Rate = atLeast(0, rateRatio(result.Rates[now], result.Rates[before]))
		results = append(results, result)
	}
	return results, nil
}

// compareShape measures a shape after it has held the answers to each other.
func (r *race) compareShape(ctx context.Context, o options, g *loadedGraph, s shape) (comparison, error) {
	result := comparison{Shape: s.name}
	requests, err := prepare(ctx, g, s, o.requests, o.seed)
	if err != nil {
		return result, err
	}
	result.AnswerBytes = medianAnswer(requests)
	if err := sameData(ctx, r.runners[now].url, r.runners[before].url, requests); err != nil {
		return result, fmt.Errorf("%s: %w", s.name, err)
	}
	result.Timings, result.Rates, err = r.run(ctx, o, [][]request{requests, requests})
	return result, err
}

// sameData holds the answers of one server to those of another.
func sameData(ctx context.Context, a, b string, requests []request) error {
	first, second := newClient(a), newClient(b)
	defer first.close()
	defer second.close()
	for _, r := range requests {
		if err := errors.Join(first.post(ctx, r.body), second.post(ctx, r.body)); err != nil {
			return err
		}
		want, err := first.data()
		if err != nil {
			return err
		}
		got, err := second.data()
		if err != nil {
			return err
		}
		if want.Raw != got.Raw {
			return fmt.Errorf("%v: the answers differ:\n%s\n%s", r.variables, want.Raw, got.Raw)
		}
	}
	return nil
}

// beforeFiles are what earlier trees need to load our graphs.
//
//go:embed before
var beforeFiles embed.FS

// openEarlier gets the tree of the commit that the options name, and builds it.
func openEarlier(ctx context.Context, o options) (*earlier, error) {
	module, err := say(ctx, "", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	commit, err := say(ctx, module, "git", "rev-parse", "--short", o.before+"^{commit}")
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(filepath.Join(o.cache, "before-"+commit))
	if err != nil {
		return nil, err
	}
	progress("building the program of %s", commit)
	e := &earlier{commit: commit, folder: folder}
	if err := errors.Join(e.checkOut(ctx, module), e.adapt(module)); err != nil {
		return nil, err
	}
	if e.server, err = build(ctx, e.tree(), folder, serverProgram); err != nil {
		return nil, err
	}
	e.loader, err = buildLoader(ctx, e.tree(), folder)
	return e, err
}

func (e *earlier) tree() string { return filepath.Join(e.folder, "tree") }

// path is that of a file in the tree.
func (e *earlier) path(file string) string { return filepath.Join(e.tree(), filepath.FromSlash(file)) }

// checkOut writes the files of the commit, unless they are there.
func (e *earlier) checkOut(ctx context.Context, module string) error {
	if _, err := os.Stat(e.tree()); err == nil {
		return nil
	}
	unfinished, archive := e.tree()+"-unfinished", e.tree()+".tar"
	if err := errors.Join(os.RemoveAll(unfinished), os.MkdirAll(unfinished, 0o755)); err != nil {
		return err
	}
	if _, err := say(ctx, module, "git", "archive", "--output", archive, e.commit); err != nil {
		return err
	}
	if _, err := say(ctx, unfinished, "tar", "-xf", archive); err != nil {
		return err
	}
	return errors.Join(os.Remove(archive), os.Rename(unfinished, e.tree()))
}

// adapt gives the tree our generator, so that it loads the same graph, and what
// that takes where the tree does not have it.
func (e *earlier) adapt(module string) error {
	const generator = "graph/graphtest/generate.go"
	ours, err := os.ReadFile(filepath.Join(module, generator))
	if err != nil {
		return err
	}
	if err := os.WriteFile(e.path(generator), ours, 0o644); err != nil {
		return err
	}
	for from, to := range map[string]string{"before/load.go.txt": "bench/load/main.go", "before/batch.go.txt": "graph/graphtest/batch.go"} {
		if err := addFile(from, e.path(to)); err != nil {
			return err
		}
	}
	return nil
}

// addFile writes a file of ours, unless there is one.
func addFile(from, path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	text, err := beforeFiles.ReadFile(from)
	if err != nil {
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644))
}

// say runs a program in a folder and returns what it says.
func say(ctx context.Context, folder, program string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = folder
	out, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", program, arguments[0], err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// graph finds a graph of the commit in its folder, or the place for it.
func (e *earlier) graph(o options, engine, ending string) (*loadedGraph, bool, error) {
	mark := sha256.New()
	if err := writeTiny(mark, o.seed); err != nil {
		return nil, false, err
	}
	o.cache = e.folder
	return cachedGraph(o, engine+"-", o.size, fmt.Sprintf("%x%s", mark.Sum(nil)[:6], ending))
}

// openSQLite is a file with the graph in the layout of the commit.
func (e *earlier) openSQLite(ctx context.Context, o options) (path string, err error) {
	g, found, err := e.graph(o, onSQLite, ".db")
	if err == nil && !found {
		err = g.loadSQLite(ctx, o, o.size, e.loader)
	}
	return g.path, err
}

// openNeo4j starts a server with the graph in the layout of the commit.
func (e *earlier) openNeo4j(ctx context.Context, o options) (*neo4jServer, error) {
	g, found, err := e.graph(o, onNeo4j, "")
	if err != nil {
		return nil, err
	}
	server, err := startNeo4j(ctx, o, g.path)
	if err != nil || found {
		return server, err
	}
	if g.facts, err = e.loader.load(ctx, o.size, o.seed, server.flags()...); err == nil {
		err = writeJSON(g.factsPath(), g.facts)
	}
	if err != nil {
		server.close(ctx)
		return nil, err
	}
	return server, nil
}
