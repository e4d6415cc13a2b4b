package neo4j

import (
	"slices"

	"companygraph/graph"
)

// follows writes a sub-query for each follow of a shape, from the node n, which
// is of one of the types.
func (r *renderer) follows(n variable, types []*graph.Type, shape *graph.Shape) []answered {
	all := make([]answered, len(shape.Follows))
	for i, f := range shape.Follows {
		all[i] = r.follow(n, types, f)
	}
	return all
}

func (r *renderer) follow(n variable, types []*graph.Type, f *graph.Follow) answered {
	a := answered{rows: r.fresh("f")}
	r.open(n)
	t := r.trail(f.Path, n)
	follows, middles := r.extent(t, f, r.matched(t, types, f))
	r.write(" RETURN collect(")
	r.row(t.end, f.Shape, follows, func() { r.extras(t, f, middles) })
	r.write(") AS ")
	r.variable(a.rows)
	r.write(" }")
	if f.Count {
		total := r.counted(n, types, f, nil)
		a.total = &total
	}
	if w, paged := f.Extent.(*graph.Window); paged {
		for _, side := range w.Probes {
			a.probes = append(a.probes, r.counted(n, types, f, &cut{w, side}))
		}
	}
	return a
}

// open begins a sub-query about one node.
func (r *renderer) open(n variable) {
	r.write(" CALL (")
	r.variable(n)
	r.write(") { ")
}

// matched writes the match of all that a follow leads to from a node of one of
// the types.
func (r *renderer) matched(t trail, types []*graph.Type, f *graph.Follow) *where {
	r.write("MATCH ")
	r.pattern(t, f.Types)
	w := r.where()
	if slices.ContainsFunc(types, func(t *graph.Type) bool { return !slices.Contains(f.Parents, t) }) {
		w.and()
		r.variable(t.start)
		r.labels(r.model, inOrder(f.Parents))
	}
	r.middle(w, t)
	r.filtered(w, t.end, f.Filter)
	return w
}

// inOrder puts types in the order of the model.
func inOrder(types []*graph.Type) []*graph.Type {
	sorted := slices.Clone(types)
	slices.SortFunc(sorted, func(a, b *graph.Type) int { return a.Index - b.Index })
	return sorted
}

// extent cuts what was matched to what the follow wants, and goes on from it.
func (r *renderer) extent(t trail, f *graph.Follow, w *where) (follows, middles []answered) {
	switch extent := f.Extent.(type) {
	case graph.Stored:
	case graph.Latest:
		r.with(t.end, t.middle)
		r.write(" ORDER BY ")
		r.byTime(t)
		r.write(" LIMIT 1")
	case *graph.Window:
		r.window(t, f, w, extent)
	default:
		panic("neo4j: unknown extent")
	}
	if f.MiddleShape != nil {
		middles = r.follows(t.middle, startTypes(r.model, t.path.Steps[0].Links), f.MiddleShape)
	}
	return r.follows(t.end, f.Types, f.Shape), middles
}

// window takes a page; a node that several ways lead to is there once.
func (r *renderer) window(t trail, f *graph.Follow, w *where, page *graph.Window) {
	o := ordering{window: page, key: func(term graph.Order) { r.sortProperty(t.end, term.Property) }}
	timed := r.orderByLink(&o, t, f)
	r.within(w, o)
	switch {
	case t.path.Middle != nil:
		r.with(t.end, t.middle)
		r.write(" ORDER BY ")
		r.byTime(t)
		r.with(t.end)
		r.write(", head(collect(")
		r.variable(t.middle)
		r.write(")) AS ")
		r.variable(t.middle)
		r.with(t.end, t.middle)
	case len(t.links) == 1 && t.path.Steps[0].Reverse && !t.path.Steps[0].AnyRole:
		r.with(t.end, t.links[0])
	default:
		r.write(" WITH DISTINCT ")
		r.variable(t.end)
		if timed {
			r.distinctTime(&o, t)
		}
	}
	r.cut(o)
}

// orderByLink has a list that begins with the time ordered by what its links
// have of it: there is no need then to read a node to put it in order.
func (r *renderer) orderByLink(o *ordering, t trail, f *graph.Follow) bool {
	time := o.window.Order[0].Property
	if len(t.links) > 1 || !t.path.Steps[0].Reverse || !isTime(time, f.Types) {
		return false
	}
	other := o.key
	o.key = func(term graph.Order) {
		if term.Property == time {
			r.field(t.links[0], "_at")
			return
		}
		other(term)
	}
	return true
}

// distinctTime keeps the time, which all links of one node have alike, beside
// the node in a WITH DISTINCT, and orders by it.
func (r *renderer) distinctTime(o *ordering, t trail) {
	at, time, other := r.fresh("t"), o.window.Order[0].Property, o.key
	r.write(", ")
	r.field(t.links[0], "_at")
	r.write(" AS ")
	r.variable(at)
	o.key = func(term graph.Order) {
		if term.Property == time {
			r.variable(at)
			return
		}
		other(term)
	}
}

// isTime tells whether links have the property: the time by which the nodes of
// these types, at which they start, are put in order.
func isTime(p *graph.Property, types []*graph.Type) bool {
	return !slices.ContainsFunc(types, func(t *graph.Type) bool {
		time := t.TimeProperty()
		return time == nil || time.Name != p.Name
	})
}

// byTime writes the order of a trail's middles: the latest first, those
// without a time last.
func (r *renderer) byTime(t trail) {
	types := startTypes(r.model, t.path.Steps[0].Links)
	if time := types[0].TimeProperty(); time != nil {
		r.sortProperty(t.middle, time)
		r.write(" IS NULL, ")
		r.sortProperty(t.middle, time)
		r.write(" DESC, ")
	}
	r.field(t.middle, "id")
}

// extras writes what the row of a follow has behind its own: of a plain list
// the link's place, type and status; of a short cut the fact.
func (r *renderer) extras(t trail, f *graph.Follow, middles []answered) {
	if _, stored := f.Extent.(graph.Stored); stored {
		r.write(", ")
		r.field(t.links[0], "_ord")
		r.write(", type(")
		r.variable(t.links[0])
		r.write("), ")
		r.field(t.links[0], "status")
	}
	if f.MiddleShape != nil {
		r.write(", ")
		r.row(t.middle, f.MiddleShape, middles, nil)
	}
}

// cut is one side of a page.
type cut struct {
	window *graph.Window
	side   graph.Side
}

// counted writes a sub-query that counts what a follow leads to or, with a cut,
// what of it was left on that side of the page.
func (r *renderer) counted(n variable, types []*graph.Type, f *graph.Follow, outside *cut) variable {
	number := r.fresh("c")
	r.open(n)
	t := r.trail(f.Path, n)
	w := r.matched(t, types, f)
	if outside != nil {
		w.and()
		r.outside(ordering{window: outside.window, key: func(term graph.Order) { r.sortProperty(t.end, term.Property) }}, outside.side)
	}
	r.write(" RETURN count(DISTINCT ")
	r.variable(t.end)
	r.write(") AS ")
	r.variable(number)
	r.write(" }")
	return number
}
