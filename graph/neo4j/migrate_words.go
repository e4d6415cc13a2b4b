package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/store/search"
)

// words makes what a page of nodes is found by anew, now and in their past: layout
// 4 folds words in other ways, and keeps all of a node in one property. The terms
// are of a revision that there is.
func (m *migration) words(after string) (last string, err error) {
	var ids []graph.ID
	const page = "MATCH (n:Identity) USING INDEX SEEK n:Identity(id) WHERE n.id > $after RETURN n.id ORDER BY n.id LIMIT $limit"
	err = m.one(page, map[string]any{"after": after, "limit": int64(pageOfMigration)}, func(c *cells) { ids = append(ids, c.id()) })
	if err != nil || len(ids) == 0 {
		return "", err
	}
	terms := map[string]bool{}
	if err := m.wordsOfNodes(ids, terms); err != nil {
		return "", err
	}
	if err := m.wordsOfPast(ids, terms); err != nil {
		return "", err
	}
	return storedID(ids[len(ids)-1]), m.putTerms(terms, m.revision-1)
}

const replaceWords = " SET n._words = row[1] REMOVE n._names, n._aliases, n._titles"

func (m *migration) wordsOfNodes(ids []graph.ID, terms map[string]bool) error {
	nodes, err := m.load(ids)
	if err != nil {
		return err
	}
	var rows []any
	for _, id := range ids {
		if stored := nodes[id]; stored != nil && !graph.IsPart(id) {
			rows = append(rows, []any{storedID(id), wordsAndTerms(terms, graph.SearchTokens(stored.Node, stored.Parts))})
		}
	}
	return m.write(identityOf+replaceWords, rows)
}

// wordsOfPast leaves out quotations, which are nodes of their own.
func (m *migration) wordsOfPast(ids []graph.ID, terms map[string]bool) error {
	var rows []any
	err := m.each(identity+"MATCH (n)-[:PAST]->(v:Version) RETURN elementId(v), properties(v), []", anyIDs(ids), func(c *cells) {
		element := c.text()
		if node := nodeOf(m.model, c); node != nil && !graph.IsPart(node.ID) {
			rows = append(rows, []any{element, wordsAndTerms(terms, graph.SearchTokens(node, nil))})
		}
	})
	if err != nil {
		return err
	}
	return m.write("MATCH (n) WHERE elementId(n) = row[0]"+replaceWords, rows)
}

// wordsAndTerms is the property of a node; null if it is found by nothing.
func wordsAndTerms(terms map[string]bool, tokens []graph.SearchToken) any {
	addTerms(terms, tokens)
	return orNull(search.FormatTokens(tokens))
}
