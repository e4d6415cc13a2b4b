package main

import (
	"context"
	"time"

	"companygraph/graph/write"
)

// loadResult is what was measured of loading into Neo4j.
type loadResult struct {
	// Nodes and Relationships are those in the database.
	Nodes         int `json:"nodes"`
	Relationships int `json:"relationships"`
	// Loads are the ways of loading, in the order of the sides.
	Loads []loadTime `json:"loads"`
	// ByHand is the speed of Import as a part of that of the loader written by
	// hand, Before how many times that of an earlier commit.
	ByHand verdict  `json:"byHand"`
	Before *verdict `json:"before,omitempty"`
}

// loadTime is how long a way of loading takes: the median over the rounds.
type loadTime struct {
	Side    string  `json:"side"`
	Seconds float64 `json:"seconds"`
	rounds  []float64
}

// The sides of loading, in this order.
const (
	loadedByImport = iota
	loadedByHand
	loadedBefore
)

// The goals.
const (
	minOfByHand    = 0.8
	minTimesBefore = 1.2
)

// loadSide is a way of loading the graph into a server, which is emptied first.
type loadSide struct {
	name string
	into *neo4jServer
	load func(ctx context.Context) (seconds float64, err error)
}

// measureLoading loads the graph in turns: by Store.Import, by a loader written
// by hand that writes the same rows, and by the program of an earlier commit, if
// one is named, on a server of its own.
func measureLoading(ctx context.Context, o options, l loader, into *neo4jServer) (*loadResult, error) {
	facts, err := l.load(ctx, o.size, o.seed, into.flags()...)
	if err != nil {
		return nil, err
	}
	rows, err := readRows(ctx, into.driver, max(facts.Nodes/write.BatchSize, 1))
	if err != nil {
		return nil, err
	}
	sides := []loadSide{
		{"Store.Import", into, l.into(o, into)},
		{"by hand", into, func(ctx context.Context) (float64, error) {
			start := time.Now()
			err := rows.load(ctx, into.driver)
			return time.Since(start).Seconds(), err
		}},
	}
	if o.before != "" {
		was, err := openEarlier(ctx, o)
		if err != nil {
			return nil, err
		}
		other, err := startNeo4j(ctx, o, into.Home+"-before")
		if err != nil {
			return nil, err
		}
		defer other.close(ctx)
		sides = append(sides, loadSide{was.commit, other, was.loader.into(o, other)})
	}
	r := &loadResult{Nodes: rows.nodes, Relationships: rows.relationships}
	if r.Loads, err = takeTurnsLoading(ctx, o, sides); err != nil {
		return nil, err
	}
	r.judge()
	return r, nil
}

// into is the loader as a side.
func (l loader) into(o options, s *neo4jServer) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		facts, err := l.load(ctx, o.size, o.seed, s.flags()...)
		return facts.LoadSeconds, err
	}
}

// takeTurnsLoading runs the sides for some rounds, each of which starts with
// another one. A round before the first is not counted. Its server then holds
// what was loaded first; by hand the same is written.
func takeTurnsLoading(ctx context.Context, o options, sides []loadSide) ([]loadTime, error) {
	want, err := content(ctx, sides[loadedByImport].into.driver)
	if err != nil {
		return nil, err
	}
	times := make([]loadTime, len(sides))
	for round := range o.loads + 1 {
		progress("loading into Neo4j: round %d of %d", round, o.loads)
		for k := range sides {
			at := (round + k) % len(sides)
			if err := sides[at].into.empty(ctx); err != nil {
				return nil, err
			}
			took, err := sides[at].load(ctx)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				times[at].rounds = append(times[at].rounds, took)
			} else if at == loadedByHand {
				err = holdsContent(ctx, sides[at].into.driver, want)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	for i, s := range sides {
		times[i].Side, times[i].Seconds = s.name, quantile(times[i].rounds, 0.5)
	}
	return times, nil
}

// judge compares the speeds, which are the inverse of times.
func (r *loadResult) judge() {
	times := func(side int) float64 { return medianRatio(r.Loads[side].rounds, r.Loads[loadedByImport].rounds) }
	r.ByHand = atLeast(minOfByHand, times(loadedByHand))
	if len(r.Loads) > loadedBefore {
		before := atLeast(minTimesBefore, times(loadedBefore))
		r.Before = &before
	}
}
