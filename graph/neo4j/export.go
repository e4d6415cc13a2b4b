package neo4j

import (
	"context"

	"companygraph/graph"
	"companygraph/graph/write"
)

// firstPublic is before all public ids and behind those of parts: no public id
// has a control character.
const firstPublic = " "

// Export implements store.Store.
func (s *Store) Export(ctx context.Context, at int64, after graph.ID, limit int) ([]write.Stored, error) {
	var exported []write.Stored
	from := max(storedID(after), firstPublic)
	err := s.reading(ctx, func(t transaction) error {
		exported = nil
		t.revision = at
		ids, err := t.publicIDs(from, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		states, err := t.states(ids)
		for _, id := range ids {
			if state := states[id]; state != nil {
				exported = append(exported, *state)
			}
		}
		return err
	})
	return exported, err
}

// states reads the whole states of nodes, as of the transaction's revision if it
// has one.
func (t transaction) states(ids []graph.ID) (map[graph.ID]*write.Stored, error) {
	if t.revision == 0 {
		return t.load(ids)
	}
	return t.past(ids)
}

// publicIDs are the ids of nodes that are there, or were, in their order.
func (t transaction) publicIDs(from string, limit int) ([]graph.ID, error) {
	const now = "MATCH (n:Identity) USING INDEX SEEK n:Identity(id) WHERE n.id > $from AND n._type IS NOT NULL "
	const then = now + `AND n._since <= $revision RETURN n.id AS id ORDER BY n.id LIMIT $limit
UNION
MATCH (v:Version) USING INDEX SEEK v:Version(id, until) WHERE v.id > $from AND v.until > $revision AND v.since <= $revision RETURN v.id AS id ORDER BY v.id LIMIT $limit`
	text := now + "RETURN n.id AS id ORDER BY n.id LIMIT $limit"
	if t.revision > 0 {
		text = "CALL () { " + then + " } RETURN id ORDER BY id LIMIT $limit"
	}
	var ids []graph.ID
	err := t.one(text, map[string]any{"from": from, "limit": int64(limit), "revision": t.revision}, func(c *cells) { ids = append(ids, c.id()) })
	return ids, err
}

// Retired implements store.Store.
func (s *Store) Retired(ctx context.Context, after graph.ID, limit int) ([]write.Retired, error) {
	var retired []write.Retired
	const text = "MATCH (n:Gone) WHERE n.id > $after AND (n._into IS NOT NULL OR n._marked) RETURN n.id, n._into, n._marked ORDER BY n.id LIMIT $limit"
	err := s.reading(ctx, func(t transaction) error {
		retired = nil
		return t.one(text, map[string]any{"after": storedID(after), "limit": int64(limit)}, func(c *cells) {
			retired = append(retired, write.Retired{ID: c.id(), Into: c.id(), Marked: c.truth()})
		})
	})
	return retired, err
}
