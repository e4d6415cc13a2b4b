package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// maxPrepared bounds the statements that one connection keeps prepared. Their
// texts depend on the shapes of operations alone, which are few in practice
// and unbounded under attack.
const maxPrepared = 256

// conn is one connection to the database with its prepared statements. It is
// used by one goroutine at a time.
type conn struct {
	*sqlite3.Conn
	prepared map[string]*sqlite3.Stmt
	// observer is that of the call that uses the connection, nil if it has none.
	observer graph.Observer
}

// openConn opens a connection. Readers cannot write.
func openConn(path string, writer bool) (*conn, error) {
	flags := sqlite3.OPEN_READWRITE | sqlite3.OPEN_URI
	if writer {
		flags |= sqlite3.OPEN_CREATE
	}
	c, err := sqlite3.OpenFlags(path, flags)
	if err != nil {
		return nil, err
	}
	own := &conn{Conn: c, prepared: map[string]*sqlite3.Stmt{}}
	// QPSG: the build has STAT4, and without it a statement that compares with
	// a parameter is prepared anew at every execution after ANALYZE.
	if _, err := c.Config(sqlite3.DBCONFIG_ENABLE_QPSG, true); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	pragmas := "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = off; PRAGMA cache_size = -3072; PRAGMA temp_store = memory;"
	if writer {
		pragmas += "PRAGMA synchronous = full;"
	} else {
		pragmas += "PRAGMA query_only = on;"
	}
	if err := c.Exec(pragmas); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return own, nil
}

// close releases the statements and the connection.
func (c *conn) close() error {
	c.forget()
	return c.Conn.Close()
}

func (c *conn) forget() {
	for text, s := range c.prepared {
		// Closing a statement repeats the error of its last run, known already.
		_ = s.Close()
		delete(c.prepared, text)
	}
}

// engine is SQLite's name in what observers are told.
const engine = "sqlite"

// run executes a statement, hands each row to each, and tells the observer.
func (c *conn) run(sql string, args []any, each func(*sqlite3.Stmt) error) error {
	if c.observer == nil {
		return c.step(sql, args, each)
	}
	return c.observer.Watch(graph.Ran{Engine: engine, Text: sql, Args: args}, func(row func()) error {
		return c.step(sql, args, func(s *sqlite3.Stmt) error {
			row()
			return each(s)
		})
	})
}

func (c *conn) step(sql string, args []any, each func(*sqlite3.Stmt) error) error {
	s, err := c.prepare(sql)
	if err != nil {
		return err
	}
	if err := bind(s, args); err != nil {
		return err
	}
	for s.Step() {
		if err := each(s); err != nil {
			return errors.Join(err, s.Reset())
		}
	}
	err = s.Err()
	if reset := s.Reset(); err == nil {
		err = reset
	}
	return err
}

func (c *conn) exec(sql string, args ...any) error {
	return c.run(sql, args, func(*sqlite3.Stmt) error { return nil })
}

func (c *conn) prepare(sql string) (*sqlite3.Stmt, error) {
	if s, ok := c.prepared[sql]; ok {
		return s, nil
	}
	if len(c.prepared) >= maxPrepared {
		c.forget()
	}
	s, _, err := c.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT)
	if err != nil {
		return nil, err
	}
	c.prepared[sql] = s
	return s, nil
}

func bind(s *sqlite3.Stmt, args []any) error {
	for i, arg := range args {
		var err error
		switch v := arg.(type) {
		case nil:
			err = s.BindNull(i + 1)
		case string:
			err = s.BindText(i+1, v)
		case graph.ID:
			err = s.BindText(i+1, string(v))
		case int:
			err = s.BindInt(i+1, v)
		case int64:
			err = s.BindInt64(i+1, v)
		case float64:
			err = s.BindFloat(i+1, v)
		case bool:
			err = s.BindBool(i+1, v)
		default:
			err = fmt.Errorf("cannot bind a %T", arg)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pool lends out reading connections and opens them as needed, up to its size.
// It lends the one that came back last: each costs memory, and there should be
// no more of them than are in use at once.
type pool struct {
	place *place
	// places holds an entry for each connection that may yet be lent.
	places chan struct{}
	mu     sync.Mutex
	idle   []*conn
}

func newPool(at *place, size int) *pool {
	p := &pool{place: at, places: make(chan struct{}, size)}
	for range size {
		p.places <- struct{}{}
	}
	return p
}

// with runs f on a connection.
func (p *pool) with(ctx context.Context, f func(*conn) error) (err error) {
	select {
	case <-p.places:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { p.places <- struct{}{} }()
	c := p.take()
	if c == nil {
		if c, err = p.open(); err != nil {
			return graph.Unavailable(err)
		}
	}
	defer func() { p.giveBack(c, err) }()
	return f(c)
}

// open opens a connection to the file that is in place, and to no other.
func (p *pool) open() (*conn, error) {
	c, err := openConn(p.place.path, false)
	if err != nil {
		return nil, err
	}
	if err := p.place.check(); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// usage tells how many connections are lent.
func (p *pool) usage() graph.Pool {
	return graph.Pool{InUse: cap(p.places) - len(p.places), Limit: cap(p.places)}
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

// interruptible runs f, which uses c, for the context: it stops f when the
// context ends, and tells its observer what ran.
func interruptible(ctx context.Context, c *conn, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	old := c.SetInterrupt(ctx)
	c.observer = graph.ObserverOf(ctx)
	defer func() {
		c.observer = nil
		c.SetInterrupt(old)
	}()
	err := f()
	if err != nil && ctx.Err() != nil && errors.Is(err, sqlite3.INTERRUPT) {
		return ctx.Err()
	}
	return err
}

// close waits for lent connections and closes all.
func (p *pool) close() error {
	for range cap(p.places) {
		<-p.places
	}
	var errs []error
	for c := p.take(); c != nil; c = p.take() {
		errs = append(errs, c.close())
	}
	return errors.Join(errs...)
}
