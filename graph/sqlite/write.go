package sqlite

import (
	"strings"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// writeTx is the store's side of graph.ApplyBatch: it works inside the
// transaction that the writing connection has begun.
type writeTx struct {
	conn     *conn
	model    *graph.Model
	known    *numbering
	revision int64
	columns  []storedProperty
	insert   string
	// rids of the nodes met so far.
	rids map[graph.ID]int64
	// pending links wait for the nodes they lead to, which the batch may write later.
	pending []pendingLinks
}

// storedProperty is a property with its place in the columns that are written.
type storedProperty struct {
	*graph.Property
	columns []storedColumn
}

type pendingLinks struct {
	rid  int64
	node *graph.Node
	// fresh nodes have no links yet.
	fresh bool
}

var _ graph.WriteTx = (*writeTx)(nil)

func newWriteTx(c *conn, m *graph.Model, known *numbering) (*writeTx, error) {
	tx := &writeTx{conn: c, model: m, known: known, rids: map[graph.ID]int64{}}
	for _, p := range properties(m) {
		tx.columns = append(tx.columns, storedProperty{p, columnsOf(p)})
	}
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

// Load implements graph.WriteTx.
func (tx *writeTx) Load(ids []graph.ID) (map[graph.ID]*graph.Node, error) {
	nodes := map[graph.ID]*graph.Node{}
	byRid := map[int64]*graph.Node{}
	shape := &graph.Shape{}
	for _, p := range tx.columns {
		shape.Properties = append(shape.Properties, p.Property)
	}
	r := newRenderer(tx.known)
	r.byID(ids, tx.model.Ordered, shape)
	q := &query{conn: tx.conn, model: tx.model, known: tx.known}
	err := tx.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		row, rid, _ := q.node(s, 1, shape)
		node := &graph.Node{ID: row.ID, Type: row.Type, Values: map[string]graph.Value{}}
		for i, p := range shape.Properties {
			if !row.Values[i].Missing() {
				node.Values[p.Name] = row.Values[i]
			}
		}
		nodes[node.ID], byRid[rid], tx.rids[node.ID] = node, node, rid
		return nil
	})
	if err != nil {
		return nil, err
	}
	return nodes, tx.loadLinks(byRid)
}

func (tx *writeTx) loadLinks(nodes map[int64]*graph.Node) error {
	list := parents{}
	for rid := range nodes {
		list.rids = append(list.rids, rid)
	}
	const text = "SELECT l.src, l.type, n.id, l.status, l.dst FROM json_each(?) p CROSS JOIN link l ON l.src = p.value CROSS JOIN node n ON n.rid = l.dst ORDER BY l.src, l.ord"
	return tx.conn.run(text, []any{list.json()}, func(s *sqlite3.Stmt) error {
		node := nodes[s.ColumnInt64(0)]
		to := graph.ID(s.ColumnText(2))
		tx.rids[to] = s.ColumnInt64(4)
		node.Links = append(node.Links, graph.Link{Type: tx.known.linkOf[s.ColumnInt(1)], To: to, Status: s.ColumnText(3)})
		return nil
	})
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

// Sources implements graph.WriteTx.
func (tx *writeTx) Sources(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error) {
	sources := map[graph.ID][]graph.ID{}
	values := make([]graph.Value, len(ids))
	for i, id := range ids {
		values[i] = graph.Text(string(id))
	}
	r := newRenderer(tx.known)
	r.text("SELECT n.id, b.id FROM json_each(")
	r.value(jsonList(values))
	r.text(") p CROSS JOIN node n ON n.id = p.value CROSS JOIN back b ON b.dst = n.rid AND b.type IN ")
	r.numbers(r.linkNumbers(links))
	r.text(" ORDER BY n.id, b.id")
	err := tx.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		id := graph.ID(s.ColumnText(0))
		sources[id] = append(sources[id], graph.ID(s.ColumnText(1)))
		return nil
	})
	return sources, err
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
