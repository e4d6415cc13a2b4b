package sqlite

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// renderer writes the statements that answer plans; it knows the numbers that
// the database gave to types and links.
type renderer struct {
	layout *layout
	statement
	aliases int
}

func newRenderer(l *layout) *renderer { return &renderer{layout: l} }

// fresh names a further table.
func (r *renderer) fresh(letter constant) node {
	r.aliases++
	return node{letter: letter, n: r.aliases}
}

// columns writes what [query.node] reads of a node.
func (r *renderer) columns(n node, shape *plan.Shape) {
	r.field(n, "rid")
	r.text(", ")
	r.field(n, "id")
	r.text(", ")
	r.field(n, "type")
	for _, p := range shape.Properties {
		r.text(", ")
		r.column(n, p, "")
	}
}

// byID reads nodes by public ids, their own or ones that gave way to theirs; the
// parent's index is that of the id.
func (r *renderer) byID(ids []graph.ID, types []*graph.Type, shape *plan.Shape) {
	i, n := r.fresh("i"), r.fresh("n")
	r.text("SELECT p.key, ")
	r.columns(n, shape)
	r.text(" FROM json_each(")
	values := make([]graph.Value, len(ids))
	for i, id := range ids {
		values[i] = graph.Text(string(id))
	}
	r.value(jsonList(values))
	r.text(") p CROSS JOIN id ")
	r.alias(i)
	r.text(" ON ")
	r.field(i, "id")
	r.text(" = p.value")
	r.joinNode(n, i, "rid")
	r.text(" WHERE ")
	r.ofOneType(n, types)
}

// ofOneType writes that a node is of one of the types.
func (r *renderer) ofOneType(n node, types []*graph.Type) {
	r.field(n, "type")
	r.text(" IN ")
	r.numbers(r.typeNumbers(types))
}

// byIdentifier reads the node that has an identifier.
func (r *renderer) byIdentifier(key graph.Identifier, types []*graph.Type, shape *plan.Shape) {
	i, n := r.fresh("i"), r.fresh("n")
	r.text("SELECT 0, ")
	r.columns(n, shape)
	r.text(" FROM identifier ")
	r.alias(i)
	r.joinNode(n, i, "rid")
	r.text(" WHERE ")
	r.field(i, "scheme")
	r.text(" = ")
	r.value(key.Scheme)
	r.text(" AND ")
	r.field(i, "value")
	r.text(" = ")
	r.value(key.Value)
	r.text(" AND ")
	r.ofOneType(n, types)
}

// byType reads a page of the nodes of some types: the rids of the page in a
// sub-query that needs but an index, then the nodes. Each type is a branch of
// its own, so that each can be read in order from an index and SQLite merges
// them as far as the page goes.
func (r *renderer) byType(types []*graph.Type, filter plan.Filter, w *plan.Window, shape *plan.Shape) {
	n := r.fresh("n")
	r.text("SELECT 0, ")
	r.columns(n, shape)
	r.text(" FROM (")
	for i, branch := range branches(types, w) {
		if i > 0 {
			r.text(" UNION ALL ")
		}
		r.branch(branch, filter, w)
	}
	r.text(" ORDER BY ")
	r.by(ordering{window: w, key: r.keyOf(w)})
	r.text(" LIMIT ")
	r.value(w.Limit + 1)
	r.text(") c CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = c.rid ORDER BY ")
	r.by(inOrder(w, func(term plan.Order) { r.sortColumn(n, term.Property) }))
}

// branch is one sub-query of byType: one type, and of a first term that may be
// missing either only what has it or only what lacks it.
type branch struct {
	t       *graph.Type
	missing *bool
}

// branches splits by type. Behind a cursor it also splits by whether the first
// term is missing: `x >= k OR x IS NULL` cannot be read from an index in order,
// each half alone can. Behind a missing one there are only missing ones.
func branches(types []*graph.Type, w *plan.Window) []branch {
	var all []branch
	yes, no := true, false
	for _, t := range types {
		if w.After == nil || w.Order[0].Property.Required {
			all = append(all, branch{t: t})
			continue
		}
		if !(*w.After)[0].Missing() {
			all = append(all, branch{t: t, missing: &no})
		}
		all = append(all, branch{t: t, missing: &yes})
	}
	return all
}

