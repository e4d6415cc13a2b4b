package neo4j

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// renderer writes the statements of a plan.
type renderer struct {
	model *graph.Model
	*statement
	variables int
}

func newRenderer(m *graph.Model) *renderer {
	return &renderer{model: m, statement: newStatement()}
}

// fresh makes a further variable.
func (r *renderer) fresh(letter constant) variable {
	r.variables++
	return variable{letter: letter, n: r.variables}
}

// conditional is one of two pieces.
func conditional(condition bool, yes, no constant) constant {
	if condition {
		return yes
	}
	return no
}

// filter writes a condition on the node n. Filters are in negation normal form,
// so that a null leaf counts as false in a WHERE, as it must, and leaves with
// Not are written to be true where the value is missing.
func (r *renderer) filter(n variable, f plan.Filter) {
	switch f := f.(type) {
	case plan.And:
		r.combined(n, f, " AND ", "true")
	case plan.Or:
		r.combined(n, f, " OR ", "false")
	case plan.Compare:
		r.compare(n, f)
	case plan.OneOf:
		r.oneOf(n, f)
	case plan.IsMissing:
		r.property(n, f.Property, "")
		r.write(conditional(f.Not, " IS NOT NULL", " IS NULL"))
	case plan.DateWithin:
		r.dateWithin(n, f)
	case plan.TypeIs:
		r.typeIs(n, f)
	case plan.Related:
		r.related(n, f)
	case plan.Element:
		r.element(n, f)
	default:
		panic("neo4j: unknown filter")
	}
}

func (r *renderer) where() *where { return &where{statement: r.statement} }

// filtered adds a filter, if there is one, to a WHERE.
func (r *renderer) filtered(w *where, n variable, f plan.Filter) {
	if f != nil {
		w.and()
		r.filter(n, f)
	}
}

// isNever tells whether a filter is false by its shape alone.
func isNever(f plan.Filter) bool {
	switch f := f.(type) {
	case plan.And:
		return slices.ContainsFunc(f, isNever)
	case plan.Or:
		return !slices.ContainsFunc(f, func(part plan.Filter) bool { return !isNever(part) })
	default:
		return false
	}
}

func (r *renderer) combined(n variable, parts []plan.Filter, operator, empty constant) {
	if len(parts) == 0 {
		r.write(empty)
		return
	}
	r.write("(")
	for i, part := range parts {
		if i > 0 {
			r.write(operator)
		}
		r.filter(n, part)
	}
	r.write(")")
}

// negatable writes a condition, or that the property is missing or it does not hold.
func (r *renderer) negatable(n variable, p *graph.Property, not bool, condition func()) {
	if !not {
		condition()
		return
	}
	r.write("(")
	r.property(n, p, "")
	r.write(" IS NULL OR NOT ")
	condition()
	r.write(")")
}

var comparators = map[plan.Op]constant{
	plan.Equal: " = ", plan.Less: " < ", plan.LessOrEqual: " <= ",
	plan.Greater: " > ", plan.GreaterOrEqual: " >= ",
	plan.Contains: " CONTAINS ", plan.StartsWith: " STARTS WITH ",
}

func (r *renderer) compare(n variable, f plan.Compare) {
	r.negatable(n, f.Property, f.Not, func() {
		r.write("(")
		if byKey(f) {
			r.sortProperty(n, f.Property)
			r.write(comparators[f.Op])
			r.value(inKeys(f.Property, f.Value))
		} else {
			r.property(n, f.Property, "")
			r.write(comparators[f.Op])
			r.value(asStored(f.Property, f.Value))
		}
		r.write(")")
	})
}

// byKey tells whether a comparison goes by sort keys: those of order must, and
// equality may where the key has the index.
func byKey(f plan.Compare) bool {
	switch f.Op {
	case plan.Contains, plan.StartsWith:
		return false
	case plan.Equal:
		return f.Property.Indexed
	default:
		return true
	}
}

func (r *renderer) oneOf(n variable, f plan.OneOf) {
	values := make([]any, len(f.Values))
	for i, v := range f.Values {
		values[i] = asStored(f.Property, v)
	}
	r.negatable(n, f.Property, f.Not, func() {
		r.write("(")
		r.property(n, f.Property, "")
		r.write(" IN ")
		r.value(values)
		r.write(")")
	})
}

func (r *renderer) typeIs(n variable, f plan.TypeIs) {
	r.write(conditional(f.Not, "NOT (", "("))
	r.field(n, "_type")
	r.write(" IN ")
	r.value(typeNames(f.Types))
	r.write(")")
}

func typeNames(types []*graph.Type) []any {
	names := make([]any, len(types))
	for i, t := range types {
		names[i] = string(t.Name)
	}
	return names
}

// dateWithin asks of a date that is there what the comparison asks of its bounds;
// a null bound is unbounded.
func (r *renderer) dateWithin(n variable, f plan.DateWithin) {
	r.write(conditional(f.Not, "NOT (", "("))
	r.property(n, f.Property, "")
	r.write(" IS NOT NULL")
	if f.Op == plan.Certainly {
		r.write(" AND ")
		r.certainly(n, f.Property, f.From)
	} else {
		for _, test := range f.Tests() {
			r.write(" AND ")
			r.bound(n, f.Property, test)
		}
	}
	r.write(")")
}

// certainly is true or false: whether a date that is there is the day, or the day
// is one of those on which it certainly holds.
func (r *renderer) certainly(n variable, p *graph.Property, day string) {
	r.write("(")
	r.property(n, p, "")
	r.write(" = ")
	r.value(day)
	r.write(" OR ")
	r.property(n, p, certainFromSuffix)
	r.write(" IS NOT NULL AND ")
	r.property(n, p, certainFromSuffix)
	r.write(" <= ")
	r.value(day)
	r.write(" AND ")
	r.property(n, p, certainUntilSuffix)
	r.write(" >= ")
	r.value(day)
	r.write(")")
}

// bound is true or false, also where the bound is null.
func (r *renderer) bound(n variable, p *graph.Property, test plan.BoundTest) {
	suffix := conditional(test.Latest, latestSuffix, earliestSuffix)
	r.write("(")
	r.property(n, p, suffix)
	r.write(conditional(test.OrUnbounded, " IS NULL OR ", " IS NOT NULL AND "))
	r.property(n, p, suffix)
	r.write(comparators[test.Op])
	r.value(test.Day)
	r.write(")")
}

// related asks whether a path leads from n to a node that passes a filter.
func (r *renderer) related(n variable, f plan.Related) {
	j := r.join(f.Path, n)
	r.write(conditional(f.Not, "NOT EXISTS { MATCH ", "EXISTS { MATCH "))
	r.pattern(j, f.Types)
	w := r.where()
	r.viaFilter(w, j)
	if f.Statuses != nil {
		w.and()
		r.field(j.links[len(j.links)-1], "status")
		r.write(" IN ")
		r.value(anyStatuses(f.Statuses))
	}
	if f.Latest {
		r.with(j.end, j.via)
		r.write(" ORDER BY ")
		r.byTime(j)
		r.write(" LIMIT 1 WITH ")
		r.variable(j.end)
		r.filtered(r.where(), j.end, f.Filter)
		r.write(" RETURN ")
		r.variable(j.end)
	} else {
		r.filtered(w, j.end, f.Filter)
	}
	r.write(" }")
}
