package main

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"sync/atomic"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"
)

// claimResult is what one more claim takes on a fact that has many.
type claimResult struct {
	Store  string `json:"store"`
	Claims int    `json:"claims"`
	// Millis is how long its change takes, Megabytes what is allocated for it;
	// medians.
	Millis    verdict `json:"millis"`
	Megabytes verdict `json:"megabytes"`
}

// The goals.
const (
	maxClaimMillis    = 50
	maxClaimMegabytes = 10
)

// measureCommits has many writers make changes of one new firm each.
func (r *writingResult) measureCommits(ctx context.Context, o options, path string) error {
	progress("changes of one node each")
	s, err := openFile(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	var firm *graph.Node
	for _, n := range smallGraph() {
		if n.ID == graphtest.FirmID(0) {
			firm = n
		}
	}
	var written atomic.Int64
	perSecond, err := keepBusy(ctx, func() (func(context.Context, int) error, func()) {
		return func(ctx context.Context, _ int) error {
			n := written.Add(1)
			name := graph.Text(fmt.Sprintf("Written %d", n))
			return putOne(ctx, s, again(firm, graph.ID(fmt.Sprintf("written-%d", n)), "name", name))
		}, func() {}
	}, 1, concurrency, o.load)
	r.Commits = atLeast(minCommits, perSecond)
	return err
}

// measureClaims makes a fact with many claims, each of a speaker of its own, and
// then one more claim, some times: every other one disputes the fact. The first
// half is not counted, as statements are planned then.
func (r *writingResult) measureClaims(ctx context.Context, o options, engine string, s store.Store) error {
	progress("one more claim on a fact with %d, on %s", o.claims, engine)
	nodes := smallGraph()
	claim := again(nodes[len(nodes)-1], "claim", "attribution", graph.Text("UNNAMED"))
	for i := range o.claims {
		nodes = append(nodes, again(claim, graph.ID(fmt.Sprintf("claim-%d", i)), "stance", graph.Text("ASSERTS")))
	}
	if err := graphtest.Import(ctx, s, graphtest.Dataset, nodes); err != nil {
		return err
	}
	var millis, megabytes []float64
	for i := range 2 * o.turns {
		stance := graph.Text([]string{"ASSERTS", "DENIES"}[i%2])
		took, allocated, err := costs(func() error {
			return putOne(ctx, s, again(claim, graph.ID(fmt.Sprintf("more-%d", i)), "stance", stance))
		})
		if err != nil {
			return err
		}
		if i >= o.turns {
			millis, megabytes = append(millis, took.Seconds()*1000), append(megabytes, allocated/1e6)
		}
	}
	r.Claims = append(r.Claims, claimResult{
		Store: engine, Claims: o.claims,
		Millis: atMost(maxClaimMillis, quantile(millis, 0.5)), Megabytes: atMost(maxClaimMegabytes, quantile(megabytes, 0.5)),
	})
	return nil
}

// costs is the time that f takes, and the bytes that this process allocates
// meanwhile.
func costs(f func() error) (time.Duration, float64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := f()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return took, float64(after.TotalAlloc - before.TotalAlloc), err
}

// putOne makes a change of one node.
func putOne(ctx context.Context, s store.Store, n *graph.Node) error {
	_, err := graphtest.Write(ctx, s, graphtest.Batch{Nodes: []*graph.Node{n}})
	return err
}

// smallGraph is a source, a firm, a person and an event, and last a claim about it.
func smallGraph() (nodes []*graph.Node) {
	size := graphtest.Size{Firms: 1, People: 1, Events: 1, Sources: 1}
	// Only what is called with the nodes could fail.
	_ = graphtest.NewGenerator(schema.Model(), size, 1).Batches(write.BatchSize, func(b graphtest.Batch) error {
		nodes = append(nodes, b.Nodes...)
		return nil
	})
	return nodes
}

// again is a node like another, with an id and a value of its own.
func again(n *graph.Node, id graph.ID, property string, value graph.Value) *graph.Node {
	own := &graph.Node{ID: id, Type: n.Type, Values: maps.Clone(n.Values), Links: n.Links}
	own.Values[property] = value
	return own
}
