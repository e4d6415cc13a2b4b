// Command bench measures the server on a generated graph: what answering over
// HTTP costs beyond the statements alone, how that grows with the graph, the
// memory and cold start of the built server, and loading; on Neo4j how it
// compares with Cypher written by hand and with a peer. It also measures how well
// names are told apart. README.md says how to run it and how to read what it
// prints.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/telemetry"
)

func main() {
	// The handler runs in this process, and is to run as in the server's.
	telemetry.TuneCollector()
	o := defineFlags()
	flag.Parse()
	if o.short {
		*o = o.shortened()
	} else {
		o.before = cmp.Or(o.before, defaultBefore)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	// The store and the handler run in this process; what they log of requests
	// that were cut off at the end is no result.
	slog.SetLogLoggerLevel(slog.LevelError)
	err := run(ctx, *o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options say what a run measures, and how long.
type options struct {
	short, tenfold, reload            bool
	cache, json, shape, stores, plots string
	before, names                     string
	seed                              uint64
	// size is that of the graph; rounds, turns, requests, starts and loads are
	// how often things are done.
	size                                   graphtest.Size
	rounds, turns, requests, starts, loads int
	// claims is how many a fact has before one more is made.
	claims int
	// load is how long the built server is kept busy, busy how long each side is
	// in a round that measures requests a second, warm how long before that.
	load, busy, warm         time.Duration
	cpuProfile, allocProfile string
}

// defineFlags makes the flags that set the options which it returns.
func defineFlags() *options {
	o := &options{size: graphtest.Benchmark, turns: 10, requests: 200, starts: 5, claims: 100_000, load: 10 * time.Second, busy: 2 * time.Second, warm: 10 * time.Second}
	flag.BoolVar(&o.short, "short", false, "a small graph and few requests: shows in seconds that the program works, not how fast anything is")
	flag.BoolVar(&o.tenfold, "ten", false, "also measure a graph ten times as large")
	flag.BoolVar(&o.reload, "reload", false, "load the graphs again, even if they are in the cache")
	flag.StringVar(&o.cache, "cache", filepath.Join(".cache", "bench"), "`folder` in which loaded graphs are kept between runs")
	flag.StringVar(&o.stores, "store", "", "what to measure, of sqlite, neo4j, writing, before, peer, guarded, facets and paths, separated by commas (default all; with -short without before and peer, for a profile sqlite)")
	flag.StringVar(&o.before, "before", "", "earlier `commit` whose program is compared with (default "+defaultBefore+"; with -short none)")
	flag.StringVar(&o.shape, "shape", "", "only shapes whose name contains this `text`")
	flag.StringVar(&o.json, "json", "", "also write the results to this `file`")
	flag.StringVar(&o.plots, "plots", "", "also draw the comparison with the peer into this `folder`")
	flag.StringVar(&o.names, "names", "", "instead of all this, compare graph.CompareNames with the labelled pairs of names in this CSV `file`")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the graph and of the requests")
	flag.IntVar(&o.rounds, "rounds", 7, "rounds to measure; figures are medians over the rounds")
	flag.IntVar(&o.loads, "loads", 3, "rounds to measure of loading")
	flag.StringVar(&o.cpuProfile, "cpuprofile", "", "write a CPU profile of the requests over HTTP to this `file`, instead of measuring")
	flag.StringVar(&o.allocProfile, "allocprofile", "", "write a profile of the allocations of the requests over HTTP to this `file`, instead of measuring")
	return o
}

// profiles tells whether the run writes profiles instead of measuring.
func (o *options) profiles() bool { return o.cpuProfile != "" || o.allocProfile != "" }

// shortened is a run that takes a few seconds.
func (o options) shortened() options {
	o.short = true
	o.size = graphtest.Size{Firms: 200, People: 50, Events: 600, Sources: 300}
	o.rounds, o.turns, o.requests, o.starts, o.loads, o.claims = 1, 2, 20, 1, 1, 200
	o.load, o.busy, o.warm = time.Second, 100*time.Millisecond, 100*time.Millisecond
	return o
}

// run measures what the options ask for and prints it.
func run(ctx context.Context, o options, out io.Writer) error {
	if o.names != "" {
		return measureNames(o.names, out)
	}
	if len(o.wanted(shapes)) == 0 && o.stores != "facets" {
		return fmt.Errorf("-shape %s: no shape has this in its name", o.shape)
	}
	if min(o.rounds, o.loads) < 1 {
		return errors.New("-rounds and -loads must be at least 1")
	}
	if err := os.MkdirAll(o.cache, 0o755); err != nil {
		return err
	}
	r := report{Machine: thisMachine(), Seed: o.seed, Rounds: o.rounds}
	for _, store := range o.wantedParts() {
		part, ok := parts[store]
		if !ok {
			return fmt.Errorf("-store %s: there are %v", store, slices.Sorted(maps.Keys(parts)))
		}
		if err := part(ctx, o, &r); err != nil {
			return err
		}
	}
	r.Machine.LoadAfter = loadAverage()
	if o.profiles() {
		return nil
	}
	return r.publish(o, out)
}

// wantedParts are the names of those that are run.
func (o *options) wantedParts() []string {
	switch {
	case o.stores != "":
		return strings.Split(o.stores, ",")
	case o.profiles():
		return []string{"sqlite"}
	case o.short:
		return []string{"sqlite", "neo4j", "writing", "guarded", "facets", "paths"}
	default:
		return []string{"sqlite", "neo4j", "writing", "before", "peer", "guarded", "facets", "paths"}
	}
}

// progress tells whoever waits what is measured now.
func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+" …\n", args...)
}

// parts are what a run can measure, by the names for -store.
var parts = map[string]func(context.Context, options, *report) error{
	"sqlite":  measureSQLite,
	"neo4j":   measureNeo4j,
	"writing": measureWriting,
	"before":  measureBefore,
	"peer":    measurePeer,
	"guarded": measureGuarded,
	"facets":  measureFacets,
	"paths":   measurePaths,
}

func measureSQLite(ctx context.Context, o options, r *report) error {
	small, err := openSQLite(ctx, o, o.size)
	if err != nil {
		return err
	}
	defer small.close()
	graphs := []*loadedGraph{small}
	if o.profiles() {
		return profile(ctx, o, small)
	}
	if o.tenfold {
		large, err := openSQLite(ctx, o, o.size.Times(10))
		if err != nil {
			return err
		}
		defer large.close()
		graphs = append(graphs, large)
	}
	for _, g := range graphs {
		r.Graphs = append(r.Graphs, g.facts)
	}
	if r.Shapes, err = measureShapes(ctx, o, graphs); err != nil {
		return err
	}
	r.Process, err = measureProcess(ctx, o, small)
	return err
}

func measureNeo4j(ctx context.Context, o options, r *report) error {
	g, err := openNeo4j(ctx, o, o.size, "neo4j")
	if err != nil {
		return err
	}
	defer g.close(ctx)
	if o.profiles() {
		return profile(ctx, o, g.loadedGraph)
	}
	r.Neo4j = &neo4jResult{Version: neo4jtest.Version, Graph: g.facts}
	r.Neo4j.Shapes, err = measureByHand(ctx, o, g)
	return err
}
