package neo4j

import (
	"slices"

	"companygraph/graph"
)

// follows writes a sub-query for each follow of a shape, from the node n.
func (r *renderer) follows(n variable, shape *graph.Shape) []answered {
	all := make([]answered, len(shape.Follows))
	for i, f := range shape.Follows {
		all[i] = r.follow(n, f)
	}
	return all
}

func (r *renderer) follow(n variable, f *graph.Follow) answered {
	a := answered{rows: r.fresh("f")}
	r.open(n)
	t := r.trail(f.Path, n)
	r.matched(t, f)
	follows, middles := r.extent(t, f)
	r.write(" RETURN collect(")
	r.row(t.end, f.Shape, follows, func() { r.extras(t, f, middles) })
	r.write(") AS ")
	r.variable(a.rows)
	r.write(" }")
	if f.Count {
		total := r.counted(n, f, nil)
		a.total = &total
	}
	if w, paged := f.Extent.(*graph.Window); paged {
		for _, side := range w.Probes {
			a.probes = append(a.probes, r.counted(n, f, &cut{w, side}))
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

// matched writes the match of all that a follow leads to.
func (r *renderer) matched(t trail, f *graph.Follow) {
	r.write("MATCH ")
	r.pattern(t, f.Types)
	r.write(" WHERE ")
	r.variable(t.start)
	r.labels(r.model, inOrder(f.Parents))
	r.write(" AND ")
	r.middle(t)
	r.filter(t.end, f.Filter)
}

// inOrder puts types in the order of the model.
func inOrder(types []*graph.Type) []*graph.Type {
	sorted := slices.Clone(types)
	slices.SortFunc(sorted, func(a, b *graph.Type) int { return a.Index - b.Index })
	return sorted
}

// extent cuts what was matched to what the follow wants, and goes on from it.
func (r *renderer) extent(t trail, f *graph.Follow) (follows, middles []answered) {
	switch extent := f.Extent.(type) {
	case graph.Stored:
	case graph.Latest:
		r.with(t.end, t.middle)
		r.write(" ORDER BY ")
		r.byTime(t)
		r.write(" LIMIT 1")
	case *graph.Window:
		r.window(t, f, extent)
	default:
		panic("neo4j: unknown extent")
	}
	if f.MiddleShape != nil {
		middles = r.follows(t.middle, f.MiddleShape)
	}
	return r.follows(t.end, f.Shape), middles
}

// window takes a page; a node that several ways lead to is there once.
func (r *renderer) window(t trail, f *graph.Follow, w *graph.Window) {
	byLink := len(t.links) == 1 && !t.path.Steps[0].AnyRole && t.path.Steps[0].Reverse
	o := ordering{window: w, key: func(term graph.Order) { r.sortProperty(t.end, term.Property) }}
	if byLink && isTime(w.Order[0].Property, f.Types) {
		// The link has the time too: no need to read the node to put it in order.
		o.key = func(term graph.Order) {
			if term.Property == w.Order[0].Property {
				r.field(t.links[0], "_at")
				return
			}
			r.sortProperty(t.end, term.Property)
		}
	}
	r.within(o)
	switch {
	case byLink:
		r.cut(o, t.end, t.links[0])
	case t.path.Middle != nil:
		r.with(t.end, t.middle)
		r.write(" ORDER BY ")
		r.byTime(t)
		r.with(t.end)
		r.write(", head(collect(")
		r.variable(t.middle)
		r.write(")) AS ")
		r.variable(t.middle)
		r.cut(o, t.end, t.middle)
	default:
		r.write(" WITH DISTINCT ")
		r.variable(t.end)
		r.cut(o, t.end)
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
func (r *renderer) counted(n variable, f *graph.Follow, outside *cut) variable {
	number := r.fresh("c")
	r.open(n)
	t := r.trail(f.Path, n)
	r.matched(t, f)
	if outside != nil {
		r.write(" AND ")
		r.outside(ordering{window: outside.window, key: func(term graph.Order) { r.sortProperty(t.end, term.Property) }}, outside.side)
	}
	r.write(" RETURN count(DISTINCT ")
	r.variable(t.end)
	r.write(") AS ")
	r.variable(number)
	r.write(" }")
	return number
}
