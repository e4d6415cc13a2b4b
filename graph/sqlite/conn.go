package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"companygraph/graph"
	"companygraph/graph/store"

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
	observer store.Observer
	// ended tells why no more statements are to begin; nil where the engine
	// itself stops them.
	ended func() error
	// steps are those of the plan being run, nil outside of one.
	steps *steps
}

// How much of the database a connection keeps in memory, in KiB. Few readers
// gain from more; a writer with less spills and reads again the pages that it
// changes all over the database. The engine has 256 MB in all.
const (
	readerCache = 3 << 10
	writerCache = 64 << 10
)

// pageSize is that of a new database. Pages of twice SQLite's usual size are
// split half as often, which is a quarter of the time of a load.
const pageSize = 8 << 10

// checkpointPages is how long the log grows before its pages are copied into
// the database: many are changed again by the next batch of a load.
const checkpointPages = 4_000

// openReader opens a connection that cannot write.
func openReader(path string) (*conn, error) {
	return openConn(path, sqlite3.OPEN_READWRITE, fmt.Sprintf("PRAGMA cache_size = -%d; PRAGMA query_only = on; PRAGMA temp_store = memory;", readerCache))
}

// openWriter opens a connection that can, and makes the file if there is none.
func openWriter(path string) (*conn, error) {
	return openConn(path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE,
		fmt.Sprintf("PRAGMA page_size = %d; PRAGMA cache_size = -%d; PRAGMA synchronous = full; PRAGMA wal_autocheckpoint = %d;", pageSize, writerCache, checkpointPages))
}

