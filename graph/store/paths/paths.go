package paths

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// MaxVisits is how many participations are read for a search at most: some tenths
// of a second on either store, and fewer rows than an operation may have SQLite scan.
const MaxVisits = 50_000

// Reader reads a graph in one state. K is what a store knows nodes by.
type Reader[K comparable] interface {
	// Expand reads all participations in each fact in which any of the entities
	// takes part and which passes the filter of the match. If there are limit or more,
	// it is to stop there, and whole is false.
	Expand(entities []K, limit int) (read []Participation[K], whole bool, err error)
	// Describe reads the id of each of the nodes and, of a fact, its status.
	Describe(nodes []K) (map[K]Node, error)
}

// Participation is one entity in one role of one fact.
type Participation[K comparable] struct {
	Fact, Entity K
	Role         *graph.LinkType
	Status       graph.Status
	// Hub says that the entity is in more facts than the match's MaxDegree.
	Hub bool
}

// Node is what is told of a node on a path.
type Node struct {
	ID graph.ID
	// Status is that of a fact.
	Status graph.Status
}

// Ends are the entities that a search begins at, and the nodes that it avoids.
type Ends[K comparable] struct {
	From, To K
	Avoid    []K
}

// Found is what a search has found.
type Found struct {
	Paths      [][]Hop
	Truncation plan.Truncation
	// Skipped are the hubs that are the reason for a truncation by hubs, by id.
	Skipped []graph.ID
}

// Hop is one hop of a path.
type Hop struct {
	From, Fact, To   graph.ID
	FromRole, ToRole string
	// Status is the weakest of those of the fact and of the two participations.
	Status graph.Status
}

// Find searches for paths.
func Find[K comparable](match plan.ByPaths, ends Ends[K], reader Reader[K]) (*Found, error) {
	s := newSearch(match, ends, reader)
	length, err := s.run()
	if err != nil {
		return nil, err
	}
	found := &Found{Truncation: s.truncation}
	hubs := s.skipped(length)
	ways := s.ways(length)
	described, err := s.describe(ways, hubs)
	if err != nil || described == nil {
		return found, err
	}
	var more bool
	found.Paths, more = described.first(match.First)
	switch {
	case len(hubs) > 0:
		found.Truncation, found.Skipped = plan.TruncatedByHubs, described.ids(hubs)
	case more:
		found.Truncation = plan.TruncatedByPaths
	}
	return found, nil
}
