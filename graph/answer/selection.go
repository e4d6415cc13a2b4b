package answer

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

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
	// TypeName answers __typename: Name, or the row's type where Name is empty.
	TypeName struct{ Name string }
	// ID answers the row's id.
	ID struct{}
	// Property answers a stored value; Fields selects from dates and
	// composite values.
	Property struct {
		// Index is the property's place in Shape.Properties.
		Index    int
		Property *graph.Property
		Fields   []Field
	}
	// HoldsAt answers whether a fact holds on a day; Phase and Date are places in
	// Shape.Properties.
	HoldsAt struct {
		Phase, Date int
		Day         string
	}
	// Inlined answers the value of a part, the one result of a follow, or null.
	Inlined struct {
		Follow   int
		Property *graph.Property
	}
	// Node answers the first result of a follow, or null.
	Node struct {
		Follow    int
		Selection Selection
		Required  bool
	}
	// Nodes answers all results of a follow as a list.
	Nodes struct {
		Follow    int
		Selection Selection
	}
	// Contributions answers what datasets say about the row.
	Contributions struct{ Fields []Field }
	// Participants answers the results of a follow as participations.
	Participants struct {
		Follow int
		Fields []Field
	}
	// OfFirst answers a field of the first result of a follow.
	OfFirst struct {
		Follow int
		Answer Answer
	}
	// Connection answers the results of a follow as a page.
	Connection struct {
		Follow int
		Page   *Page
	}
)

// Part answers a part of a date or composite value.
type Part struct {
	Property *graph.Property
	Fields   []Field
}

// Excerpt answers the passage that a value cites from the text of another node:
// Follow leads to the node, and from there Text to its text.
type Excerpt struct {
	Follow, Text int
	Fields       []Field
}

// Verification answers what was found of the span that a value cites.
type Verification struct{ Fields []Field }

// Answers made from a participation.
type (
	// Role answers the role that is played.
	Role struct{}
	// Status answers the status of the Participation.
	Status struct{}
	// Participant answers the entity that takes part.
	Participant struct{ Selection Selection }
)

// Page says how a connection is answered.
type Page struct {
	Window *plan.Window
	// Keys are the places in Shape.Properties of the order's terms, -1 for the id.
	Keys   []int
	Fields []Field
}

// Answers made from a page, an edge of it or its page info.
type (
	// Edges answers the nodes of the page with their places.
	Edges struct{ Fields []Field }
	// PageNodes answers the nodes of the page alone.
	PageNodes struct{ Selection Selection }
	// TotalCount answers Rows.Total.
	TotalCount struct{}
	// Facets answers the first values of one of Rows.Facets.
	Facets struct {
		Facet, First int
		Fields       []Field
	}
	// FacetCount answers how many values one of Rows.Facets has.
	FacetCount struct{ Facet int }
	// Histogram answers one of Rows.Histograms.
	Histogram struct {
		Histogram int
		Fields    []Field
	}
	// PageInfo answers whether there is more, and where to go on.
	PageInfo struct{ Fields []Field }
	// HasNextPage answers Rows.More.
	HasNextPage struct{}
	// HasPreviousPage answers Rows.Earlier.
	HasPreviousPage struct{}
	// StartCursor answers the place of the first node, or null.
	StartCursor struct{}
	// EndCursor answers the place of the last node, or null.
	EndCursor struct{}
	// Cursor answers the place of the edge.
	Cursor struct{}
	// EdgeNode answers the node of the edge.
	EdgeNode struct{ Selection Selection }
	// EdgeFact answers the fact over which a short cut runs, a row of
	// the follow's ViaShape, or the fact that is disputed.
	EdgeFact struct{ Selection Selection }
	// EdgeMatch answers how a search found the node.
	EdgeMatch struct{ Fields []Field }
)

