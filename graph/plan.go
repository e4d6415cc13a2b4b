package graph

// Plan is everything one operation needs from a store, and how the answer is
// put together from it. A store reads it in one snapshot where its engine has
// them. Plans are immutable once made and may be run any number of times.
type Plan struct {
	// Fetches answer the root fields, in the order of the operation.
	Fetches []*Fetch
	// MaxText is how many bytes of text may be read for it, at most; 0 for any
	// number.
	MaxText int
}

// Fetch answers one root field.
type Fetch struct {
	// Name is the root field, for Explain and for errors.
	Name  string
	Match Match
	// Window applies to matches that are paged; it is nil for ByID.
	Window *Window
	Count  bool
	// Types are the concrete types a result may have, ordered by name.
	Types []*Type
	Shape *Shape
	// Answer says how the rows become the field's value. Its Follow is unused:
	// the rows are those of the fetch itself.
	Answer Answer
}

// Match says where the rows of a fetch come from.
type Match interface{ isMatch() }

// ByID matches nodes by their public ids. The rows come in the order of IDs,
// with a nil row for each id that no node of the fetch's types has.
type ByID struct{ IDs []ID }

// ByType matches all nodes of the fetch's types that pass the filter.
type ByType struct{ Filter Filter }

// ByWords matches nodes by the words of a search, folded as [Tokens] does.
// Rows come in the order of [RankHits] and carry their Rank.
type ByWords struct{ Words []string }

func (ByID) isMatch()    {}
func (ByType) isMatch()  {}
func (ByWords) isMatch() {}

// Follow leads from rows to related nodes.
type Follow struct {
	// Name is the relation's field, for Explain.
	Name string
	// Parents are the concrete types of the rows it starts from; rows of other
	// types have no results.
	Parents []*Type
	Path    Path
	// Types are the concrete types a result may have, ordered by name.
	Types  []*Type
	Filter Filter
	Extent Extent
	Count  bool
	// Shape is what is needed of the results; MiddleShape of the fact between
	// the two steps of a path, nil if nothing is.
	Shape       *Shape
	MiddleShape *Shape
}

// Extent says how many results a follow has for one parent.
type Extent interface{ isExtent() }

// Stored is all results in the order in which they were written: the plain
// lists and single objects of the schema.
type Stored struct {
	// One says that the schema has a single object there, the first result.
	One bool
}

// Latest is at most one result: that of the path's middle fact with the
// greatest date, missing ones last, then the smallest id.
type Latest struct{}

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
func (*Window) isExtent() {}

// Order is one term of an order. Missing values come last in both directions.
type Order struct {
	Property   *Property
	Descending bool
}

// Position is a place in an order: one value for each term. Dates stand as
// their [PartialDate.SortKey].
type Position []Value

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
	Property *Property
	Op       Op
	Value    Value
	Not      bool
}

// OneOf holds if the property is one of the values.
type OneOf struct {
	Property *Property
	Values   []Value
	Not      bool
}

// IsMissing holds if the property has no value.
type IsMissing struct {
	Property *Property
	Not      bool
}

// DateWithin compares the bounds of a partial date with days. It is false for
// a missing date.
type DateWithin struct {
	Property *Property
	Op       DateOp
	// From and Until are days, YYYY-MM-DD; Before and After use From alone.
	From, Until string
	Not         bool
}

// TypeIs holds if the node is of one of the concrete types.
type TypeIs struct {
	Types []*Type
	Not   bool
}

// Related holds if some node at the end of the path is of one of the types and
// passes the filter.
type Related struct {
	Path  Path
	Types []*Type
	// Latest limits the ends to the one that the extent [Latest] has.
	Latest bool
	Filter Filter
	Not    bool
}

func (And) isFilter()        {}
func (Or) isFilter()         {}
func (Compare) isFilter()    {}
func (OneOf) isFilter()      {}
func (IsMissing) isFilter()  {}
func (DateWithin) isFilter() {}
func (TypeIs) isFilter()     {}
func (Related) isFilter()    {}

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
// must hold.
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
	Properties []*Property
	// Follows lead on from the row, in the order of Row.Follows.
	Follows []*Follow
}

// Selection says how to answer a row of some shape, by Type.Index of the row's
// type. One shape may serve several selections: a field asked for under two
// aliases.
type Selection []*Object

// Object is the selection on one concrete type.
type Object struct{ Fields []Field }

