package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/paths"
)

// byPaths searches for paths: shared code asks for participations, hop by hop.
func (q *query) byPaths(f *plan.Fetch, match plan.ByPaths) (*plan.Rows, error) {
	ends, err := q.byID(paths.IDs(match), match.NodeTypes, &plan.Shape{})
	if err != nil {
		return nil, err
	}
	if err := paths.Check(f, ends.Rows); err != nil {
		return nil, err
	}
	ids := make([]string, len(ends.Rows))
	for i, row := range ends.Rows {
		ids[i] = storedID(row.ID)
	}
	reader := &pathReader{query: q, match: match, statuses: map[string]graph.Status{}}
	found, err := paths.Find(match, paths.Ends[string]{From: ids[0], To: ids[1], Avoid: ids[2:]}, reader)
	if err != nil {
		return nil, err
	}
	return paths.Rows(f, match, found, q.byID)
}

// pathReader reads the graph for a search for paths, which knows nodes by their ids
// as they are stored.
type pathReader struct {
	*query
	match plan.ByPaths
	// statuses are those of the facts that were read.
	statuses map[string]graph.Status
}

// Expand implements paths.Reader.
func (p *pathReader) Expand(entities []string, limit int) (read []paths.Participation[string], whole bool, err error) {
	r := newRenderer(p.model)
	r.expand(p.match, entities, limit)
	rows := 0
	err = p.run(r, func(record []any) error {
		c := &cells{list: record}
		fact, t := c.text(), p.model.Types[graph.TypeName(c.text())]
		p.statuses[fact] = graph.Status(c.text())
		all := c.all()
		rows += len(all)
		if t == nil {
			return nil // a type that the schema no longer has
		}
		for _, one := range all {
			read = append(read, paths.Participation[string]{
				Fact: fact, Entity: one.text(), Role: t.Link(p.decoder.fields[one.text()]),
				Status: graph.Status(one.text()), Hub: p.match.MaxDegree > 0 && one.truth(),
			})
		}
		return nil
	})
	return read, rows < limit, err
}

// Describe implements paths.Reader: all of it was read with the participations.
func (p *pathReader) Describe(nodes []string) (map[string]paths.Node, error) {
	told := make(map[string]paths.Node, len(nodes))
	for _, id := range nodes {
		told[id] = paths.Node{ID: publicID(id), Status: p.statuses[id]}
	}
	return told, nil
}

// expand reads the participations in the facts of some entities, fact by fact. Each
// fact has one at least, so that the limit holds for both.
func (r *renderer) expand(match plan.ByPaths, entities []string, limit int) {
	m, link, n := r.factsOf(entities, match.Filter), r.fresh("r"), r.fresh("n")
	r.write(" LIMIT ")
	r.value(int64(limit))
	r.write(" MATCH (")
	r.variable(m)
	r.write(")-[")
	r.variable(link)
	r.relationships(linkTypes(r.model.Participations))
	r.write("]->(")
	r.variable(n)
	r.write(")")
	r.with(m, link, n)
	r.write(" LIMIT ")
	r.value(int64(limit))
	r.write(" RETURN ")
	r.field(m, "id")
	r.write(", ")
	r.field(m, "_type")
	r.write(", ")
	r.property(m, match.FactTypes[0].Property(graph.StatusProperty), "")
	r.write(", collect([")
	r.field(n, "id")
	r.write(", type(")
	r.variable(link)
	r.write("), ")
	r.field(link, "status")
	if match.MaxDegree > 0 {
		r.hub(n, match.MaxDegree)
	}
	r.write("])")
}

// factsOf writes the match of the facts of some entities that pass a filter, each once.
func (r *renderer) factsOf(entities []string, filter plan.Filter) variable {
	e, m := r.fresh("n"), r.fresh("m")
	r.write("UNWIND ")
	r.value(entities)
	r.write(" AS id MATCH (")
	r.variable(e)
	r.write(":Identity {id: id}) USING INDEX SEEK ")
	r.variable(e)
	r.write(":Identity(id) MATCH (")
	r.variable(e)
	r.write(")")
	r.ofEntity()
	r.write("(")
	r.variable(m)
	r.write(")")
	r.filtered(r.where(), m, filter)
	r.write(" WITH DISTINCT ")
	r.variable(m)
	return m
}

// hub writes whether an entity is in more facts than it may be.
func (r *renderer) hub(n variable, degree int) {
	r.write(", COUNT { (")
	r.variable(n)
	r.write(")")
	r.ofEntity()
	r.write("() } > ")
	r.value(int64(degree))
}

// ofEntity writes the relationships that lead to an entity from its facts, one from
// each.
func (r *renderer) ofEntity() {
	r.write("<-[")
	r.relationships(relationshipTypes(r.model, graph.Step{Links: r.model.Participations, Reverse: true, AnyRole: true}))
	r.write("]-")
}
