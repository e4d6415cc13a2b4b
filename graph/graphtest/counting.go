package graphtest

import (
	"errors"
	"maps"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/schema"
)

var countingCases = map[string]func(*world){
	"what there is by type":         countsWhatThereIs,
	"too many are not counted":      countsUpToALimit,
	"what plans read is told":       plansTellWhatTheyRead,
	"plans are held to their rows":  plansAreHeldToTheirRows,
	"what is gone is not counted":   countsNothingThatIsGone,
	"the empty graph has no counts": countsNothing,
}

// counted are the numbers of a graph by the names of its types and links.
func (w *world) counted(limit int) map[string]int {
	w.Helper()
	counts, err := w.store.Counts(w.Context(), limit)
	if err != nil {
		w.Fatal(err)
	}
	if counts == nil {
		return nil
	}
	all := map[string]int{}
	for t, n := range counts.Nodes {
		all[string(t.Name)] += n
	}
	for l, n := range counts.Links {
		all[l.Name] += n
	}
	maps.DeleteFunc(all, func(_ string, n int) bool { return n == 0 })
	return all
}

// numbersOf counts a batch.
func numbersOf(batch Batch) (all map[string]int, nodes, links int) {
	all = map[string]int{}
	for _, node := range batch.Nodes {
		all[string(node.Type.Name)]++
		nodes++
		for _, link := range node.Links {
			all[link.Type.Name]++
			links++
		}
	}
	return all, nodes, links
}

func countsWhatThereIs(w *world) {
	sample := Sample(schema.Model())
	w.apply(sample)
	want, nodes, links := numbersOf(sample)
	if got := w.counted(max(nodes, links)); !maps.Equal(got, want) {
		w.Errorf("counted %v, want %v", got, want)
	}
}

func countsUpToALimit(w *world) {
	sample := Sample(schema.Model())
	w.apply(sample)
	_, nodes, links := numbersOf(sample)
	for _, limit := range []int{nodes - 1, links - 1} {
		if got := w.counted(limit); got != nil {
			w.Errorf("up to %d of %d nodes and %d links: counted %v", limit, nodes, links, got)
		}
	}
}

func countsNothing(w *world) {
	if got := w.counted(1); got == nil || len(got) > 0 {
		w.Errorf("counted %v", got)
	}
}

func countsNothingThatIsGone(w *world) {
	w.apply(Sample(schema.Model()))
	before := w.counted(1000)
	w.load("entities: [{ id: somewhere, type: Place, name: Somewhere }]\nfacts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: somewhere }]")
	w.remove("f", "somewhere")
	if got := w.counted(1000); !maps.Equal(got, before) {
		w.Errorf("counted %v, before %v", got, before)
	}
}

// wideQuery reads facts and claims of every entity.
const wideQuery = `{ entities { nodes { id facts { nodes { id claims { nodes { id } } } } } } }`

func plansTellWhatTheyRead(w *world) {
	w.apply(Sample(schema.Model()))
	p := PlanOf(w.T, wideQuery, nil)
	result, err := w.store.Query(w.Context(), p)
	if err != nil {
		w.Fatal(err)
	}
	entities := len(result.Fetches[0].Rows)
	if result.Read <= entities || result.Scanned < 0 {
		w.Errorf("%d rows were read for %d entities and what belongs to them, %d looked through", result.Read, entities, result.Scanned)
	}
}

func plansAreHeldToTheirRows(w *world) {
	w.apply(Sample(schema.Model()))
	p := PlanOf(w.T, wideQuery, nil)
	result, err := w.store.Query(w.Context(), p)
	if err != nil {
		w.Fatal(err)
	}
	w.needsRows(p, result.Read)
}

// needsRows holds a plan to being answered within so many rows, and refused within fewer.
func (w *world) needsRows(p *plan.Plan, rows int) {
	w.Helper()
	for limit, refused := range map[int]bool{rows: false, rows - 1: true, 1: true} {
		limited := *p
		limited.MaxRows = limit
		_, err := w.store.Query(w.Context(), &limited)
		own := new(graph.Error)
		if got := errors.As(err, &own) && own.Code == graph.CodeLimit; got != refused {
			w.Errorf("with %d of %d rows: %v", limit, rows, err)
		}
	}
}
