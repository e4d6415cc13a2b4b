package plan

import "companygraph/graph"

// Plan is everything one operation needs from a store. A store reads it in one snapshot where its engine has
// them. Plans are immutable once made and may be run any number of times.
type Plan struct {
	// Fetches answer the root fields, in the order of the operation.
	Fetches []*Fetch
	// Datasets asks for the list of datasets, too.
	Datasets bool
	// MaxRows is how many rows may be read for it, at most; 0 for what stores allow
	// by themselves. MaxText is how many bytes of text; 0 for any number.
	MaxRows, MaxText int
	// MaxScanned is how many rows of tables and indexes the engine may look through,
	// where the engine tells; 0 for any number.
	MaxScanned int
}

// Fetch answers one root field.
type Fetch struct {
	// Name is the root field, for Explain and for errors.
	Name  string
	Match Match
	// Window applies to matches that are paged; it is nil for ByID and ByIdentifier,
	// and where none of the rows is asked for, only what Count and Counted tell of
	// all of them.
	Window *Window
	Count  bool
	Counted
	// Matches asks how each node was found by a search.
	Matches bool
	// Types are the concrete types a result may have, ordered by name.
	Types []*graph.Type
	Shape *Shape
}

// Match selects the rows of a fetch.
type Match interface{ isMatch() }

// ByID matches nodes by their public ids. The rows come in the order of IDs,
// with a nil row for each id that no node of the fetch's types has.
type ByID struct{ IDs []graph.ID }

// ByType matches all nodes of the fetch's types that pass the filter.
type ByType struct{ Filter Filter }

// ByIdentifier matches the node that has an identifier: one row, or none.
type ByIdentifier struct{ Identifier graph.Identifier }

// ByWords matches nodes by the words of a search, see [graph.QueryWords].
// Rows come in the order of their Rank, the best first, and carry it.
type ByWords struct{ Words []graph.QueryWord }

func (ByID) isMatch()    {}
func (ByType) isMatch()  {}
func (ByWords) isMatch() {}

func (ByIdentifier) isMatch() {}

// Follow leads from rows to related nodes.
type Follow struct {
	// Name is the relation's field, for Explain.
	Name string
	// Parents are the concrete types of the rows it starts from; rows of other
	// types have no results.
	Parents []*graph.Type
	Path    Path
	// Types are the concrete types a result may have, ordered by name.
	Types  []*graph.Type
	Filter Filter
	Extent Extent
	Count  bool
	Counted
	// Shape is what is needed of the results; ViaShape of the fact between
	// the two steps of a path, nil if nothing is.
	Shape    *Shape
	ViaShape *Shape
}

// Extent says how many results a follow has for one parent.
type Extent interface{ isExtent() }

// Stored is all results in the order in which they were written: the plain
// lists and single objects of the schema.
type Stored struct {
	// One says that the schema has a single object there, the first result.
	One bool
}

// Latest is at most one result: that of the fact that the path runs over with the
// greatest date, missing ones last, then the smallest id.
type Latest struct{}

// NoRows is none of the results: only what Count and Counted tell of all of them is
// asked for.
type NoRows struct{}

// Window is one page of results in a total order.
type Window struct {
	// Order ends in the id; the planner adds it where a client does not.
	Order []Order
	// Limit is how many rows to answer at most. Stores look one row further to
	// tell whether there are more.
	Limit int
	// Backward takes the last rows instead of the first; rows still come in order.
	Backward bool
	// After and Before cut the order at a position, exclusive; nil does not.
	After, Before *Position
	// Probes ask for each named side whether a cut left rows there.
	Probes []Side
}

// Side is one of the sides of a page.
type Side uint8

// The sides. There is no useful zero value.
const (
	// Ahead is what comes before the page: rows at or before After.
	Ahead Side = iota + 1
	// Behind is what comes after the page: rows at or after Before.
	Behind
)

func (Stored) isExtent()  {}
func (Latest) isExtent()  {}
func (NoRows) isExtent()  {}
func (*Window) isExtent() {}

// Order is one term of an order. Missing values come last in both directions.
type Order struct {
	Property   *graph.Property
	Descending bool
}

// Position is a place in an order: one value for each term. Dates stand as
// their [PartialDate.SortKey].
type Position []graph.Value

// Filter is a condition in negation normal form: negation stands only at the
// leaves, as their Not. A leaf with Not is the exact complement of the leaf
// without it, also where the value is missing. A nil Filter is no filter.
type Filter interface{ isFilter() }

