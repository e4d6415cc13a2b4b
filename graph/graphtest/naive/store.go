// Package naive is a store without an engine: maps, read by going through them,
// with a copy of everything for each revision. The stores are compared with it,
// so it is written to be plainly right, and shares no reading code with them.
package naive

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/graph/write"
)

// Store is a graph in memory.
type Store struct {
	model *graph.Model
	// lock is held for reading by running calls, which Close waits for.
	lock sync.RWMutex
	// states has the graph after each revision, from none at all; the last one
	// is the present.
	states []*state
	closed bool
	// Now is the clock of changes.
	Now func() time.Time
}

var _ store.Store = (*Store)(nil)

// New makes an empty store.
func New(m *graph.Model) *Store {
	return &Store{model: m, states: []*state{newState(m)}, Now: time.Now}
}

// now is the graph as it is. The lock is held.
func (s *Store) now() *state { return s.states[len(s.states)-1] }

var errClosed = errors.New("naive: closed")

// usable tells why a call cannot be served, if it cannot. The lock is held.
func (s *Store) usable(ctx context.Context) error {
	if s.closed {
		return graph.Unavailable(errClosed)
	}
	return ctx.Err()
}

// reading runs f on the present.
func (s *Store) reading(ctx context.Context, f func(*state) error) error {
	s.lock.RLock()
	defer s.lock.RUnlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	return f(s.now())
}

