package sqlite

import (
	"errors"
	"sync"

	"companygraph/graph"
)

// gate lets calls in until it is closed.
type gate struct {
	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

var errClosed = errors.New("the store is closed")

// enter lets a call in, which leave must follow, or says that the store is closed.
func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return graph.Unavailable(errClosed)
	}
	g.running.Add(1)
	return nil
}

func (g *gate) leave() { g.running.Done() }

// close lets no more calls in and waits for those that run. It is false if
// somebody else has closed the gate.
func (g *gate) close() bool {
	g.mu.Lock()
	was := g.closed
	g.closed = true
	g.mu.Unlock()
	g.running.Wait()
	return !was
}
