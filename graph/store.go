package graph

import "context"

// Store keeps a graph and answers plans from it. All methods may be called
// from several goroutines at once. A method that returns an error because of
// the context returns one for which errors.Is finds the context's error; one
// that found the engine unreachable returns an *Error with code UNAVAILABLE.
// The observer of a context is told of the statements that are run for it.
// (graphtest.TestStore holds every implementation to this.)
type Store interface {
	// Query reads what the plan needs, in one state of the graph where the
	// engine can (graphtest.TestSnapshots). Result.Fetches has one entry for
	// each of Plan.Fetches. How many statements that takes is the store's business,
	// but the number does not grow with the number of results. A plan that reads
	// more than a [Reading] lets it ends with that error. (graphtest: failing)
	Query(ctx context.Context, plan *Plan) (*Result, error)

	// Apply writes a batch, all of it or nothing, and returns the revision the
	// store is at afterwards. A batch that changes nothing makes no revision.
	// Bad input is reported as BatchErrors. After any other error the batch may
	// have been written, wholly, if the context ended or the engine went away
	// while it was being committed; writing it again is always right.
	// (graphtest: failing; test/crash)
	Apply(ctx context.Context, batch Batch) (Applied, error)

	// Wholes reads up to limit nodes with what belongs to them, in the order of
	// their ids by code point, beginning behind an id, or with the first if
	// that is empty; none if there are no more. Claims come with their facts
	// and not by themselves. All are as Apply takes them: nothing is in them
	// that it derives. (graphtest: wholes)
	Wholes(ctx context.Context, after ID, limit int) ([]Whole, error)

	// Seeded tells whether the store was marked as seeded, or has any node.
	Seeded(ctx context.Context) (bool, error)

	// Ping answers quickly whether the store can serve queries.
	Ping(ctx context.Context) error

	// Pool tells how busy the store's connections are.
	Pool() Pool

	// Close waits for running calls and releases everything.
	Close() error
}

// Result is what a store read for a plan.
type Result struct{ Fetches []*Rows }

// Rows are the results of a fetch, or of a follow for one parent.
type Rows struct {
	Rows []*Row
	// Total is the number of results before paging, if the plan asked for it.
	Total int
	// More and Earlier tell whether there are rows after the last and before
	// the first one; behind a cut they tell it only if the plan has a probe there.
	More, Earlier bool
}

// Row is one node as the shape asked for it.
type Row struct {
	ID     ID
	Type   *Type
	Values []Value
	// Follows are the results of the shape's follows; nil for a follow that
	// does not start from the row's type.
	Follows []*Rows
	// Role and Status describe the participation over which a follow came.
	Role, Status string
	// Middle is the fact between the two steps of a path, if the follow asked
	// for it.
	Middle *Row
	// Rank is the row's place among search results, see [Hit.RankKey].
	Rank string
}
