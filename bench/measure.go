package main

import (
	"context"
	"slices"
	"time"
)

// side is one of the ways of answering that are compared: it answers request i.
type side struct {
	name string
	ask  func(ctx context.Context, i int) error
}

// timing is how long a side took: p50 and p99 of each round's requests, the
// median of them over the rounds.
type timing struct {
	Side string  `json:"side"`
	P50  float64 `json:"p50Micros"`
	P99  float64 `json:"p99Micros"`
	// rounds are the p50 of each round.
	rounds []float64
}

// measure lets the sides answer n requests each, in turns, for some rounds:
// what else the machine does meanwhile falls on all of them alike. Each turn
// starts with another side. A round before the first is not counted.
func measure(ctx context.Context, o options, n int, sides []side) ([]timing, error) {
	p50, p99 := make([][]float64, len(sides)), make([][]float64, len(sides))
	for round := range o.rounds + 1 {
		took, err := measureRound(ctx, o.turns, n, sides)
		if err != nil {
			return nil, err
		}
		for i := range sides {
			if round > 0 {
				p50[i] = append(p50[i], quantile(took[i], 0.50))
				p99[i] = append(p99[i], quantile(took[i], 0.99))
			}
		}
	}
	timings := make([]timing, len(sides))
	for i, s := range sides {
		timings[i] = timing{Side: s.name, P50: quantile(p50[i], 0.5), P99: quantile(p99[i], 0.5), rounds: p50[i]}
	}
	return timings, nil
}

// measureRound returns the microseconds that each request took on each side.
func measureRound(ctx context.Context, turns, n int, sides []side) ([][]float64, error) {
	took := make([][]float64, len(sides))
	for turn := range turns {
		for k := range sides {
			at := (turn + k) % len(sides)
			for i := turn * n / turns; i < (turn+1)*n/turns; i++ {
				start := time.Now()
				if err := sides[at].ask(ctx, i); err != nil {
					return nil, err
				}
				took[at] = append(took[at], float64(time.Since(start).Nanoseconds())/1000)
			}
		}
	}
	return took, nil
}

// quantile of values that need not be sorted; 0 of none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// ratio is the median over the rounds of what of makes of the sides' p50 in a round.
func ratio(timings []timing, of func(p50 []float64) float64) float64 {
	var ratios []float64
	for round := range timings[0].rounds {
		p50 := make([]float64, len(timings))
		for i, t := range timings {
			p50[i] = t.rounds[round]
		}
		ratios = append(ratios, of(p50))
	}
	return quantile(ratios, 0.5)
}

// shapeResult is what was measured of a shape.
type shapeResult struct {
	Shape       string   `json:"shape"`
	AnswerBytes int      `json:"answerBytes"`
	Timings     []timing `json:"timings"`
	// OverHTTP is the p50 over HTTP divided by that of the statements alone
	// plus that of { __typename }.
	OverHTTP verdict `json:"overHTTP"`
	// OverBare is the p50 over HTTP divided by that of a server that does
	// nothing but run the statements and answer as many bytes.
	OverBare float64 `json:"overBare"`
	// Growth is the p50 over HTTP on the large graph divided by that on the
	// small one, nil if there is no large one.
	Growth *verdict `json:"growth,omitempty"`
}

// The sides of a shape, in this order.
const (
	overHTTP = iota
	statementsAlone
	overHTTPTypeName
	overHTTPBare
	overHTTPTenfold
)

// The goals.
const (
	maxOverHTTP  = 1.5
	maxGrowth    = 2
	maxMegabytes = 150
	maxStart     = 1.5
)

func measureShapes(ctx context.Context, o options, graphs []*loadedGraph) ([]shapeResult, error) {
	var results []shapeResult
	for _, s := range o.wanted(shapes) {
		r, err := measureShape(ctx, o, s, graphs)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

func measureShape(ctx context.Context, o options, s shape, graphs []*loadedGraph) (shapeResult, error) {
	result := shapeResult{Shape: s.name}
	servers := &servers{}
	defer servers.close()
	var sides []side
	for i, g := range graphs {
		requests, err := prepare(ctx, g, s, o.requests, o.seed)
		if err != nil {
			return result, err
		}
		if i > 0 {
			sides = append(sides, httpSide("HTTP, 10×", servers.product(g), requests))
			continue
		}
		result.AnswerBytes = medianAnswer(requests)
		c := servers.product(g)
		sides = append(sides, httpSide("HTTP", c, requests), statementsSide(g, requests), typeNameSide(c),
			httpSide("bare", servers.bare(g, requests), requests))
	}
	if servers.err != nil {
		return result, servers.err
	}
	var err error
	if result.Timings, err = measure(ctx, o, o.requests, sides); err != nil {
		return result, err
	}
	result.judge()
	return result, nil
}

// judge compares the sides with the goals.
func (r *shapeResult) judge() {
	r.OverHTTP = atMost(maxOverHTTP, ratio(r.Timings, func(p50 []float64) float64 {
		return p50[overHTTP] / (p50[statementsAlone] + p50[overHTTPTypeName])
	}))
	r.OverBare = ratio(r.Timings, func(p50 []float64) float64 { return p50[overHTTP] / p50[overHTTPBare] })
	if len(r.Timings) > overHTTPTenfold {
		growth := atMost(maxGrowth, ratio(r.Timings, func(p50 []float64) float64 { return p50[overHTTPTenfold] / p50[overHTTP] }))
		r.Growth = &growth
	}
}

func medianAnswer(requests []request) int {
	sizes := make([]float64, len(requests))
	for i, r := range requests {
		sizes[i] = float64(r.answerBytes)
	}
	return int(quantile(sizes, 0.5))
}

// httpSide sends the requests to a server.
func httpSide(name string, c *client, requests []request) side {
	return side{name, func(ctx context.Context, i int) error {
		c.number = i
		return c.post(ctx, requests[i].body)
	}}
}

// statementsSide runs the plans of the requests, and nothing else.
func statementsSide(g *loadedGraph, requests []request) side {
	return side{"statements", func(ctx context.Context, i int) error {
		_, err := g.store.Query(ctx, requests[i].plan)
		return err
	}}
}

// typeNameSide asks the same server over the same connection for nothing.
func typeNameSide(c *client) side {
	body := []byte(`{"query":"` + typeName + `"}`)
	return side{"__typename", func(ctx context.Context, _ int) error { return c.post(ctx, body) }}
}
