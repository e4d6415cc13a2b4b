// Package naive is a store without an engine: a map of nodes, read by going
// through it. The stores are compared with it, so it is written to be plainly
// right, and shares no code with them but what package graph has for all.
package naive

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"companygraph/graph"
)

// Store is a graph in memory.
type Store struct {
	model *graph.Model
	// lock is held for reading by running calls, which Close waits for.
	lock   sync.RWMutex
	state  *state
	closed bool
}

var _ graph.Store = (*Store)(nil)

// New makes an empty store.
func New(m *graph.Model) *Store {
	return &Store{model: m, state: newState(map[graph.ID]*graph.Node{})}
}

// state is the graph at one revision. It never changes.
type state struct {
	nodes map[graph.ID]*graph.Node
	// referrers are the nodes that have links to a node, each once.
	referrers map[graph.ID][]*graph.Node
	revision  int64
	seeded    bool
}

func newState(nodes map[graph.ID]*graph.Node) *state {
	s := &state{nodes: nodes, referrers: map[graph.ID][]*graph.Node{}}
	for _, id := range slices.Sorted(maps.Keys(nodes)) {
		for _, l := range nodes[id].Links {
			if !slices.Contains(s.referrers[l.To], nodes[id]) {
				s.referrers[l.To] = append(s.referrers[l.To], nodes[id])
			}
		}
	}
	return s
}

var errClosed = errors.New("naive: closed")

// usable tells why a call cannot be served, if it cannot. The lock is held.
func (s *Store) usable(ctx context.Context) error {
	if s.closed {
		return graph.Unavailable(errClosed)
	}
	return ctx.Err()
}

// Query implements graph.Store.
func (s *Store) Query(ctx context.Context, plan *graph.Plan) (*graph.Result, error) {
	s.lock.RLock()
	defer s.lock.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	result, reading := &graph.Result{}, graph.NewReading(plan)
	for _, f := range plan.Fetches {
		rows := s.state.fetch(f)
		if err := count(reading, rows); err != nil {
			return nil, err
		}
		result.Fetches = append(result.Fetches, rows)
	}
	return result, nil
}

// count counts rows, and all that comes with them.
func count(reading *graph.Reading, rows *graph.Rows) error {
	if rows == nil {
		return nil
	}
	for _, row := range rows.Rows {
		if err := countRow(reading, row); err != nil {
			return err
		}
	}
	return nil
}

func countRow(reading *graph.Reading, row *graph.Row) error {
	if row == nil {
		return nil
	}
	if err := reading.Row(row); err != nil {
		return err
	}
	for _, follow := range row.Follows {
		if err := count(reading, follow); err != nil {
			return err
		}
	}
	return countRow(reading, row.Middle)
}

// Apply implements graph.Store.
func (s *Store) Apply(ctx context.Context, batch graph.Batch) (graph.Applied, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if err := s.usable(ctx); err != nil {
		return graph.Applied{}, err
	}
	tx := &writeTx{state: newState(maps.Clone(s.state.nodes))}
	tx.revision, tx.seeded = s.state.revision, s.state.seeded
	done, err := graph.ApplyBatch(s.model, tx, batch)
	if err == nil {
		s.state = tx.state
	}
	return done, err
}

// Wholes implements graph.Store.
func (s *Store) Wholes(ctx context.Context, after graph.ID, limit int) ([]graph.Whole, error) {
	s.lock.RLock()
	defer s.lock.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	return graph.ReadWholes(s.model, &writeTx{state: s.state}, after, limit)
}

// Seeded implements graph.Store.
func (s *Store) Seeded(ctx context.Context) (bool, error) {
	s.lock.RLock()
	defer s.lock.RUnlock()
	return s.state.seeded || len(s.state.nodes) > 0, s.usable(ctx)
}

// Ping implements graph.Store.
func (s *Store) Ping(ctx context.Context) error {
	s.lock.RLock()
	defer s.lock.RUnlock()
	return s.usable(ctx)
}

// Pool implements graph.Store: there is no engine.
func (s *Store) Pool() graph.Pool { return graph.Pool{} }

// Close implements graph.Store.
func (s *Store) Close() error {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.closed = true
	return nil
}

// Nodes are all nodes that are stored, parts among them, ordered by id. They
// must not be changed.
func (s *Store) Nodes() []*graph.Node {
	s.lock.RLock()
	defer s.lock.RUnlock()
	var nodes []*graph.Node
	for _, id := range slices.Sorted(maps.Keys(s.state.nodes)) {
		nodes = append(nodes, s.state.nodes[id])
	}
	return nodes
}

// writeTx makes a new state.
type writeTx struct{ *state }

var _ graph.WriteTx = (*writeTx)(nil)

// IDs implements graph.ReadTx.
func (w *writeTx) IDs(types []*graph.Type, after graph.ID, limit int) ([]graph.ID, error) {
	var ids []graph.ID
	for _, id := range slices.Sorted(maps.Keys(w.nodes)) {
		if id > after && slices.Contains(types, w.nodes[id].Type) && len(ids) < limit {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Load implements graph.ReadTx.
func (w *writeTx) Load(ids []graph.ID) (map[graph.ID]*graph.Node, error) {
	found := map[graph.ID]*graph.Node{}
	for _, id := range ids {
		if node := w.nodes[id]; node != nil {
			found[id] = node
		}
	}
	return found, nil
}

// Types implements graph.ReadTx.
func (w *writeTx) Types(ids []graph.ID) (map[graph.ID]*graph.Type, error) {
	types := map[graph.ID]*graph.Type{}
	for _, id := range ids {
		if node := w.nodes[id]; node != nil {
			types[id] = node.Type
		}
	}
	return types, nil
}

// Identified implements graph.WriteTx.
func (w *writeTx) Identified(keys []graph.Identifier) (map[graph.Identifier]graph.ID, error) {
	known := map[graph.Identifier]graph.ID{}
	for id, node := range w.nodes {
		for _, key := range graph.Identifiers(node) {
			if slices.Contains(keys, key) {
				known[key] = id
			}
		}
	}
	return known, nil
}

// Sources implements graph.ReadTx.
func (w *writeTx) Sources(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error) {
	sources := map[graph.ID][]graph.ID{}
	for _, id := range ids {
		for _, node := range w.referrers[id] {
			if slices.ContainsFunc(node.Links, func(l graph.Link) bool { return l.To == id && slices.Contains(links, l.Type) }) {
				sources[id] = append(sources[id], node.ID)
			}
		}
	}
	return sources, nil
}

// Put implements graph.WriteTx.
func (w *writeTx) Put(node *graph.Node) error {
	w.nodes[node.ID] = node
	return nil
}

// Delete implements graph.WriteTx.
func (w *writeTx) Delete(id graph.ID) error {
	delete(w.nodes, id)
	return nil
}

// Finish implements graph.WriteTx.
func (w *writeTx) Finish(changed, seeded bool) (int64, error) {
	written := newState(w.nodes)
	written.revision, written.seeded = w.revision, w.seeded || seeded
	if changed {
		written.revision++
	}
	w.state = written
	return written.revision, nil
}
