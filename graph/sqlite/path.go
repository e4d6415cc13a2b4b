package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// hop is one step of a path over a table of links.
type hop struct {
	step  graph.Step
	table node
}

// near and far are the columns of the hop's start and end.
func (h hop) near() constant { return conditional(h.step.Reverse, "dst", "src") }
func (h hop) far() constant  { return conditional(h.step.Reverse, "src", "dst") }

// pathJoin is a path with the tables that it runs over named.
type pathJoin struct {
	path plan.Path
	hops []hop
	// via is the node between two hops, end the one behind the last.
	via, end node
}

func (r *renderer) pathJoin(path plan.Path) pathJoin {
	p := pathJoin{path: path}
	for _, step := range path.Steps {
		p.hops = append(p.hops, hop{step: step, table: r.fresh(conditional(step.Reverse, "b", "l"))})
	}
	p.via, p.end = r.fresh("m"), r.fresh("n")
	return p
}

func (p pathJoin) last() hop { return p.hops[len(p.hops)-1] }

// join writes the tables of a path in the order in which to read them; the end
// node only if it is needed. CROSS JOIN keeps SQLite to that order.
func (r *renderer) join(p pathJoin, end bool) {
	for i, h := range p.hops {
		if i > 0 {
			r.text(" CROSS JOIN ")
		}
		r.text(conditional(h.step.Reverse, "back ", "link "))
		r.alias(h.table)
		if i > 0 {
			r.text(" ON ")
			r.field(h.table, h.near())
			r.text(" = ")
			r.field(p.hops[i-1].table, p.hops[i-1].far())
			r.text(" AND ")
			r.taken(h)
		}
		if i == 0 && p.path.Via != nil {
			r.joinNode(p.via, h.table, h.far())
		}
	}
	if end {
		r.joinNode(p.end, p.last().table, p.last().far())
	}
}

// joinNode joins the node whose rid a column of another table has.
func (r *renderer) joinNode(n, table node, rid constant) {
	r.text(" CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = ")
	r.field(table, rid)
}

// onPath writes the conditions of a path but for the filter of its end: that it
// starts where start says, takes its links and runs over the right facts.
func (r *renderer) onPath(p pathJoin, start func()) {
	first := p.hops[0]
	r.field(first.table, first.near())
	r.text(" = ")
	start()
	r.text(" AND ")
	r.taken(first)
	if p.path.Via != nil && p.path.Via.Filter != nil {
		r.text(" AND ")
		r.filter(p.via, p.path.Via.Filter)
	}
}

// taken limits a hop to the links of its step. Backwards over any role, the
// rows of number 0 have each fact once, whatever number of roles it has.
func (r *renderer) taken(h hop) {
	links := r.linkNumbers(h.step.Links)
	if !h.step.Reverse && len(links) > 1 {
		// The links that start at a node are few and lie together: one search
		// and a test of each are faster than a search for every type, which the
		// plus sign keeps SQLite from.
		r.text("+")
	}
	r.field(h.table, "type")
	switch {
	case h.step.Reverse && h.step.AnyRole:
		r.text(" = 0 AND ")
		r.field(h.table, "kind")
		r.text(" IN ")
		r.numbers(r.startNumbers(h.step.Links))
	case len(links) == 1:
		r.text(" = ")
		r.number(links[0])
	default:
		r.text(" IN ")
		r.numbers(links)
	}
}

// startNumbers are the numbers of the types at which links start, each once.
func (r *renderer) startNumbers(links []*graph.LinkType) []int {
	var list []int
	for _, l := range links {
		if n := r.layout.types[r.layout.model.Types[l.From]]; len(list) == 0 || list[len(list)-1] != n {
			list = append(list, n)
		}
	}
	return list
}
