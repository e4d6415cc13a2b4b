package graphtest

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/schema"
)

var failingCases = map[string]func(*world){
	"batches that are cancelled at random": batchesAreCancelledAtRandom,
	"batches that run out of time":         batchesRunOutOfTime,
}

// Toggle is a graph in two states and the batches that lead from each to the
// other: nearly all nodes and links change, some come and some go.
type Toggle struct {
	store   graph.Store
	batches [2]graph.Batch
	states  [2]string
	took    [2]time.Duration
	// now is the state that the store is in.
	now int
}

// NewToggle puts a store into the first state.
func NewToggle(t *testing.T, store graph.Store) *Toggle {
	t.Helper()
	const seed = 7
	size := Size{Firms: 40, People: 10, Events: 60, Sources: 20}
	g := &Toggle{store: store, batches: [2]graph.Batch{Wave(schema.Model(), size, seed), Wave(schema.Model(), size, seed+1)}}
	g.apply(t)
	for g.now = range g.states {
		g.took[g.now] = g.apply(t)
		g.states[g.now] = State(t, store)
	}
	return g
}

func (g *Toggle) apply(t *testing.T) time.Duration {
	t.Helper()
	begun := time.Now()
	if _, err := g.store.Apply(t.Context(), g.batches[g.now]); err != nil {
		t.Fatal(err)
	}
	return time.Since(begun)
}

// Try has a batch fail, or not, and holds the store to being in the state
// before or, unless the batch must not have been written, in that after it.
// fail gets about the time that the batch takes, and returns its error.
func (g *Toggle) Try(t *testing.T, fail func(batch graph.Batch, took time.Duration) error) (err error) {
	t.Helper()
	next := 1 - g.now
	err = fail(g.batches[next], g.took[next])
	got := State(t, g.store)
	switch {
	case got == g.states[next]:
		g.now = next
	case err == nil:
		t.Fatalf("a batch was answered and is not there: %s", Difference(got, g.states[next]))
	case got != g.states[g.now]:
		t.Fatalf("a batch that failed with %v left something: %s", err, Difference(got, g.states[g.now]))
	}
	return err
}

// Finish holds the store to still working.
func (g *Toggle) Finish(t *testing.T) {
	t.Helper()
	for range g.states {
		g.now = 1 - g.now
		g.apply(t)
		if difference := Difference(State(t, g.store), g.states[g.now]); difference != "" {
			t.Fatalf("after all: %s", difference)
		}
	}
}

// Wave is a graph out of a seed as one batch, which also deletes what other
// seeds have and this one has not: written one after the other, each leaves
// itself alone. Ids name the kinds of events, which seeds choose differently.
func Wave(m *graph.Model, size Size, seed uint64) graph.Batch {
	var all, wave graph.Batch
	// The one batch is handed over as it is, and cannot fail.
	_ = NewGenerator(m, size, seed).Batches(1<<30, func(b graph.Batch) error { all = b; return nil })
	ids := map[graph.ID]graph.ID{}
	for i := range size.Events {
		ids[EventID(i)] = ""
		if missing := (uint64(i)+seed)%4 == 0; missing {
			wave.Deletes = append(wave.Deletes, claimID(i))
		}
	}
	for _, node := range all.Nodes {
		if _, event := ids[node.ID]; event && !slices.Contains(wave.Deletes, claimOf(node.ID)) {
			ids[node.ID] = kindID(node.ID, node.Type.Name)
		}
	}
	for id, chosen := range ids {
		for _, kind := range eventRoles {
			if other := kindID(id, kind.kind); other != chosen {
				wave.Deletes = append(wave.Deletes, other)
			}
		}
	}
	for _, node := range all.Nodes {
		if node.ID = cmp.Or(ids[node.ID], node.ID); slices.Contains(wave.Deletes, node.ID) || ids[node.ID] == "" {
			continue
		}
	}
	return wave
}

// failingRounds is how often a batch is made to fail.
const failingRounds = 16

func batchesAreCancelledAtRandom(w *world) {
	w.fail(func(after time.Duration) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(w.Context())
		timer := time.AfterFunc(after, cancel)
		return ctx, func() { timer.Stop(); cancel() }
	}, context.Canceled)
}

func batchesRunOutOfTime(w *world) {
	w.fail(func(after time.Duration) (context.Context, context.CancelFunc) {
		return context.WithTimeout(w.Context(), after)
	}, context.DeadlineExceeded)
}

func (w *world) fail(end func(time.Duration) (context.Context, context.CancelFunc), want error) {
	g := NewToggle(w.T, w.store)
	failed := 0
	for range failingRounds {
		err := g.Try(w.T, func(batch graph.Batch, took time.Duration) error {
			ctx, cancel := end(time.Duration(rand.Float64() * float64(took)))
			defer cancel()
			_, err := w.store.Apply(ctx, batch)
			return err
		})
		if err != nil {
			failed++
			if !errors.Is(err, want) {
				w.Errorf("got %v, want %v", err, want)
			}
		}
	}
	if failed == 0 {
		w.Error("no batch failed")
	}
	g.Finish(w.T)
}
