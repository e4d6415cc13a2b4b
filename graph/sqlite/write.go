package sqlite

import (
	"strings"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// writeTx is the store's side of graph.ApplyBatch: it works inside the
// transaction that the writing connection has begun.
type writeTx struct {
	*readTx
	revision int64
	insert   string
	// pending links wait for the nodes they lead to, which the batch may write later.
	pending []pendingLinks
}

type pendingLinks struct {
	rid  int64
	node *graph.Node
	// fresh nodes have no links yet.
	fresh bool
}

var _ graph.WriteTx = (*writeTx)(nil)

func newWriteTx(c *conn, m *graph.Model, known *numbering) (*writeTx, error) {
	tx := &writeTx{readTx: newReadTx(c, m, known)}
	tx.insert = tx.insertText()
	current, err := readInt(c.Conn, "SELECT value FROM meta WHERE key = 'revision'")
	tx.revision = int64(current) + 1
	return tx, err
}

// columnList names all property columns, each with a comma before it.
func (tx *writeTx) columnList() string {
	var b strings.Builder
	for _, p := range tx.columns {
		for _, column := range p.columns {
			b.WriteString(", ")
			b.WriteString(string(column.name))
		}
	}
	return b.String()
}

// insertText writes a node, new or in place of what there is of it.
func (tx *writeTx) insertText() string {
	list := tx.columnList()
	holders := strings.Repeat(", ?", strings.Count(list, ","))
	return "INSERT INTO node (rid, id, type, since" + list + ") VALUES (?, ?, ?, ?" + holders + ")"
}

// Identified implements graph.WriteTx.
func (tx *writeTx) Identified(keys []graph.Identifier) (map[graph.Identifier]graph.ID, error) {
	known := map[graph.Identifier]graph.ID{}
	for _, key := range keys {
		const text = "SELECT n.id FROM identifier i CROSS JOIN node n ON n.rid = i.rid WHERE i.scheme = ? AND i.value = ?"
		err := tx.conn.run(text, []any{key.Scheme, key.Value}, func(s *sqlite3.Stmt) error {
			known[key] = graph.ID(s.ColumnText(0))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

// Put implements graph.WriteTx. The links are written by Finish, when all
// nodes are there.
func (tx *writeTx) Put(node *graph.Node) error {
	rid, known := tx.rids[node.ID]
	if known {
		if err := tx.retire(rid); err != nil {
			return err
		}
	}
	args := []any{nil, node.ID, tx.known.types[node.Type.Name], tx.revision}
	if known {
		args[0] = rid
	}
	for _, p := range tx.columns {
		args = append(args, columnValues(p, node.Values[p.Name])...)
	}
	if err := tx.conn.exec(tx.insert, args...); err != nil {
		return err
	}
	if !known {
		rid = tx.conn.LastInsertRowID()
		tx.rids[node.ID] = rid
	}
	tx.pending = append(tx.pending, pendingLinks{rid: rid, node: node, fresh: !known})
	return tx.index(rid, node)
}

// columnValues are the values of a property's columns, as columnsOf lists them.
func columnValues(p storedProperty, v graph.Value) []any {
	if p.Kind != graph.KindDate || v.Missing() {
		values := make([]any, len(p.columns))
		values[0] = v.Any()
		return values
	}
	// Validated before; a date that cannot be read has no bounds.
	date, _ := graph.ParsePartialDate(v.Text())
	return []any{v.Any(), orNull(date.Earliest), orNull(date.Latest), orNull(date.SortKey())}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// retire makes the current row of a node history, and takes it off the indexes
// that are derived from it.
func (tx *writeTx) retire(rid int64) error {
	list := tx.columnList()
	keep := "INSERT INTO node_past (rid, id, type, since, until" + list + ") SELECT rid, id, type, since, ?" + list + " FROM node WHERE rid = ? AND since < ?"
	if err := tx.conn.exec(keep, tx.revision, rid, tx.revision); err != nil {
		return err
	}
	for _, text := range []string{
		"DELETE FROM node WHERE rid = ?", "DELETE FROM token WHERE rid = ?", "DELETE FROM identifier WHERE rid = ?",
	} {
		if err := tx.conn.exec(text, rid); err != nil {
			return err
		}
	}
	return nil
}

// index writes what a node is searched and identified by.
func (tx *writeTx) index(rid int64, node *graph.Node) error {
	for _, token := range graph.SearchTokens(node) {
		err := tx.conn.exec("INSERT INTO token (token, id, field, type, rid) VALUES (?, ?, ?, ?, ?)",
			token.Token, node.ID, int(token.Field), tx.known.types[node.Type.Name], rid)
		if err != nil {
			return err
		}
	}
	for _, key := range graph.Identifiers(node) {
		err := tx.conn.exec("INSERT OR REPLACE INTO identifier (scheme, value, rid) VALUES (?, ?, ?)", key.Scheme, key.Value, rid)
		if err != nil {
			return err
		}
	}
	return nil
}

// Delete implements graph.WriteTx.
func (tx *writeTx) Delete(id graph.ID) error {
	rid, known := tx.rids[id]
	if !known {
		return nil
	}
	if err := tx.setLinks(pendingLinks{rid: rid}); err != nil {
		return err
	}
	return tx.retire(rid)
}

// Finish implements graph.WriteTx.
func (tx *writeTx) Finish(changed, seeded bool) (int64, error) {
	for _, p := range tx.pending {
		if err := tx.setLinks(p); err != nil {
			return 0, err
		}
	}
	if seeded {
		if err := tx.conn.exec("INSERT OR REPLACE INTO meta VALUES ('seeded', 1)"); err != nil {
			return 0, err
		}
	}
	if !changed {
		return tx.revision - 1, nil
	}
	return tx.revision, tx.conn.exec("UPDATE meta SET value = ? WHERE key = 'revision'", tx.revision)
}