func openConn(path string, flags sqlite3.OpenFlag, pragmas string) (*conn, error) {
	c, err := sqlite3.OpenFlags(path, flags|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	// QPSG: the build has STAT4, and without it a statement that compares with
	// a parameter is prepared anew at every execution after ANALYZE.
	if _, err := c.Config(sqlite3.DBCONFIG_ENABLE_QPSG, true); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := registerRows(c); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.Exec("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = off;" + pragmas); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &conn{Conn: c, prepared: map[string]*sqlite3.Stmt{}}, nil
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

// watch has f run a statement, and tells the observer.
func (c *conn) watch(sql string, args []any, f func(row func()) error) error {
	if c.ended != nil {
		if err := c.ended(); err != nil {
			return err
		}
		c.steps.skip()
	}
	if c.observer == nil {
		return f(func() {})
	}
	return c.observer.Watch(store.StatementEvent{Engine: engine, Text: sql, Args: args}, f)
}

// run executes a statement and hands each row to each.
func (c *conn) run(sql string, args []any, each func(*sqlite3.Stmt) error) error {
	return c.watch(sql, args, func(row func()) error {
		s, err := c.prepare(sql)
		if err != nil {
			return err
		}
		b := binder{s: s}
		for _, arg := range args {
			b.any(arg)
		}
		if b.err != nil {
			return b.err
		}
		return c.stepAll(s, func() error {
			row()
			return each(s)
		})
	})
}

// stepAll hands on that there is a row, for each of a statement's.
func (c *conn) stepAll(s *sqlite3.Stmt, each func() error) error {
	defer c.steps.skip() // the look before there are no more rows
	for s.Step() {
		c.steps.skip()
		if err := each(); err != nil {
			return errors.Join(err, s.Reset())
		}
	}
	err := s.Err()
	if reset := s.Reset(); err == nil {
		err = reset
	}
	return err
}

func (c *conn) exec(sql string, args ...any) error {
	return c.run(sql, args, func(*sqlite3.Stmt) error { return nil })
}

// endedEvery is after how many runs of one statement the context is looked at.
const endedEvery = 512

// writeEach executes a statement without results for each of n rows, which bind
// gives its parameters. Observers are told of it once.
func (c *conn) writeEach(sql string, n int, bind func(b *binder, i int)) error {
	return c.each(sql, n, bind, func(_ int, s *sqlite3.Stmt) error { return s.Exec() })
}

// insertion is a statement that inserts rows of so many columns, which it knows
// as c0, c1 and so on. One that says OR FAIL need not keep the pages that it
// changes, as it is not undone by itself but with all of its change.
type insertion struct {
	into  string
	width int
	// columns are what it selects, all of the rows if that is ""; then is what
	// comes behind the rows.
	columns, then string
}

func (in insertion) text() string {
	return in.into + " SELECT " + cmp.Or(in.columns, rowColumns(in.width)) + " FROM rows(?)" + in.then
}

// insert inserts n rows at once, which bind gives their values.
func (c *conn) insert(in insertion, n int, bind func(b *binder, i int)) error {
	if n == 0 {
		return nil
	}
	return c.watch(in.text(), nil, func(row func()) error {
		for range n {
			row()
		}
		return c.withRows(in.text(), newRowSet(n, in.width, bind), (*sqlite3.Stmt).Exec)
	})
}

// readRows executes a statement that reads rows(?), of n rows of so many columns,
// and hands on its own rows.
func (c *conn) readRows(sql string, n, width int, bind func(b *binder, i int), each func(s *sqlite3.Stmt) error) error {
	if n == 0 {
		return nil
	}
	return c.watch(sql, nil, func(row func()) error {
		return c.withRows(sql, newRowSet(n, width, bind), func(s *sqlite3.Stmt) error {
			return c.stepAll(s, func() error {
				row()
				return each(s)
			})
		})
	})
}

// withRows runs a statement on a set of rows. If the context ends meanwhile, it
// is stopped between two of them.
func (c *conn) withRows(sql string, set *rowSet, run func(*sqlite3.Stmt) error) error {
	s, err := c.prepare(sql)
	if err != nil {
		return err
	}
	set.ended = c.ended
	if err := s.BindPointer(1, set); err != nil {
		return err
	}
	err = errors.Join(run(s), s.ClearBindings())
	if err != nil && c.ended != nil {
		err = cmp.Or(c.ended(), err)
	}
	return err
}

// readEach executes a statement for each of n keys, and hands on the rows.
func (c *conn) readEach(sql string, n int, bind func(b *binder, i int), row func(i int, s *sqlite3.Stmt) error) error {
	return c.each(sql, n, bind, func(i int, s *sqlite3.Stmt) error {
		return c.stepAll(s, func() error { return row(i, s) })
	})
}

func (c *conn) each(sql string, n int, bind func(b *binder, i int), run func(i int, s *sqlite3.Stmt) error) error {
	if n == 0 {
		return nil
	}
	return c.watch(sql, nil, func(row func()) error {
		s, err := c.prepare(sql)
		for i := 0; err == nil && i < n; i++ {
			if i%endedEvery == endedEvery-1 && c.ended != nil {
				if err = c.ended(); err != nil {
					break
				}
			}
			row()
			b := binder{s: s}
			bind(&b, i)
			if b.err == nil {
				b.err = run(i, s)
			}
			err = b.err
		}
		return err
	})
}

func (c *conn) prepare(sql string) (*sqlite3.Stmt, error) {
	if s, ok := c.prepared[sql]; ok {
		return s, nil
	}
	if len(c.prepared) >= maxPrepared {
		c.forget()
	}
	again := c.steps.apart()
	defer again()
	s, _, err := c.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT)
	if err != nil {
		return nil, err
	}
	c.prepared[sql] = s
	return s, nil
}

// binder gives a statement its parameters in their order and keeps the first
// error, or adds values to a set of rows.
type binder struct {
	s   *sqlite3.Stmt
	n   int
	err error
	set *rowSet
}

func (b *binder) note(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *binder) null() {
	if b.set != nil {
		b.set.cells = append(b.set.cells, cell{kind: nullCell})
		return
	}
	b.n++
	b.note(b.s.BindNull(b.n))
}

func (b *binder) text(v string) {
	if b.set != nil {
		b.set.cells = append(b.set.cells, cell{kind: textCell, s: v})
		return
	}
	b.n++
	b.note(b.s.BindText(b.n, v))
}

// textOrNull takes an empty text for a missing one.
func (b *binder) textOrNull(v string) {
	if v == "" {
		b.null()
		return
	}
	b.text(v)
}

func (b *binder) int(v int64) {
	if b.set != nil {
		b.set.cells = append(b.set.cells, cell{kind: intCell, n: v})
		return
	}
	b.n++
	b.note(b.s.BindInt64(b.n, v))
}

func (b *binder) float(v float64) {
	if b.set != nil {
		b.set.cells = append(b.set.cells, cell{kind: floatCell, n: int64(math.Float64bits(v))})
		return
	}
	b.n++
	b.note(b.s.BindFloat(b.n, v))
}

func (b *binder) bool(v bool) {
	n := int64(0)
	if v {
		n = 1
	}
	b.int(n)
}

// blob is for statements alone.
func (b *binder) blob(v []byte) {
	b.n++
	b.note(b.s.BindBlob(b.n, v))
}

func (b *binder) any(arg any) {
	switch v := arg.(type) {
	case nil:
		b.null()
	case string:
		b.text(v)
	case graph.ID:
		b.text(string(v))
	case int:
		b.int(int64(v))
	case int64:
		b.int(v)
	case float64:
		b.float(v)
	case bool:
		b.bool(v)
	default:
		b.note(fmt.Errorf("cannot bind a %T", arg))
	}
}

// value gives a property's value.
func (b *binder) value(p *graph.Property, v graph.Value) {
	if v.Missing() {
		b.null()
		return
	}
	switch p.Kind {
	case graph.KindInt:
		b.int(int64(v.Number()))
	case graph.KindFloat:
		b.float(v.Number())
	case graph.KindBoolean:
		b.bool(v.True())
	default:
		b.text(v.Text())
	}
}

// using has f use the connection for a call: it tells the call's observer what
// ran, and begins no statement once the context has ended.
func (c *conn) using(ctx context.Context, f func() error) error {
	c.observer, c.ended = store.ObserverOf(ctx), ctx.Err
	defer func() { c.observer, c.ended = nil, nil }()
	return f()
}

// interruptible has f use the connection for a call, and stops it in the middle
// of a statement when the context ends. In a transaction that writes this would
// roll back all of it.
func (c *conn) interruptible(ctx context.Context, f func() error) error {
	old := c.SetInterrupt(ctx)
	defer c.SetInterrupt(old)
	err := c.using(ctx, f)
	if err != nil && ctx.Err() != nil && errors.Is(err, sqlite3.INTERRUPT) {
		return ctx.Err()
	}
	return err
}
