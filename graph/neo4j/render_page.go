package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// page writes the match of a page of the nodes of some types.
func (r *renderer) page(f *plan.Fetch, match plan.ByType) variable {
	first := f.Window.Order[0].Property
	switch {
	case !hasIndex(r.model, f.Types, first):
		return r.cutPage(f, match.Filter, f.Window, nil)
	case first.Required:
		// Always true: it lets the server read the index in its order.
		return r.cutPage(f, match.Filter, f.Window, &presence{first, true})
	case presentFirst(f.Window):
		return r.pageInArms(f, match.Filter, first)
	default:
		return r.cutPage(f, match.Filter, f.Window, nil)
	}
}

// presence is the condition that nodes have a property, or that they do not.
type presence struct {
	property *graph.Property
	there    bool
}

// cutPage writes the match of a page in one go.
func (r *renderer) cutPage(f *plan.Fetch, filter plan.Filter, window *plan.Window, p *presence) variable {
	n, w := r.ofTypes(f.Types, filter)
	o := ordering{window: window, key: func(term plan.Order) { r.sortProperty(n, term.Property) }}
	if p != nil && !(p.there && ranged(window)) {
		w.and()
		r.sortProperty(n, p.property)
		r.write(conditional(p.there, " IS NOT NULL", " IS NULL"))
	}
	r.within(w, o)
	r.with(n)
	r.cut(o)
	return n
}

// ranged tells whether a cut compares what is first in the order, where it is
// there. To ask besides that it is would have the server read the whole index.
func ranged(w *plan.Window) bool {
	cuts := func(at *plan.Position) bool { return at != nil && !(*at)[0].Missing() }
	return cuts(w.After) || cuts(w.Before)
}

// presentFirst tells whether a page begins among the rows that have what is
// first in the order, and may go on among those that do not.
func presentFirst(w *plan.Window) bool {
	return !w.Backward && w.Before == nil && (w.After == nil || !(*w.After)[0].Missing())
}

// pageInArms writes a page as its rows that have what is first in the order,
// which the index gives in order, and then, only if they are too few, those
// that do not, which no index has.
func (r *renderer) pageInArms(f *plan.Fetch, filter plan.Filter, first *graph.Property) variable {
	near, far, n := r.fresh("a"), r.fresh("a"), r.fresh("n")
	there, missing := *f.Window, *f.Window
	there.Order = append([]plan.Order{{Property: required(first), Descending: f.Window.Order[0].Descending}}, f.Window.Order[1:]...)
	missing.Order, missing.After = f.Window.Order[1:], nil
	r.write("CALL () { ")
	r.collected(r.cutPage(f, filter, &there, &presence{first, true}), near)
	r.write(" CALL (")
	r.variable(near)
	r.write(") { UNWIND range(1, CASE WHEN size(")
	r.variable(near)
	r.write(") < ")
	r.limit(f.Window)
	r.write(" THEN 1 ELSE 0 END) AS once ")
	r.collected(r.cutPage(f, filter, &missing, &presence{first, false}), far)
	r.write(" UNWIND (")
	r.variable(near)
	r.write(" + ")
	r.variable(far)
	r.write(")[..")
	r.limit(f.Window)
	r.write("] AS ")
	r.variable(n)
	return n
}

func (r *renderer) collected(n, as variable) {
	r.write(" RETURN collect(")
	r.variable(n)
	r.write(") AS ")
	r.variable(as)
	r.write(" }")
}

// required is a property that is known to be there.
func required(p *graph.Property) *graph.Property {
	known := *p
	known.Required = true
	return &known
}
