package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// concurrency is how many requests are under way at once where memory and
// requests a second are measured.
const concurrency = 16

// worker makes one of those that send requests at the same time: ask sends
// request i, done is called at the end.
type worker func() (ask func(ctx context.Context, i int) error, done func())

// httpWorker makes clients with a connection each, that take an encoding.
func httpWorker(url string, requests []request, encoding string) worker {
	return func() (func(context.Context, int) error, func()) {
		c := newClient(url)
		c.encoding = encoding
		return func(ctx context.Context, i int) error { return c.post(ctx, requests[i].body) }, c.close
	}
}

// keepBusy sends n requests again and again, always some at once, for a time. It
// returns how many were answered a second.
func keepBusy(ctx context.Context, w worker, n, atOnce int, during time.Duration) (float64, error) {
	var next, answered atomic.Int64
	failures := make(chan error, atOnce)
	begin := time.Now()
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			ask, done := w()
			defer done()
			for time.Since(begin) < during {
				// 7 is prime to the number of requests: shapes take turns.
				if err := ask(ctx, int(next.Add(7))%n); err != nil {
					failures <- err
					return
				}
				answered.Add(1)
			}
		})
	}
	all.Wait()
	close(failures)
	return float64(answered.Load()) / time.Since(begin).Seconds(), <-failures
}

// busySide is one of the ways of answering whose requests a second are compared.
type busySide struct {
	name string
	worker
}

// rate is how many requests a second a side answers: the median over the rounds.
type rate struct {
	Side      string  `json:"side"`
	PerSecond float64 `json:"perSecond"`
	rounds    []float64
}

// measureRates keeps the sides busy in turns, for some rounds, each of which
// starts with another side. A round before the first is not counted.
func measureRates(ctx context.Context, o options, n int, sides []busySide) ([]rate, error) {
	rates := make([]rate, len(sides))
	for round := range o.rounds + 1 {
		for k := range sides {
			at := (round + k) % len(sides)
			perSecond, err := keepBusy(ctx, sides[at].worker, n, concurrency, o.busy)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				rates[at].rounds = append(rates[at].rounds, perSecond)
			}
		}
	}
	for i, s := range sides {
		rates[i].Side, rates[i].PerSecond = s.name, quantile(rates[i].rounds, 0.5)
	}
	return rates, nil
}

// rateRatio is how many times as many requests a second one side answers as
// another.
func rateRatio(a, b rate) float64 { return medianRatio(a.rounds, b.rounds) }

// medianRatio is the median over the rounds of what was measured on one side
// divided by that on another.
func medianRatio(a, b []float64) float64 {
	var ratios []float64
	for round := range a {
		ratios = append(ratios, a[round]/b[round])
	}
	return quantile(ratios, 0.5)
}

// warm has every side answer for a while, so that Java has compiled and Neo4j
// has planned what is measured.
func warm(ctx context.Context, o options, n int, sides []busySide) error {
	for _, s := range sides {
		if _, err := keepBusy(ctx, s.worker, n, concurrency, o.warm); err != nil {
			return err
		}
	}
	return nil
}
