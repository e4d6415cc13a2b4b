package neo4j

import (
	"context"
	"maps"

	"companygraph/graph"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// writeTx is the store's side of graph.ApplyBatch. Nodes to put and delete are
// gathered and written by Finish, in a few statements whatever their number.
type writeTx struct {
	*readTx
	revision int64
	stored   map[graph.ID]*graph.Node
	// gone are the ids that nodes had which are deleted.
	gone    map[graph.ID]bool
	puts    []*graph.Node
	deletes []graph.ID
	// changes of links by relationship type, found when the writing begins.
	changes map[string]*linkChange
}

var _ graph.WriteTx = (*writeTx)(nil)

// newWriteTx begins a revision. Setting the lock first makes writers take turns.
func newWriteTx(ctx context.Context, tx driver.ManagedTransaction, m *graph.Model) (*writeTx, error) {
	w := &writeTx{readTx: &readTx{ctx: ctx, tx: tx, model: m}, stored: map[graph.ID]*graph.Node{}, gone: map[graph.ID]bool{}}
	err := run(ctx, tx, "MATCH (m:Meta {key: 'graph'}) SET m.lock = true RETURN m.revision", nil, func(record []any) error {
		w.revision = int64(number(record[0])) + 1
		return nil
	})
	return w, err
}

// Load implements graph.ReadTx, and keeps what it reads to compare with.
func (w *writeTx) Load(ids []graph.ID) (map[graph.ID]*graph.Node, error) {
	nodes, err := w.load(ids, func(id graph.ID) { w.gone[id] = true })
	maps.Copy(w.stored, nodes)
	return nodes, err
}

// Identified implements graph.WriteTx.
func (w *writeTx) Identified(keys []graph.Identifier) (map[graph.Identifier]graph.ID, error) {
	known := map[graph.Identifier]graph.ID{}
	if len(keys) == 0 {
		return known, nil
	}
	list := make([]any, len(keys))
	for i, key := range keys {
		list[i] = []any{key.Scheme, key.Value}
	}
	const text = "UNWIND $keys AS key MATCH (i:Identifier {scheme: key[0], value: key[1]}) USING INDEX SEEK i:Identifier(scheme, value) RETURN i.scheme, i.value, i.id"
	err := run(w.ctx, w.tx, text, map[string]any{"keys": list}, func(record []any) error {
		c := &cells{list: record}
		known[graph.Identifier{Scheme: c.text(), Value: c.text()}] = c.id()
		return nil
	})
	return known, err
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
