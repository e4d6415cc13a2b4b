package neo4j

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// linkGroup is what keys have in order: the links of one relationship type from
// nodes of some types.
type linkGroup struct {
	relationship string
	// name stands in the keys.
	name  string
	types []*graph.Type
}

// groupsOf are the groups of links that lead to a node from nodes of some types,
// over a step that is taken backwards.
func groupsOf(m *graph.Model, step graph.Step, types []*graph.Type) []linkGroup {
	var groups []linkGroup
	if step.AnyRole {
		for _, f := range familiesOf(m, types) {
			members := slices.DeleteFunc(factTypes(m), func(t *graph.Type) bool { return family(m, t) != f })
			groups = append(groups, linkGroup{familyType(f), "", members})
		}
		return groups
	}
	for _, l := range step.Links {
		if t := m.Types[l.From]; slices.Contains(types, t) {
			groups = append(groups, linkGroup{relationshipType(l), string(l.From), []*graph.Type{t}})
		}
	}
	return groups
}

// linkGroups are the groups whose keys have the links of a follow; nil for a path
// of two steps, and one that is taken forwards.
func linkGroups(m *graph.Model, f *plan.Follow) []linkGroup {
	if step := f.Path.Steps[0]; len(f.Path.Steps) == 1 && step.Reverse {
		return groupsOf(m, step, f.Types)
	}
	return nil
}

// key is the key that has the follow's links in the order of a window.
func (f follow) key(w *plan.Window) (key constant, ok bool) {
	if len(f.groups) == 0 {
		return "", false
	}
	return keyOf(w, f.Types)
}

// links writes the match of the links in a span of a group's keys.
func (r *renderer) links(f follow, g linkGroup, key constant, lo, hi func()) variable {
	link := r.fresh("r")
	r.write("MATCH (")
	r.variable(f.end)
	r.write(")-[")
	r.variable(link)
	r.relationships([]string{g.relationship})
	r.write("]->() USING INDEX SEEK ")
	r.variable(link)
	r.relationships([]string{g.relationship})
	r.write("(")
	r.write(key)
	r.write(") WHERE ")
	r.field(link, key)
	r.write(" >= ")
	lo()
	r.write(" AND ")
	r.field(link, key)
	r.write(" < ")
	if isNever(f.Filter) {
		// To say that it is false would make a false of all the WHERE, in which
		// the hint then misses the key.
		r.write("''")
		return link
	}
	hi()
	if slices.ContainsFunc(g.types, func(t *graph.Type) bool { return !slices.Contains(f.Types, t) }) {
		r.write(" AND ")
		r.variable(f.end)
		r.labels(r.model, f.Types)
	}
	if f.Filter != nil {
		r.write(" AND ")
		r.filter(f.end, f.Filter)
	}
	return link
}

// behind writes the id of the node that a follow starts from, and what of a key is
// behind it.
func (r *renderer) behind(f follow, rest string) func() {
	return func() {
		r.field(f.start, "id")
		r.write(" + ")
		r.value(rest)
	}
}

// keyedPage writes a page of a follow whose order a key has: as many links are
// read as the page has rows, or a few times as many where it is made of several
// spans.
func (r *renderer) keyedPage(f follow, w *plan.Window, key constant) {
	if spans := keySpans(f.groups[0].name, w, inside(w)); len(f.groups) == 1 && len(spans) == 1 && !spans[0].mixed {
		r.firstLinks(f, f.groups[0], key, spans[0], w)
		return
	}
	r.union(f, inside(w), w, func(g linkGroup, s span) {
		if s.mixed {
			r.mixedLinks(f, g, s, w)
		} else {
			r.firstLinks(f, g, key, s, w)
		}
	})
	// In a role of any kind a node is found once.
	r.write(conditional(f.Path.Steps[0].AnyRole || len(f.groups) == 1, " WITH ", " WITH DISTINCT "))
	r.variable(f.end)
	r.cut(r.ordering(f, w))
}

// union writes a sub-query with what is read of each span of each group.
func (r *renderer) union(f follow, l limits, w *plan.Window, read func(linkGroup, span)) {
	r.open(f.start)
	for i, g := range f.groups {
		for j, s := range keySpans(g.name, w, l) {
			r.write(conditional(i+j > 0, " UNION ALL ", ""))
			read(g, s)
			r.write(" RETURN ")
			r.variable(f.end)
		}
	}
	r.write(" }")
}

