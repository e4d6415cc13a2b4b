package plan

import "companygraph/graph"

// Result is what a store read for a plan.
type Result struct {
	Fetches []*Rows
	// Datasets is a list of values of type Dataset as JSON, by name, if the plan
	// asked for it.
	Datasets string
	// Read is how many rows were read. Scanned is about how many rows of tables and
	// indexes the engine looked through for that; 0 where it does not tell.
	Read, Scanned int
}

// Rows are the results of a fetch, or of a follow for one parent.
type Rows struct {
	Rows []*Row
	// Total is the number of results before paging, if the plan asked for it.
	Total int
	// Facets and Histograms are what the plan's have, in their order.
	Facets     []FacetValues
	Histograms [][]Bucket
	// More and Earlier tell whether there are rows after the last and before
	// the first one; behind a cut they tell it only if the plan has a probe there.
	More, Earlier bool
	// Paths are the results of a match ByPaths, which has no other rows.
	Paths *FoundPaths
}

// Row is one node as the shape asked for it.
type Row struct {
	ID     graph.ID
	Type   *graph.Type
	Values []graph.Value
	// Contributions is a list of values of type Contribution as JSON, if the shape
	// asked for it.
	Contributions string
	// Verifications is what was found of the spans that the node cites, as
	// [graph.AppendVerifications] writes it, if the shape asked for it; "" if
	// they were never checked.
	Verifications string
	// Follows are the results of the shape's follows; nil for a follow that
	// does not start from the row's type.
	Follows []*Rows
	// Role and Status describe the participation over which a follow came.
	Role, Status string
	// Via is the fact between the two steps of a path, if the follow asked
	// for it.
	Via *Row
	// Rank is the row's place among search results, see [Hit.RankKey].
	Rank string
	// Match is a value of type SearchMatch as JSON, if the fetch asked for it.
	Match string
}

// FetchError is the error of a fetch that cannot be answered as it was asked for.
type FetchError struct {
	Fetch *Fetch
	Err   error
}

func (e *FetchError) Error() string { return e.Err.Error() }
func (e *FetchError) Unwrap() error { return e.Err }
