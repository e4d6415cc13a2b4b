package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// exportText reads the rids of public nodes in the order of their ids, after a
// revision or as they are. An id whose own node has given way had that before,
// under the rid that it was.
func exportText(l *layout, past bool) string {
	public := publicTypes(l.model)
	r := newRenderer(l)
	if !past {
		r.text("SELECT i.rid FROM id i WHERE i.id > ?1 AND i.since IS NULL AND EXISTS (SELECT 1 FROM node n WHERE n.rid = i.rid AND n.type IN ")
		r.numbers(r.typeNumbers(public))
		r.text(") ORDER BY i.id LIMIT ?2")
		return r.sql.String()
	}
	r.text("SELECT i.rid FROM (SELECT i.id, CASE WHEN i.since IS NULL THEN i.rid ELSE i.was END AS rid FROM id i WHERE i.id > ?1) i " +
		"WHERE EXISTS (SELECT 1 FROM node n WHERE n.rid = i.rid AND n.since <= ?3 AND n.type IN ")
	r.numbers(r.typeNumbers(public))
	r.text(") OR EXISTS (SELECT 1 FROM node_past n WHERE n.rid = i.rid AND n.until = (SELECT min(o.until) FROM node_past o WHERE o.rid = i.rid AND o.until > ?3) " +
		"AND n.since <= ?3 AND n.type IN ")
	r.numbers(r.typeNumbers(public))
	r.text(") ORDER BY i.id LIMIT ?2")
	return r.sql.String()
}

// beforePublic comes behind the ids of all parts and before those of all nodes.
const beforePublic = graph.ID("\x02")

// export reads nodes whole, in the order of their ids.
func export(c *conn, l *layout, at int64, after graph.ID, limit int) ([]write.Stored, error) {
	text, args := exportText(l, at > 0), []any{max(after, beforePublic), limit}
	if at > 0 {
		args = append(args, at)
	}
	var rids []int64
	err := c.run(text, args, func(row *sqlite3.Stmt) error {
		rids = append(rids, row.ColumnInt64(0))
		return nil
	})
	if err != nil {
		return nil, err
	}
	names, err := datasetNames(c)
	if err != nil {
		return nil, err
	}
	read, err := (&wholes{conn: c, layout: l, at: at, datasets: names}).read(rids)
	if err != nil {
		return nil, err
	}
	var all []write.Stored
	for _, rid := range rids {
		all = append(all, *read[rid])
	}
	return all, nil
}

// contributing are the datasets that contribute something, by name.
func contributing(c *conn) ([]write.Dataset, error) {
	return readDatasets(c, "WHERE nodes > 0 ORDER BY name")
}

// readChanges reads changes in their order, from behind one on.
func readChanges(c *conn, l *layout, after store.ChangePosition, limit int) ([]write.Change, error) {
	text := "SELECT revision, id, type, kind FROM change WHERE (revision, id) > (?, ?) ORDER BY revision, id LIMIT ?"
	args := []any{after.Revision, after.ID, limit}
	if after.ID == "" {
		text = "SELECT revision, id, type, kind FROM change WHERE revision > ? ORDER BY revision, id LIMIT ?"
		args = []any{after.Revision, limit}
	}
	var all []write.Change
	err := c.run(text, args, func(row *sqlite3.Stmt) error {
		all = append(all, write.Change{
			Revision: row.ColumnInt64(0), ID: graph.ID(row.ColumnText(1)),
			Type: l.typeOf[row.ColumnInt(2)], Kind: write.ChangeKind(row.ColumnInt(3)),
		})
		return nil
	})
	return all, err
}
