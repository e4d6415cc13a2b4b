// Package sqlite is the embedded store. Its README lists what to know of the
// engine.
package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/graph/store/search"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// DefaultFile is the database that the programs use if they are told no other.
const DefaultFile = "companygraph.db"

// Store is a graph in a SQLite file.
type Store struct {
	layout *layout
	file   *file
	// terms are those that searches may misspell.
	terms   search.Dictionary
	gate    gate
	readers *pool
	writer  *writer
}

var _ store.Store = (*Store)(nil)

// maxReaders bounds the reading connections, and with them memory: each takes
// some five megabytes once its cache is full. Statements are two thirds of what a
// request takes, so that this many keep more cores than these busy.
const maxReaders = 12

// Open opens the database in a file, and creates it if there is none. The
// error of a file that cannot be used names it and says why.
func Open(ctx context.Context, path string, m *graph.Model) (*Store, error) {
	c, l, err := openDatabase(ctx, path, m)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, explain(err))
	}
	file, err := newFile(path)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return &Store{
		layout: l, file: file,
		readers: newPool(file, min(4*runtime.GOMAXPROCS(0), maxReaders)),
		writer:  &writer{file: file, conn: c},
	}, nil
}

func openDatabase(ctx context.Context, path string, m *graph.Model) (*conn, *layout, error) {
	if strings.HasPrefix(path, "file:") || path == "" || path == ":memory:" {
		return nil, nil, errors.New("must be the path of a file")
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, nil, errors.New("cannot be opened: it is not a file but a folder or a device")
	}
	if err := checkWhole(path); err != nil {
		return nil, nil, err
	}
	c, err := openWriter(path)
	if err != nil {
		return nil, nil, err
	}
	l, err := prepareLayout(ctx, c, m)
	if err == nil {
		err = c.Exec("PRAGMA journal_mode = wal")
	}
	if err != nil {
		return nil, nil, errors.Join(err, c.close())
	}
	return c, l, nil
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
	case errors.Is(err, sqlite3.CORRUPT):
		return errors.New("is damaged: restore a backup, or load the data into a new database")
	}
	return err
}

// begin is how a transaction begins: one that reads sees one state of the
// database; one that writes takes its turn before it reads what it changes.
const (
	beginRead  constant = "BEGIN"
	beginWrite constant = "BEGIN IMMEDIATE"
)

// transact runs f in a transaction, and commits what it wrote, or nothing if it
// fails, panics or the context ends. Only f is interrupted: a transaction must
// always be ended.
func (c *conn) transact(ctx context.Context, begin constant, f func() error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := c.exec(string(begin)); err != nil {
		return err
	}
	defer func() {
		if !c.GetAutocommit() {
			err = errors.Join(err, c.exec("ROLLBACK"))
		}
	}()
	if err := c.interruptible(ctx, f); err != nil {
		return err
	}
	return c.exec("COMMIT")
}

// Write implements store.Store.
func (s *Store) Write(ctx context.Context, meta write.Meta, f func(*write.Tx) error) (write.Written, error) {
	var done write.Written
	err := s.write(ctx, func(c *conn) error {
		storage, err := newStorage(c, s.layout)
		if err == nil {
			done, err = write.Run(s.layout.model, storage, meta, time.Now(), f)
		}
		return err
	})
	if err != nil {
		return write.Written{}, err
	}
	return done, nil
}

// Import implements store.Store.
func (s *Store) Import(ctx context.Context, meta write.Meta, records iter.Seq2[*write.Record, error], options write.ImportOptions) (write.Imported, error) {
	if err := s.gate.enter(); err != nil {
		return write.Imported{}, err
	}
	defer s.gate.leave()
	l := &load{writer: s.writer}
	transact := func(ctx context.Context, f func(write.Storage) error) error {
		return reachable(l.change(ctx, func(c *conn) error {
			storage, err := newStorage(c, s.layout)
			if err != nil {
				return err
			}
			storage.gathered = &s.writer.gathered
			return f(storage)
		}))
	}
	done, err := write.Import(ctx, s.layout.model, transact, meta, records, options)
	if end := reachable(l.end()); err == nil { //nolint:contextcheck // it ends what was begun, also when the context has
		err = end
	}
	return done, err
}