// firstLinks writes the first links of a span, and one more than the page has.
func (r *renderer) firstLinks(f follow, g linkGroup, key constant, s span, w *plan.Window) {
	link := r.links(f, g, key, r.behind(f, s.lo), r.behind(f, s.hi))
	r.with(f.end, link)
	r.byKey(link, key, s.back)
	r.write(" LIMIT ")
	r.limit(w)
}

func (r *renderer) byKey(link variable, key constant, back bool) {
	r.write(" ORDER BY ")
	r.field(link, key)
	r.write(conditional(back, " DESC", ""))
}

// mixedLinks writes the first links of a span in which ids come in the other
// direction than days: all links of the days before the one that the page ends
// in, and the first of that day.
func (r *renderer) mixedLinks(f follow, g linkGroup, s span, w *plan.Window) {
	day := r.lastDay(f, g, s, w)
	r.write(" CALL (")
	r.variable(f.start)
	r.write(", ")
	r.variable(day)
	r.write(") { ")
	begins := func(mark constant) func() {
		return func() {
			r.behind(f, groupKey(g.name))()
			r.write(" + ")
			r.variable(day)
			r.write(mark)
		}
	}
	const from, to constant = ` + '\u0002'`, ` + '\u0003'`
	link := r.links(f, g, byTimeKey, begins(from), begins(to))
	r.with(f.end, link)
	r.byKey(link, byTimeKey, !s.back)
	r.write(" LIMIT ")
	r.limit(w)
	r.write(" RETURN ")
	r.variable(f.end)
	r.write(" UNION ALL ")
	// If the page takes all, there is no last day.
	or := func(mark constant, rest string) func() {
		return func() {
			r.write("coalesce(")
			begins(mark)()
			r.write(", ")
			r.behind(f, rest)()
			r.write(")")
		}
	}
	if s.back {
		r.links(f, g, byTimeKey, or(to, s.lo), r.behind(f, s.hi))
	} else {
		r.links(f, g, byTimeKey, r.behind(f, s.lo), or(from, s.hi))
	}
	r.write(" RETURN ")
	r.variable(f.end)
	r.write(" }")
}

// lastDay writes a sub-query that finds the day, as keys have it, of the last
// link of a page; null if there are too few for one.
func (r *renderer) lastDay(f follow, g linkGroup, s span, w *plan.Window) variable {
	day := r.fresh("d")
	r.open(f.start)
	link := r.links(f, g, byTimeKey, r.behind(f, s.lo), r.behind(f, s.hi))
	r.with(link)
	r.byKey(link, byTimeKey, s.back)
	r.write(" SKIP ")
	r.value(int64(w.Limit))
	r.write(" LIMIT 1 RETURN max(split(")
	r.field(link, byTimeKey)
	r.write(`, '\u0002')[2]) AS `)
	r.variable(day)
	r.write(" }")
	return day
}

// someLinks writes the match of a few of the links that a cut left on one side of
// a page, if there are any.
func (r *renderer) someLinks(f follow, w *plan.Window, key constant, side plan.Side) {
	r.union(f, outside(w, side), w, func(g linkGroup, s span) {
		r.links(f, g, key, r.behind(f, s.lo), r.behind(f, s.hi))
		r.with(f.end)
		r.write(" LIMIT 1")
	})
}

// countLinks writes a sub-query that counts links: the server knows how many of
// a relationship type a node has, without reading them.
func (r *renderer) countLinks(f follow) variable {
	number := r.fresh("c")
	r.write(" ")
	r.open(f.start)
	r.write("RETURN ")
	for i, g := range f.groups {
		r.write(conditional(i > 0, " + ", ""))
		r.write("COUNT { (")
		r.variable(f.start)
		r.write(")<-[")
		r.relationships([]string{g.relationship})
		r.write("]-(")
		if !r.only(f, g) {
			r.labels(r.model, f.Types)
		}
		r.write(") }")
	}
	r.write(" AS ")
	r.variable(number)
	r.write(" }")
	return number
}

// only tells whether all relationships of a group's type lead from nodes that a
// follow wants.
func (r *renderer) only(f follow, g linkGroup) bool {
	types := g.types
	for _, l := range r.model.Links {
		if relationshipType(l) == g.relationship {
			types = append(types, r.model.Types[l.From])
		}
	}
	return !slices.ContainsFunc(types, func(t *graph.Type) bool { return !slices.Contains(f.Types, t) })
}
