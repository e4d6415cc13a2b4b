package store

import (
	"context"
	"iter"
	"time"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/write"
)

// Store keeps a graph and answers plans from it. All methods may be called from
// several goroutines at once. A method that returns an error because of the
// context returns one for which errors.Is finds the context's error; one that
// found the engine unreachable, or the store closed, returns a *graph.Error
// with code UNAVAILABLE. A call that begins after Close, or together with it,
// ends at once. The observer of a context receives the statements that are run
// for it. (graphtest.TestStore holds every implementation to this.)
type Store interface {
	// Query reads what the plan needs, in one state of the graph where the engine
	// can (graphtest.TestSnapshots). Result.Fetches has one entry for each of
	// Plan.Fetches. The number of statements is up to the store, but does not grow
	// with the number of results. A plan that reads more than a [Reading] allows
	// ends with the reading's error; one that makes the engine scan more than the
	// plan's MaxScanned ends with [ScannedTooMuch], if the engine reports it. One
	// that names a node for paths that is not there, or not fit for them, ends with a
	// plan.FetchError. (graphtest: failing, answers/paths)
	Query(ctx context.Context, plan *plan.Plan) (*plan.Result, error)

	// Counts counts nodes and links by their types; nil if the graph has more than
	// limit nodes, or more than limit links. What it costs grows with limit and not
	// with the graph. (graphtest: counting)
	Counts(ctx context.Context, limit int) (*plan.Counts, error)

	// Write makes one change: all that f does, or nothing if f or the check of
	// what it did returns an error. Bad input is reported as write.Problems. A
	// change that changes nothing makes no revision. f may be called again if
	// the engine asks for it, and must not be used for anything else. After any
	// error but write.Problems and a *graph.Error with code BAD_USER_INPUT the change may
	// have been made, wholly, if the context ended or the engine went away while
	// it was being committed; making it again is right, and with a key in meta
	// it is not made twice. (graphtest: writing, failing; test/crash)
	Write(ctx context.Context, meta write.Meta, f func(*write.Tx) error) (write.Written, error)

	// Import loads what a dataset says in place of what it said before about the
	// same nodes. All records are read and checked before the first is written;
	// what is wrong is reported as write.Problems and nothing is written. More than
	// a batch is written in several revisions, each a complete graph by itself; the
	// order of the records and the cuts between batches do not matter. Repeating an
	// interrupted import completes it. (graphtest: importing)
	Import(ctx context.Context, meta write.Meta, records iter.Seq2[*write.Record, error], options write.ImportOptions) (write.Imported, error)

	// Export reads up to limit nodes with their parts and contributions, as they
	// were after a revision (0: as they are), in the order of their ids by code
	// point, beginning behind an id, or with the first if that is empty; none if
	// there are no more. (graphtest: exporting, history)
	Export(ctx context.Context, at int64, after graph.ID, limit int) ([]write.Stored, error)

	// Changes reads up to limit changes in the order of their revisions and
	// then of ids, beginning behind one. (graphtest: revisions)
	Changes(ctx context.Context, after ChangePosition, limit int) ([]write.Change, error)

	// Revisions reads up to limit revisions in their order, beginning behind a
	// number. (graphtest: revisions)
	Revisions(ctx context.Context, after int64, limit int) ([]write.Revision, error)

	// RevisionAt is the last revision at a time or before; its number is 0 if
	// there is none. (graphtest: revisions)
	RevisionAt(ctx context.Context, at time.Time) (write.Revision, error)

	// Retired reads up to limit ids that gave way or must not return, in the order
	// of ids by code point, beginning behind one. (graphtest: copying)
	Retired(ctx context.Context, after graph.ID, limit int) ([]write.Retired, error)

	// Verify keeps what a check found of the spans that nodes cite, in place of what
	// an earlier check found of theirs. It makes no revision. It passes over nodes
	// that are not there, and forgets those that are gone. (graphtest: evidence)
	Verify(ctx context.Context, found []write.Verified) error

	// Verified reads up to limit nodes with what was found of their spans, parts
	// among them, in the order of ids by code point, beginning behind one.
	// (graphtest: evidence)
	Verified(ctx context.Context, after graph.ID, limit int) ([]write.Verified, error)

	// Datasets lists the datasets that contribute, by name.
	Datasets(ctx context.Context) ([]write.Dataset, error)

	// Seeded reports whether the store was marked as seeded, or has any node.
	Seeded(ctx context.Context) (bool, error)

	// Ping answers quickly whether the store can serve queries.
	Ping(ctx context.Context) error

	// Pool reports how busy the store's connections are.
	Pool() Pool

	// Close waits for running calls and releases everything.
	Close() error
}

// ChangePosition is a place in the list of all changes: behind the change of a
// node in a revision or, if ID is empty, behind all of that revision.
type ChangePosition struct {
	Revision int64
	ID       graph.ID
}
