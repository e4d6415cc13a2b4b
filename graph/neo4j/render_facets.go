package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// list begins a sub-query with the match of all nodes of a list, each once, and names
// them.
type list func() variable

// tally are the variables that hold what is told of a list.
type tally struct {
	facets     []facetTally
	histograms []variable
}

// facetTally are those of one facet; nil for what is not asked for.
type facetTally struct{ values, total *variable }

// tally writes a sub-query for each facet and histogram of a list.
func (r *renderer) tally(c *plan.Counted, match list) tally {
	var t tally
	for _, f := range c.Facets {
		var own facetTally
		if f.Limit > 0 {
			values := r.facet(f, match)
			own.values = &values
		}
		if f.Count {
			total := r.facetCount(f, match)
			own.total = &total
		}
		t.facets = append(t.facets, own)
	}
	for _, h := range c.Histograms {
		t.histograms = append(t.histograms, r.histogram(h, match))
	}
	return t
}

// tallied writes the lists that hold what is told of a list: nothing if nothing is.
func (r *renderer) tallied(t tally) {
	if len(t.facets)+len(t.histograms) == 0 {
		return
	}
	r.write(", [")
	for i, f := range t.facets {
		r.write(conditional(i > 0, ", [", "["))
		r.orNull(f.values)
		r.write(", ")
		r.orNull(f.total)
		r.write("]")
	}
	r.write("], [")
	for i, h := range t.histograms {
		r.write(conditional(i > 0, ", ", ""))
		r.variable(h)
	}
	r.write("]")
}

func (r *renderer) orNull(v *variable) {
	if v == nil {
		r.write("null")
		return
	}
	r.variable(*v)
}

// ending writes what a sub-query returns under a new name.
func (r *renderer) ending(letter constant, value func()) variable {
	v := r.fresh(letter)
	r.write(" RETURN ")
	value()
	r.write(" AS ")
	r.variable(v)
	r.write(" }")
	return v
}

// facet writes a sub-query that lists the first values of a facet, each with its
// number. They are put in order after reading.
func (r *renderer) facet(f *plan.Facet, match list) variable {
	n := r.facetNodes(f, match)
	if by, ofNodes := f.By.(graph.ByNodes); ofNodes {
		return r.facetOfNodes(f, by, n)
	}
	v, key, count := r.fresh("v"), r.fresh("k"), r.fresh("c")
	sorted := r.unwound(n, f.By)
	r.write(" WITH ")
	r.valueOf(n, f.By)
	r.write(" AS ")
	r.variable(v)
	if sorted != nil {
		r.write(", ")
		sorted()
		r.write(" AS ")
		r.variable(key)
	}
	r.write(", count(*) AS ")
	r.variable(count)
	if sorted != nil {
		r.mostFirst(count, f.Limit, func() { r.variable(key) })
	}
	return r.ending("f", func() { r.pairs(func() { r.variable(v) }, count, nil) })
}

// unwound makes a row for each value of a node, and returns what writes the key by
// which values are put in order; nil if they are few and all of them are read.
func (r *renderer) unwound(n variable, by graph.FacetBy) (key func()) {
	switch by := by.(type) {
	case graph.ByProperty:
		return func() { r.sortProperty(n, by.Property) }
	case graph.ByDataset:
		r.write(" UNWIND CASE WHEN ")
		r.field(n, "_dataset")
		r.write(" IS NULL THEN COLLECT { MATCH (c:Contribution {id: ")
		r.field(n, "id")
		r.write("}) USING INDEX SEEK c:Contribution(id) RETURN DISTINCT c.dataset } ELSE [")
		r.field(n, "_dataset")
		r.write("] END AS dataset")
	}
	return nil
}

// valueOf writes a value of a node that is in it.
func (r *renderer) valueOf(n variable, by graph.FacetBy) {
	switch by := by.(type) {
	case graph.ByKind:
		r.field(n, "_type")
	case graph.ByProperty:
		// Values are text.
		r.write(conditional(by.Property.Kind == graph.KindInt, "toString(", ""))
		r.property(n, by.Property, "")
		r.write(conditional(by.Property.Kind == graph.KindInt, ")", ""))
	case graph.ByYear:
		r.prefix(n, by.Property, plan.Year)
	case graph.ByDataset:
		r.write("dataset")
	default:
		panic("neo4j: unknown facet")
	}
}

