package neo4j

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// follow is a follow with the nodes and relationships of its path named.
type follow struct {
	*plan.Follow
	join
	// from are the types of the node at the start.
	from []*graph.Type
	// groups are what keys have its links in; nil if they have not.
	groups []linkGroup
}

// follows writes a sub-query for each follow of a shape, from the node n, which
// is of one of the types.
func (r *renderer) follows(n variable, types []*graph.Type, shape *plan.Shape) []answered {
	all := make([]answered, len(shape.Follows))
	for i, f := range shape.Follows {
		all[i] = r.follow(follow{Follow: f, join: r.join(f.Path, n), from: types, groups: linkGroups(r.model, f)})
	}
	return all
}

func (r *renderer) follow(f follow) answered {
	var a answered
	if _, none := f.Extent.(plan.NoRows); !none {
		rows := r.rowsOf(f)
		a.rows = &rows
	}
	if f.Count {
		total := r.count(f)
		a.total = &total
	}
	if w, paged := f.Extent.(*plan.Window); paged {
		for _, side := range w.Probes {
			a.probes = append(a.probes, r.probeFollow(f, w, side))
		}
	}
	a.told = r.tally(&f.Counted, func() variable {
		r.write(" ")
		r.open(f.start)
		r.matched(f)
		if !f.once() {
			r.write(" WITH DISTINCT ")
			r.variable(f.end)
		}
		return f.end
	})
	return a
}

// rowsOf writes the sub-query that lists the rows of a follow.
func (r *renderer) rowsOf(f follow) variable {
	rows := r.fresh("f")
	r.write(" ")
	r.open(f.start)
	r.extent(f)
	var vias []answered
	if f.ViaShape != nil {
		vias = r.follows(f.via, startTypes(r.model, f.Path.Steps[0].Links), f.ViaShape)
	}
	follows := r.follows(f.end, f.Types, f.Shape)
	r.write(" RETURN collect(")
	r.row(f.end, f.Shape, follows, func() { r.extras(f, vias) })
	r.write(") AS ")
	r.variable(rows)
	r.write(" }")
	return rows
}

// once tells whether no node is matched twice.
func (f follow) once() bool {
	// A node with two roles in several groups would be.
	return len(f.groups) == 1 || len(f.groups) > 1 && f.Path.Steps[0].AnyRole
}

// open begins a sub-query about one node.
func (r *renderer) open(n variable) {
	r.write("CALL (")
	r.variable(n)
	r.write(") { ")
}

// matched writes the match of all that a follow leads to.
func (r *renderer) matched(f follow) *where {
	r.write("MATCH ")
	r.pattern(f.join, f.Types)
	w := r.where()
	if slices.ContainsFunc(f.from, func(t *graph.Type) bool { return !slices.Contains(f.Parents, t) }) {
		w.and()
		r.variable(f.start)
		r.labels(r.model, inOrder(f.Parents))
	}
	r.viaFilter(w, f.join)
	r.filtered(w, f.end, f.Filter)
	return w
}

// inOrder puts types in the order of the model.
func inOrder(types []*graph.Type) []*graph.Type {
	sorted := slices.Clone(types)
	slices.SortFunc(sorted, func(a, b *graph.Type) int { return a.Index - b.Index })
	return sorted
}

// extent writes the match of the results that the follow wants.
func (r *renderer) extent(f follow) {
	switch extent := f.Extent.(type) {
	case plan.Stored:
		r.matched(f)
	case plan.Latest:
		r.matched(f)
		r.with(f.end, f.via)
		r.write(" ORDER BY ")
		r.byTime(f.join)
		r.write(" LIMIT 1")
	case *plan.Window:
		if key, ok := f.key(extent); ok {
			r.keyedPage(f, extent, key)
		} else {
			r.window(f, extent)
		}
	default:
		panic("neo4j: unknown extent")
	}
}

// window takes a page of all that is matched; a node that several ways lead to
// is there once.
func (r *renderer) window(f follow, page *plan.Window) {
	w, o := r.matched(f), r.ordering(f, page)
	r.within(w, o)
	switch {
	case f.Path.Via != nil:
		r.with(f.end, f.via)
		r.write(" ORDER BY ")
		r.byTime(f.join)
		r.with(f.end)
		r.write(", head(collect(")
		r.variable(f.via)
		r.write(")) AS ")
		r.variable(f.via)
		r.with(f.end, f.via)
	case len(f.groups) == 1:
		r.with(f.end)
	default:
		r.write(" WITH DISTINCT ")
		r.variable(f.end)
	}
	r.cut(o)
}

func (r *renderer) ordering(f follow, w *plan.Window) ordering {
	return ordering{window: w, key: func(term plan.Order) { r.sortProperty(f.end, term.Property) }}
}

// isTime tells whether links have the property: the time by which the nodes of
// these types, at which they start, are put in order.
func isTime(p *graph.Property, types []*graph.Type) bool {
	return !slices.ContainsFunc(types, func(t *graph.Type) bool {
		time := t.TimeProperty()
		return time == nil || time.Name != p.Name
	})
}

// byTime writes the order of a join's vias: the latest first, those without a
// time last.
func (r *renderer) byTime(j join) {
	types := startTypes(r.model, j.path.Steps[0].Links)
	if time := types[0].TimeProperty(); time != nil {
		r.sortProperty(j.via, time)
		r.write(" IS NULL, ")
		r.sortProperty(j.via, time)
		r.write(" DESC, ")
	}
	r.field(j.via, "id")
}

// extras writes what the row of a follow has behind its own: of a plain list
// the link's position, type and status; of a short cut the fact.
func (r *renderer) extras(f follow, vias []answered) {
	if _, stored := f.Extent.(plan.Stored); stored {
		r.write(", ")
		r.field(f.links[0], "_ord")
		r.write(", type(")
		r.variable(f.links[0])
		r.write("), ")
		r.field(f.links[0], "status")
	}
	if f.ViaShape != nil {
		r.write(", ")
		r.row(f.via, f.ViaShape, vias, nil)
	}
}

// count writes a sub-query that counts what a follow leads to.
func (r *renderer) count(f follow) variable {
	if f.once() && f.Filter == nil {
		return r.countLinks(f)
	}
	return r.counted(f, func() { r.matched(f) })
}

// probeFollow writes a sub-query that counts what a cut left on one side of a
// page: none, or some.
func (r *renderer) probeFollow(f follow, w *plan.Window, side plan.Side) variable {
	return r.counted(f, func() {
		if key, ok := f.key(w); ok {
			r.someLinks(f, w, key, side)
			return
		}
		r.matched(f).and()
		r.outside(r.ordering(f, w), side)
	})
}

// counted writes a sub-query that counts the ends of what is matched, each once.
func (r *renderer) counted(f follow, match func()) variable {
	number := r.fresh("c")
	r.write(" ")
	r.open(f.start)
	match()
	r.write(" RETURN count(DISTINCT ")
	r.variable(f.end)
	r.write(") AS ")
	r.variable(number)
	r.write(" }")
	return number
}
