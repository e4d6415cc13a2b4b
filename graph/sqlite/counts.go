package sqlite

import (
	"context"

	"companygraph/graph"
	"companygraph/graph/plan"

	"github.com/ncruces/go-sqlite3"
)

// Counts implements store.Store.
func (s *Store) Counts(ctx context.Context, limit int) (*plan.Counts, error) {
	var counts *plan.Counts
	err := s.read(ctx, func(c *conn) error {
		nodes, err := countUpTo(c, "SELECT type, count(*) FROM (SELECT type FROM node LIMIT ?) GROUP BY type", limit, s.layout.typeOf)
		if err != nil || nodes == nil {
			return err
		}
		links, err := countUpTo(c, "SELECT type, count(*) FROM (SELECT type FROM link LIMIT ?) GROUP BY type", limit, s.layout.linkOf)
		if err != nil || links == nil {
			return err
		}
		counts = &plan.Counts{Nodes: nodes, Links: links}
		return nil
	})
	return counts, err
}

// countUpTo reads numbers by the types that their own numbers stand for; nil if
// they are more than a limit in all.
func countUpTo[T *graph.Type | *graph.LinkType](c *conn, text constant, limit int, of map[int]T) (map[T]int, error) {
	counts, total := map[T]int{}, 0
	err := c.run(string(text), []any{limit + 1}, func(row *sqlite3.Stmt) error {
		n := row.ColumnInt(1)
		counts[of[row.ColumnInt(0)]] = n
		total += n
		return nil
	})
	if err != nil || total > limit {
		return nil, err
	}
	return counts, nil
}
