package neo4j

import (
	"context"

	"companygraph/graph"
	"companygraph/graph/write"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// Verify implements store.Store. What was found stands in nodes of its own, so that
// a change of the node leaves it, and no version has it.
func (s *Store) Verify(ctx context.Context, found []write.Verified) error {
	const put = "UNWIND $rows AS row MATCH (n:Identity {id: row[0]}) WHERE NOT n:Gone MERGE (v:Verification {id: row[0]}) SET v.found = row[1]"
	const forget = "MATCH (v:Verification) WHERE NOT EXISTS { MATCH (n:Identity {id: v.id}) WHERE NOT n:Gone } DELETE v"
	rows := make([]any, len(found))
	for i, v := range found {
		rows[i] = []any{storedID(v.Node), v.Found}
	}
	return s.write(ctx, func(tx driver.ManagedTransaction) error {
		nothing := func([]any) error { return nil }
		if err := run(ctx, tx, put, map[string]any{"rows": rows}, nothing); err != nil {
			return err
		}
		return exec(ctx, tx, forget)
	})
}

// Verified implements store.Store.
func (s *Store) Verified(ctx context.Context, after graph.ID, limit int) ([]write.Verified, error) {
	const text = "MATCH (v:Verification) USING INDEX SEEK v:Verification(id) WHERE v.id > $after MATCH (n:Identity {id: v.id}) WHERE NOT n:Gone " +
		"RETURN v.id, v.found ORDER BY v.id LIMIT $limit"
	var all []write.Verified
	err := s.reading(ctx, func(t transaction) error {
		all = nil
		return t.one(text, map[string]any{"after": storedID(after), "limit": int64(limit)}, func(c *cells) {
			all = append(all, write.Verified{Node: c.id(), Found: c.text()})
		})
	})
	return all, err
}
