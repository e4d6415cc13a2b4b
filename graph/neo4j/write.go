package neo4j

import (
	"context"
	"maps"
	"slices"

	"companygraph/graph"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// writeTx is the store's side of graph.ApplyBatch. Nodes to put and delete are
// gathered and written by Finish, in a few statements whatever their number.
type writeTx struct {
	ctx      context.Context
	tx       driver.ManagedTransaction
	model    *graph.Model
	revision int64
	stored   map[graph.ID]*graph.Node
	puts     []*graph.Node
	deletes  []graph.ID
	// changes of links by relationship type, found when the writing begins.
	changes map[string]*linkChange
}

var _ graph.WriteTx = (*writeTx)(nil)

// newWriteTx begins a revision. Setting the lock first makes writers take turns.
func newWriteTx(ctx context.Context, tx driver.ManagedTransaction, m *graph.Model) (*writeTx, error) {
	w := &writeTx{ctx: ctx, tx: tx, model: m, stored: map[graph.ID]*graph.Node{}}
	err := run(ctx, tx, "MATCH (m:Meta {key: 'graph'}) SET m.lock = true RETURN m.revision", nil, func(record []any) error {
		w.revision = int64(number(record[0])) + 1
		return nil
	})
	return w, err
}

func anyIDs(ids []graph.ID) []any {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return list
}

// Load implements graph.WriteTx.
func (w *writeTx) Load(ids []graph.ID) (map[graph.ID]*graph.Node, error) {
	nodes := map[graph.ID]*graph.Node{}
	const text = `UNWIND $ids AS id MATCH (n:Identity {id: id}) WHERE NOT n:Gone
RETURN n.id, n._type, properties(n), COLLECT { MATCH (n)-[r]->(m:Identity) WHERE r._ord IS NOT NULL RETURN [r._ord, type(r), m.id, r.status] }`
	err := run(w.ctx, w.tx, text, map[string]any{"ids": anyIDs(ids)}, func(record []any) error {
		c := &cells{list: record}
		node := &graph.Node{ID: graph.ID(c.text()), Type: w.model.Types[graph.TypeName(c.text())], Values: map[string]graph.Value{}}
		properties, _ := c.take().(map[string]any)
		for _, p := range node.Type.Properties {
			if v := value(p, properties[p.Name]); !v.Missing() {
				node.Values[p.Name] = v
			}
		}
		node.Links = w.readLinks(node.Type, c.cells())
		nodes[node.ID], w.stored[node.ID] = node, node
		return nil
	})
	return nodes, err
}

// readLinks reads a node's links in their order.
func (w *writeTx) readLinks(t *graph.Type, c *cells) []graph.Link {
	byPlace := map[int]graph.Link{}
	for range c.list {
		one := c.cells()
		place, kind := number(one.take()), one.text()
		at := slices.IndexFunc(t.Roles, func(l *graph.LinkType) bool { return relationshipType(l) == kind })
		byPlace[place] = graph.Link{Type: t.Roles[at], To: graph.ID(one.text()), Status: one.text()}
	}
	var links []graph.Link
	for _, place := range slices.Sorted(maps.Keys(byPlace)) {
		links = append(links, byPlace[place])
	}
	return links
}

// Identified implements graph.WriteTx.
func (w *writeTx) Identified(keys []graph.Identifier) (map[graph.Identifier]graph.ID, error) {
	known := map[graph.Identifier]graph.ID{}
	list := make([]any, len(keys))
	for i, key := range keys {
		list[i] = []any{key.Scheme, key.Value}
	}
	const text = "UNWIND $keys AS key MATCH (i:Identifier {scheme: key[0], value: key[1]}) RETURN i.scheme, i.value, i.id"
	err := run(w.ctx, w.tx, text, map[string]any{"keys": list}, func(record []any) error {
		c := &cells{list: record}
		known[graph.Identifier{Scheme: c.text(), Value: c.text()}] = graph.ID(c.text())
		return nil
	})
	return known, err
}

// Sources implements graph.WriteTx.
func (w *writeTx) Sources(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error) {
	sources := map[graph.ID][]graph.ID{}
	s := newStatement()
	s.write("UNWIND ")
	s.value(anyIDs(ids))
	s.write(" AS id MATCH (n:Identity {id: id})<-[r")
	s.links(links)
	s.write("]-(m")
	s.labels(w.model, startTypes(w.model, links))
	s.write(") RETURN DISTINCT n.id, m.id ORDER BY n.id, m.id")
	err := run(w.ctx, w.tx, s.text.String(), s.args, func(record []any) error {
		c := &cells{list: record}
		id := graph.ID(c.text())
		sources[id] = append(sources[id], graph.ID(c.text()))
		return nil
	})
	return sources, err
}

// Put implements graph.WriteTx.
func (w *writeTx) Put(node *graph.Node) error {
	w.puts = append(w.puts, node)
	return nil
}

// Delete implements graph.WriteTx.
func (w *writeTx) Delete(id graph.ID) error {
	w.deletes = append(w.deletes, id)
	return nil
}

// Finish implements graph.WriteTx.
func (w *writeTx) Finish(changed, seeded bool) (int64, error) {
	if err := w.flush(); err != nil {
		return 0, err
	}
	if !changed {
		w.revision--
	}
	const text = "MATCH (m:Meta {key: 'graph'}) SET m.revision = $revision, m.seeded = m.seeded OR $seeded REMOVE m.lock"
	return w.revision, exec(w.ctx, w.tx, text, map[string]any{"revision": w.revision, "seeded": seeded})
}
