package sqlite

import (
	"context"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// verificationTable has what checks found of the spans that nodes cite. It is
// beside the layout, which it does not change: a database without it was never
// checked. A rid is never given again, so that a row of a node that is gone means
// nothing.
const verificationTable = "CREATE TABLE IF NOT EXISTS verification (rid INTEGER PRIMARY KEY, found TEXT NOT NULL) STRICT"

// Verify implements store.Store.
func (s *Store) Verify(ctx context.Context, found []write.Verified) error {
	const put = "INSERT OR REPLACE INTO verification SELECT i.rid, ?2 FROM id i CROSS JOIN node n ON n.rid = i.rid WHERE i.id = ?1 AND i.since IS NULL"
	const forget = "DELETE FROM verification WHERE NOT EXISTS (SELECT 1 FROM node n WHERE n.rid = verification.rid)"
	return s.write(ctx, func(c *conn) error {
		for _, v := range found {
			if err := c.exec(put, v.Node, v.Found); err != nil {
				return err
			}
		}
		return c.exec(forget)
	})
}

// Verified implements store.Store.
func (s *Store) Verified(ctx context.Context, after graph.ID, limit int) ([]write.Verified, error) {
	const text = "SELECT i.id, v.found FROM id i CROSS JOIN verification v ON v.rid = i.rid CROSS JOIN node n ON n.rid = i.rid " +
		"WHERE i.id > ? AND i.since IS NULL ORDER BY i.id LIMIT ?"
	return listed(ctx, s, func(c *conn) (all []write.Verified, err error) {
		err = c.run(text, []any{after, limit}, func(row *sqlite3.Stmt) error {
			all = append(all, write.Verified{Node: graph.ID(row.ColumnText(0)), Found: row.ColumnText(1)})
			return nil
		})
		return all, err
	})
}

// verifications reads what was found of the spans of nodes.
func (q *query) verifications(rows []*plan.Row, rids []int64) error {
	const text = "SELECT p.key, v.found FROM json_each(?) p CROSS JOIN verification v ON v.rid = p.value"
	return q.conn.run(text, []any{ridList(rids)}, func(row *sqlite3.Stmt) error {
		rows[row.ColumnInt(0)].Verifications = row.ColumnText(1)
		return nil
	})
}
