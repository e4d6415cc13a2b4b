package graphtest

import (
	"math/rand/v2"
	"testing"

	"companygraph/graph/graphtest/naive"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"

	"github.com/tidwall/gjson"
)

var pathCases = map[string]func(*world){
	"old ids":       oldIDsJoin,
	"random graphs": pathsAreThoseOfTheReference,
}

// oldIDsJoin: an id that gave way stands for the one that stayed, wherever paths
// take one.
func oldIDsJoin(w *world) {
	w.load(`
entities:
  - { id: a, type: Company, name: A }
  - { id: b, type: Company, name: B }
  - { id: c, type: Company, name: C }
  - { id: old-a, type: Company, name: Old A }
  - { id: old-b, type: Company, name: Old B }
facts:
  - { id: ab, type: Ownership, title: AB, phase: ONGOING, owner: old-a, asset: b }
  - { id: bc, type: Ownership, title: BC, phase: ONGOING, owner: old-b, asset: c }
`)
	w.edits(func(tx *write.Tx) error { return tx.Merge("a", "old-a") })
	w.edits(func(tx *write.Tx) error { return tx.Merge("b", "old-b") })
	const path = `{"paths":{"paths":[{"hops":[{"from":{"id":"a"},"to":{"id":"b"}},{"from":{"id":"b"},"to":{"id":"c"}}]}],"truncated":null}}`
	for _, ids := range []string{`from: "a", to: "c"`, `from: "old-a", to: "c"`, `from: "a", to: "c", where: { participants: { some: { entity: { id: { eq: "old-b" } } } } }`} {
		w.answers(`{ paths(`+ids+`) { paths { hops { from { id } to { id } } } truncated { reason } } }`, path)
	}
	w.answers(`{ paths(from: "c", to: "old-a", avoid: ["old-b"]) { paths { length } truncated { reason } } }`, `{"paths":{"paths":[],"truncated":null}}`)
	for ids, argument := range map[string]string{
		`from: "a", to: "old-a"`:                   "to",
		`from: "old-a", to: "a"`:                   "to",
		`from: "a", to: "c", avoid: "old-a"`:       "avoid.0",
		`from: "old-b", to: "c", avoid: ["a","b"]`: "avoid.1",
	} {
		answer := w.ask(`{ paths(`+ids+`) { paths { length } } }`, nil)
		if got := gjson.GetBytes(answer, "errors.0.extensions"); got.Get("code").Str != "BAD_USER_INPUT" || got.Get("argument").Str != argument {
			w.Errorf("%s: got %s, want an error about %s", ids, answer, argument)
		}
	}
}

// pathsAreThoseOfTheReference asks for random paths in random graphs. Package
// graph/store/paths has its own test with many more.
func pathsAreThoseOfTheReference(w *world) {
	const graphs, searches = 3, 100
	m := schema.Model()
	for seed := range uint64(graphs) {
		random := rand.New(rand.NewPCG(seed, 3))
		batch, reference, own := PathGraph(m, random), naive.New(m), w.fresh().store
		for _, s := range []store.Store{reference, own} {
			if _, err := Write(w.Context(), s, batch); err != nil {
				w.Fatal(err)
			}
		}
		for range searches {
			p := PathPlan(m, PathMatch(m, random, batch))
			if got, want := pathsIn(w.T, own, p), pathsIn(w.T, reference, p); got != want {
				w.Errorf("seed %d, %s: got\n%s\nwant\n%s", seed, p.Explain(m), got, want)
			}
		}
	}
}

func pathsIn(t *testing.T, s store.Store, p *plan.Plan) string {
	t.Helper()
	result, err := s.Query(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return PathsText(result.Fetches[0].Paths)
}