// Optimize lets SQLite look at the data, so that it chooses indexes well. It is
// worth calling after a large load.
func (s *Store) Optimize(ctx context.Context) error {
	return s.write(ctx, func(c *conn) error { return c.exec("PRAGMA optimize = 0x10002") })
}

// write runs f in a transaction on the writing connection.
func (s *Store) write(ctx context.Context, f func(*conn) error) error {
	if err := s.gate.enter(); err != nil {
		return err
	}
	defer s.gate.leave()
	return reachable(s.writer.write(ctx, f))
}

// read runs f in a transaction on a reading connection.
func (s *Store) read(ctx context.Context, f func(*conn) error) error {
	if err := s.gate.enter(); err != nil {
		return err
	}
	defer s.gate.leave()
	if err := s.file.checkSometimes(); err != nil {
		return err
	}
	err := s.readers.with(ctx, func(c *conn) error {
		return c.transact(ctx, beginRead, func() error { return f(c) })
	})
	if err != nil {
		// A file that is not there any more explains what was found in it.
		err = cmp.Or(s.file.check(), err)
	}
	return reachable(err)
}

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

// Query implements store.Store.
func (s *Store) Query(ctx context.Context, p *plan.Plan) (*plan.Result, error) {
	var result *plan.Result
	taken := &steps{Context: ctx}
	err := s.read(taken, func(c *conn) (err error) { //nolint:contextcheck // it holds the one that was given
		if err := s.refreshTerms(c, p); err != nil {
			return err
		}
		c.steps, taken.looks, taken.limit = taken, 0, p.MaxScanned
		defer func() { c.steps = nil }()
		q := &query{conn: c, layout: s.layout, terms: &s.terms, reading: store.NewReading(p)}
		if result, err = q.run(p); err == nil {
			result.Read, result.Scanned = q.reading.Rows(), taken.scanned()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// Export implements store.Store.
func (s *Store) Export(ctx context.Context, at int64, after graph.ID, limit int) ([]write.Stored, error) {
	return listed(ctx, s, func(c *conn) ([]write.Stored, error) {
		return export(c, s.layout, at, after, limit)
	})
}

// Changes implements store.Store.
func (s *Store) Changes(ctx context.Context, after store.ChangePosition, limit int) ([]write.Change, error) {
	return listed(ctx, s, func(c *conn) ([]write.Change, error) {
		return readChanges(c, s.layout, after, limit)
	})
}

// Revisions implements store.Store.
func (s *Store) Revisions(ctx context.Context, after int64, limit int) ([]write.Revision, error) {
	return listed(ctx, s, func(c *conn) ([]write.Revision, error) {
		return readRevisions(c, "WHERE number > ? ORDER BY number LIMIT ?", after, limit)
	})
}

// RevisionAt implements store.Store.
func (s *Store) RevisionAt(ctx context.Context, at time.Time) (write.Revision, error) {
	found, err := listed(ctx, s, func(c *conn) ([]write.Revision, error) {
		return readRevisions(c, "WHERE at <= ? ORDER BY at DESC, number DESC LIMIT 1", at.UnixMicro())
	})
	if err != nil || len(found) == 0 {
		return write.Revision{}, err
	}
	return found[0], nil
}

// Datasets implements store.Store.
func (s *Store) Datasets(ctx context.Context) ([]write.Dataset, error) {
	return listed(ctx, s, contributing)
}

// listed reads a list; there is none if that fails.
func listed[T any](ctx context.Context, s *Store, read func(*conn) ([]T, error)) ([]T, error) {
	var all []T
	err := s.read(ctx, func(c *conn) (err error) {
		all, err = read(c)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Seeded implements store.Store.
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

// Ping implements store.Store.
func (s *Store) Ping(ctx context.Context) error {
	return s.read(ctx, func(c *conn) error {
		if err := c.exec("SELECT 1 FROM meta LIMIT 1"); err != nil {
			return err
		}
		bytes, err := readInt(c.Conn, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
		if err != nil {
			return err
		}
		return s.file.checkLength(int64(bytes))
	})
}

// Pool implements store.Store. The one connection that writes is not counted.
func (s *Store) Pool() store.Pool { return s.readers.usage() }

// Close implements store.Store.
func (s *Store) Close() error {
	if !s.gate.close() {
		return nil
	}
	return errors.Join(s.readers.close(), s.writer.close())
}
