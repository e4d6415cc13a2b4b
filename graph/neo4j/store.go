// Package neo4j is the store on a Neo4j database. Its README lists what to know
// of the engine.
package neo4j

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"companygraph/graph"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
)

// Settings say which database to use.
type Settings struct {
	URI, User, Password string
	// Database is its name; empty means the server's default one.
	Database string
	// Adopt allows a database that holds nodes of other programs.
	Adopt bool
}

// Store is a graph in a Neo4j database.
type Store struct {
	driver   driver.DriverWithContext
	model    *graph.Model
	database string
	// bookmarks let what this store reads be no older than what it wrote,
	// whichever member of a cluster it reads from.
	bookmarks driver.BookmarkManager
	// calls are held by those that are running: the driver must not be closed
	// beside them.
	calls  sync.RWMutex
	closed bool
	// running is how many of them there are: each uses a connection.
	running atomic.Int32
}

var _ graph.Store = (*Store)(nil)

// Open looks for the server for reachTimeout, and then takes up to
// prepareTimeout: a server that has just started makes indexes slowly.
const (
	reachTimeout   = 15 * time.Second
	prepareTimeout = 2 * time.Minute
)

// patience is how long calls repeat what failed for want of a server, and how
// long each attempt looks for one. Twice that, as the last attempt may begin when
// the first is over, is less than operations may take: clients are to be told
// what is wrong.
const patience = 2 * time.Second

// maxConnections to each server; what finds none free waits for patience.
const maxConnections = 64