func (r *renderer) branch(b branch, filter plan.Filter, w *plan.Window) {
	n := r.fresh("n")
	r.text("SELECT ")
	r.field(n, "rid")
	r.text(" AS rid")
	for i, term := range w.Order {
		r.text(", ")
		r.sortColumn(n, term.Property)
		r.text(" AS k")
		r.number(i)
	}
	r.text(" FROM node ")
	r.alias(n)
	r.text(" WHERE ")
	r.field(n, "type")
	r.text(" = ")
	r.number(r.layout.types[b.t])
	r.indexable(n, filter, w.Order[0].Property)
	if b.missing != nil {
		r.text(" AND ")
		r.sortColumn(n, w.Order[0].Property)
		r.text(conditional(*b.missing, " IS NULL", " IS NOT NULL"))
	}
	r.passes(n, filter)
	r.withinHalf(ordering{window: w, key: func(term plan.Order) { r.sortColumn(n, term.Property) }}, b.missing)
}

// keyOf writes the column of a sub-query that holds what a term is ordered by.
func (r *renderer) keyOf(w *plan.Window) func(plan.Order) {
	return func(term plan.Order) {
		for i, t := range w.Order {
			if t.Property == term.Property {
				r.text("k")
				r.number(i)
			}
		}
	}
}

// ofTypes writes FROM and WHERE of all nodes of some types that pass a filter.
func (r *renderer) ofTypes(types []*graph.Type, filter plan.Filter) node {
	n := r.fresh("n")
	r.text(" FROM node ")
	r.alias(n)
	r.text(" WHERE ")
	r.field(n, "type")
	r.text(" IN ")
	r.numbers(r.typeNumbers(types))
	r.indexable(n, filter, nil)
	r.text(" AND ")
	r.filter(n, filter)
	return n
}

// indexable writes AND and the conditions of the indexes that nodes of types can
// be found by, or read in order from. They hold for all nodes of types that have
// the property, but SQLite does not know that.
func (r *renderer) indexable(n node, filter plan.Filter, order *graph.Property) {
	for _, p := range r.layout.columns {
		if p.Indexed && (order != nil && order.Name == p.Name || compares(filter, p.Property)) {
			r.text(" AND ")
			r.ofClasses(func() { r.field(n, "type") }, p.classes)
		}
	}
}

// compares tells whether all that passes a filter has one of some values of a
// property.
func compares(filter plan.Filter, p *graph.Property) bool {
	switch f := filter.(type) {
	case plan.And:
		return slices.ContainsFunc(f, func(part plan.Filter) bool { return compares(part, p) })
	case plan.Compare:
		return f.Property.Name == p.Name && !f.Not
	case plan.OneOf:
		return f.Property.Name == p.Name && !f.Not
	}
	return false
}

func (r *renderer) countByType(types []*graph.Type, filter plan.Filter) {
	r.text("SELECT count(*)")
	r.ofTypes(types, filter)
}

func (r *renderer) probeByType(types []*graph.Type, filter plan.Filter, w *plan.Window, side plan.Side) {
	r.text("SELECT EXISTS (SELECT 1")
	n := r.ofTypes(types, filter)
	r.text(" AND ")
	r.outside(ordering{window: w, key: func(term plan.Order) { r.sortColumn(n, term.Property) }}, side)
	r.text(")")
}

// ofWords reads the nodes that have a token in one of some ranges, with all of their
// tokens.
func (r *renderer) ofWords(ranges string, types []*graph.Type) {
	r.text("SELECT f.id, f.type, w.words FROM (SELECT DISTINCT t.id, t.type FROM json_each(")
	r.value(ranges)
	r.text(") p CROSS JOIN token t ON t.token >= p.value ->> 1 AND t.token < p.value ->> 2 WHERE t.type IN ")
	r.numbers(r.typeNumbers(types))
	r.text(") f CROSS JOIN words w ON w.id = f.id")
}

// ofWord reads the index rows in some ranges.
func (r *renderer) ofWord(ranges string, types []*graph.Type) {
	r.text("SELECT t.id, t.type, t.token, t.rank FROM json_each(")
	r.value(ranges)
	r.text(") p CROSS JOIN token t ON t.token >= p.value ->> 1 AND t.token < p.value ->> 2 WHERE t.type IN ")
	r.numbers(r.typeNumbers(types))
}

// sizesOf counts the index rows in each of some ranges, up to a limit, and names
// the word of each.
func (r *renderer) sizesOf(ranges string, limit int) {
	r.text("SELECT p.value ->> 0, (SELECT count(*) FROM (SELECT 1 FROM token WHERE token >= p.value ->> 1 AND token < p.value ->> 2 LIMIT ")
	r.value(limit)
	r.text(")) FROM json_each(")
	r.value(ranges)
	r.text(") p")
}
