package sqlite

import "companygraph/graph"

// follow writes the statement of a follow for all parents at once. Its columns
// are the parent's place, the node and, where the follow asks for them, the
// link's or the middle's; its rows are in the order of the parents.
func (r *renderer) follow(f *graph.Follow, parents string) {
	step := f.Path.Steps[0]
	w, paged := f.Extent.(*graph.Window)
	switch {
	case len(f.Path.Steps) == 1 && !step.Reverse && !paged:
		r.followStored(f, parents)
	case len(f.Path.Steps) == 1 && paged:
		r.followPage(f, w, parents)
	default:
		r.followFar(f, parents)
	}
}

func (r *renderer) fromParents(parents string) {
	r.text(" FROM json_each(")
	r.value(parents)
	r.text(") p")
}

func (r *renderer) parent() { r.text("p.value") }

// followStored reads a plain list along a link, in stored order.
func (r *renderer) followStored(f *graph.Follow, parents string) {
	t := r.trail(f.Path)
	r.text("SELECT p.key, ")
	r.columns(t.end, f.Shape)
	r.text(", ")
	r.field(t.last().table, "type")
	r.text(", ")
	r.field(t.last().table, "status")
	r.fromParents(parents)
	r.text(" CROSS JOIN ")
	r.along(t, true)
	r.text(" WHERE ")
	r.departs(t, r.parent)
	r.text(" ORDER BY p.key, ")
	r.field(t.last().table, "ord")
}