// Answers made from a value of a facet, or from a span of a histogram.
type (
	// FacetValue answers the value, or null.
	FacetValue struct{}
	// FacetNode answers the node that the value is the id of, or null.
	FacetNode struct{ Selection Selection }
	// CountOf answers how many results there are of the value or in the span.
	CountOf struct{}
	// FirstDay answers the first day of the span.
	FirstDay struct{}
	// LastDay answers the last day of the span.
	LastDay struct{}
)

// Answers made from the paths between two entities, and from one of them.
type (
	// Paths answers all there is of a search for paths.
	Paths struct{ Fields []Field }
	// PathList answers the paths.
	PathList struct{ Fields []Field }
	// Truncated answers why there may be further paths, or null.
	Truncated struct{ Fields []Field }
	// TruncationReason answers the reason.
	TruncationReason struct{}
	// Skipped answers the entities that paths did not lead through.
	Skipped struct{ Selection Selection }
	// PathLength answers how many hops a path has.
	PathLength struct{}
	// WeakestStatus answers the status of the path's weakest hop.
	WeakestStatus struct{}
	// HeldTogether answers whether the path's facts held at the same time. Phase
	// and Date are the places of these properties in the FactShape.
	HeldTogether struct{ Phase, Date int }
	// Hops answers the hops of a path.
	Hops struct{ Fields []Field }
)

// Answers made from a hop of a path, beside its Status.
type (
	// HopFrom answers the entity that it starts from.
	HopFrom struct{ Selection Selection }
	// HopTo answers the entity that it leads to.
	HopTo struct{ Selection Selection }
	// HopFact answers its fact.
	HopFact struct{ Selection Selection }
	// FromRole answers the role of the first entity in the fact.
	FromRole struct{}
	// ToRole answers that of the other.
	ToRole struct{}
)

func (Paths) isAnswer()            {}
func (PathList) isAnswer()         {}
func (Truncated) isAnswer()        {}
func (TruncationReason) isAnswer() {}
func (Skipped) isAnswer()          {}
func (PathLength) isAnswer()       {}
func (WeakestStatus) isAnswer()    {}
func (HeldTogether) isAnswer()     {}
func (Hops) isAnswer()             {}
func (HopFrom) isAnswer()          {}
func (HopTo) isAnswer()            {}
func (HopFact) isAnswer()          {}
func (FromRole) isAnswer()         {}
func (ToRole) isAnswer()           {}

func (TypeName) isAnswer()        {}
func (ID) isAnswer()              {}
func (HoldsAt) isAnswer()         {}
func (Property) isAnswer()        {}
func (Inlined) isAnswer()         {}
func (Excerpt) isAnswer()         {}
func (Verification) isAnswer()    {}
func (Node) isAnswer()            {}
func (Nodes) isAnswer()           {}
func (Contributions) isAnswer()   {}
func (Participants) isAnswer()    {}
func (OfFirst) isAnswer()         {}
func (Connection) isAnswer()      {}
func (Part) isAnswer()            {}
func (Role) isAnswer()            {}
func (Status) isAnswer()          {}
func (Participant) isAnswer()     {}
func (Edges) isAnswer()           {}
func (PageNodes) isAnswer()       {}
func (TotalCount) isAnswer()      {}
func (Facets) isAnswer()          {}
func (FacetCount) isAnswer()      {}
func (Histogram) isAnswer()       {}
func (FacetValue) isAnswer()      {}
func (FacetNode) isAnswer()       {}
func (CountOf) isAnswer()         {}
func (FirstDay) isAnswer()        {}
func (LastDay) isAnswer()         {}
func (PageInfo) isAnswer()        {}
func (HasNextPage) isAnswer()     {}
func (HasPreviousPage) isAnswer() {}
func (StartCursor) isAnswer()     {}
func (EndCursor) isAnswer()       {}
func (Cursor) isAnswer()          {}
func (EdgeNode) isAnswer()        {}
func (EdgeFact) isAnswer()        {}
func (EdgeMatch) isAnswer()       {}
