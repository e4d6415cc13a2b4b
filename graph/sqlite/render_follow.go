package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// follow writes the statement of a follow for all parents at once. Its columns
// are the parent's index, the node and, where the follow asks for them, the
// link's or the fact's in between; its rows are in the order of the parents.
func (r *renderer) follow(f *plan.Follow, parents string) {
	step := f.Path.Steps[0]
	w, paged := f.Extent.(*plan.Window)
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
func (r *renderer) followStored(f *plan.Follow, parents string) {
	p := r.pathJoin(f.Path)
	r.text("SELECT p.key, ")
	r.columns(p.end, f.Shape)
	r.text(", ")
	r.field(p.last().table, "type")
	r.text(", ")
	r.field(p.last().table, "status")
	r.fromParents(parents)
	r.text(" CROSS JOIN ")
	r.join(p, true)
	r.text(" WHERE ")
	r.onPath(p, r.parent)
	r.passes(p.end, f.Filter)
	r.text(" ORDER BY p.key, ")
	r.field(p.last().table, "ord")
}

// followPage reads a page for each parent along one link. The sub-query takes
// each page from an index in order; a window function would read all links.
func (r *renderer) followPage(f *plan.Follow, w *plan.Window, parents string) {
	n := r.fresh("n")
	r.text("SELECT p.key, ")
	r.columns(n, f.Shape)
	r.fromParents(parents)
	r.text(" CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" IN (SELECT ")
	p := r.pathJoin(f.Path)
	o := ordering{window: w, key: func(term plan.Order) { r.linkKey(p, f.Types, term) }}
	r.field(p.last().table, p.last().far())
	r.text(" FROM ")
	r.join(p, f.Filter != nil || !ordersLinks(p, f.Types, w))
	r.text(" WHERE ")
	r.onPath(p, r.parent)
	r.passes(p.end, f.Filter)
	r.within(o)
	r.text(" ORDER BY ")
	r.by(o)
	r.text(" LIMIT ")
	r.value(w.Limit + 1)
	r.text(") ORDER BY p.key, ")
	r.by(inOrder(w, func(term plan.Order) { r.sortColumn(n, term.Property) }))
}

// inOrder is the window's order as rows are answered, also if taken backward.
func inOrder(w *plan.Window, key func(plan.Order)) ordering {
	return ordering{window: &plan.Window{Order: w.Order}, key: key}
}

// passes writes AND and the filter, if there is one.
func (r *renderer) passes(n node, filter plan.Filter) {
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
func ordersLinks(p pathJoin, types []*graph.Type, w *plan.Window) bool {
	for _, term := range w.Order {
		if !linkHolds(p, types, term) {
			return false
		}
	}
	return true
}

func linkHolds(p pathJoin, types []*graph.Type, term plan.Order) bool {
	return p.last().step.Reverse && (term.Property == graph.IDProperty || isTime(term.Property, types))
}

// linkKey writes what a term orders by, from the link where it holds it.
func (r *renderer) linkKey(p pathJoin, types []*graph.Type, term plan.Order) {
	switch {
	case !linkHolds(p, types, term):
		r.sortColumn(p.end, term.Property)
	case term.Property == graph.IDProperty:
		r.field(p.last().table, "id")
	default:
		r.field(p.last().table, "at")
	}
}

// followFar reads along two links, or the latest of one. A node that several
// facts lead to is found once, by the latest of them.
func (r *renderer) followFar(f *plan.Follow, parents string) {
	w, paged := f.Extent.(*plan.Window)
	r.text("WITH c AS (")
	r.ranked(f, parents, !paged)
	r.text(") SELECT d.parent, ")
	n, m := r.fresh("n"), r.fresh("m")
	r.columns(n, f.Shape)
	if f.ViaShape != nil {
		r.text(", ")
		r.columns(m, f.ViaShape)
	}
	r.text(" FROM (")
	if paged {
		r.pages(f, w)
	} else {
		r.text("SELECT parent, rid, via, 1 AS position FROM c WHERE rank = 1")
	}
	r.text(") d CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = d.rid")
	if f.ViaShape != nil {
		r.text(" CROSS JOIN node ")
		r.alias(m)
		r.text(" ON ")
		r.field(m, "rid")
		r.text(" = d.via")
	}
	r.text(" ORDER BY d.parent, d.position")
	if paged && w.Backward {
		r.text(" DESC")
	}
}

// ranked writes all that the path leads to, with rank 1 for the latest fact to
// lead to each end or, for single, to one of each parent that passes the filter.
func (r *renderer) ranked(f *plan.Follow, parents string, single bool) {
	p := r.pathJoin(f.Path)
	filtered := single && f.Filter != nil
	r.text("SELECT p.key AS parent, ")
	r.field(p.last().table, p.last().far())
	r.text(" AS rid, ")
	r.field(p.hops[0].table, p.hops[0].far())
	r.text(" AS via, row_number() OVER (PARTITION BY p.key")
	if !single {
		r.text(", ")
		r.field(p.last().table, p.last().far())
	}
	r.text(" ORDER BY ")
	r.byTime(p)
	r.text(") AS rank")
	r.fromParents(parents)
	r.text(" CROSS JOIN ")
	r.join(p, filtered)
	r.text(" WHERE ")
	r.onPath(p, r.parent)
	if filtered {
		r.passes(p.end, f.Filter)
	}
}

// byTime writes the order of the nodes behind a path's first hop: the latest
// first, those without a time last.
func (r *renderer) byTime(p pathJoin) {
	first := p.hops[0].table
	r.field(first, "at")
	r.text(" DESC, ")
	r.field(first, "id")
}

// pages writes the page of each parent, with the position of each row in it.
func (r *renderer) pages(f *plan.Follow, w *plan.Window) {
	n := r.fresh("n")
	o := ordering{window: w, key: func(term plan.Order) { r.sortColumn(n, term.Property) }}
	r.text("SELECT parent, rid, via, position FROM (SELECT c.parent, c.rid, c.via, row_number() OVER (PARTITION BY c.parent ORDER BY ")
	r.by(o)
	r.text(") AS position FROM c CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = c.rid WHERE c.rank = 1")
	r.passes(n, f.Filter)
	r.within(o)
	r.text(") WHERE position <= ")
	r.value(w.Limit + 1)
}

// countFollow writes the number of results of each parent.
func (r *renderer) countFollow(f *plan.Follow, parents string) {
	p := r.pathJoin(f.Path)
	r.text("SELECT p.key, (SELECT count(")
	if len(p.hops) > 1 {
		// Several facts may lead to one node.
		r.text("DISTINCT ")
		r.field(p.last().table, p.last().far())
	} else {
		r.text("*")
	}
	r.text(")")
	r.reached(p, f.Filter, f.Filter != nil)
	r.text(")")
	r.fromParents(parents)
}

// probeFollow writes whether each parent has results that a cut left on one side.
func (r *renderer) probeFollow(f *plan.Follow, w *plan.Window, side plan.Side, parents string) {
	p := r.pathJoin(f.Path)
	r.text("SELECT p.key, EXISTS (SELECT 1")
	r.reached(p, f.Filter, f.Filter != nil || !ordersLinks(p, f.Types, w))
	r.text(" AND ")
	r.outside(ordering{window: w, key: func(term plan.Order) { r.linkKey(p, f.Types, term) }}, side)
	r.text(")")
	r.fromParents(parents)
}

// reached writes FROM and WHERE of all that a path leads to from the parent at
// hand, with the end node if that is needed.
func (r *renderer) reached(p pathJoin, filter plan.Filter, end bool) {
	r.text(" FROM ")
	r.join(p, end)
	r.text(" WHERE ")
	r.onPath(p, r.parent)
	r.passes(p.end, filter)
}