// Open connects to a database and makes it ready. The error of one that cannot
// be used names it and says why; it never holds the password.
func Open(ctx context.Context, settings Settings, m *graph.Model) (*Store, error) {
	d, err := driver.NewDriverWithContext(settings.URI, driver.BasicAuth(settings.User, settings.Password, ""), func(c *config.Config) {
		c.MaxConnectionPoolSize = maxConnections
		c.ConnectionAcquisitionTimeout = patience
		c.SocketConnectTimeout = patience
		c.MaxTransactionRetryTime = patience
		c.TelemetryDisabled = true
	})
	if err != nil {
		return nil, fmt.Errorf("neo4j %s: %w", settings.URI, explain(err))
	}
	s := &Store{driver: d, model: m, database: settings.Database, bookmarks: driver.NewBookmarkManager(driver.BookmarkManagerConfig{})}
	if err := s.reach(ctx, settings.Adopt); err != nil {
		return nil, errors.Join(fmt.Errorf("neo4j %s: %w", settings.URI, explain(err)), d.Close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// reach finds the server, checks it, and makes the database ready.
func (s *Store) reach(ctx context.Context, adopt bool) error {
	reaching, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	if err := s.driver.VerifyConnectivity(reaching); err != nil {
		return err
	}
	preparing, cancel := context.WithTimeout(ctx, prepareTimeout)
	defer cancel()
	return s.prepare(preparing, adopt)
}

// explain puts the commonest refusals into words for the person at the console.
func explain(err error) error {
	var server *driver.Neo4jError
	switch {
	case errors.As(err, &server) && strings.HasPrefix(server.Code, "Neo.ClientError.Security"):
		return errors.New("the user or the password is wrong")
	case errors.As(err, &server) && server.Code == "Neo.ClientError.Database.DatabaseNotFound":
		return errors.New("there is no database of this name")
	case errors.As(err, &server):
		return errors.New(server.Msg)
	case isA[*driver.ConnectivityError](err), errors.Is(err, context.DeadlineExceeded):
		return errors.New("cannot be reached, or does not answer in time")
	}
	return err
}

func (s *Store) session(ctx context.Context, mode driver.AccessMode) driver.SessionWithContext {
	return s.driver.NewSession(ctx, driver.SessionConfig{DatabaseName: s.database, AccessMode: mode, BookmarkManager: s.bookmarks, FetchSize: driver.FetchAll})
}

// read runs f in a reading transaction, which the driver repeats if the server
// asks for it: a cluster changes its leader. That costs a round trip, against a
// statement run by itself; without it a client would see every such change.
func (s *Store) read(ctx context.Context, f func(driver.ManagedTransaction) error) error {
	return s.during(ctx, driver.AccessModeRead, func(session driver.SessionWithContext) error {
		_, err := session.ExecuteRead(ctx, func(tx driver.ManagedTransaction) (any, error) { return nil, f(tx) }, timeLimit(ctx))
		return err
	})
}

// readOne runs one statement in a reading transaction of its own, as read does,
// and saves a round trip: the driver sends the beginning along with it.
func (s *Store) readOne(ctx context.Context, text string, args map[string]any, each func([]any) error) error {
	return s.call(ctx, func() error {
		return observed(ctx, text, args, each, func(each func([]any) error) error {
			records, err := driver.ExecuteQuery(ctx, s.driver, text, args, collect,
				driver.ExecuteQueryWithReadersRouting(), driver.ExecuteQueryWithDatabase(s.database),
				driver.ExecuteQueryWithBookmarkManager(s.bookmarks), driver.ExecuteQueryWithTransactionConfig(timeLimit(ctx)))
			if err != nil {
				return err
			}
			for _, record := range records {
				if err := each(record); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// collect makes what takes the records of an attempt.
func collect() driver.ResultTransformer[[][]any] { return &collector{} }

type collector struct{ records [][]any }

// Accept implements driver.ResultTransformer.
func (c *collector) Accept(record *driver.Record) error {
	c.records = append(c.records, record.Values)
	return nil
}

// Complete implements driver.ResultTransformer.
func (c *collector) Complete([]string, driver.ResultSummary) ([][]any, error) { return c.records, nil }

// write runs f in a writing transaction.
func (s *Store) write(ctx context.Context, f func(driver.ManagedTransaction) error) error {
	return s.during(ctx, driver.AccessModeWrite, func(session driver.SessionWithContext) error {
		_, err := session.ExecuteWrite(ctx, func(tx driver.ManagedTransaction) (any, error) { return nil, f(tx) })
		return err
	})
}

// during runs a call in a session of its own.
func (s *Store) during(ctx context.Context, mode driver.AccessMode, call func(driver.SessionWithContext) error) error {
	return s.call(ctx, func() error {
		session := s.session(ctx, mode)
		err := call(session)
		return errors.Join(err, session.Close(context.WithoutCancel(ctx)))
	})
}

// call runs what uses the driver, unless the store is closed.
func (s *Store) call(ctx context.Context, f func() error) error {
	s.calls.RLock()
	defer s.calls.RUnlock()
	if s.closed {
		return graph.Unavailable(errors.New("the store is closed"))
	}
	s.running.Add(1)
	defer s.running.Add(-1)
	return reachable(ctx, f())
}

// timeLimit hands the context's deadline to the server, which then stops the
// transaction by itself.
func timeLimit(ctx context.Context) func(*driver.TransactionConfig) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return func(*driver.TransactionConfig) {}
	}
	return driver.WithTxTimeout(max(time.Until(deadline), time.Millisecond))
}

// reachable marks the errors that say that the server cannot be used now.
func reachable(ctx context.Context, err error) error {
	var own *graph.Error
	var batch graph.BatchErrors
	switch {
	case err == nil, errors.As(err, &own), errors.As(err, &batch):
		return err
	case isA[*driver.TransactionExecutionLimit](err) && !errors.Is(ctx.Err(), context.Canceled):
		// What failed for want of a server was repeated, until the patience or
		// the time for it was over.
		return graph.Unavailable(err)
	case ctx.Err() != nil:
		return ctx.Err()
	case isA[*driver.ConnectivityError](err), isA[net.Error](err), endedEarly(err):
		return graph.Unavailable(err)
	}
	var server *driver.Neo4jError
	if errors.As(err, &server) && driver.IsRetryable(server) {
		return graph.Unavailable(err)
	}
	return err
}

// endedEarly tells whether the server hung up. Where it does so in the middle of
// a message, the driver (5.28.4) takes that for no fault of the connection.
func endedEarly(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// isA finds an error also among several, where the driver's own functions do not.
func isA[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}

// engine is Neo4j's name in what observers are told.
const engine = "neo4j"

// run runs a statement, hands each record to each, and tells the observer.
func run(ctx context.Context, tx driver.ManagedTransaction, text string, args map[string]any, each func([]any) error) error {
	return observed(ctx, text, args, each, func(each func([]any) error) error {
		return records(ctx, tx, text, args, each)
	})
}

// observed tells the observer of a statement that is run by f.
func observed(ctx context.Context, text string, args map[string]any, each func([]any) error, f func(each func([]any) error) error) error {
	observer := graph.ObserverOf(ctx)
	if observer == nil {
		return f(each)
	}
	return observer.Watch(graph.Ran{Engine: engine, Text: text, Args: args}, func(row func()) error {
		return f(func(record []any) error {
			row()
			return each(record)
		})
	})
}

func records(ctx context.Context, tx driver.ManagedTransaction, text string, args map[string]any, each func([]any) error) error {
	result, err := tx.Run(ctx, text, args)
	if err != nil {
		return repeatable(err)
	}
	for result.Next(ctx) {
		if err := each(result.Record().Values); err != nil {
			return err
		}
	}
	return repeatable(result.Err())
}

// repeatable lets the driver repeat a transaction whose server hung up.
func repeatable(err error) error {
	if endedEarly(err) && !isA[*driver.ConnectivityError](err) {
		return &driver.ConnectivityError{Inner: err}
	}
	return err
}

func exec(ctx context.Context, tx driver.ManagedTransaction, text string, args map[string]any) error {
	return run(ctx, tx, text, args, func([]any) error { return nil })
}

// Query implements graph.Store. Statements of one transaction may see what
// others commit in between: Neo4j reads what is committed.
func (s *Store) Query(ctx context.Context, plan *graph.Plan) (result *graph.Result, err error) {
	q := &query{model: s.model}
	if isOneStatement(plan) {
		q.statement = func(text string, args map[string]any, each func([]any) error) error {
			return s.readOne(ctx, text, args, each)
		}
		// What the driver does not repeat is repeated below, if there is time.
		if result, err = q.plan(plan); !endedEarly(err) || ctx.Err() != nil {
			return result, err
		}
	}
	err = s.read(ctx, func(tx driver.ManagedTransaction) error {
		q.statement = func(text string, args map[string]any, each func([]any) error) error {
			return run(ctx, tx, text, args, each)
		}
		result, err = q.plan(plan)
		return err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// Apply implements graph.Store.
func (s *Store) Apply(ctx context.Context, batch graph.Batch) (graph.Applied, error) {
	var done graph.Applied
	err := s.write(ctx, func(tx driver.ManagedTransaction) error {
		w, err := newWriteTx(ctx, tx, s.model)
		if err == nil {
			done, err = graph.ApplyBatch(s.model, w, batch)
		}
		return err
	})
	if err != nil {
		return graph.Applied{}, err
	}
	return done, nil
}

// Wholes implements graph.Store.
func (s *Store) Wholes(ctx context.Context, after graph.ID, limit int) ([]graph.Whole, error) {
	var wholes []graph.Whole
	err := s.read(ctx, func(tx driver.ManagedTransaction) (err error) {
		wholes, err = graph.ReadWholes(s.model, &readTx{ctx, tx, s.model}, after, limit)
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
	err := s.read(ctx, func(tx driver.ManagedTransaction) error {
		const text = "RETURN EXISTS { MATCH (m:Meta) WHERE m.seeded } OR EXISTS { MATCH (n:Identity) WHERE NOT n:Gone }"
		return run(ctx, tx, text, nil, func(record []any) error {
			seeded, _ = record[0].(bool)
			return nil
		})
	})
	return seeded, err
}

// Ping implements graph.Store. It does not repeat what fails, to answer quickly.
func (s *Store) Ping(ctx context.Context) error {
	return s.during(ctx, driver.AccessModeRead, func(session driver.SessionWithContext) error {
		return alone(ctx, session, "RETURN 1", nil)
	})
}

// Pool implements graph.Store. Connections are to the server that the calls
// under way use.
func (s *Store) Pool() graph.Pool {
	return graph.Pool{InUse: int(s.running.Load()), Limit: maxConnections}
}

// Close implements graph.Store. It waits for calls that are running.
func (s *Store) Close() error {
	s.calls.Lock()
	defer s.calls.Unlock()
	s.closed = true
	return s.driver.Close(context.Background())
}
