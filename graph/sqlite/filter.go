package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// filter writes a condition on the node n that is true or not, and never null
// where that matters: filters are in negation normal form, so a null leaf in a
// WHERE counts as false, as it must, and leaves with Not are written to be
// true where the value is missing.
func (r *renderer) filter(n node, f plan.Filter) {
	switch f := f.(type) {
	case nil:
		r.text("1")
	case plan.And:
		r.joined(n, f, " AND ", "1")
	case plan.Or:
		r.joined(n, f, " OR ", "0")
	case plan.Compare:
		r.compare(n, f)
	case plan.OneOf:
		r.oneOf(n, f)
	case plan.IsMissing:
		r.column(n, f.Property, "")
		r.text(conditional(f.Not, " IS NOT NULL", " IS NULL"))
	case plan.DateWithin:
		r.dateWithin(n, f)
	case plan.TypeIs:
		r.field(n, "type")
		r.text(conditional(f.Not, " NOT IN ", " IN "))
		r.numbers(r.typeNumbers(f.Types))
	case plan.Related:
		r.related(n, f)
	case plan.Element:
		r.element(n, f)
	default:
		panic("sqlite: unknown filter")
	}
}

func (r *renderer) typeNumbers(types []*graph.Type) []int {
	list := make([]int, len(types))
	for i, t := range types {
		list[i] = r.layout.types[t]
	}
	return list
}

func (r *renderer) linkNumbers(links []*graph.LinkType) []int {
	list := make([]int, len(links))
	for i, l := range links {
		list[i] = r.layout.links[l]
	}
	return list
}

func (r *renderer) joined(n node, parts []plan.Filter, operator, empty constant) {
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

var comparators = map[plan.Op]constant{
	plan.Equal: " = ", plan.Less: " < ", plan.LessOrEqual: " <= ",
	plan.Greater: " > ", plan.GreaterOrEqual: " >= ",
}

func (r *renderer) compare(n node, f plan.Compare) {
	r.negatable(n, f.Property, "", f.Not, func() {
		r.text("(")
		switch f.Op {
		case plan.Contains, plan.StartsWith:
			r.text("instr(")
			r.column(n, f.Property, "")
			r.text(", ")
			r.value(f.Value.Any())
			r.text(conditional(f.Op == plan.StartsWith, ") = 1", ") > 0"))
		default:
			r.column(n, f.Property, "")
			r.text(comparators[f.Op])
			r.value(f.Value.Any())
		}
		r.text(")")
	})
}

func (r *renderer) oneOf(n node, f plan.OneOf) {
	r.negatable(n, f.Property, "", f.Not, func() {
		r.column(n, f.Property, "")
		r.among(f.Values)
	})
}

// among compares with a list of values: one parameter whatever their number, so
// that there is one text to prepare.
func (r *renderer) among(values []graph.Value) {
	r.text(" IN (SELECT value FROM json_each(")
	r.value(jsonList(values))
	r.text("))")
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
func (r *renderer) dateWithin(n node, f plan.DateWithin) {
	r.text(conditional(f.Not, "NOT (", "("))
	r.column(n, f.Property, "")
	r.text(" IS NOT NULL")
	if f.Op == plan.Certainly {
		r.text(" AND ")
		r.certainly(n, f.Property, f.From)
	} else {
		for _, test := range f.Tests() {
			r.text(" AND ")
			r.bound(n, f.Property, test)
		}
	}
	r.text(")")
}

// certainly is true or false: whether a date that is there is the day, or the day
// is one of those on which it certainly holds.
func (r *renderer) certainly(n node, p *graph.Property, day string) {
	r.text("(")
	r.column(n, p, "")
	r.text(" = ")
	r.value(day)
	r.text(" OR ")
	r.column(n, p, certainFromSuffix)
	r.text(" IS NOT NULL AND ")
	r.column(n, p, certainFromSuffix)
	r.text(" <= ")
	r.value(day)
	r.text(" AND ")
	r.column(n, p, certainUntilSuffix)
	r.text(" >= ")
	r.value(day)
	r.text(")")
}

// bound is true or false, also where the bound is null.
func (r *renderer) bound(n node, p *graph.Property, test plan.BoundTest) {
	suffix := conditional(test.Latest, latestSuffix, earliestSuffix)
	r.text("(")
	r.column(n, p, suffix)
	r.text(conditional(test.OrUnbounded, " IS NULL OR ", " IS NOT NULL AND "))
	r.column(n, p, suffix)
	r.text(comparators[test.Op])
	r.value(test.Day)
	r.text(")")
}

// related asks whether a path leads from n to a node that passes a filter.
func (r *renderer) related(n node, f plan.Related) {
	if f.Latest {
		r.relatedLatest(n, f)
		return
	}
	p := r.pathJoin(f.Path)
	r.text(conditional(f.Not, "NOT EXISTS (SELECT 1 FROM ", "EXISTS (SELECT 1 FROM "))
	r.join(p, f.Filter != nil)
	r.text(" WHERE ")
	r.onPath(p, func() { r.field(n, "rid") })
	if f.Statuses != nil {
		r.text(" AND ")
		r.field(p.last().table, "status")
		r.among(statusValues(f.Statuses))
	}
	if f.Filter != nil {
		r.text(" AND ")
		r.filter(p.end, f.Filter)
	}
	r.text(")")
}

func statusValues(statuses []graph.Status) []graph.Value {
	values := make([]graph.Value, len(statuses))
	for i, s := range statuses {
		values[i] = graph.Text(string(s))
	}
	return values
}

// element asks whether some value of a list passes a filter.
func (r *renderer) element(n node, f plan.Element) {
	v := r.fresh("v")
	v.element = true
	r.text(conditional(f.Not, "NOT EXISTS (SELECT 1 FROM json_each(", "EXISTS (SELECT 1 FROM json_each("))
	r.column(n, f.Property, "")
	r.text(") ")
	r.alias(v)
	r.text(" WHERE ")
	r.filter(v, f.Filter)
	r.text(")")
}

// relatedLatest is related where the path has but one end: the latest.
func (r *renderer) relatedLatest(n node, f plan.Related) {
	p := r.pathJoin(f.Path)
	r.text(conditional(f.Not, "NOT EXISTS (SELECT 1 FROM node ", "EXISTS (SELECT 1 FROM node "))
	r.alias(p.end)
	r.text(" WHERE ")
	r.field(p.end, "rid")
	r.text(" = (SELECT ")
	r.field(p.last().table, p.last().far())
	r.text(" FROM ")
	r.join(p, false)
	r.text(" WHERE ")
	r.onPath(p, func() { r.field(n, "rid") })
	r.text(" ORDER BY ")
	r.byTime(p)
	r.text(" LIMIT 1)")
	r.passes(p.end, f.Filter)
	r.text(")")
}
