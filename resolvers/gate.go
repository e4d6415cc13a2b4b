package resolvers

import (
	"context"
	"time"

	"companygraph/graph"

	"golang.org/x/sync/semaphore"
)

// Gate bounds the weight of what runs at once. Callers that find it full wait
// for as long as its patience lasts.
type Gate struct {
	weights  *semaphore.Weighted
	capacity int
	patience time.Duration
}

// NewGate makes a gate with a capacity in weight; callers that find it full
// wait no longer than patience.
func NewGate(capacity int, patience time.Duration) *Gate {
	return &Gate{weights: semaphore.NewWeighted(int64(capacity)), capacity: capacity, patience: patience}
}

// Enter waits for room; leave must be called afterwards.
func (g *Gate) Enter(ctx context.Context, weight int) (leave func(), err error) {
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
