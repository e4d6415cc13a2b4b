package plan

import "companygraph/graph"

// ByPaths matches the shortest paths between two entities: chains of entities and
// facts in which the entities take part. Package graph/store/paths says what they
// are. The rows of the fetch are in Rows.Paths; its types and shape are those of the
// entities on the paths.
type ByPaths struct {
	From, To graph.ID
	// MaxHops is how many facts a path may have, First how many paths are wanted.
	MaxHops, First int
	// Filter limits the facts; nil does not.
	Filter Filter
	// Avoid are entities and facts that no path may have.
	Avoid []graph.ID
	// MaxDegree is in how many facts an entity may be for paths to lead through
	// it; 0 for any number.
	MaxDegree int
	// NodeTypes are the concrete types of all nodes that have public ids.
	NodeTypes []*graph.Type
	// FactTypes are the concrete types of facts, FactShape is what is needed of
	// those on the paths.
	FactTypes []*graph.Type
	FactShape *Shape
	// SkippedShape is what is needed of the entities that paths did not lead
	// through because of MaxDegree; nil if nothing is.
	SkippedShape *Shape
}

func (ByPaths) isMatch() {}

// MaxSkipped is how many entities that paths did not lead through are named.
const MaxSkipped = 100

// FoundPaths are the results of a match ByPaths.
type FoundPaths struct {
	// Paths come in their order, each as its hops.
	Paths [][]Hop
	// Truncation is why there may be further ones.
	Truncation Truncation
	// Skipped are entities that paths did not lead through because of MaxDegree,
	// by id, if the match asks for them.
	Skipped []*Row
}

// Hop leads from an entity over a fact to another entity.
type Hop struct {
	From, Fact, To   *Row
	FromRole, ToRole string
	// Status is the weakest of those of the fact and of the two participations.
	Status graph.Status
}

// Truncation says why a search for paths may have left out some.
type Truncation string

// The reasons, the weightiest first.
const (
	// NotTruncated: nothing was left out.
	NotTruncated Truncation = ""
	// TruncatedByHubs: paths could lead through entities in too many facts.
	TruncatedByHubs Truncation = "HUBS"
	// TruncatedByVisits: the search came to too many nodes.
	TruncatedByVisits Truncation = "VISITED"
	// TruncatedByPaths: there are more paths of this length than are wanted.
	TruncatedByPaths Truncation = "PATHS"
)
