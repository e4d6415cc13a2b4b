package neo4j

import "companygraph/graph"

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

func pick(first bool, a, b constant) constant {
	if first {
		return a
	}
	return b
}

// filter writes a condition on the node n. Filters are in negation normal form,
// so that a null leaf counts as false in a WHERE, as it must, and leaves with
// Not are written to be true where the value is missing.
func (r *renderer) filter(n variable, f graph.Filter) {
	switch f := f.(type) {
	case graph.And:
		r.join(n, f, " AND ", "true")
	case graph.Or:
		r.join(n, f, " OR ", "false")
	case graph.Compare:
		r.compare(n, f)
	case graph.OneOf:
		r.oneOf(n, f)
	case graph.IsMissing:
		r.property(n, f.Property, "")
		r.write(pick(f.Not, " IS NOT NULL", " IS NULL"))
	case graph.DateWithin:
		r.dateWithin(n, f)
	case graph.TypeIs:
		r.typeIs(n, f)
	case graph.Related:
		r.related(n, f)
	default:
		panic("neo4j: unknown filter")
	}
}

func (r *renderer) where() *where { return &where{statement: r.statement} }

// filtered adds a filter, if there is one, to a WHERE.
func (r *renderer) filtered(w *where, n variable, f graph.Filter) {
	if f != nil {
		w.and()
		r.filter(n, f)
	}
}

func (r *renderer) join(n variable, parts []graph.Filter, operator, empty constant) {
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

var comparators = map[graph.Op]constant{
	graph.Equal: " = ", graph.Less: " < ", graph.LessOrEqual: " <= ",
	graph.Greater: " > ", graph.GreaterOrEqual: " >= ",
	graph.Contains: " CONTAINS ", graph.StartsWith: " STARTS WITH ",
}

func (r *renderer) compare(n variable, f graph.Compare) {
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
func byKey(f graph.Compare) bool {
	switch f.Op {
	case graph.Contains, graph.StartsWith:
		return false
	case graph.Equal:
		return f.Property.Indexed
	default:
		return true
	}
}

func (r *renderer) oneOf(n variable, f graph.OneOf) {
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

func (r *renderer) typeIs(n variable, f graph.TypeIs) {
	r.write(pick(f.Not, "NOT (", "("))
	r.field(n, "_type")
	r.write(" IN ")
	names := make([]any, len(f.Types))
	for i, t := range f.Types {
		names[i] = string(t.Name)
	}
	r.value(names)
	r.write(")")
}

// dateWithin asks of a date that is there what the comparison asks of its bounds;
// a null bound is unbounded.
func (r *renderer) dateWithin(n variable, f graph.DateWithin) {
	r.write(pick(f.Not, "NOT (", "("))
	r.property(n, f.Property, "")
	r.write(" IS NOT NULL")
	for _, test := range f.Tests() {
		r.write(" AND ")
		r.bound(n, f.Property, test)
	}
	r.write(")")
}

// bound is true or false, also where the bound is null.
func (r *renderer) bound(n variable, p *graph.Property, test graph.BoundTest) {
	suffix := pick(test.Latest, latestSuffix, earliestSuffix)
	r.write("(")
	r.property(n, p, suffix)
	r.write(pick(test.OrUnbounded, " IS NULL OR ", " IS NOT NULL AND "))
	r.property(n, p, suffix)
	r.write(comparators[test.Op])
	r.value(test.Day)
	r.write(")")
}

// related asks whether a path leads from n to a node that passes a filter.
func (r *renderer) related(n variable, f graph.Related) {
	t := r.trail(f.Path, n)
	r.write(pick(f.Not, "NOT EXISTS { MATCH ", "EXISTS { MATCH "))
	r.pattern(t, f.Types)
	w := r.where()
	r.middle(w, t)
	if f.Latest {
		r.with(t.end, t.middle)
		r.write(" ORDER BY ")
		r.byTime(t)
		r.write(" LIMIT 1 WITH ")
		r.variable(t.end)
		r.filtered(r.where(), t.end, f.Filter)
		r.write(" RETURN ")
		r.variable(t.end)
	} else {
		r.filtered(w, t.end, f.Filter)
	}
	r.write(" }")
}
