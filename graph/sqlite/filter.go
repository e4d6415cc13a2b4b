package sqlite

import (
	"companygraph/graph"
)

// filter writes a condition on the node n that is true or not, and never null
// where that matters: filters are in negation normal form, so a null leaf in a
// WHERE counts as false, as it must, and leaves with Not are written to be
// true where the value is missing.
func (r *renderer) filter(n node, f graph.Filter) {
	switch f := f.(type) {
	case nil:
		r.text("1")
	case graph.And:
		r.join(n, f, " AND ", "1")
	case graph.Or:
		r.join(n, f, " OR ", "0")
	case graph.Compare:
		r.compare(n, f)
	case graph.OneOf:
		r.oneOf(n, f)
	case graph.IsMissing:
		r.column(n, f.Property, "")
		r.text(pick(f.Not, " IS NOT NULL", " IS NULL"))
	case graph.DateWithin:
		r.dateWithin(n, f)
	case graph.TypeIs:
		r.field(n, "type")
		r.text(pick(f.Not, " NOT IN ", " IN "))
		r.numbers(r.typeNumbers(f.Types))
	case graph.Related:
		r.related(n, f)
	default:
		panic("sqlite: unknown filter")
	}
}

func pick(not bool, negated, plain constant) constant {
	if not {
		return negated
	}
	return plain
}

func (r *renderer) typeNumbers(types []*graph.Type) []int {
	list := make([]int, len(types))
	for i, t := range types {
		list[i] = r.known.types[t.Name]
	}
	return list
}

func (r *renderer) linkNumbers(links []*graph.LinkType) []int {
	list := make([]int, len(links))
	for i, l := range links {
		list[i] = r.known.links[l.Name]
	}
	return list
}

func (r *renderer) join(n node, parts []graph.Filter, operator, empty constant) {
	if len(parts) == 0 {
		r.text(empty)
		return
	}
	r.text("(")
	for i, part := range parts {
		if i > 0 {
			r.text(operator)
		}
		r.filter(n, part)
	}
	r.text(")")
}

// negatable writes a condition, or that the column is missing or it does not hold.
func (r *renderer) negatable(n node, p *graph.Property, suffix constant, not bool, condition func()) {
	if !not {
		condition()
		return
	}
	r.text("(")
	r.column(n, p, suffix)
	r.text(" IS NULL OR NOT ")
	condition()
	r.text(")")
}

var comparators = map[graph.Op]constant{
	graph.Equal: " = ", graph.Less: " < ", graph.LessOrEqual: " <= ",
	graph.Greater: " > ", graph.GreaterOrEqual: " >= ",
}

func (r *renderer) compare(n node, f graph.Compare) {
	r.negatable(n, f.Property, "", f.Not, func() {
		r.text("(")
		switch f.Op {
		case graph.Contains, graph.StartsWith:
			r.text("instr(")
			r.column(n, f.Property, "")
			r.text(", ")
			r.value(f.Value.Any())
			r.text(pick(f.Op == graph.StartsWith, ") = 1", ") > 0"))
		default:
			r.column(n, f.Property, "")
			r.text(comparators[f.Op])
			r.value(f.Value.Any())
		}
		r.text(")")
	})
}

func (r *renderer) oneOf(n node, f graph.OneOf) {
	r.negatable(n, f.Property, "", f.Not, func() {
		r.column(n, f.Property, "")
		// One parameter whatever the number of values: one text to prepare.
		r.text(" IN (SELECT value FROM json_each(")
		r.value(jsonList(f.Values))
		r.text("))")
	})
}

func jsonList(values []graph.Value) string {
	b := []byte{'['}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = v.AppendJSON(b)
	}
	return string(append(b, ']'))
}

// dateWithin asks of a date that is there what the comparison asks of its bounds;
// a null bound is unbounded.
func (r *renderer) dateWithin(n node, f graph.DateWithin) {
	r.text(pick(f.Not, "NOT (", "("))
	r.column(n, f.Property, "")
	r.text(" IS NOT NULL")
	for _, test := range f.Tests() {
		r.text(" AND ")
		r.bound(n, f.Property, test)
	}
	r.text(")")
}

// bound is true or false, also where the bound is null.
func (r *renderer) bound(n node, p *graph.Property, test graph.BoundTest) {
	suffix := pick(test.Latest, latestSuffix, earliestSuffix)
	r.text("(")
	r.column(n, p, suffix)
	r.text(pick(test.OrUnbounded, " IS NULL OR ", " IS NOT NULL AND "))
	r.column(n, p, suffix)
	r.text(comparators[test.Op])
	r.value(test.Day)
	r.text(")")
}

// related asks whether a path leads from n to a node that passes a filter.
func (r *renderer) related(n node, f graph.Related) {
	if f.Latest {
		r.relatedLatest(n, f)
		return
	}
	t := r.trail(f.Path)
	r.text(pick(f.Not, "NOT EXISTS (SELECT 1 FROM ", "EXISTS (SELECT 1 FROM "))
	r.along(t, f.Filter != nil)
	r.text(" WHERE ")
	r.departs(t, func() { r.field(n, "rid") })
	if f.Filter != nil {
		r.text(" AND ")
		r.filter(t.end, f.Filter)
	}
	r.text(")")
}

// relatedLatest is related where the path has but one end: the latest.
func (r *renderer) relatedLatest(n node, f graph.Related) {
	t := r.trail(f.Path)
	r.text(pick(f.Not, "NOT EXISTS (SELECT 1 FROM node ", "EXISTS (SELECT 1 FROM node "))
	r.alias(t.end)
	r.text(" WHERE ")
	r.field(t.end, "rid")
	r.text(" = (SELECT ")
	r.field(t.last().table, t.last().far())
	r.text(" FROM ")
	r.along(t, false)
	r.text(" WHERE ")
	r.departs(t, func() { r.field(n, "rid") })
	r.text(" ORDER BY ")
	r.byTime(t)
	r.text(" LIMIT 1)")
	r.passes(t.end, f.Filter)
	r.text(")")
}
