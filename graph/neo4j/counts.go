package neo4j

import (
	"context"
	"strconv"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// Counts implements store.Store. The engine keeps the numbers by label, and by
// type of relationship and label at its start: none is counted.
func (s *Store) Counts(ctx context.Context, limit int) (*plan.Counts, error) {
	counts := &plan.Counts{Nodes: map[*graph.Type]int{}, Links: map[*graph.LinkType]int{}}
	nodes, links := 0, 0
	err := s.readOne(ctx, countsText(s.model), nil, func(record []any) error {
		c := &cells{list: record}
		at, n := int(c.number()), int(c.number())
		if at < len(s.model.Ordered) {
			counts.Nodes[s.model.Ordered[at]] = n
			nodes += n
		} else {
			counts.Links[s.model.Links[at-len(s.model.Ordered)]] = n
			links += n
		}
		return nil
	})
	if err != nil || nodes > limit || links > limit {
		return nil, err
	}
	return counts, nil
}

// countsText counts the nodes of each type and then the links of each type, each
// with its place in the model.
func countsText(m *graph.Model) string {
	s, at := newStatement(), 0
	count := func(match func()) {
		s.write(conditional(at > 0, " UNION ALL ", ""))
		s.write("MATCH ")
		match()
		s.write(" RETURN ")
		s.text.WriteString(strconv.Itoa(at))
		s.write(" AS at, count(*) AS n")
		at++
	}
	for _, t := range m.Ordered {
		count(func() {
			s.write("(")
			s.labels(m, []*graph.Type{t})
			s.write(")")
		})
	}
	for _, l := range m.Links {
		count(func() {
			s.write("(")
			s.labels(m, startTypes(m, []*graph.LinkType{l}))
			s.write(")-[")
			s.relationships([]string{relationshipType(l)})
			s.write("]->()")
		})
	}
	return s.text.String()
}