// prefix writes the part of a date that tells which span it is in.
func (r *renderer) prefix(n variable, of *graph.Property, by plan.Interval) {
	r.write("left(")
	r.sortProperty(n, of)
	r.write(", ")
	r.value(int64(by.Prefix()))
	r.write(")")
}

// mostFirst writes the order of a facet's values, and how many of them are wanted.
func (r *renderer) mostFirst(count variable, limit int, key func()) {
	r.write(" ORDER BY ")
	key()
	r.write(" IS NULL, ")
	r.variable(count)
	r.write(" DESC, ")
	key()
	r.write(" LIMIT ")
	r.value(int64(limit))
}

// pairs writes the list of values with their numbers, and with what further adds.
func (r *renderer) pairs(value func(), count variable, further func()) {
	r.write("collect([")
	value()
	r.write(", ")
	r.variable(count)
	if further != nil {
		r.write(", ")
		further()
	}
	r.write("])")
}

// facetOfNodes goes on from the nodes that values are the ids of.
func (r *renderer) facetOfNodes(f *plan.Facet, by graph.ByNodes, n variable) variable {
	e, count := r.ends(n, f, by), r.fresh("c")
	r.write(" WITH ")
	r.variable(e)
	r.write(", count(DISTINCT ")
	r.variable(n)
	r.write(") AS ")
	r.variable(count)
	id := func() { r.field(e, "id") }
	r.mostFirst(count, f.Limit, id)
	if f.Shape == nil {
		return r.ending("f", func() { r.pairs(id, count, nil) })
	}
	follows := r.follows(e, f.Types, f.Shape)
	return r.ending("f", func() {
		r.pairs(id, count, func() { r.row(e, f.Shape, follows, nil) })
	})
}

// facetNodes begins a sub-query with the match of the nodes that a facet counts.
func (r *renderer) facetNodes(f *plan.Facet, match list) variable {
	n := match()
	if f.Filter != nil {
		r.with(n)
		r.filtered(r.where(), n, f.Filter)
	}
	return n
}

// ends writes the match of the nodes that the path of a facet leads to; null if it
// leads nowhere.
func (r *renderer) ends(n variable, f *plan.Facet, by graph.ByNodes) variable {
	j := r.join(f.Path, n)
	r.write(" OPTIONAL MATCH ")
	r.pattern(j, f.Types)
	w := r.where()
	r.viaFilter(w, j)
	if only := by.OnlyLast; only != nil {
		links := by.Steps[0].Links
		w.and()
		r.write("(type(")
		r.variable(j.links[0])
		r.write(") <> ")
		r.value(relationshipType(links[len(links)-1]))
		r.write(" OR ")
		r.filter(n, plan.OneOf{Property: only.Property, Values: only.Values})
		r.write(")")
	}
	return j.end
}

// facetCount writes a sub-query that counts the values of a facet.
func (r *renderer) facetCount(f *plan.Facet, match list) variable {
	n := r.facetNodes(f, match)
	if by, ofNodes := f.By.(graph.ByNodes); ofNodes {
		e := r.ends(n, f, by)
		r.write(" WITH DISTINCT ")
		r.variable(e)
	} else {
		r.unwound(n, f.By)
		r.write(" WITH DISTINCT ")
		r.valueOf(n, f.By)
		r.write(" AS ")
		r.variable(r.fresh("v"))
	}
	return r.ending("t", func() { r.write("count(*)") })
}

// histogram writes a sub-query that lists the spans of time that have nodes.
func (r *renderer) histogram(h *plan.Histogram, match list) variable {
	n := match()
	v, count := r.fresh("v"), r.fresh("c")
	r.write(" WITH ")
	r.prefix(n, h.Property, h.By)
	r.write(" AS ")
	r.variable(v)
	r.write(", count(*) AS ")
	r.variable(count)
	r.write(" WHERE ")
	r.variable(v)
	r.write(" IS NOT NULL")
	return r.ending("h", func() { r.pairs(func() { r.variable(v) }, count, nil) })
}
