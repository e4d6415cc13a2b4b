package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/write"
)

// past reads the whole states that nodes had after the transaction's revision.
// What held then is what holds now and is older, or what is kept of the past and
// ended later.
func (t transaction) past(ids []graph.ID) (map[graph.ID]*write.Stored, error) {
	found := make(map[graph.ID]*write.Stored, len(ids))
	err := t.each(t.pastText(), anyIDs(ids), func(c *cells) {
		if stored := t.pastOf(c); stored != nil {
			found[stored.Node.ID] = stored
		}
	})
	return found, err
}

// pastText reads of each id the state of the node, with what goes on top of it,
// and those of its parts.
func (t transaction) pastText() string {
	s := newStatement()
	s.write(identity + "WITH n AS n1 RETURN ")
	t.pastState(s, variable{letter: "n", n: 1})
	s.write(", COLLECT { MATCH (n1)-[p")
	s.relationships(everLinks(partLinks(t.model)))
	s.write("]->(n2:Identity) WHERE coalesce(p._since, p.since) <= $revision AND coalesce(p.until > $revision, true) RETURN ")
	t.pastState(s, variable{letter: "n", n: 2})
	s.write(" }, n1._dataset, COLLECT { MATCH (d:DatasetPast) USING INDEX SEEK d:DatasetPast(id, until) WHERE d.id = n1.id AND d.until > $revision RETURN d.dataset ORDER BY d.until LIMIT 1 }")
	s.write(", COLLECT { MATCH (c:Contribution {id: n1.id}) USING INDEX SEEK c:Contribution(id) WHERE c.written <= $revision RETURN [c.dataset, c.record, c.since, c.body] }")
	s.write(" + COLLECT { MATCH (c:ContributionPast) USING INDEX SEEK c:ContributionPast(id, until) WHERE c.id = n1.id AND c.until > $revision AND c.written <= $revision RETURN [c.dataset, c.record, c.since, c.body] }")
	return s.text.String()
}

// everLinks are the relationship types of links, of the present and the past.
func everLinks(links []*graph.LinkType) []string {
	var types []string
	for _, name := range linkTypes(links) {
		types = append(types, name, name+pastSuffix)
	}
	return types
}

// pastState writes the list that the state of a node then is: of the versions
// that ended later the first, or what is there now, with since when; its links; the
// statuses there are now; and until when statuses were others.
func (t transaction) pastState(s *statement, n variable) {
	s.write("[coalesce(head(COLLECT { MATCH (v:Version) USING INDEX SEEK v:Version(id, until) WHERE v.id = ")
	s.field(n, "id")
	s.write(" AND v.until > $revision AND v.since <= $revision RETURN [v.since, properties(v)] ORDER BY v.until LIMIT 1 }), CASE WHEN ")
	s.field(n, "_since")
	s.write(" <= $revision THEN [")
	s.field(n, "_since")
	s.write(", properties(")
	s.variable(n)
	s.write(")] END), ")
	s.field(n, "status")
	s.write(", COLLECT { MATCH (")
	s.variable(n)
	s.write(")-[l")
	s.relationships(everLinks(t.model.Links))
	s.write("]->(e) WHERE coalesce(l._since, l.since) <= $revision AND coalesce(l.until > $revision, true) RETURN [l._ord, replace(type(l), '_PAST', ''), e.id, l.status] }, COLLECT { MATCH (")
	s.variable(n)
	s.write(")-[l")
	s.relationships(linkTypes(t.model.Participations))
	s.write("]->(e) RETURN [type(l), e.id, l.status] }")
	s.write(", COLLECT { MATCH (s:StatusPast) USING INDEX SEEK s:StatusPast(id, until) WHERE s.id = ")
	s.field(n, "id")
	s.write(" AND s.until > $revision RETURN [s.role, s.entity, s.status, s.until] ORDER BY s.until }]")
}

// pastOf reads what pastText writes; nil of what was not there.
func (t transaction) pastOf(c *cells) *write.Stored {
	stored := &write.Stored{}
	if stored.Node, stored.Since = t.pastNode(c.cells()); stored.Node == nil {
		return nil
	}
	for _, part := range c.all() {
		if node, _ := t.pastNode(part); node != nil {
			stored.Parts = append(stored.Parts, node)
		}
	}
	stored.Sole = c.text()
	if ended := c.cells(); len(ended.list) > 0 {
		stored.Sole = ended.text()
	}
	stored.Contributions = contributionsOf(c)
	return inIDOrder(stored)
}

// pastNode reads what pastState writes.
func (t transaction) pastNode(c *cells) (*graph.Node, int64) {
	state := c.cells()
	if len(state.list) == 0 {
		return nil, 0
	}
	since := state.number()
	properties, _ := state.take().(map[string]any)
	status := c.text()
	node := nodeOf(t.model, &cells{list: []any{properties, c.take()}})
	if node == nil {
		return nil, 0
	}
	if node.Type.Property(graph.StatusProperty) != nil {
		node.Values[graph.StatusProperty] = graph.Text(status)
	}
	setPresentStatuses(node, c.all())
	setPastStatuses(node, c.all())
	return node, since
}

// setPresentStatuses gives links that were replaced the statuses that their
// participations have now: one that did not change is kept with the last link only.
func setPresentStatuses(node *graph.Node, present []*cells) {
	for _, one := range present {
		name, entity, status := one.text(), one.id(), one.text()
		for i, l := range node.Links {
			if l.Status == "" && l.To == entity && relationshipType(l.Type) == name {
				node.Links[i].Status = status
			}
		}
	}
}

// setPastStatuses puts statuses that ended later over those of the present; of
// several the one that ended first.
func setPastStatuses(node *graph.Node, past []*cells) {
	seen := map[graph.Participation]bool{}
	for _, one := range past {
		p, status := graph.Participation{Role: one.text(), Entity: one.id()}, one.text()
		if seen[p] {
			continue
		}
		seen[p] = true
		if p == (graph.Participation{}) {
			node.Values[graph.StatusProperty] = graph.Text(status)
		}
		for i, l := range node.Links {
			if l.Type.Participation && l.Type.Field == p.Role && l.To == p.Entity {
				node.Links[i].Status = status
			}
		}
	}
}
