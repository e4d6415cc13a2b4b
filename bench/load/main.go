// Command load imports a generated graph into a store and says on standard
// output what that took. It is a program of its own, so that its memory is that
// of an import alone, and that of another commit can be run beside it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime/pprof"
	"time"

	"companygraph/bench/proc"
	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/sqlite"
	"companygraph/graph/stores"
	"companygraph/graph/write"
	"companygraph/schema"

	"github.com/alecthomas/kong"
)

// settings say what is loaded, and into which store.
type settings struct {
	stores.Settings
	Seed       uint64 `required:"" help:"Seed of the graph."`
	Firms      int    `required:""`
	People     int    `required:""`
	Events     int    `required:""`
	Sources    int    `required:""`
	CPUProfile string `name:"cpuprofile" placeholder:"FILE" help:"Write a CPU profile of the import."`
}

// loaded is what an import did and took.
type loaded struct {
	Nodes int `json:"nodes"`
	Links int `json:"links"`
	// Seconds are those of preparing and importing, not of generating.
	Seconds float64 `json:"loadSeconds"`
	// Megabytes is the greatest resident memory; 0 where the system does not tell.
	Megabytes float64 `json:"loadMegabytes"`
}

func main() {
	var s settings
	kong.Parse(&s, stores.Vars(), kong.Description("Import a generated graph, and tell what it took."))
	if err := run(context.Background(), s, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings, out io.Writer) error {
	model := schema.Model()
	store, err := s.Open(ctx, model)
	if err != nil {
		return err
	}
	stop, err := profile(s.CPUProfile)
	if err != nil {
		return err
	}
	size := graphtest.Size{Firms: s.Firms, People: s.People, Events: s.Events, Sources: s.Sources}
	g := &generated{model: model, generator: graphtest.NewGenerator(model, size, s.Seed)}
	start := time.Now()
	_, err = store.Import(ctx, write.Meta{Dataset: "generated"}, g.records(), write.ImportOptions{})
	took := time.Since(start) - g.generating
	stop()
	if file, is := store.(*sqlite.Store); is && err == nil {
		err = file.Optimize(ctx)
	}
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(loaded{
		Nodes: g.nodes, Links: g.links, Seconds: took.Seconds(), Megabytes: proc.Megabytes("/proc/self/status", "VmHWM"),
	})
}

// profile begins a CPU profile if a file is named.
func profile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return pprof.StopCPUProfile, pprof.StartCPUProfile(file)
}

// generated is a graph as it is read once. It counts what was read, and the time
// that generating it took.
type generated struct {
	model        *graph.Model
	generator    *graphtest.Generator
	generating   time.Duration
	nodes, links int
}

// records are prepared while they are read.
func (g *generated) records() iter.Seq2[*write.Record, error] {
	return func(yield func(*write.Record, error) bool) {
		began := time.Now()
		enough := errors.New("enough")
		err := g.generator.Batches(write.BatchSize, func(b graphtest.Batch) error {
			g.generating += time.Since(began)
			defer func() { began = time.Now() }()
			g.count(b.Nodes)
			records, problems := write.Prepare(g.model, b.Nodes)
			if len(problems) > 0 {
				return problems
			}
			for _, r := range records {
				if !yield(r, nil) {
					return enough
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(nil, err)
		}
	}
}

func (g *generated) count(nodes []*graph.Node) {
	g.nodes += len(nodes)
	for _, n := range nodes {
		g.links += len(n.Links)
	}
}
