package resolvers

import (
	"context"
	"time"

	"companygraph/graph"

	"golang.org/x/sync/semaphore"
)

// gate bounds what is under way at once, by weight. What finds it full waits
// for as long as its patience lasts.
type gate struct {
	weights  *semaphore.Weighted
	capacity int
	patience time.Duration
}

func newGate(capacity int, patience time.Duration) *gate {
	return &gate{weights: semaphore.NewWeighted(int64(capacity)), capacity: capacity, patience: patience}
}

// enter waits for room; leave must be called afterwards.
func (g *gate) enter(ctx context.Context, weight int) (leave func(), err error) {
	w := int64(min(weight, g.capacity))
	leave = func() { g.weights.Release(w) }
	if g.weights.TryAcquire(w) {
		return leave, nil
	}
	waiting, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	if err := g.weights.Acquire(waiting, w); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &graph.Error{Code: graph.CodeUnavailable, Message: "the server has too much to do"}
	}
	return leave, nil
}
