// Package sqlite is the embedded store. Its README lists what to know of the
// engine.
package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// DefaultFile is the database that the programs use if they are told no other.
const DefaultFile = "companygraph.db"

// Store is a graph in a SQLite file.
type Store struct {
	model   *graph.Model
	known   *numbering
	place   *place
	readers *pool
	// writing holds the one writing connection while it is not in use.
	writing chan *conn
	closing sync.Once
	closed  chan struct{}
}

var _ graph.Store = (*Store)(nil)

// maxReaders bounds the reading connections, and with them memory: each takes
// some five megabytes once its cache is full. Statements are two thirds of what a
// request takes, so that this many keep more cores than these busy.
const maxReaders = 12

// Open opens the database in a file, and creates it if there is none. The
// error of a file that cannot be used names it and says why.
func Open(ctx context.Context, path string, m *graph.Model) (*Store, error) {
	writer, known, err := openWriter(ctx, path, m)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, explain(err))
	}
	place, err := newPlace(path)
	if err != nil {
		return nil, errors.Join(err, writer.close())
	}
	s := &Store{
		model: m, known: known, place: place,
		readers: newPool(place, min(4*runtime.GOMAXPROCS(0), maxReaders)),
		writing: make(chan *conn, 1),
		closed:  make(chan struct{}),
	}
	s.writing <- writer
	return s, nil
}

func openWriter(ctx context.Context, path string, m *graph.Model) (*conn, *numbering, error) {
	if strings.HasPrefix(path, "file:") || path == "" || path == ":memory:" {
		return nil, nil, errors.New("must be the path of a file")
	}
	writer, err := openConn(path, true)
	if err != nil {
		return nil, nil, err
	}
	var known *numbering
	err = transaction(ctx, writer, beginWrite, func() error {
		known, err = prepareLayout(writer.Conn, m)
		return err
	})
	if err == nil {
		err = writer.Exec("PRAGMA journal_mode = wal")
	}
	if err != nil {
		return nil, nil, errors.Join(err, writer.close())
	}
	return writer, known, nil
}

// explain puts SQLite's commonest refusals into words for the person at the console.
func explain(err error) error {
	switch {
	case errors.Is(err, sqlite3.NOTADB):
		return errors.New("is not a SQLite database")
	case errors.Is(err, sqlite3.CANTOPEN):
		return errors.New("cannot be opened: it or its folder does not exist, or may not be read and written")
	case errors.Is(err, sqlite3.READONLY), errors.Is(err, os.ErrPermission):
		return errors.New("cannot be written")
	case errors.Is(err, sqlite3.BUSY):
		return errors.New("is in use by another program")
	}
	return err
}

// transaction runs f in a transaction that begins as told, and commits what it
// wrote, or nothing if it fails or the context ends. Only f is interrupted:
// a transaction must always be ended.
func transaction(ctx context.Context, c *conn, begin constant, f func() error) error {
	if err := c.exec(string(begin)); err != nil {
		return err
	}
	err := interruptible(ctx, c, f)
	if err == nil {
		err = c.exec("COMMIT")
	}
	if err != nil && !c.GetAutocommit() {
		err = errors.Join(err, c.exec("ROLLBACK"))
	}
	return err
}

// A reading transaction sees one state of the database; a writing one takes
// its turn before it reads what it changes.
const (
	beginRead  constant = "BEGIN"
	beginWrite constant = "BEGIN IMMEDIATE"
)

// Apply implements graph.Store.
func (s *Store) Apply(ctx context.Context, batch graph.Batch) (graph.Applied, error) {
	var done graph.Applied
	err := s.write(ctx, func(c *conn) error {
		tx, err := newWriteTx(c, s.model, s.known)
		if err == nil {
			done, err = graph.ApplyBatch(s.model, tx, batch)
		}
		return err
	})
	if err != nil {
		return graph.Applied{}, err
	}
	return done, nil
}

// Optimize lets SQLite look at the data, so that it chooses indexes well. It is
// worth calling after a large load.
func (s *Store) Optimize(ctx context.Context) error {
	return s.write(ctx, func(c *conn) error { return c.exec("PRAGMA optimize = 0x10002") })
}

// write runs f in a transaction on the writing connection.
func (s *Store) write(ctx context.Context, f func(*conn) error) error {
	select {
	case c := <-s.writing:
		defer func() { s.writing <- c }()
		if err := s.place.check(); err != nil {
			return err
		}
		return reachable(transaction(ctx, c, beginWrite, func() error { return f(c) }))
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closed:
		return errClosed()
	}
}

// read runs f in a transaction on a reading connection.
func (s *Store) read(ctx context.Context, f func(*conn) error) error {
	select {
	case <-s.closed:
		return errClosed()
	default:
		if err := s.place.checkSometimes(); err != nil {
			return err
		}
		err := s.readers.with(ctx, func(c *conn) error {
			return transaction(ctx, c, beginRead, func() error { return f(c) })
		})
		if err != nil {
			// A file that is not there any more explains what was found in it.
			err = cmp.Or(s.place.check(), err)
		}
		return reachable(err)
	}
}

func errClosed() error { return graph.Unavailable(errors.New("the store is closed")) }

// reachable marks the errors that say that the file cannot be used now.
func reachable(err error) error {
	if errors.Is(err, sqlite3.IOERR) || errors.Is(err, sqlite3.FULL) {
		err = fmt.Errorf("the disk may be full or damaged: %w", err)
	}
	for _, code := range []sqlite3.ErrorCode{sqlite3.BUSY, sqlite3.IOERR, sqlite3.CANTOPEN, sqlite3.READONLY, sqlite3.FULL, sqlite3.CORRUPT, sqlite3.NOTADB} {
		if errors.Is(err, code) {
			return graph.Unavailable(err)
		}
	}
	return err
}

// Query implements graph.Store.
func (s *Store) Query(ctx context.Context, plan *graph.Plan) (*graph.Result, error) {
	result := &graph.Result{}
	err := s.read(ctx, func(c *conn) error {
		q := &query{conn: c, model: s.model, known: s.known, reading: graph.NewReading(plan)}
		return q.fetches(plan, result)
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// Wholes implements graph.Store.
func (s *Store) Wholes(ctx context.Context, after graph.ID, limit int) ([]graph.Whole, error) {
	var wholes []graph.Whole
	err := s.read(ctx, func(c *conn) (err error) {
		wholes, err = graph.ReadWholes(s.model, newReadTx(c, s.model, s.known), after, limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return wholes, nil
}

// Seeded implements graph.Store.
func (s *Store) Seeded(ctx context.Context) (bool, error) {
	seeded := false
	err := s.read(ctx, func(c *conn) error {
		return c.run("SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'seeded') OR EXISTS (SELECT 1 FROM node)", nil, func(row *sqlite3.Stmt) error {
			seeded = row.ColumnBool(0)
			return nil
		})
	})
	return seeded, err
}

// Ping implements graph.Store.
func (s *Store) Ping(ctx context.Context) error {
	return s.read(ctx, func(c *conn) error { return c.exec("SELECT 1 FROM meta LIMIT 1") })
}

// Pool implements graph.Store. The one connection that writes is not counted.
func (s *Store) Pool() graph.Pool { return s.readers.usage() }

// Close implements graph.Store.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.closed)
		err = errors.Join(s.readers.close(), (<-s.writing).close())
	})
	return err
}
