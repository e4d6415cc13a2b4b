package neo4j

import (
	"context"
	"errors"
	"time"

	"companygraph/graph/store"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

func (s *Store) session(ctx context.Context, mode driver.AccessMode) driver.SessionWithContext {
	return s.driver.NewSession(ctx, driver.SessionConfig{DatabaseName: s.database, AccessMode: mode, BookmarkManager: s.bookmarks, FetchSize: driver.FetchAll})
}

// read runs f in a reading transaction, which the driver repeats if the server
// asks for it: a cluster changes its leader.
func (s *Store) read(ctx context.Context, f func(driver.ManagedTransaction) error) error {
	return s.during(ctx, driver.AccessModeRead, func(session driver.SessionWithContext) error {
		_, err := session.ExecuteRead(ctx, func(tx driver.ManagedTransaction) (any, error) { return nil, f(tx) }, timeLimit(ctx))
		return err
	})
}

// readOne runs one reading statement, once, without a transaction around it:
// that saves a round trip to end it. Nothing is handed to each if it fails.
func (s *Store) readOne(ctx context.Context, text string, args map[string]any, each func([]any) error) error {
	return s.during(ctx, driver.AccessModeRead, func(session driver.SessionWithContext) error {
		return observed(ctx, text, args, each, func(each func([]any) error) error {
			result, err := session.Run(ctx, text, args, timeLimit(ctx))
			if err != nil {
				return err
			}
			records, err := result.Collect(ctx)
			if err != nil {
				return err
			}
			for _, record := range records {
				if err := each(record.Values); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// isRepeatable tells whether it is worth while to run what failed once more.
func isRepeatable(err error) bool {
	return endedEarly(err) || isA[*driver.ConnectivityError](err) || isTransient(err)
}

func isTransient(err error) bool {
	var server *driver.Neo4jError
	return errors.As(err, &server) && driver.IsRetryable(server)
}

// write runs f in a writing transaction.
func (s *Store) write(ctx context.Context, f func(driver.ManagedTransaction) error) error {
	return s.during(ctx, driver.AccessModeWrite, func(session driver.SessionWithContext) error {
		_, err := session.ExecuteWrite(ctx, func(tx driver.ManagedTransaction) (any, error) { return nil, f(tx) })
		return err
	})
}

// during runs a call in a session of its own, unless the store is closed.
func (s *Store) during(ctx context.Context, mode driver.AccessMode, call func(driver.SessionWithContext) error) (err error) {
	if err := s.calls.begin(); err != nil {
		return err
	}
	defer s.calls.end()
	session := s.session(ctx, mode)
	defer func() {
		err = reachable(ctx, errors.Join(err, session.Close(context.WithoutCancel(ctx))))
	}()
	return call(session)
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
	observer := store.ObserverOf(ctx)
	if observer == nil {
		return f(each)
	}
	return observer.Watch(store.StatementEvent{Engine: engine, Text: text, Args: args}, func(row func()) error {
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

// exec runs a statement that returns nothing.
func exec(ctx context.Context, tx driver.ManagedTransaction, text string) error {
	return run(ctx, tx, text, nil, func([]any) error { return nil })
}

// alone runs a statement in a transaction of its own.
func alone(ctx context.Context, session driver.SessionWithContext, text string, args map[string]any) error {
	result, err := session.Run(ctx, text, args)
	if err != nil {
		return err
	}
	_, err = result.Consume(ctx)
	return err
}
