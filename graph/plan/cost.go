package plan

import (
	"math"

	"companygraph/graph"
)

// What is reckoned for what a plan does not bound. Plain lists are the roles of
// a fact, of which few have more; a count may read an index without end, but no
// rows of it.
const (
	rowsOfList  = 10
	rowsOfCount = 10
)

// rowsOfHistogram is how many spans of time are reckoned to have results: all that
// may be answered, or those of a hundred years.
var rowsOfHistogram = map[Interval]int{Day: MaxBuckets, Month: MaxBuckets, Year: 100, Decade: 10}

// Counts has the number of nodes and links of each type in a graph.
type Counts struct {
	Nodes map[*graph.Type]int
	Links map[*graph.LinkType]int
}

// Cost is how many rows a store reads at most to answer the plan: by the page
// sizes along each path and, unless known is nil, by what is in the graph. What is
// part of a row costs nothing. With nil it depends on the plan alone.
func (p *Plan) Cost(known *Counts) int {
	total := 0
	for _, f := range p.Fetches {
		total = addCost(total, f.cost(known))
	}
	return total
}

// batch is a number of rows in groups, in each of which no node is there twice.
type batch struct{ groups, rows int }

func (f *Fetch) cost(known *Counts) int {
	from := batch{groups: 1}
	switch match := f.Match.(type) {
	case ByPaths:
		return match.cost(f, known)
	case ByID:
		from = batch{len(match.IDs), len(match.IDs)}
	case ByIdentifier:
		from = batch{1, 1}
	case ByType, ByWords:
		if f.Window != nil {
			from.rows = min(f.Window.Limit, known.nodes(f.Types))
		}
	}
	total := from.rows
	if f.Count {
		total = addCost(total, rowsOfCount)
	}
	if f.Matches {
		// The texts of the nodes, which are read once more.
		total = addCost(total, from.rows)
	}
	total = addCost(total, f.Counted.cost(1, known))
	return addCost(total, f.Shape.cost(from, known))
}

// cost is that of the nodes on as many and as long paths as there may be, each of
// which is read once, and of those that paths do not lead through.
func (m ByPaths) cost(f *Fetch, known *Counts) int {
	hops := TimesCost(m.First, m.MaxHops)
	total := costOfNodes(addCost(hops, m.First), f.Types, f.Shape, known)
	total = addCost(total, costOfNodes(hops, m.FactTypes, m.FactShape, known))
	if m.SkippedShape != nil {
		total = addCost(total, costOfNodes(MaxSkipped, f.Types, m.SkippedShape, known))
	}
	return total
}

// costOfNodes is that of so many different nodes and what is followed from them.
func costOfNodes(n int, types []*graph.Type, shape *Shape, known *Counts) int {
	n = min(n, known.nodes(types))
	return addCost(n, shape.cost(batch{groups: 1, rows: n}, known))
}

// cost is that of what is followed from a batch.
func (s *Shape) cost(from batch, known *Counts) int {
	total := 0
	for _, follow := range s.Follows {
		total = addCost(total, follow.cost(from, known))
	}
	return total
}

func (f *Follow) cost(from batch, known *Counts) int {
	to := f.results(from, known)
	total := to.rows
	if f.Count {
		total = addCost(total, TimesCost(from.rows, rowsOfCount))
	}
	total = addCost(total, f.Counted.cost(from.rows, known))
	if f.ViaShape != nil {
		// Several results of one parent may have the same fact.
		via := batch{to.rows, to.rows}
		total = addCost(total, addCost(via.rows, f.ViaShape.cost(via, known)))
	}
	return addCost(total, f.Shape.cost(to, known))
}

// cost is that of facets and histograms of so many lists: the values that come back,
// and what is read of the nodes that they stand for.
func (c *Counted) cost(lists int, known *Counts) int {
	total := 0
	for _, f := range c.Facets {
		values := TimesCost(lists, f.Limit)
		if f.Count {
			total = addCost(total, TimesCost(lists, rowsOfCount))
		}
		total = addCost(total, values)
		if f.Shape != nil {
			nodes := batch{lists, TimesCost(lists, min(f.Limit, known.nodes(f.Types)))}
			total = addCost(total, addCost(nodes.rows, f.Shape.cost(nodes, known)))
		}
	}
	for _, h := range c.Histograms {
		total = addCost(total, TimesCost(lists, rowsOfHistogram[h.By]))
	}
	return total
}

// results are the rows of a follow. Those for one parent are no more than there
// are nodes; those for the parents of one group, which are different nodes, no
// more than there are links.
func (f *Follow) results(from batch, known *Counts) batch {
	to := batch{groups: from.rows}
	to.rows = TimesCost(from.rows, min(rowsFor(f.Extent), known.nodes(f.Types)))
	if len(f.Path.Steps) == 1 {
		to.rows = min(to.rows, TimesCost(from.groups, known.links(f.Path.Steps[0].Links)))
	}
	if _, isList := f.Extent.(Stored); isList {
		// A plain list may have a node twice, in different roles.
		to.groups = to.rows
	}
	return to
}

// nodes is how many there are of the types.
func (c *Counts) nodes(types []*graph.Type) int {
	if c == nil {
		return math.MaxInt
	}
	total := 0
	for _, t := range types {
		total += c.Nodes[t]
	}
	return total
}

func (c *Counts) links(types []*graph.LinkType) int {
	if c == nil {
		return math.MaxInt
	}
	total := 0
	for _, t := range types {
		total += c.Links[t]
	}
	return total
}

// rowsFor is how many rows a follow has for one parent.
func rowsFor(e Extent) int {
	switch extent := e.(type) {
	case *Window:
		return extent.Limit
	case Stored:
		if !extent.One {
			return rowsOfList
		}
	case NoRows:
		return 0
	}
	return 1
}

// addCost adds costs, up to the greatest number.
func addCost(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

// TimesCost multiplies a cost; the result stops at the largest int.
func TimesCost(a, b int) int {
	if b > 0 && a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}
