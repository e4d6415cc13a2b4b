package sqlite

import (
	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// readTx reads nodes as wholes, in a transaction that a connection has begun.
type readTx struct {
	conn    *conn
	model   *graph.Model
	known   *numbering
	columns []storedProperty
	// rids of the nodes met so far.
	rids map[graph.ID]int64
}

// storedProperty is a property with its place in the columns that are written.
type storedProperty struct {
	*graph.Property
	columns []storedColumn
}

var _ graph.ReadTx = (*readTx)(nil)

func newReadTx(c *conn, m *graph.Model, known *numbering) *readTx {
	tx := &readTx{conn: c, model: m, known: known, rids: map[graph.ID]int64{}}
	for _, p := range properties(m) {
		tx.columns = append(tx.columns, storedProperty{p, columnsOf(p)})
	}
	return tx
}

// IDs implements graph.ReadTx.
func (tx *readTx) IDs(types []*graph.Type, after graph.ID, limit int) ([]graph.ID, error) {
	r := newRenderer(tx.known)
	// The plus sign keeps SQLite to the index of ids, which has the order.
	r.text("SELECT id FROM node WHERE id > ")
	r.value(string(after))
	r.text(" AND +type IN ")
	r.numbers(r.typeNumbers(types))
	r.text(" ORDER BY id LIMIT ")
	r.value(limit)
	var ids []graph.ID
	err := tx.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		ids = append(ids, graph.ID(s.ColumnText(0)))
		return nil
	})
	return ids, err
}

// Load implements graph.ReadTx.
func (tx *readTx) Load(ids []graph.ID) (map[graph.ID]*graph.Node, error) {
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

func (tx *readTx) loadLinks(nodes map[int64]*graph.Node) error {
	list := parents{}
	for rid := range nodes {
		list.rids = append(list.rids, rid)
	}
	const text = "SELECT l.src, l.type, n.id, l.status, l.dst FROM json_each(?) p CROSS JOIN link l ON l.src = p.value CROSS JOIN node n ON n.rid = l.dst ORDER BY l.src, l.ord"
	return tx.conn.run(text, []any{list.json()}, func(s *sqlite3.Stmt) error {
		node, link := nodes[s.ColumnInt64(0)], tx.known.linkOf[s.ColumnInt(1)]
		if link == nil {
			return nil // the schema has it no longer
		}
		to := graph.ID(s.ColumnText(2))
		tx.rids[to] = s.ColumnInt64(4)
		node.Links = append(node.Links, graph.Link{Type: link, To: to, Status: s.ColumnText(3)})
		return nil
	})
}

// Types implements graph.ReadTx.
func (tx *readTx) Types(ids []graph.ID) (map[graph.ID]*graph.Type, error) {
	types := map[graph.ID]*graph.Type{}
	const text = "SELECT n.rid, n.id, n.type FROM json_each(?) p CROSS JOIN node n ON n.id = p.value"
	err := tx.conn.run(text, []any{idList(ids)}, func(s *sqlite3.Stmt) error {
		if t := tx.known.typeOf[s.ColumnInt(2)]; t != nil {
			id := graph.ID(s.ColumnText(1))
			types[id], tx.rids[id] = t, s.ColumnInt64(0)
		}
		return nil
	})
	return types, err
}

func idList(ids []graph.ID) string {
	values := make([]graph.Value, len(ids))
	for i, id := range ids {
		values[i] = graph.Text(string(id))
	}
	return jsonList(values)
}

// Sources implements graph.ReadTx.
func (tx *readTx) Sources(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error) {
	sources := map[graph.ID][]graph.ID{}
	r := newRenderer(tx.known)
	r.text("SELECT n.id, b.id FROM json_each(")
	r.value(idList(ids))
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
