package sqlite

import "companygraph/graph"

// hop is one step of a path over a table of links.
type hop struct {
	step  graph.Step
	table node
}

// near and far are the columns of the hop's start and end.
func (h hop) near() constant { return pick(h.step.Reverse, "dst", "src") }
func (h hop) far() constant  { return pick(h.step.Reverse, "src", "dst") }

// trail is a path with the tables that it runs over named.
type trail struct {
	path graph.Path
	hops []hop
	// middle is the node between two hops, end the one behind the last.
	middle, end node
}

func (r *renderer) trail(path graph.Path) trail {
	t := trail{path: path}
	for _, step := range path.Steps {
		t.hops = append(t.hops, hop{step: step, table: r.fresh(pick(step.Reverse, "b", "l"))})
	}
	t.middle, t.end = r.fresh("m"), r.fresh("n")
	return t
}

func (t trail) last() hop { return t.hops[len(t.hops)-1] }

// along writes the tables of a trail in the order in which to walk them; the
// end node only if it is needed. CROSS JOIN keeps SQLite to that order.
func (r *renderer) along(t trail, end bool) {
	for i, h := range t.hops {
		if i > 0 {
			r.text(" CROSS JOIN ")
		}
		r.text(pick(h.step.Reverse, "back ", "link "))
		r.alias(h.table)
		if i > 0 {
			r.text(" ON ")
			r.field(h.table, h.near())
			r.text(" = ")
			r.field(t.hops[i-1].table, t.hops[i-1].far())
			r.text(" AND ")
			r.taken(h)
		}
		if i == 0 && t.path.Middle != nil {
			r.joinNode(t.middle, h)
		}
	}
	if end {
		r.joinNode(t.end, t.last())
	}
}

// joinNode joins the node at the far end of a hop.
func (r *renderer) joinNode(n node, h hop) {
	r.text(" CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = ")
	r.field(h.table, h.far())
}

// departs writes the conditions of a trail but for the filter of its end: that
// it starts where start says, takes its links and passes its middle.
func (r *renderer) departs(t trail, start func()) {
	first := t.hops[0]
	r.field(first.table, first.near())
	r.text(" = ")
	start()
	r.text(" AND ")
	r.taken(first)
	if t.path.Middle != nil && t.path.Middle.Filter != nil {
		r.text(" AND ")
		r.filter(t.middle, t.path.Middle.Filter)
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
		if n := r.known.types[l.From]; len(list) == 0 || list[len(list)-1] != n {
			list = append(list, n)
		}
	}
	return list
}
