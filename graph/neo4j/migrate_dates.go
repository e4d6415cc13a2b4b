package neo4j

import (
	"strings"

	"companygraph/graph"
)

// The steps from layout 2 to 3, which keeps with each claim the key of its
// speaker's stances, and with each date the days on which it certainly holds.

// speakers gives a page of claims their speakers.
func (m *migration) speakers(after string) (last string, err error) {
	text := newStatement()
	text.write("MATCH (c:Claim) WHERE c.id > $after WITH c ORDER BY c.id LIMIT $limit RETURN properties(c), COLLECT { MATCH (c)-[l")
	text.relationships(linkTypes(m.model.Links))
	text.write("]->(e) RETURN [l._ord, type(l), e.id, l.status] }")
	var rows []any
	err = m.one(text.text.String(), map[string]any{"after": after, "limit": int64(pageOfMigration)}, func(c *cells) {
		claim := nodeOf(m.model, c)
		last = storedID(claim.ID)
		rows = append(rows, []any{last, claimSpeaker(claim)})
	})
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return last, m.write(identityOf+"SET n._speaker = row[1]", rows)
}

// certainDays fills in the days of the dates of a page of nodes, now and in the
// past.
func (m *migration) certainDays(after string) (last string, err error) {
	properties := m.dates()
	var present, past []any
	const page = `MATCH (n:Identity) USING INDEX SEEK n:Identity(id) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $limit
RETURN n.id, properties(n), COLLECT { MATCH (n)-[:PAST]->(v:Version) RETURN [elementId(v), properties(v)] }`
	err = m.one(page, map[string]any{"after": after, "limit": int64(pageOfMigration)}, func(c *cells) {
		last = c.text()
		if days := certainDaysOf(properties, c.properties()); len(days) > 0 {
			present = append(present, []any{last, days})
		}
		for _, version := range c.all() {
			element := version.text()
			if days := certainDaysOf(properties, version.properties()); len(days) > 0 {
				past = append(past, []any{element, days})
			}
		}
	})
	if err != nil || last == "" {
		return "", err
	}
	if err := m.write(identityOf+"SET n += row[1]", present); err != nil {
		return "", err
	}
	return last, m.write("MATCH (v:Version) WHERE elementId(v) = row[0] SET v += row[1]", past)
}

// dates are the properties of the model that are dates, one of each name.
func (m *migration) dates() map[string]*graph.Property {
	all := map[string]*graph.Property{}
	for _, t := range m.model.Ordered {
		for _, p := range t.Properties {
			if p.Kind == graph.KindDate {
				all[p.Name] = p
			}
		}
	}
	return all
}

// certainDaysOf are the days to add to the dates among the values of a node.
func certainDaysOf(properties map[string]*graph.Property, values map[string]any) map[string]any {
	days := map[string]any{}
	for name, p := range properties {
		edtf, _ := values[name].(string)
		if strings.ContainsAny(edtf, "/[") {
			date, _ := graph.ParsePartialDate(edtf)
			addCertainDays(days, p, date)
		}
	}
	return days
}
