package main

import (
	"context"
)

// comparison is what was measured of a shape against something else.
type comparison struct {
	Shape       string   `json:"shape"`
	AnswerBytes int      `json:"answerBytes"`
	Timings     []timing `json:"timings"`
	Rates       []rate   `json:"rates"`
	// Time compares p50, Rate the requests a second at 16 at once.
	Time verdict `json:"time"`
	Rate verdict `json:"rate"`
}

// The sides of a shape on Neo4j, in this order. The last two have no goal: they
// tell what the server's own Cypher takes without HTTP and GraphQL, and what by
// hand a transaction costs that the driver would repeat.
const (
	neo4jOverHTTP = iota
	neo4jByHand
	neo4jStatements
	neo4jByHandAlone
)

// measureByHand compares the server on Neo4j with Cypher written by hand.
func measureByHand(ctx context.Context, o options, g *neo4jGraph) ([]comparison, error) {
	var results []comparison
	for _, s := range o.wanted(shapes) {
		progress("Neo4j against Cypher by hand: %s", s.name)
		r, err := measureShapeByHand(ctx, o, g, s)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

func measureShapeByHand(ctx context.Context, o options, g *neo4jGraph, s shape) (comparison, error) {
	result := comparison{Shape: s.name}
	requests, err := prepare(ctx, g.loadedGraph, s, o.requests, o.seed)
	if err != nil {
		return result, err
	}
	result.AnswerBytes = medianAnswer(requests)
	server, err := listenProduct(g.store, g.model)
	if err != nil {
		return result, err
	}
	defer server.close()
	c := newClient(server.url)
	defer c.close()
	if err := sameAnswers(ctx, g.driver, c, s, requests); err != nil {
		return result, err
	}
	byHand := func(ctx context.Context, i int) error {
		_, err := askByHand(ctx, g.driver, s.cypher, requests[i].variables)
		return err
	}
	busy := []busySide{
		{"GraphQL over HTTP", httpWorker(server.url, requests, "")},
		{"Cypher by hand", func() (func(context.Context, int) error, func()) { return byHand, func() {} }},
	}
	if err := warm(ctx, o, len(requests), busy); err != nil {
		return result, err
	}
	if result.Timings, err = measure(ctx, o, o.requests, []side{
		httpSide(busy[neo4jOverHTTP].name, c, requests),
		{busy[neo4jByHand].name, byHand},
		statementsSide(g.loadedGraph, requests),
		{"Cypher by hand, no transaction function", func(ctx context.Context, i int) error {
			_, err := askAlone(ctx, g.driver, s.cypher, requests[i].variables)
			return err
		}},
	}); err != nil {
		return result, err
	}
	if result.Rates, err = measureRates(ctx, o, len(requests), busy); err != nil {
		return result, err
	}
	result.Time = atMost(s.byHand.time, ratio(result.Timings, func(p50 []float64) float64 { return p50[neo4jOverHTTP] / p50[neo4jByHand] }))
	result.Rate = atLeast(s.byHand.rate, rateRatio(result.Rates[neo4jOverHTTP], result.Rates[neo4jByHand]))
	return result, nil
}