// followPage reads a page for each parent along one link. The sub-query takes
// each page from an index in order; a window function would read all links.
func (r *renderer) followPage(f *graph.Follow, w *graph.Window, parents string) {
	n := r.fresh("n")
	r.text("SELECT p.key, ")
	r.columns(n, f.Shape)
	r.fromParents(parents)
	r.text(" CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" IN (SELECT ")
	t := r.trail(f.Path)
	o := ordering{window: w, key: func(term graph.Order) { r.linkKey(t, f.Types, term) }}
	r.field(t.last().table, t.last().far())
	r.text(" FROM ")
	r.along(t, f.Filter != nil || !ordersLinks(t, f.Types, w))
	r.text(" WHERE ")
	r.departs(t, r.parent)
	r.passes(t.end, f.Filter)
	r.within(o)
	r.text(" ORDER BY ")
	r.by(o)
	r.text(" LIMIT ")
	r.value(w.Limit + 1)
	r.text(") ORDER BY p.key, ")
	r.by(inOrder(w, func(term graph.Order) { r.sortColumn(n, term.Property) }))
}

// inOrder is the window's order as rows are answered, also if taken backward.
func inOrder(w *graph.Window, key func(graph.Order)) ordering {
	return ordering{window: &graph.Window{Order: w.Order}, key: key}
}

// passes writes AND and the filter, if there is one.
func (r *renderer) passes(n node, filter graph.Filter) {
	if filter != nil {
		r.text(" AND ")
		r.filter(n, filter)
	}
}

// isTime tells whether the rows of `back` hold the property: the time by which
// nodes of these types are put in order.
func isTime(p *graph.Property, types []*graph.Type) bool {
	for _, t := range types {
		if time := t.TimeProperty(); time == nil || time.Name != p.Name {
			return false
		}
	}
	return true
}

// ordersLinks tells whether the links themselves hold all of an order's terms.
func ordersLinks(t trail, types []*graph.Type, w *graph.Window) bool {
	for _, term := range w.Order {
		if !linkHolds(t, types, term) {
			return false
		}
	}
	return true
}

func linkHolds(t trail, types []*graph.Type, term graph.Order) bool {
	return t.last().step.Reverse && (term.Property == graph.IDProperty || isTime(term.Property, types))
}

// linkKey writes what a term orders by, from the link where it holds it.
func (r *renderer) linkKey(t trail, types []*graph.Type, term graph.Order) {
	switch {
	case !linkHolds(t, types, term):
		r.sortColumn(t.end, term.Property)
	case term.Property == graph.IDProperty:
		r.field(t.last().table, "id")
	default:
		r.field(t.last().table, "at")
	}
}

// followFar reads along two links, or the latest of one. A node that several
// middles lead to is found once, by the latest of them.
func (r *renderer) followFar(f *graph.Follow, parents string) {
	w, paged := f.Extent.(*graph.Window)
	r.text("WITH c AS (")
	r.picks(f, parents, !paged)
	r.text(") SELECT d.parent, ")
	n, m := r.fresh("n"), r.fresh("m")
	r.columns(n, f.Shape)
	if f.MiddleShape != nil {
		r.text(", ")
		r.columns(m, f.MiddleShape)
	}
	r.text(" FROM (")
	if paged {
		r.places(f, w)
	} else {
		r.text("SELECT parent, rid, middle, 1 AS place FROM c WHERE pick = 1")
	}
	r.text(") d CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = d.rid")
	if f.MiddleShape != nil {
		r.text(" CROSS JOIN node ")
		r.alias(m)
		r.text(" ON ")
		r.field(m, "rid")
		r.text(" = d.middle")
	}
	r.text(" ORDER BY d.parent, d.place")
	if paged && w.Backward {
		r.text(" DESC")
	}
}

// picks writes all that the path leads to, with 1 in `pick` at the latest
// middle of each end or, for single, of each parent.
func (r *renderer) picks(f *graph.Follow, parents string, single bool) {
	t := r.trail(f.Path)
	first := t.hops[0].table
	r.text("SELECT p.key AS parent, ")
	r.field(t.last().table, t.last().far())
	r.text(" AS rid, ")
	r.field(first, t.hops[0].far())
	r.text(" AS middle, row_number() OVER (PARTITION BY p.key")
	if !single {
		r.text(", ")
		r.field(t.last().table, t.last().far())
	}
	r.text(" ORDER BY ")
	r.byTime(t)
	r.text(") AS pick")
	r.fromParents(parents)
	r.text(" CROSS JOIN ")
	r.along(t, false)
	r.text(" WHERE ")
	r.departs(t, r.parent)
}

// byTime writes the order of a trail's middles: the latest first, those without
// a time last.
func (r *renderer) byTime(t trail) {
	first := t.hops[0].table
	r.field(first, "at")
	r.text(" DESC, ")
	r.field(first, "id")
}

// places writes the page of each parent, with the place of each row in it.
func (r *renderer) places(f *graph.Follow, w *graph.Window) {
	n := r.fresh("n")
	o := ordering{window: w, key: func(term graph.Order) { r.sortColumn(n, term.Property) }}
	r.text("SELECT parent, rid, middle, place FROM (SELECT c.parent, c.rid, c.middle, row_number() OVER (PARTITION BY c.parent ORDER BY ")
	r.by(o)
	r.text(") AS place FROM c CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = c.rid WHERE c.pick = 1")
	r.passes(n, f.Filter)
	r.within(o)
	r.text(") WHERE place <= ")
	r.value(w.Limit + 1)
}

// countFollow writes the number of results of each parent.
func (r *renderer) countFollow(f *graph.Follow, parents string) {
	t := r.trail(f.Path)
	r.text("SELECT p.key, (SELECT count(")
	if len(t.hops) > 1 {
		// Several middles may lead to one node.
		r.text("DISTINCT ")
		r.field(t.last().table, t.last().far())
	} else {
		r.text("*")
	}
	r.text(")")
	r.reached(t, f.Filter, f.Filter != nil)
	r.text(")")
	r.fromParents(parents)
}

// probeFollow writes whether each parent has results that a cut left on one side.
func (r *renderer) probeFollow(f *graph.Follow, w *graph.Window, side graph.Side, parents string) {
	t := r.trail(f.Path)
	r.text("SELECT p.key, EXISTS (SELECT 1")
	r.reached(t, f.Filter, f.Filter != nil || !ordersLinks(t, f.Types, w))
	r.text(" AND ")
	r.outside(ordering{window: w, key: func(term graph.Order) { r.linkKey(t, f.Types, term) }}, side)
	r.text(")")
	r.fromParents(parents)
}

// reached writes FROM and WHERE of all that a trail leads to from the parent at
// hand, with the end node if that is needed.
func (r *renderer) reached(t trail, filter graph.Filter, end bool) {
	r.text(" FROM ")
	r.along(t, end)
	r.text(" WHERE ")
	r.departs(t, r.parent)
	r.passes(t.end, filter)
}
