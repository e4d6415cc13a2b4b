package differ

import (
	"context"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/schema"
	"companygraph/seed/loader"
)

// TestDataset holds the printed form of batches to be read back as they were:
// a case that is made of them is of what differed.
func TestDataset(t *testing.T) {
	m := schema.Model()
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 0))
		g := &grower{model: m, random: random, words: newVocabulary(random), subset: newTypeSubset(m, random)}
		batch := g.first()
		store := naive.New(m)
		if _, err := graphtest.Write(t.Context(), store, batch); err != nil {
			t.Logf("seed %d is refused: %v", seed, err)
			continue
		}
		read := loader.Read(m, []loader.File{{Name: "case.yaml", Text: append([]byte("dataset: case\n"), dataset(batch)...)}})
		again := naive.New(m)
		if _, err := read.Load(t.Context(), again, loader.Options{}); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !reflect.DeepEqual(store.Nodes(), again.Nodes()) {
			t.Errorf("seed %d is not what it was:\n%s", seed, dataset(batch))
		}
	}
}

// miscounting is a store that counts one too many from three on.
type miscounting struct{ *naive.Store }

func (s miscounting) Query(ctx context.Context, plan *plan.Plan) (*plan.Result, error) {
	result, err := s.Store.Query(ctx, plan)
	for _, rows := range result.Fetches {
		if rows.Total > 2 {
			rows.Total++
		}
	}
	return result, err
}

// TestShrink holds differences to being found, and made small.
func TestShrink(t *testing.T) {
	open := func(_ *testing.T, m *graph.Model) store.Store { return miscounting{naive.New(m)} }
	for seed := range uint64(3) {
		s := &session{model: schema.Model(), sides: []Side{{Name: "miscounting", Open: open}}, seed: seed, perStage: perStage(0, nil)}
		s.play(t)
		if s.found == nil {
			t.Fatalf("seed %d: a store that counts wrong was not found out", seed)
		}
		text := shrink(t, s.found)
		if lines := strings.Count(text, "\n"); lines > 26 || len(s.found.batches) > 1 || len(public(s.found.batches[0].Nodes)) > 7 {
			t.Errorf("seed %d is not small:\n%s", seed, text)
		}
	}
}
