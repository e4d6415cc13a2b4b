package graphtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/schema"
)

var lifecycleCases = map[string]func(*world){
	"a finished context":                  finishedContextIsItsError,
	"a context that ends at any moment":   callsMayBeCancelledAtAnyMoment,
	"closed":                              closedStoreIsUnavailable,
	"closed while calls are running":      closeWaitsForRunningCalls,
	"a closed store behind the server":    serverSaysUnavailable,
	"many readers at once and one writer": readersAndWriterAtOnce,
}

// firmsPlan asks for all firms and their bans.
func firmsPlan() *plan.Plan {
	m := schema.Model()
	order := []plan.Order{{Property: graph.IDProperty}}
	relation := m.Relation("Firm", "bans")
	return &plan.Plan{Fetches: []*plan.Fetch{{
		Name: "firms", Match: plan.ByType{}, Window: &plan.Window{Order: order, Limit: 10}, Count: true, Types: m.Concrete("Firm"),
		Shape: &plan.Shape{Follows: []*plan.Follow{{
			Name: "bans", Parents: m.Concrete("Firm"), Path: plan.PathOf(relation), Types: m.Concrete(relation.Target),
			Extent: &plan.Window{Order: order, Limit: 10}, Count: true, Shape: &plan.Shape{},
		}}},
	}}}
}

// calls are those of a store that take a context.
func (w *world) calls(batch Batch) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Query":  func(ctx context.Context) error { _, err := w.store.Query(ctx, firmsPlan()); return err },
		"Write":  func(ctx context.Context) error { _, err := Write(ctx, w.store, batch); return err },
		"Import": func(ctx context.Context) error { return Import(ctx, w.store, Dataset, batch.Nodes) },
		"Seeded": func(ctx context.Context) error { _, err := w.store.Seeded(ctx); return err },
		"Export": func(ctx context.Context) error { _, err := w.store.Export(ctx, 0, "", 10); return err },
		"Counts": func(ctx context.Context) error { _, err := w.store.Counts(ctx, 10); return err },
		"Ping":   w.store.Ping,
	}
}

func finishedContextIsItsError(w *world) {
	cancelled, cancel := context.WithCancel(w.Context())
	cancel()
	late, cancel := context.WithDeadline(w.Context(), time.Unix(0, 0))
	defer cancel()
	batch := w.batch("entities: [{ id: x, type: Company, name: X }]")
	for name, call := range w.calls(batch) {
		if err := call(cancelled); !errors.Is(err, context.Canceled) {
			w.Errorf("%s with a cancelled context: got %v", name, err)
		}
		if err := call(late); !errors.Is(err, context.DeadlineExceeded) {
			w.Errorf("%s after its deadline: got %v", name, err)
		}
	}
	w.answers("{ firms { totalCount } }", `{"firms":{"totalCount":0}}`)
}

// fuse is a context that is cancelled when it has been looked at so many times.
type fuse struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
}

func newFuse(parent context.Context, looks int64) *fuse {
	f := &fuse{}
	f.Context, f.cancel = context.WithCancel(parent)
	f.left.Store(looks)
	return f
}

func (f *fuse) burn() {
	if f.left.Add(-1) < 0 {
		f.cancel()
	}
}

func (f *fuse) Err() error {
	f.burn()
	return f.Context.Err()
}

func (f *fuse) Done() <-chan struct{} {
	f.burn()
	return f.Context.Done()
}

// callsMayBeCancelledAtAnyMoment cancels each call a little later every time,
// until it gets through. A batch is then written wholly or not at all, and the
// store goes on.
func callsMayBeCancelledAtAnyMoment(w *world) {
	const state = "{ firms { nodes { name bans { nodes { id } } } } }"
	w.load("entities: [{ id: a, type: Company, name: A }]\nfacts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: a }]")
	before := string(w.ask(state, nil))
	const written = `{"data":{"firms":{"nodes":[{"name":"New","bans":{"nodes":[{"id":"f"}]}},{"name":"X","bans":{"nodes":[{"id":"f"}]}}]}}}`
	batch := w.batch("entities: [{ id: a, type: Company, name: New }, { id: x, type: Company, name: X }]\nfacts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: [a, x] }]")
	for name, call := range w.calls(batch) {
		for looks := int64(0); ; looks++ {
			f := newFuse(w.Context(), looks)
			err := call(f)
			f.cancel()
			if got := settled(func() string { return string(w.ask(state, nil)) }, before, written); got != before && got != written {
				w.Fatalf("%s cancelled after %d looks left %s", name, looks, got)
			}
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				w.Fatalf("%s cancelled after %d looks: got %v", name, looks, err)
			}
		}
	}
	if got := string(w.ask(state, nil)); got != written {
		w.Errorf("got %s in the end", got)
	}
}

func (w *world) close() {
	w.Helper()
	if err := w.store.Close(); err != nil {
		w.Errorf("close: %v", err)
	}
}

func isUnavailable(err error) bool {
	own := (*graph.Error)(nil)
	return errors.As(err, &own) && own.Code == graph.CodeUnavailable
}

func closedStoreIsUnavailable(w *world) {
	w.close()
	for name, call := range w.calls(Batch{}) {
		if err := call(w.Context()); !isUnavailable(err) {
			w.Errorf("%s on a closed store: got %v", name, err)
		}
	}
	w.close()
}

func closeWaitsForRunningCalls(w *world) {
	w.load("entities: [{ id: a, type: Company, name: A }]")
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	var running, started sync.WaitGroup
	for range 2 {
		for name, call := range w.calls(w.batch("entities: [{ id: a, type: Company, name: B }]")) {
			started.Add(1)
			running.Go(func() {
				err := call(ctx)
				for started.Done(); err == nil; {
					err = call(ctx)
				}
				if !isUnavailable(err) {
					w.Errorf("%s while the store closes: got %v", name, err)
				}
			})
		}
	}
	started.Wait()
	w.close()
	running.Wait()
}

func serverSaysUnavailable(w *world) {
	w.close()
	const want = `{"errors":[{"message":"the database cannot be reached","path":["firm"],"extensions":{"code":"UNAVAILABLE"}}],"data":{"firm":null}}`
	if got := string(w.ask(`{ firm(id: "a") { id } }`, nil)); got != want {
		w.Errorf("got %s, want %s", got, want)
	}
}

func readersAndWriterAtOnce(w *world) {
	w.load("entities: [{ id: a, type: Company, name: A }]")
	var readers sync.WaitGroup
	for range 16 {
		readers.Go(func() {
			for range 20 {
				w.answers(`{ firm(id: "a") { id } }`, `{"firm":{"id":"a"}}`)
			}
		})
	}
	for n := range 20 {
		w.load(fmt.Sprintf("entities: [{ id: a, type: Company, name: A%d }, { id: b%[1]d, type: Company, name: B }]", n))
	}
	readers.Wait()
	w.answers("{ firms { totalCount } }", `{"firms":{"totalCount":21}}`)
}
