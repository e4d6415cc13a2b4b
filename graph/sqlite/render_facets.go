package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// list is the nodes that a facet or histogram counts: all of a fetch, or all that a
// follow leads to from each parent.
type list struct {
	// parent is the column with the parent's index; empty if there is but one list.
	parent constant
	// tables writes what is behind FROM; conditions what is behind WHERE. The nodes
	// themselves are joined if their columns are needed.
	tables     func(nodes bool)
	conditions func(of *graph.Property)
	node       node
	// filtered tells that the conditions need the nodes.
	filtered bool
	// rid, kind and at write columns of the list: the node, its type and what it is
	// put in order of time by. These may be there without the node.
	rid, kind func()
	at        func(*graph.Property)
	// linked tells that kind and at are columns of a link.
	linked bool
	// once tells that a node is in the list but once.
	once bool
}

// listByType is the list of all nodes of some types that pass a filter.
func (r *renderer) listByType(types []*graph.Type, filter plan.Filter) *list {
	n := r.fresh("n")
	return &list{
		tables: func(bool) {
			r.text("node ")
			r.alias(n)
		},
		conditions: func(of *graph.Property) {
			r.ofOneType(n, types)
			r.indexable(n, filter, of)
			r.passes(n, filter)
		},
		node: n, once: true,
		rid:  func() { r.field(n, "rid") },
		kind: func() { r.field(n, "type") },
		at:   func(p *graph.Property) { r.sortColumn(n, p) },
	}
}

// listOfFollow is the list of what a follow leads to.
func (r *renderer) listOfFollow(f *plan.Follow, parents string) *list {
	p := r.pathJoin(f.Path)
	last := p.last()
	l := &list{
		parent: "p.key", node: p.end, once: len(p.hops) == 1, filtered: f.Filter != nil,
		tables: func(nodes bool) {
			r.text("json_each(")
			r.value(parents)
			r.text(") p CROSS JOIN ")
			r.join(p, nodes)
		},
		conditions: func(*graph.Property) {
			r.onPath(p, r.parent)
			r.passes(p.end, f.Filter)
		},
		rid:  func() { r.field(last.table, last.far()) },
		kind: func() { r.field(p.end, "type") },
		at:   func(of *graph.Property) { r.sortColumn(p.end, of) },
	}
	if last.step.Reverse {
		l.linked = true
		l.kind = func() { r.field(last.table, "kind") }
		l.at = func(*graph.Property) { r.field(last.table, "at") }
	}
	return l
}

// narrowed limits a list to the nodes that pass a filter.
func (l *list) narrowed(r *renderer, filter plan.Filter) *list {
	if filter == nil {
		return l
	}
	few := *l
	few.filtered = true
	few.conditions = func(of *graph.Property) {
		l.conditions(of)
		r.passes(l.node, filter)
	}
	return &few
}

// group writes the head of the statement that counts a list by a value.
func (r *renderer) group(l *list, value func(), once bool) {
	r.text("SELECT ")
	r.text(conditional(l.parent == "", "0", l.parent))
	r.text(" AS parent, ")
	value()
	r.text(" AS value, count(")
	if once && l.once {
		r.text("*")
	} else {
		r.text("DISTINCT ")
		l.rid()
	}
	r.text(") AS n FROM ")
}

// grouped writes the numbers of a facet by the value that tables have: the text
// itself, the number of a type or a dataset, or the rid of a node.
func (r *renderer) grouped(l *list, f *plan.Facet) {
	switch by := f.By.(type) {
	case graph.ByKind:
		r.groupedBy(l, l.kind, !l.linked, nil)
	case graph.ByYear:
		r.groupedBy(l, func() { r.prefix(l, by.Property, plan.Year) }, !l.linked, by.Property)
	case graph.ByProperty:
		r.groupedBy(l, func() { r.column(l.node, by.Property, "") }, true, by.Property)
	case graph.ByNodes:
		r.groupedByNodes(l, f, by)
	case graph.ByDataset:
		r.groupedByDataset(l)
	default:
		panic("sqlite: unknown facet")
	}
	r.text(" GROUP BY ")
	r.ofEach(l)
}

// ofEach writes the columns by which the numbers of each list and value are told
// apart: grouping by a constant, too, would keep SQLite from the order of an index.
func (r *renderer) ofEach(l *list) { r.text(conditional(l.parent == "", "2", "1, 2")) }

// groupedBy counts by a value of the nodes, or of the links that lead to them.
func (r *renderer) groupedBy(l *list, value func(), nodes bool, of *graph.Property) {
	r.group(l, value, true)
	l.tables(nodes || l.filtered)
	r.text(" WHERE ")
	l.conditions(of)
}

// prefix writes the part of a date that tells which span it is in.
func (r *renderer) prefix(l *list, of *graph.Property, by plan.Interval) {
	r.text("substr(")
	l.at(of)
	r.text(", 1, ")
	r.number(by.Prefix())
	r.text(")")
}

