package resolvers

import (
	"context"
	"sync"
	"time"

	"companygraph/graph/plan"
	"companygraph/graph/store"
)

const (
	// countedUpTo is how many nodes and links a graph may have for them to be
	// counted: it takes some milliseconds, and of a larger graph the pages alone
	// say what an operation reads.
	countedUpTo = 50_000
	// countedFor is how long the numbers are used. What is written meanwhile makes
	// prices a little wrong; the bound of rows that are read is not.
	countedFor = 10 * time.Second
)

// known is what is known of how much the graph holds.
type known struct {
	store store.Store

	lock   sync.Mutex
	counts *plan.Counts
	until  time.Time
}

// get counts the graph, unless that was done just now. There are no counts of a
// large graph.
func (k *known) get(ctx context.Context) (*plan.Counts, error) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if time.Now().Before(k.until) {
		return k.counts, nil
	}
	counts, err := k.store.Counts(ctx, countedUpTo)
	if err != nil {
		return nil, err
	}
	k.counts, k.until = counts, time.Now().Add(countedFor)
	return counts, nil
}
