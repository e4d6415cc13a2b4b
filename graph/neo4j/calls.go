package neo4j

import (
	"errors"
	"sync"

	"companygraph/graph"
)

// calls are the store's calls that are running. The driver must not be closed
// beside them.
type calls struct {
	lock    sync.Mutex
	closed  bool
	running sync.WaitGroup
	number  int
}

var errClosed = errors.New("the store is closed")

// begin lets a call run, unless the store is closed or closing.
func (c *calls) begin() error {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.closed {
		return graph.Unavailable(errClosed)
	}
	c.running.Add(1)
	c.number++
	return nil
}

func (c *calls) end() {
	c.lock.Lock()
	c.number--
	c.lock.Unlock()
	c.running.Done()
}

// count is how many calls are running: each uses a connection.
func (c *calls) count() int {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.number
}

// close lets no further call begin, and waits for those that are running.
func (c *calls) close() {
	c.lock.Lock()
	c.closed = true
	c.lock.Unlock()
	c.running.Wait()
}
