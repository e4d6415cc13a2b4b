package sqlite

import (
	"context"

	"companygraph/graph"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// Retired implements store.Store.
func (s *Store) Retired(ctx context.Context, after graph.ID, limit int) ([]write.Retired, error) {
	const text = "SELECT i.id, n.id, i.marked FROM id i LEFT JOIN node n ON i.since IS NOT NULL AND n.rid = i.rid " +
		"WHERE i.id > ? AND (i.since IS NOT NULL OR i.marked) ORDER BY i.id LIMIT ?"
	var all []write.Retired
	err := s.read(ctx, func(c *conn) error {
		return c.run(text, []any{max(after, beforePublic), limit}, func(row *sqlite3.Stmt) error {
			all = append(all, write.Retired{ID: graph.ID(row.ColumnText(0)), Into: graph.ID(row.ColumnText(1)), Marked: row.ColumnBool(2)})
			return nil
		})
	})
	return all, err
}