// And holds if all hold; an empty one holds.
type And []Filter

// Or holds if any holds; an empty one does not.
type Or []Filter

// Compare compares a property with a value; a missing property compares false.
type Compare struct {
	Property *graph.Property
	Op       Op
	Value    graph.Value
	Not      bool
}

// OneOf holds if the property is one of the values.
type OneOf struct {
	Property *graph.Property
	Values   []graph.Value
	Not      bool
}

// IsMissing holds if the property has no value.
type IsMissing struct {
	Property *graph.Property
	Not      bool
}

// DateWithin compares the bounds of a partial date with days. It is false for
// a missing date.
type DateWithin struct {
	Property *graph.Property
	Op       DateOp
	// From and Until are days, YYYY-MM-DD; Before, After and Certainly use From
	// alone.
	From, Until string
	Not         bool
}

// TypeIs holds if the node is of one of the concrete types.
type TypeIs struct {
	Types []*graph.Type
	Not   bool
}

// Related holds if some node at the end of the path is of one of the types and
// passes the filter.
type Related struct {
	Path  Path
	Types []*graph.Type
	// Latest limits the ends to the one that the extent [Latest] has.
	Latest bool
	// Statuses are those that the participation over which the path leads may
	// have; nil if any will do.
	Statuses []graph.Status
	Filter   Filter
	Not      bool
}

// Element holds if some element of a list of values passes the filter, which
// compares fields of the value type.
type Element struct {
	Property *graph.Property
	Filter   Filter
	Not      bool
}

func (And) isFilter()        {}
func (Or) isFilter()         {}
func (Compare) isFilter()    {}
func (OneOf) isFilter()      {}
func (IsMissing) isFilter()  {}
func (DateWithin) isFilter() {}
func (TypeIs) isFilter()     {}
func (Related) isFilter()    {}
func (Element) isFilter()    {}

// Op is a comparison of scalars. Strings compare by code point.
type Op uint8

// The comparisons. There is no useful zero value.
const (
	Equal Op = iota + 1
	Less
	LessOrEqual
	Greater
	GreaterOrEqual
	Contains
	StartsWith
)

// DateOp is a comparison of a partial date with days. An unbounded side is
// further than any day.
type DateOp uint8

// The comparisons. There is no useful zero value.
const (
	// Before: the latest bound is before the day.
	Before DateOp = iota + 1
	// After: the earliest bound is after the day.
	After
	// During: both bounds are within the range.
	During
	// Overlaps: the span between the bounds has a day in common with the range.
	Overlaps
	// Certainly: the day is one of [graph.PartialDate.CertainDays].
	Certainly
)

// BoundTest is a condition on one bound of a date.
type BoundTest struct {
	// Latest says that it is about the latest bound, otherwise the earliest.
	Latest bool
	Op     Op
	Day    string
	// OrUnbounded says that it holds, too, if the date has no such bound.
	OrUnbounded bool
}

// Tests are what the comparison asks of the bounds of a date that is there. All
// must hold. There are none of Certainly, which is about other days.
func (f DateWithin) Tests() []BoundTest {
	switch f.Op {
	case Before:
		return []BoundTest{{Latest: true, Op: Less, Day: f.From}}
	case After:
		return []BoundTest{{Op: Greater, Day: f.From}}
	case During:
		return []BoundTest{{Op: GreaterOrEqual, Day: f.From}, {Latest: true, Op: LessOrEqual, Day: f.Until}}
	case Overlaps:
		return []BoundTest{
			{Op: LessOrEqual, Day: f.Until, OrUnbounded: true},
			{Latest: true, Op: GreaterOrEqual, Day: f.From, OrUnbounded: true},
		}
	default:
		panic("graph: unknown comparison of dates")
	}
}

// Shape is what is needed of a row.
type Shape struct {
	// Properties are the stored values to read, in the order of Row.Values.
	Properties []*graph.Property
	// Contributions asks for what each dataset says about the node, Verifications
	// for what was found of the spans that it cites.
	Contributions, Verifications bool
	// Follows lead on from the row, in the order of Row.Follows.
	Follows []*Follow
}

// Compare orders two positions as the window's order has it: less than 0 if a
// comes before b.
func (w *Window) Compare(a, b Position) int {
	for i, term := range w.Order {
		c := graph.CompareValues(a[i], b[i])
		if term.Descending && !a[i].Missing() && !b[i].Missing() {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
