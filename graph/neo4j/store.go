// Package neo4j is the store on a Neo4j database. Its README lists what to know
// of the engine.
package neo4j

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/graph/store/search"
	"companygraph/graph/write"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"
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
	// terms are those that searches may misspell.
	terms search.Dictionary
	calls calls
}

var _ store.Store = (*Store)(nil)

// Open looks for the server for reachTimeout, and then takes up to
// prepareTimeout: a server that has just started makes indexes slowly. A
// migration takes as long as it takes.
const (
	reachTimeout   = 15 * time.Second
	prepareTimeout = 2 * time.Minute
)

// patience is how long calls repeat what failed because no server answered, and how
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
		c.NotificationsMinSeverity = notifications.DisabledLevel
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
	session := s.session(ctx, driver.AccessModeWrite)
	defer func() { _ = session.Close(context.WithoutCancel(ctx)) }()
	preparing, cancel := context.WithTimeout(ctx, prepareTimeout)
	defer cancel()
	current, err := s.check(preparing, session, adopt)
	switch {
	case err != nil:
		return err
	case current == migrating:
		return s.bringUp(ctx, session)
	default:
		return s.prepare(preparing, session, current)
	}
}

// Query implements store.Store. Statements of one transaction may see what
// others commit in between: Neo4j reads what is committed.
func (s *Store) Query(ctx context.Context, p *plan.Plan) (result *plan.Result, err error) {
	q := &query{model: s.model, terms: &s.terms}
	if isOneStatement(p) {
		q.statement = func(text string, args map[string]any, each func([]any) error) error {
			return s.readOne(ctx, text, args, each)
		}
		// What the driver would have repeated is repeated below.
		if result, err = q.answer(p); !isRepeatable(err) || ctx.Err() != nil {
			return result, err
		}
	}
	err = s.read(ctx, func(tx driver.ManagedTransaction) error {
		q.statement = func(text string, args map[string]any, each func([]any) error) error {
			return run(ctx, tx, text, args, each)
		}
		result, err = q.answer(p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// Write implements store.Store.
func (s *Store) Write(ctx context.Context, meta write.Meta, f func(*write.Tx) error) (write.Written, error) {
	var written write.Written
	err := s.transact(ctx, func(storage write.Storage) (err error) {
		written, err = write.Run(s.model, storage, meta, time.Now(), f)
		return err
	})
	return written, err
}

// Import implements store.Store.
func (s *Store) Import(ctx context.Context, meta write.Meta, records iter.Seq2[*write.Record, error], o write.ImportOptions) (write.Imported, error) {
	return write.Import(ctx, s.model, s.transact, meta, records, o)
}

// transact runs f in a writing transaction, which makes other writers wait.
func (s *Store) transact(ctx context.Context, f func(write.Storage) error) error {
	return s.write(ctx, func(tx driver.ManagedTransaction) error {
		storage := newStorage(transaction{ctx: ctx, tx: tx, model: s.model})
		if err := storage.begin(); err != nil {
			return err
		}
		return f(storage)
	})
}

// Ping implements store.Store. It does not repeat what fails, to answer quickly.
func (s *Store) Ping(ctx context.Context) error {
	return s.during(ctx, driver.AccessModeRead, func(session driver.SessionWithContext) error {
		return alone(ctx, session, "RETURN 1", nil)
	})
}

// Pool implements store.Store. Connections are to the server that the calls
// under way use.
func (s *Store) Pool() store.Pool {
	return store.Pool{InUse: s.calls.count(), Limit: maxConnections}
}

// Close implements store.Store.
func (s *Store) Close() error {
	s.calls.close()
	return s.driver.Close(context.Background())
}
