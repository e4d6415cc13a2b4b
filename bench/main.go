// Command bench measures the server on a generated graph: what answering over
// HTTP costs beyond the statements alone, how that grows with the graph, the
// memory and cold start of the built server, and loading. README.md says how
// to run it and how to read what it prints.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"companygraph/graph/graphtest"
	"companygraph/resolvers"
)

func main() {
	// The handler runs in this process, and is to run as in the server's.
	resolvers.CollectLess()
	o := defineFlags()
	flag.Parse()
	if o.short {
		*o = o.shortened()
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
	short, tenfold, reload bool
	cache, json, shape     string
	seed                   uint64
	// size is that of the graph; rounds, turns, requests and starts are how
	// often things are done, load is how long the built server is kept busy.
	size                            graphtest.Size
	rounds, turns, requests, starts int
	load                            time.Duration
	cpuProfile, allocProfile        string
}

// defineFlags makes the flags that set the options which it returns.
func defineFlags() *options {
	o := &options{size: graphtest.Benchmark, turns: 10, requests: 200, starts: 5, load: 10 * time.Second}
	flag.BoolVar(&o.short, "short", false, "a small graph and few requests: shows in seconds that the program works, not how fast anything is")
	flag.BoolVar(&o.tenfold, "ten", false, "also measure a graph ten times as large")
	flag.BoolVar(&o.reload, "reload", false, "load the graphs again, even if they are in the cache")
	flag.StringVar(&o.cache, "cache", filepath.Join(".cache", "bench"), "`folder` in which loaded graphs are kept between runs")
	flag.StringVar(&o.shape, "shape", "", "only shapes whose name contains this `text`")
	flag.StringVar(&o.json, "json", "", "also write the results to this `file`")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the graph and of the requests")
	flag.IntVar(&o.rounds, "rounds", 7, "rounds to measure; figures are medians over the rounds")
	flag.StringVar(&o.cpuProfile, "cpuprofile", "", "write a CPU profile of the requests over HTTP to this `file`, instead of measuring")
	flag.StringVar(&o.allocProfile, "allocprofile", "", "write a profile of the allocations of the requests over HTTP to this `file`, instead of measuring")
	return o
}

// shortened is a run that takes a few seconds.
func (o options) shortened() options {
	o.size = graphtest.Size{Firms: 500, People: 100, Events: 1500, Sources: 700}
	o.rounds, o.turns, o.requests, o.starts, o.load = 1, 2, 20, 1, time.Second
	return o
}

// run measures what the options ask for and prints it.
func run(ctx context.Context, o options, out io.Writer) error {
	if len(o.wantedShapes()) == 0 {
		return fmt.Errorf("-shape %s: no shape has this in its name", o.shape)
	}
	small, err := openGraph(ctx, o, o.size)
	if err != nil {
		return err
	}
	defer small.close()
	graphs := []*loadedGraph{small}
	if o.tenfold {
		large, err := openGraph(ctx, o, o.size.Times(10))
		if err != nil {
			return err
		}
		defer large.close()
		graphs = append(graphs, large)
	}
	if o.cpuProfile != "" || o.allocProfile != "" {
		return profile(ctx, o, small)
	}
	return measureAll(ctx, o, graphs, out)
}

func measureAll(ctx context.Context, o options, graphs []*loadedGraph, out io.Writer) error {
	r := report{Machine: thisMachine(), Seed: o.seed, Rounds: o.rounds}
	for _, g := range graphs {
		r.Graphs = append(r.Graphs, g.facts)
	}
	var err error
	if r.Shapes, err = measureShapes(ctx, o, graphs); err != nil {
		return err
	}
	if r.Process, err = measureProcess(ctx, o, graphs[0]); err != nil {
		return err
	}
	r.Machine.LoadAfter = loadAverage()
	if err := r.print(out); err != nil || o.json == "" {
		return err
	}
	return r.write(o.json)
}
