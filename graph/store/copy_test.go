package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/store"
	"companygraph/schema"
)

// circles are statements that answer each other across all batches in which
// they are copied, and have quotations and claims.
func circles(n int) graphtest.Batch {
	m := schema.Model()
	batch := graphtest.Sample(m)
	link := func(node *graph.Node, field string, to graph.ID) {
		node.Links = append(node.Links, graph.Link{Type: node.Type.Link(field), To: to})
	}
	add := func(id graph.ID, kind graph.TypeName, values map[string]graph.Value) *graph.Node {
		node := &graph.Node{ID: id, Type: m.Types[kind], Values: values}
		batch.Nodes = append(batch.Nodes, node)
		return node
	}
	id := func(i int) graph.ID { return graph.ID(fmt.Sprintf("answer-%05d", i%n)) }
	text := graph.Text
	for i := range n {
		statement := add(id(i), "Statement", map[string]graph.Value{"title": text("Answer"), "phase": text("OCCURRED"), "several": graph.Bool(false)})
		link(statement, "responseTo", id(i+n/2))
		link(statement, "responseTo", "ban")
		part := graph.PartID(id(i), "quotations", 0)
		link(statement, "quotations", part)
		link(add(part, "Quotation", map[string]graph.Value{"gist": text("Words"), "evidence": text("[]")}), "source", "report")
		claim := add(id(i)+"-claim", "Claim", map[string]graph.Value{"stance": text("DENIES"), "attribution": text("SOURCE"), "evidence": text("[]")})
		link(claim, "fact", id(i))
		link(claim, "source", "report")
		link(claim, "utteredIn", id(i+1))
	}
	return batch
}

func naiveStore(t *testing.T, batch graphtest.Batch) store.Store {
	t.Helper()
	store := naive.New(schema.Model())
	if _, err := graphtest.Write(t.Context(), store, batch); err != nil {
		t.Fatal(err)
	}
	return store
}

func TestCopyOfCircles(t *testing.T) {
	from, to := naiveStore(t, circles(900)), naiveStore(t, graphtest.Batch{})
	nodes, err := store.Copy(t.Context(), schema.Model(), from, to)
	if want := 16 + 2*900; err != nil || nodes != want {
		t.Errorf("copied %d nodes, %v; want %d", nodes, err, want)
	}
	if difference := graphtest.Difference(graphtest.State(t, to), graphtest.State(t, from)); difference != "" {
		t.Error(difference)
	}
}

func TestCopyTakesTheMarkAlong(t *testing.T) {
	for _, marked := range []bool{false, true} {
		to := naiveStore(t, graphtest.Batch{})
		if _, err := store.Copy(t.Context(), schema.Model(), naiveStore(t, graphtest.Batch{Seeding: marked}), to); err != nil {
			t.Fatal(err)
		}
		if seeded, err := to.Seeded(t.Context()); err != nil || seeded != marked {
			t.Errorf("the copy of an empty store is seeded: %t, %v; want %t", seeded, err, marked)
		}
	}
}

func TestCopyRefuses(t *testing.T) {
	m := schema.Model()
	if _, err := store.Copy(t.Context(), m, naiveStore(t, graphtest.Batch{}), naiveStore(t, circles(1))); !errors.Is(err, store.ErrHoldsNodes) {
		t.Errorf("into a store with nodes: got %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Copy(cancelled, m, naiveStore(t, circles(1)), naiveStore(t, graphtest.Batch{})); !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context: got %v", err)
	}
}