// Field is one entry of an answered object.
type Field struct {
	// Key is the response key as JSON with its colon: `"name":`.
	Key []byte
	// Name is the response key itself, for error paths.
	Name   string
	Answer Answer
}

// Answer says how the value of a field is made.
type Answer interface{ isAnswer() }

// Answers made from a row.
type (
	// AnswerTypeName answers __typename: Name, or the row's type where Name is empty.
	AnswerTypeName struct{ Name string }
	// AnswerID answers the row's id.
	AnswerID struct{}
	// AnswerProperty answers a stored value; Fields selects from dates and
	// composite values.
	AnswerProperty struct {
		// Index is the property's place in Shape.Properties.
		Index    int
		Property *Property
		Fields   []Field
	}
	// AnswerNode answers the first result of a follow, or null.
	AnswerNode struct {
		Follow    int
		Selection Selection
		Required  bool
	}
	// AnswerNodes answers all results of a follow as a list.
	AnswerNodes struct {
		Follow    int
		Selection Selection
	}
	// AnswerParticipants answers the results of a follow as participations.
	AnswerParticipants struct {
		Follow int
		Fields []Field
	}
	// AnswerConnection answers the results of a follow as a page.
	AnswerConnection struct {
		Follow int
		Page   *Page
	}
)

// AnswerField answers a part of a date or composite value.
type AnswerField struct {
	Property *Property
	Fields   []Field
}

// Answers made from a participation.
type (
	// AnswerRole answers the role that is played.
	AnswerRole struct{}
	// AnswerStatus answers the status of the participation.
	AnswerStatus struct{}
	// AnswerParticipant answers the entity that takes part.
	AnswerParticipant struct{ Selection Selection }
)

// Page says how a connection is answered.
type Page struct {
	Window *Window
	// Keys are the places in Shape.Properties of the order's terms, -1 for the id.
	Keys   []int
	Fields []Field
}

// Answers made from a page, an edge of it or its page info.
type (
	// AnswerEdges answers the nodes of the page with their places.
	AnswerEdges struct{ Fields []Field }
	// AnswerPageNodes answers the nodes of the page alone.
	AnswerPageNodes struct{ Selection Selection }
	// AnswerTotalCount answers Rows.Total.
	AnswerTotalCount struct{}
	// AnswerPageInfo answers whether there is more, and where to go on.
	AnswerPageInfo struct{ Fields []Field }
	// AnswerHasNextPage answers Rows.More.
	AnswerHasNextPage struct{}
	// AnswerHasPreviousPage answers Rows.Earlier.
	AnswerHasPreviousPage struct{}
	// AnswerStartCursor answers the place of the first node, or null.
	AnswerStartCursor struct{}
	// AnswerEndCursor answers the place of the last node, or null.
	AnswerEndCursor struct{}
	// AnswerCursor answers the place of the edge.
	AnswerCursor struct{}
	// AnswerEdgeNode answers the node of the edge.
	AnswerEdgeNode struct{ Selection Selection }
	// AnswerEdgeFact answers the fact over which a short cut runs, a row of
	// the follow's MiddleShape.
	AnswerEdgeFact struct{ Selection Selection }
)

func (AnswerTypeName) isAnswer()        {}
func (AnswerID) isAnswer()              {}
func (AnswerProperty) isAnswer()        {}
func (AnswerNode) isAnswer()            {}
func (AnswerNodes) isAnswer()           {}
func (AnswerParticipants) isAnswer()    {}
func (AnswerConnection) isAnswer()      {}
func (AnswerField) isAnswer()           {}
func (AnswerRole) isAnswer()            {}
func (AnswerStatus) isAnswer()          {}
func (AnswerParticipant) isAnswer()     {}
func (AnswerEdges) isAnswer()           {}
func (AnswerPageNodes) isAnswer()       {}
func (AnswerTotalCount) isAnswer()      {}
func (AnswerPageInfo) isAnswer()        {}
func (AnswerHasNextPage) isAnswer()     {}
func (AnswerHasPreviousPage) isAnswer() {}
func (AnswerStartCursor) isAnswer()     {}
func (AnswerEndCursor) isAnswer()       {}
func (AnswerCursor) isAnswer()          {}
func (AnswerEdgeNode) isAnswer()        {}
func (AnswerEdgeFact) isAnswer()        {}

// Compare orders two positions as the window's order has it: less than 0 if a
// comes before b.
func (w *Window) Compare(a, b Position) int {
	for i, term := range w.Order {
		c := compareValues(a[i], b[i])
		if term.Descending && !a[i].Missing() && !b[i].Missing() {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