// Query implements store.Store.
func (s *Store) Query(ctx context.Context, p *plan.Plan) (*plan.Result, error) {
	result, reading := &plan.Result{}, store.NewReading(p)
	err := s.reading(ctx, func(now *state) (err error) {
		defer func() {
			switch reason := recover().(type) {
			case nil:
			case refusal:
				err = reason.error
			default:
				panic(reason)
			}
		}()
		for _, f := range p.Fetches {
			rows, err := now.fetch(f)
			if err == nil {
				err = count(reading, rows)
			}
			if err != nil {
				return err
			}
			result.Fetches = append(result.Fetches, rows)
		}
		if p.Datasets {
			result.Datasets = write.DatasetsJSON(now.contributing())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	result.Read = reading.Rows()
	return result, nil
}

// Counts implements store.Store.
func (s *Store) Counts(ctx context.Context, limit int) (*plan.Counts, error) {
	counts := &plan.Counts{Nodes: map[*graph.Type]int{}, Links: map[*graph.LinkType]int{}}
	nodes, links := 0, 0
	err := s.reading(ctx, func(now *state) error {
		for _, node := range now.nodes {
			counts.Nodes[node.Type]++
			nodes++
			for _, link := range node.Links {
				counts.Links[link.Type]++
				links++
			}
		}
		return nil
	})
	if err != nil || nodes > limit || links > limit {
		return nil, err
	}
	return counts, nil
}

// count counts rows, and all that comes with them.
func count(reading *store.Reading, rows *plan.Rows) error {
	if rows == nil {
		return nil
	}
	for _, row := range append(rows.Rows, onPaths(rows.Paths)...) {
		if err := countRow(reading, row); err != nil {
			return err
		}
	}
	for _, facet := range rows.Facets {
		for _, v := range facet.Values {
			if err := errors.Join(reading.Counted(v.Value), countRow(reading, v.Node)); err != nil {
				return err
			}
		}
	}
	for _, buckets := range rows.Histograms {
		for _, b := range buckets {
			if b.Count == 0 {
				continue
			}
			if err := reading.Counted(graph.Text(b.From)); err != nil {
				return err
			}
		}
	}
	return nil
}

// onPaths are the rows of a search for paths, each once.
func onPaths(paths *plan.FoundPaths) []*plan.Row {
	if paths == nil {
		return nil
	}
	rows := paths.Skipped
	for _, hops := range paths.Paths {
		for _, hop := range hops {
			rows = append(rows, hop.From, hop.Fact, hop.To)
		}
	}
	seen := map[graph.ID]bool{}
	return slices.DeleteFunc(slices.Clone(rows), func(row *plan.Row) bool {
		again := seen[row.ID]
		seen[row.ID] = true
		return again
	})
}

func countRow(reading *store.Reading, row *plan.Row) error {
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
	return countRow(reading, row.Via)
}

// Write implements store.Store.
func (s *Store) Write(ctx context.Context, meta write.Meta, f func(*write.Tx) error) (write.Written, error) {
	var written write.Written
	err := s.transact(ctx, func(storage write.Storage) (err error) {
		written, err = write.Run(s.model, storage, meta, s.Now(), f)
		return err
	})
	return written, err
}

// Import implements store.Store.
func (s *Store) Import(ctx context.Context, meta write.Meta, records iter.Seq2[*write.Record, error], o write.ImportOptions) (write.Imported, error) {
	return write.Import(ctx, s.model, s.transact, meta, records, o)
}

// transact runs f on a copy of the present, which then is the present.
func (s *Store) transact(ctx context.Context, f func(write.Storage) error) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	next := s.now().copy()
	if err := f(&storage{state: next}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(next.revisions) == len(s.now().revisions) {
		s.states[len(s.states)-1] = next
	} else {
		s.states = append(s.states, next)
	}
	return nil
}

// Export implements store.Store.
func (s *Store) Export(ctx context.Context, at int64, after graph.ID, limit int) ([]write.Stored, error) {
	var all []write.Stored
	err := s.reading(ctx, func(state *state) error {
		if at > 0 && at < int64(len(s.states)) {
			state = s.states[at]
		}
		for _, id := range state.ids() {
			if id > after && len(all) < limit {
				all = append(all, *state.stored(id))
			}
		}
		return nil
	})
	return all, err
}

// Changes implements store.Store.
func (s *Store) Changes(ctx context.Context, after store.ChangePosition, limit int) ([]write.Change, error) {
	var changes []write.Change
	err := s.reading(ctx, func(now *state) error {
		for _, c := range now.changes {
			behind := c.Revision > after.Revision || c.Revision == after.Revision && after.ID != "" && c.ID > after.ID
			if behind && len(changes) < limit {
				changes = append(changes, c)
			}
		}
		return nil
	})
	return changes, err
}

// Revisions implements store.Store.
func (s *Store) Revisions(ctx context.Context, after int64, limit int) ([]write.Revision, error) {
	var revisions []write.Revision
	err := s.reading(ctx, func(now *state) error {
		for _, r := range now.revisions {
			if r.Number > after && len(revisions) < limit {
				revisions = append(revisions, r)
			}
		}
		return nil
	})
	return revisions, err
}

// RevisionAt implements store.Store.
func (s *Store) RevisionAt(ctx context.Context, at time.Time) (write.Revision, error) {
	var last write.Revision
	err := s.reading(ctx, func(now *state) error {
		for _, r := range now.revisions {
			if !r.At.After(at) {
				last = r
			}
		}
		return nil
	})
	return last, err
}

// Retired implements store.Store.
func (s *Store) Retired(ctx context.Context, after graph.ID, limit int) ([]write.Retired, error) {
	var all []write.Retired
	err := s.reading(ctx, func(now *state) error {
		retired := map[graph.ID]write.Retired{}
		for id, into := range now.aliases {
			retired[id] = write.Retired{ID: id, Into: into, Marked: now.marks[id]}
		}
		for id := range now.marks {
			retired[id] = write.Retired{ID: id, Into: now.aliases[id], Marked: true}
		}
		for _, id := range slices.Sorted(maps.Keys(retired)) {
			if id > after && len(all) < limit {
				all = append(all, retired[id])
			}
		}
		return nil
	})
	return all, err
}

// Verify implements store.Store.
func (s *Store) Verify(ctx context.Context, found []write.Verified) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	next := s.now().copy()
	for _, v := range found {
		next.verified[v.Node] = v.Found
	}
	maps.DeleteFunc(next.verified, func(id graph.ID, _ string) bool { return next.nodes[id] == nil })
	s.states[len(s.states)-1] = next
	return nil
}

// Verified implements store.Store.
func (s *Store) Verified(ctx context.Context, after graph.ID, limit int) ([]write.Verified, error) {
	var all []write.Verified
	err := s.reading(ctx, func(now *state) error {
		for _, id := range slices.Sorted(maps.Keys(now.verified)) {
			if id > after && len(all) < limit && now.nodes[id] != nil {
				all = append(all, write.Verified{Node: id, Found: now.verified[id]})
			}
		}
		return nil
	})
	return all, err
}

// Datasets implements store.Store.
func (s *Store) Datasets(ctx context.Context) ([]write.Dataset, error) {
	var all []write.Dataset
	err := s.reading(ctx, func(now *state) error {
		all = now.contributing()
		return nil
	})
	return all, err
}

// Seeded implements store.Store.
func (s *Store) Seeded(ctx context.Context) (bool, error) {
	seeded := false
	err := s.reading(ctx, func(now *state) error {
		seeded = now.seeded || len(now.nodes) > 0
		return nil
	})
	return seeded, err
}

// Ping implements store.Store.
func (s *Store) Ping(ctx context.Context) error {
	return s.reading(ctx, func(*state) error { return nil })
}

// Pool implements store.Store: there is no engine.
func (s *Store) Pool() store.Pool { return store.Pool{} }

// Close implements store.Store.
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
	for _, id := range slices.Sorted(maps.Keys(s.now().nodes)) {
		nodes = append(nodes, s.now().nodes[id])
	}
	return nodes
}
