package graphtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/httpserver"
	"companygraph/schema"

	"github.com/tidwall/gjson"
)

var failingCases = map[string]func(*world){
	"batches that are cancelled at random": batchesAreCancelledAtRandom,
	"batches that run out of time":         batchesRunOutOfTime,
	"long texts fill no memory":            longTextsFillNoMemory,
}

// Toggle is a graph in two states and the batches that lead from each to the
// other: nearly all nodes and links change, some come and some go.
type Toggle struct {
	store   store.Store
	batches [2]Batch
	states  [2]string
	took    [2]time.Duration
	// now is the state that the store is in.
	now int
}

// NewToggle puts a store into the first state.
func NewToggle(t *testing.T, store store.Store) *Toggle {
	t.Helper()
	const seed = 7
	size := Size{Firms: 30, People: 10, Events: 40, Sources: 10}
	g := &Toggle{store: store, batches: [2]Batch{Wave(schema.Model(), size, seed), Wave(schema.Model(), size, seed+1)}}
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
	if _, err := Write(t.Context(), g.store, g.batches[g.now]); err != nil {
		t.Fatal(err)
	}
	return time.Since(begun)
}

// Try has a batch fail, or not, and holds the store to being in the state
// before or, unless the batch must not have been written, in that after it.
// fail gets about the time that the batch takes, and returns its error.
func (g *Toggle) Try(t *testing.T, fail func(batch Batch, took time.Duration) error) (err error) {
	t.Helper()
	next := 1 - g.now
	err = fail(g.batches[next], g.took[next])
	got := settled(func() string { return State(t, g.store) }, g.states[:]...)
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
func Wave(m *graph.Model, size Size, seed uint64) Batch {
	g := NewGenerator(m, size, seed)
	var wave Batch
	written := map[graph.ID]bool{}
	add := func(nodes ...*graph.Node) {
		for _, node := range nodes {
			written[node.ID] = true
			wave.Nodes = append(wave.Nodes, node)
		}
	}
	for i := range size.Sources {
		add(g.source(i)...)
	}
	for i := range size.Firms {
		add(g.firm(i)...)
	}
	for i := range size.People {
		add(g.person(i)...)
	}
	for i := range size.Events {
		nodes := g.event(i)
		event, claim := nodes[0], nodes[1]
		event.ID = kindID(i, event.Type.Name)
		claim.Links[0].To = event.ID
		if (uint64(i)+seed)%4 > 0 {
			add(event, claim)
		}
	}
	wave.Deletes = slices.DeleteFunc(possibleEvents(size), func(id graph.ID) bool { return written[id] })
	return wave
}

func kindID(event int, kind graph.TypeName) graph.ID { return EventID(event) + "-" + graph.ID(kind) }

// possibleEvents are all events and claims that a wave may have.
func possibleEvents(size Size) []graph.ID {
	var ids []graph.ID
	for i := range size.Events {
		ids = append(ids, claimID(i))
		for _, role := range eventRoles {
			ids = append(ids, kindID(i, role.kind))
		}
	}
	return ids
}

// failingRounds is how often a batch is made to fail.
const failingRounds = 10

func batchesAreCancelledAtRandom(w *world) {
	w.fail(func(after time.Duration) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(w.Context())
		if after == 0 {
			cancel()
		}
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
	for round := range failingRounds {
		err := g.Try(w.T, func(batch Batch, took time.Duration) error {
			// Later and later, and the first at once.
			part := max(0, float64(round)+rand.Float64()-1) / failingRounds
			ctx, cancel := end(time.Duration(part * float64(took)))
			defer cancel()
			_, err := Write(ctx, w.store, batch)
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

// longTextsFillNoMemory has a store read more text than it may, by its nodes,
// by what follows them and by what lies between.
func longTextsFillNoMemory(w *world) {
	const long, middling, short = 1000, 500, 100
	entities := "entities:\n  - { id: acme, type: Company, name: Acme }\n  - { id: ann, type: Person, name: Ann, description: " + strings.Repeat("a", long) + " }\n"
	facts := "facts:\n"
	for i := range 10 {
		entities += fmt.Sprintf("  - { id: office-%d, type: Office, name: Office %d }\n", i, i)
		facts += fmt.Sprintf("  - { id: ban-%d, type: Ban, title: %s, phase: PROPOSED, date: \"2017\", targets: acme, advocates: ann }\n", i, strings.Repeat("b", short))
		facts += fmt.Sprintf("  - { id: presence-%d, type: Presence, title: %s, phase: ONGOING, firm: acme, office: office-%d }\n", i, strings.Repeat("p", middling), i)
	}
	w.load(entities + facts)
	options := httpserver.LocalOptions()
	options.MaxAnswer = 2 * long
	server, err := httpserver.NewHandler(w.store, schema.Model(), options)
	if err != nil {
		w.Fatal(err)
	}
	server.SetReady()
	w.server = server
	for _, c := range []struct {
		query string
		over  bool
	}{
		{`{ bans(first: 10) { nodes { title } } }`, false},
		{`{ bans(first: 10) { nodes { title advocates { name } } } }`, false},
		{`{ bans(first: 1) { nodes { advocates { description } } } }`, false},
		{`{ firm(id: "acme") { offices(first: 2) { edges { fact { title } } } } }`, false},
		{`{ firm(id: "acme") { offices(first: 10) { edges { fact { title } } } } }`, true},
		{`{ bans(first: 10) { nodes { id advocates { description } } } }`, true},
		{`{ a: person(id: "ann") { description } b: person(id: "ann") { description } c: person(id: "ann") { description }
			d: person(id: "ann") { description } e: person(id: "ann") { description } }`, true},
	} {
		answer := w.ask(c.query, nil)
		limited := gjson.GetBytes(answer, "errors.0.extensions")
		over := limited.Get("limited").Str == "text" && limited.Get("limit").Int() == 4*long && limited.Get("value").Int() > 4*long
		if over != c.over || over == (gjson.GetBytes(answer, "errors").Raw == "") {
			w.Errorf("%s is answered %.300s", c.query, answer)
		}
	}
}
