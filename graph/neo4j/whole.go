package neo4j

import (
	"cmp"
	"slices"

	"companygraph/graph"
	"companygraph/graph/write"
)

// whole writes the list that the whole state of a node is: since when, the sole
// dataset, its properties and links, its parts with theirs, and contributions.
func (s *statement) whole(m *graph.Model, n variable) {
	s.write("[")
	s.field(n, "_since")
	s.write(", ")
	s.field(n, "_dataset")
	s.write(", properties(")
	s.variable(n)
	s.write("), COLLECT { MATCH (")
	s.variable(n)
	s.write(")-[l")
	s.relationships(linkTypes(m.Links))
	s.write("]->(e) RETURN [l._ord, type(l), e.id, l.status] }, COLLECT { MATCH (")
	s.variable(n)
	s.write(")-[")
	s.relationships(linkTypes(partLinks(m)))
	s.write("*]->(p) RETURN [properties(p), COLLECT { MATCH (p)-[l")
	s.relationships(linkTypes(m.Links))
	s.write("]->(e) RETURN [l._ord, type(l), e.id, l.status] }] }, COLLECT { MATCH (c:Contribution {id: ")
	s.field(n, "id")
	s.write("}) USING INDEX SEEK c:Contribution(id) RETURN [c.dataset, c.record, c.since, c.body] }]")
}

// linkTypes are the relationship types that stand for links, each once.
func linkTypes(links []*graph.LinkType) []string {
	return relationshipTypes(nil, graph.Step{Links: links})
}

func partLinks(m *graph.Model) []*graph.LinkType {
	return slices.DeleteFunc(slices.Clone(m.Links), func(l *graph.LinkType) bool { return !l.Part })
}

// wholeOf reads what [statement.whole] writes; nil of what is gone.
func wholeOf(m *graph.Model, c *cells) *write.Stored {
	stored := &write.Stored{Since: c.number(), Sole: c.text()}
	if stored.Node = nodeOf(m, c); stored.Node == nil {
		return nil
	}
	for _, part := range c.all() {
		if node := nodeOf(m, part); node != nil {
			stored.Parts = append(stored.Parts, node)
		}
	}
	stored.Contributions = contributionsOf(c)
	return inIDOrder(stored)
}

// inIDOrder puts parts and contributions in order.
func inIDOrder(s *write.Stored) *write.Stored {
	slices.SortFunc(s.Parts, func(a, b *graph.Node) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Contributions, func(a, b write.Contribution) int {
		return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Record, b.Record))
	})
	return s
}

// nodeOf reads the properties of a node and its links; nil if it is gone, or of
// a type that the schema has no longer.
func nodeOf(m *graph.Model, c *cells) *graph.Node {
	properties, _ := c.take().(map[string]any)
	links := c.all()
	id, _ := properties["id"].(string)
	kind, _ := properties["_type"].(string)
	node := &graph.Node{ID: publicID(id), Type: m.Types[graph.TypeName(kind)], Values: map[string]graph.Value{}}
	if node.Type == nil {
		return nil
	}
	for _, p := range node.Type.Properties {
		if v := value(p, properties[p.Name]); !v.Missing() {
			node.Values[p.Name] = v
		}
	}
	node.Links = linksOf(node.Type, links)
	return node
}

// linksOf reads a node's links in their order.
func linksOf(t *graph.Type, rows []*cells) []graph.Link {
	type positioned struct {
		position int
		graph.Link
	}
	var read []positioned
	for _, one := range rows {
		position, name := int(one.number()), one.text()
		at := slices.IndexFunc(t.Roles, func(l *graph.LinkType) bool { return relationshipType(l) == name })
		if at < 0 {
			continue // the schema has it no longer
		}
		read = append(read, positioned{position, graph.Link{Type: t.Roles[at], To: one.id(), Status: one.text()}})
	}
	slices.SortFunc(read, func(a, b positioned) int { return a.position - b.position })
	var links []graph.Link
	for _, l := range read {
		links = append(links, l.Link)
	}
	return links
}

func contributionsOf(c *cells) []write.Contribution {
	var all []write.Contribution
	for _, one := range c.all() {
		all = append(all, write.Contribution{Dataset: one.text(), Record: one.id(), Since: one.number(), Body: one.text()})
	}
	return all
}
