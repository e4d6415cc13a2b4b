package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"companygraph/graph/graphtest"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/resolvers"

	"github.com/99designs/gqlgen/graphql"
)

// pathResult is what was measured of paths between random pairs of firms.
type pathResult struct {
	Pairs   string   `json:"pairs"`
	Timings []timing `json:"timings"`
	// SQLite is the p50 there in milliseconds, ByHand that on Neo4j divided by that
	// of Cypher by hand, Slowest the greater p50 of the stores in milliseconds. Goals
	// are 0 where nothing is asked.
	SQLite  verdict `json:"sqliteMillis"`
	ByHand  verdict `json:"byHand"`
	Slowest verdict `json:"slowestMillis"`
}

// The goals.
const (
	maxPathMillis   = 3
	maxPathByHand   = 2
	maxNoPathMillis = 250
)

const pathQuery = `query Paths($from: ID!, $to: ID!, $hops: Int!) { paths(from: $from, to: $to, maxHops: $hops) {
  paths { weakestStatus hops { fromRole toRole status from { id name } fact { id title } to { id name } } }
  truncated { reason }
} }`

// cypherPaths asks for as many of the shortest paths, in no order, with what is
// asked of their nodes.
const cypherPaths = `MATCH (a:Identity {id: $from}), (b:Identity {id: $to})
MATCH p = ALL SHORTEST (a)-[:EVENT_OF|RELATIONSHIP_OF]-{1,%d}(b)
WITH p LIMIT 10
RETURN collect([n IN nodes(p) | [n.id, coalesce(n.name, n.title)]])`

// The sides, in this order.
const (
	pathsOnSQLite = iota
	pathsOnNeo4j
	pathsByHand
)

// pairs are firms to look for paths between.
type pairs struct {
	name string
	hops int
	// all are the variables of the requests, plans what is asked of the stores.
	all   []map[string]any
	plans []*plan.Plan
}

// measurePaths compares the stores with each other and with Cypher by hand.
func measurePaths(ctx context.Context, o options, r *report) error {
	if o.profiles() {
		return errors.New("-store paths: there is nothing to profile; use -store sqlite")
	}
	file, err := openSQLite(ctx, o, o.size)
	if err != nil {
		return err
	}
	defer file.close()
	g, err := openNeo4j(ctx, o, o.size, "neo4j")
	if err != nil {
		return err
	}
	defer g.close(ctx)
	near, far, err := drawPairs(ctx, o, file)
	if err != nil {
		return err
	}
	for _, p := range []*pairs{near, far} {
		if len(p.all) == 0 {
			continue // a small graph connects all
		}
		progress("paths: %s", p.name)
		result, err := p.measure(ctx, o, file.store, g)
		if err != nil {
			return err
		}
		r.Paths = append(r.Paths, result)
	}
	return nil
}

// drawPairs draws pairs of firms, with a path between them and without one.
func drawPairs(ctx context.Context, o options, g *loadedGraph) (near, far *pairs, err error) {
	near, far = &pairs{name: "with a path of up to 4 hops", hops: 4}, &pairs{name: "without a path of up to 6 hops", hops: 6}
	d := newDraw(g.facts.Size, o.seed)
	for range o.requests * maxDraws {
		pair := map[string]any{"from": string(graphtest.FirmID(d.random.IntN(d.firms))), "to": string(graphtest.FirmID(d.random.IntN(d.firms)))}
		if pair["from"] == pair["to"] {
			continue
		}
		for _, p := range []*pairs{near, far} {
			if err := p.keep(ctx, g, pair, o.requests); err != nil {
				return nil, nil, err
			}
		}
	}
	return near, far, nil
}

// keep keeps a pair, if it is one of those.
func (p *pairs) keep(ctx context.Context, g *loadedGraph, pair map[string]any, enough int) error {
	if len(p.all) == enough {
		return nil
	}
	variables := map[string]any{"from": pair["from"], "to": pair["to"], "hops": json.Number(strconv.Itoa(p.hops))}
	planned, err := resolvers.Plan(ctx, g.model, &graphql.RawParams{Query: pathQuery, Variables: variables})
	if err != nil {
		return err
	}
	result, err := g.store.Query(ctx, planned)
	if err != nil {
		return err
	}
	found := result.Fetches[0].Paths
	if wanted := p.hops == 4; (len(found.Paths) > 0) != wanted || !wanted && found.Truncation != plan.NotTruncated {
		return nil
	}
	p.all, p.plans = append(p.all, pair), append(p.plans, planned)
	return nil
}

func (p *pairs) measure(ctx context.Context, o options, file store.Store, g *neo4jGraph) (pathResult, error) {
	of := func(s store.Store) func(context.Context, int) error {
		return func(ctx context.Context, i int) error {
			_, err := s.Query(ctx, p.plans[i])
			return err
		}
	}
	text := fmt.Sprintf(cypherPaths, 2*p.hops)
	sides := []side{
		{"SQLite", of(file)}, {"Neo4j", of(g.store)},
		{"Cypher by hand", func(ctx context.Context, i int) error {
			_, err := askByHand(ctx, g.driver, text, p.all[i])
			return err
		}},
	}
	result := pathResult{Pairs: p.name}
	var err error
	if result.Timings, err = measure(ctx, o, len(p.all), sides); err != nil {
		return result, err
	}
	const millis = 1000
	sqlite, neo4j := result.Timings[pathsOnSQLite].P50/millis, result.Timings[pathsOnNeo4j].P50/millis
	byHand := ratio(result.Timings, func(p50 []float64) float64 { return p50[pathsOnNeo4j] / p50[pathsByHand] })
	if p.hops == 4 {
		result.SQLite, result.ByHand = atMost(maxPathMillis, sqlite), atMost(maxPathByHand, byHand)
		result.Slowest = verdict{Measured: max(sqlite, neo4j)}
	} else {
		result.SQLite, result.ByHand = verdict{Measured: sqlite}, verdict{Measured: byHand}
		result.Slowest = atMost(maxNoPathMillis, max(sqlite, neo4j))
	}
	return result, nil
}

func (p *printer) paths(all []pathResult) {
	p.title("Paths between two firms, one request at a time (µs): the statements, without HTTP and GraphQL",
		"pairs\tSQLite p50\tp99\tNeo4j p50\tp99\tby hand p50\tp99\tSQLite ms\tgoal\t\tNeo4j / by hand\tgoal\t\tslower store ms\tgoal\t")
	for _, r := range all {
		t := r.Timings
		p.line("%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%s\t%s\t%s", r.Pairs, t[pathsOnSQLite].P50, t[pathsOnSQLite].P99,
			t[pathsOnNeo4j].P50, t[pathsOnNeo4j].P99, t[pathsByHand].P50, t[pathsByHand].P99, r.SQLite.cells(), r.ByHand.cells(), r.Slowest.cells())
	}
}