// groupedByNodes counts by the nodes that a path leads to. A node that it leads
// nowhere from has a null in place of a rid.
func (r *renderer) groupedByNodes(l *list, f *plan.Facet, by graph.ByNodes) {
	p := r.pathJoin(f.Path)
	last := p.last()
	one := len(p.hops) == 1 && (len(last.step.Links) == 1 || by.OnlyLast != nil)
	r.group(l, func() { r.field(last.table, last.far()) }, one)
	l.tables(l.filtered || by.OnlyLast != nil)
	near := l.rid
	for i, h := range p.hops {
		r.text(conditional(h.step.Reverse, " LEFT JOIN back ", " LEFT JOIN link "))
		r.alias(h.table)
		r.text(" ON ")
		r.field(h.table, h.near())
		r.text(" = ")
		near()
		r.text(" AND ")
		r.taken(h)
		near = func() { r.field(h.table, h.far()) }
		if i == 0 && f.Path.Via != nil {
			r.ifVia(p, near)
		}
	}
	r.onlyLast(l, last, by)
	r.text(" WHERE ")
	l.conditions(nil)
}

// ifVia writes the condition of the node between two hops into the first of them: as a
// condition of the join behind it, it would leave a null for each that fails it.
func (r *renderer) ifVia(p pathJoin, rid func()) {
	r.text(" AND EXISTS (SELECT 1 FROM node ")
	r.alias(p.via)
	r.text(" WHERE ")
	r.field(p.via, "rid")
	r.text(" = ")
	rid()
	r.passes(p.via, p.path.Via.Filter)
	r.text(")")
}

// onlyLast limits the last of the links of a hop to nodes with some value.
func (r *renderer) onlyLast(l *list, h hop, by graph.ByNodes) {
	if by.OnlyLast == nil {
		return
	}
	r.text(" AND (")
	r.field(h.table, "type")
	r.text(" <> ")
	r.number(r.layout.links[h.step.Links[len(h.step.Links)-1]])
	r.text(" OR ")
	r.column(l.node, by.OnlyLast.Property, "")
	r.among(by.OnlyLast.Values)
	r.text(")")
}

// groupedByDataset counts by the numbers of datasets: the sole one of a node, or
// those of its contributions.
func (r *renderer) groupedByDataset(l *list) {
	c := r.fresh("c")
	r.group(l, func() {
		r.text("ifnull(")
		r.field(c, "dataset")
		r.text(", ")
		r.field(l.node, "dataset")
		r.text(")")
	}, false)
	l.tables(true)
	r.text(" LEFT JOIN contribution ")
	r.alias(c)
	r.text(" ON ")
	r.field(l.node, "dataset")
	r.text(" = 0 AND ")
	r.field(c, "rid")
	r.text(" = ")
	r.field(l.node, "rid")
	r.text(" WHERE ")
	l.conditions(nil)
}

// facet writes the first values of a facet of each list, in order: the parent's
// index, the value (of types their number), how many nodes have it, how many values
// there are and, where the value is an id, the rid.
func (r *renderer) facet(l *list, f *plan.Facet, limit int) {
	if l.parent == "" {
		r.text("SELECT parent, value, n, ")
		r.text(conditional(f.Count, "count(*) OVER ()", "0"))
		r.text(", rid FROM (")
		r.valued(l, f)
		r.text(") ORDER BY value IS NULL, n DESC, value LIMIT ")
		r.value(limit)
		return
	}
	r.text("SELECT parent, value, n, total, rid FROM (SELECT *, ")
	r.text(conditional(f.Count, "count(*) OVER (PARTITION BY parent)", "0"))
	r.text(" AS total, row_number() OVER (PARTITION BY parent ORDER BY value IS NULL, n DESC, value) AS position FROM (")
	r.valued(l, f)
	r.text(")) WHERE position <= ")
	r.value(limit)
	r.text(" ORDER BY parent, position")
}

// valued writes the numbers of a facet by its values.
func (r *renderer) valued(l *list, f *plan.Facet) {
	switch f.By.(type) {
	case graph.ByNodes:
		r.text("SELECT g.parent, e.id AS value, g.n, g.value AS rid FROM (")
		r.grouped(l, f)
		r.text(") g LEFT JOIN node e ON e.rid = g.value")
	case graph.ByDataset:
		r.text("SELECT g.parent, d.name AS value, g.n, NULL AS rid FROM (")
		r.grouped(l, f)
		r.text(") g LEFT JOIN dataset d ON d.number = g.value")
	default:
		r.text("SELECT parent, value, n, NULL AS rid FROM (")
		r.grouped(l, f)
		r.text(")")
	}
}

// facetCount writes how many values a facet of each list has.
func (r *renderer) facetCount(l *list, f *plan.Facet) {
	r.text("SELECT parent, count(*) FROM (")
	r.grouped(l, f)
	r.text(") GROUP BY parent")
}

// histogram writes how many nodes of each list are in each span of time, in order.
func (r *renderer) histogram(l *list, h *plan.Histogram) {
	r.groupedBy(l, func() { r.prefix(l, h.Property, h.By) }, !l.linked, h.Property)
	r.text(" AND ")
	l.at(h.Property)
	r.text(" IS NOT NULL GROUP BY ")
	r.ofEach(l)
	r.text(" ORDER BY ")
	r.ofEach(l)
}

// byRid reads nodes by their rids.
func (r *renderer) byRid(rids []int64, shape *plan.Shape) {
	n := r.fresh("n")
	r.text("SELECT p.key, ")
	r.columns(n, shape)
	r.text(" FROM json_each(")
	r.value(ridList(rids))
	r.text(") p CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = p.value")
}
