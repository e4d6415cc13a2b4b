package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// writingResult is what was measured of writing.
type writingResult struct {
	Imports []importResult `json:"imports"`
	// Commits is how many changes of one new node each were committed a second,
	// by concurrency writers at once.
	Commits verdict       `json:"commitsPerSecond"`
	Claims  []claimResult `json:"claims"`
	Neo4j   *loadResult   `json:"neo4j,omitempty"`
}

// importResult is what was measured of importing a graph into an empty SQLite
// database.
type importResult struct {
	Graph graphFacts `json:"graph"`
	// PerSecond is nodes and links a second.
	PerSecond verdict `json:"perSecond"`
	// Of says what Ratio compares that with.
	Of    string  `json:"of"`
	Ratio verdict `json:"ratio"`
	// Memory is the greatest resident memory of the importing process, in MB.
	Memory verdict `json:"memoryMegabytes"`
}

// The goals.
const (
	minImported        = 60_000
	minOfBare          = 0.6
	minTenfold         = 0.8
	maxImportMegabytes = 300
	minCommits         = 1_000
)

// measureWriting measures on SQLite, and then on Neo4j.
func measureWriting(ctx context.Context, o options, r *report) error {
	if o.profiles() {
		return errors.New("-store writing: there is nothing to profile; run bench/load with its --cpuprofile")
	}
	folder, err := os.MkdirTemp(o.cache, "writing-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	l, err := buildLoader(ctx, "", o.cache)
	if err != nil {
		return err
	}
	result := &writingResult{}
	r.Writing = result
	if err := result.measureOnSQLite(ctx, o, l, folder); err != nil {
		return err
	}
	return result.measureOnNeo4j(ctx, o, l, filepath.Join(folder, "neo4j"))
}

func (r *writingResult) measureOnSQLite(ctx context.Context, o options, l loader, folder string) error {
	path := filepath.Join(folder, "imported.db")
	if err := r.measureImports(ctx, o, l, path); err != nil {
		return err
	}
	if err := r.measureCommits(ctx, o, path); err != nil {
		return err
	}
	s, err := openFile(ctx, filepath.Join(folder, "claims.db"))
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return r.measureClaims(ctx, o, onSQLite, s)
}

func (r *writingResult) measureOnNeo4j(ctx context.Context, o options, l loader, home string) error {
	into, err := startNeo4j(ctx, o, home)
	if err != nil {
		return err
	}
	defer into.close(ctx)
	if r.Neo4j, err = measureLoading(ctx, o, l, into); err != nil {
		return err
	}
	if err := into.empty(ctx); err != nil {
		return err
	}
	s, err := into.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return r.measureClaims(ctx, o, onNeo4j, s)
}

// measureImports imports a graph into new files and writes its rows in a bare
// loop, in turns. A round before the first is not counted; what it imports is
// what the loop writes. The last import stays.
func (r *writingResult) measureImports(ctx context.Context, o options, l loader, path string) error {
	other := filepath.Join(filepath.Dir(path), "other.db")
	var rows *tables
	var facts []graphFacts
	var ratios []float64
	for round := range o.loads + 1 {
		progress("importing into SQLite: round %d of %d", round, o.loads)
		took, err := l.importAnew(ctx, o, 1, path)
		if err != nil {
			return err
		}
		if rows == nil {
			if rows, err = readTables(path); err != nil {
				return err
			}
		}
		seconds, err := rows.insert(other)
		if err != nil {
			return err
		}
		if round > 0 {
			facts, ratios = append(facts, took), append(ratios, seconds/took.LoadSeconds)
		}
	}
	once := imported(medianLoad(facts), minImported)
	once.Of, once.Ratio = "bare loop", atLeast(minOfBare, quantile(ratios, 0.5))
	r.Imports = append(r.Imports, once)
	if !o.tenfold {
		return nil
	}
	progress("importing the graph ten times as large into SQLite")
	took, err := l.importAnew(ctx, o, 10, other)
	if err != nil {
		return err
	}
	tenfold := imported(took, 0)
	tenfold.Of, tenfold.Ratio = "the above", atLeast(minTenfold, tenfold.PerSecond.Measured/once.PerSecond.Measured)
	r.Imports = append(r.Imports, tenfold)
	return nil
}

// imported holds an import to a rate and to its memory.
func imported(g graphFacts, perSecond float64) importResult {
	return importResult{
		Graph:     g,
		PerSecond: atLeast(perSecond, float64(g.Nodes+g.Links)/g.LoadSeconds),
		Memory:    atMost(maxImportMegabytes, g.LoadMegabytes),
	}
}

// importAnew imports a graph some times as large into a new file.
func (l loader) importAnew(ctx context.Context, o options, times int, path string) (graphFacts, error) {
	if err := removeAll(path + "*"); err != nil {
		return graphFacts{}, err
	}
	return l.load(ctx, o.size.Times(times), o.seed, "--sqlite", path)
}

// medianLoad is what is known of the graph, with medians of what loading took.
func medianLoad(all []graphFacts) graphFacts {
	var seconds, megabytes []float64
	for _, one := range all {
		seconds, megabytes = append(seconds, one.LoadSeconds), append(megabytes, one.LoadMegabytes)
	}
	facts := all[0]
	facts.LoadSeconds, facts.LoadMegabytes = quantile(seconds, 0.5), quantile(megabytes, 0.5)
	return facts
}
