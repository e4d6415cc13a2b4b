package sqlite

import (
	"context"
	"errors"
	"sync"

	"companygraph/graph"
	"companygraph/graph/store"

	"github.com/ncruces/go-sqlite3"
)

// pool lends out reading connections and opens them as needed, up to its size.
// It lends the one that came back last: each costs memory, and there should be
// no more of them than are in use at once.
type pool struct {
	file *file
	// free holds an entry for each connection that may yet be lent.
	free chan struct{}
	mu   sync.Mutex
	idle []*conn
}

func newPool(f *file, size int) *pool {
	p := &pool{file: f, free: make(chan struct{}, size)}
	for range size {
		p.free <- struct{}{}
	}
	return p
}

// with runs f on a connection.
func (p *pool) with(ctx context.Context, f func(*conn) error) (err error) {
	select {
	case <-p.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { p.free <- struct{}{} }()
	c := p.take()
	if c == nil {
		if c, err = p.open(); err != nil {
			return graph.Unavailable(err)
		}
	}
	returned := false
	defer func() {
		if !returned {
			// A panic may have left the engine in the middle of something.
			discard(c)
			return
		}
		p.giveBack(c, err)
	}()
	err = f(c)
	returned = true
	return err
}

// discard closes a connection that may not be used any more, and does not mind
// if that cannot be done.
func discard(c *conn) {
	defer func() { _ = recover() }()
	_ = c.close()
}

// open opens a connection to the file that was opened first, and to no other.
func (p *pool) open() (*conn, error) {
	c, err := openReader(p.file.path)
	if err != nil {
		return nil, err
	}
	if err := p.file.check(); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// usage tells how many connections are lent.
func (p *pool) usage() store.Pool {
	return store.Pool{InUse: cap(p.free) - len(p.free), Limit: cap(p.free)}
}

// take returns an idle connection; nil if there is none.
func (p *pool) take() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	last := len(p.idle) - 1
	c := p.idle[last]
	p.idle = p.idle[:last]
	return c
}

// giveBack takes a connection back after a call that ended with err. If the
// file was found damaged, all that connections remember of it is forgotten with
// them: what they answer from memory would hide the damage, or outlive it.
func (p *pool) giveBack(c *conn, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
	if damaged(err) {
		for _, c := range p.idle {
			// The file is as it is; it was only read.
			_ = c.close()
		}
		p.idle = nil
	}
}

func damaged(err error) bool {
	return errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) || errors.Is(err, sqlite3.IOERR)
}

// close closes all connections; none may be lent.
func (p *pool) close() error {
	var errs []error
	for c := p.take(); c != nil; c = p.take() {
		errs = append(errs, c.close())
	}
	return errors.Join(errs...)
}
