package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// Every fetch is one statement with one record, whose column `rows` is a list
// of rows. A row is a list too: id, type, properties, follows and, of a follow,
// what [renderer.extras] adds. Sub-queries promise no order, so that rows are
// put in order after reading, see [decoder].

// byID reads nodes by their public ids, or by ids that gave way to these. The
// index is named, here and wherever nodes are found by id: a plan made while the
// database was all but empty would read the whole of it, until the server sees
// that it has grown. Behind each row stands the id that was asked for.
func (r *renderer) byID(ids []graph.ID, types []*graph.Type, shape *plan.Shape) {
	r.write("UNWIND ")
	r.value(anyIDs(ids))
	r.write(" AS id MATCH (i:Identity {id: id}) USING INDEX SEEK i:Identity(id) ")
	r.lookUp("coalesce(i._into, id)", types, shape, func() { r.write(", id") })
}

// lookUp reads the node with an id; extra adds what stands behind its row.
func (r *renderer) lookUp(id constant, types []*graph.Type, shape *plan.Shape, extra func()) {
	n := r.fresh("n")
	r.write("MATCH (")
	r.variable(n)
	r.write(":Identity {id: ")
	r.write(id)
	r.write("}) USING INDEX SEEK ")
	r.variable(n)
	r.write(":Identity(id) WHERE ")
	r.variable(n)
	r.labels(r.model, types)
	follows := r.follows(n, types, shape)
	r.write(" RETURN collect(")
	r.row(n, shape, follows, extra)
	r.write(") AS rows")
}

// byIdentifier reads the node that has an identifier.
func (r *renderer) byIdentifier(key graph.Identifier, types []*graph.Type, shape *plan.Shape) {
	r.write("MATCH (i:Identifier {scheme: ")
	r.value(key.Scheme)
	r.write(", value: ")
	r.value(key.Value)
	r.write("}) USING INDEX SEEK i:Identifier(scheme, value) ")
	r.lookUp("i.id", types, shape, nil)
}

// byType reads a page of the nodes of some types, and what is told of all of them.
func (r *renderer) byType(f *plan.Fetch, match plan.ByType) {
	if f.Count {
		r.write("CALL () { ")
		c, _ := r.ofTypes(f.Types, match.Filter)
		r.write(" RETURN count(")
		r.variable(c)
		r.write(") AS total } ")
	}
	told := r.tally(&f.Counted, func() variable {
		r.write("CALL () { ")
		n, _ := r.ofTypes(f.Types, match.Filter)
		return n
	})
	probes := r.pageByType(f, match)
	r.write(conditional(f.Count, ", total", ""))
	for _, p := range probes {
		r.write(", ")
		r.variable(p)
	}
	r.tallied(told)
}

// pageByType writes the page of a fetch and begins what the statement returns with it;
// it returns the variables of the page's probes.
func (r *renderer) pageByType(f *plan.Fetch, match plan.ByType) []variable {
	if f.Window == nil {
		r.write("RETURN [] AS rows")
		return nil
	}
	probes := make([]variable, len(f.Window.Probes))
	for i, side := range f.Window.Probes {
		probes[i] = r.probe(f, match, side)
	}
	r.write("CALL () { ")
	n := r.page(f, match)
	follows := r.follows(n, f.Types, f.Shape)
	r.write(" RETURN collect(")
	r.row(n, f.Shape, follows, nil)
	r.write(") AS rows } RETURN rows")
	return probes
}

// probe writes a sub-query that tells whether a cut left rows on one side.
func (r *renderer) probe(f *plan.Fetch, match plan.ByType, side plan.Side) variable {
	number := r.fresh("o")
	r.write("CALL () { ")
	c, w := r.ofTypes(f.Types, match.Filter)
	w.and()
	r.outside(ordering{window: f.Window, key: func(term plan.Order) { r.sortProperty(c, term.Property) }}, side)
	r.with(c)
	r.write(" LIMIT 1 RETURN count(")
	r.variable(c)
	r.write(") AS ")
	r.variable(number)
	r.write(" } ")
	return number
}

// ofTypes writes the match of all nodes of some types that pass a filter.
func (r *renderer) ofTypes(types []*graph.Type, filter plan.Filter) (variable, *where) {
	n, w := r.fresh("n"), r.where()
	r.write("MATCH (")
	r.variable(n)
	r.labels(r.model, types)
	r.write(")")
	r.filtered(w, n, filter)
	return n, w
}

// cut ends a WITH by the order and the limit of a page: one row more than it
// has, to see whether there are more.
func (r *renderer) cut(o ordering) {
	r.write(" ORDER BY ")
	r.by(o)
	r.write(" LIMIT ")
	r.limit(o.window)
}

func (r *renderer) limit(w *plan.Window) { r.value(int64(w.Limit + 1)) }

func (r *renderer) with(keep ...variable) {
	r.write(" WITH ")
	for i, v := range keep {
		if i > 0 {
			r.write(", ")
		}
		r.variable(v)
	}
}

// row writes the list that a row is.
func (r *renderer) row(n variable, shape *plan.Shape, follows []answered, extras func()) {
	r.write("[")
	r.field(n, "id")
	r.write(", ")
	r.field(n, "_type")
	for _, p := range shape.Properties {
		r.write(", ")
		r.property(n, p, "")
	}
	if shape.Contributions {
		r.write(", ")
		r.whole(r.model, n)
	}
	if shape.Verifications {
		r.write(", head(COLLECT { MATCH (v:Verification {id: ")
		r.field(n, "id")
		r.write("}) USING INDEX SEEK v:Verification(id) RETURN v.found })")
	}
	for _, f := range follows {
		r.write(", ")
		r.answered(f)
	}
	if extras != nil {
		extras()
	}
	r.write("]")
}

// answered are the variables that hold the results of a follow; those of what is not
// asked for are nil.
type answered struct {
	rows, total *variable
	probes      []variable
	told        tally
}

func (r *renderer) answered(a answered) {
	r.write("[")
	r.orNull(a.rows)
	r.write(", ")
	r.orNull(a.total)
	r.write(", [")
	for i, p := range a.probes {
		if i > 0 {
			r.write(", ")
		}
		r.variable(p)
	}
	r.write("]")
	r.tallied(a.told)
	r.write("]")
}

// byWords reads the nodes that a search of the index finds, with all of their tokens.
func (r *renderer) byWords(search string, types []*graph.Type) {
	r.write("CALL db.index.fulltext.queryNodes('")
	r.write(wordIndex)
	r.write("', ")
	r.value(search)
	r.write(") YIELD node AS n WHERE n._type IN ")
	r.value(typeNames(types))
	r.write(" RETURN n.id, n._type, n._words")
}
