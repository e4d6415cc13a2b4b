package graphtest

import (
	"fmt"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"
)

var copyingCases = map[string]func(*world){
	"a copy has what each dataset says": copyHasContributions,
	"a copy answers alike":              copyAnswersAlike,
}

// copied is a copy of the store in another one.
func (w *world) copied(open Open) *world {
	w.Helper()
	other := newWorld(w.T, open)
	if _, err := store.Copy(w.Context(), schema.Model(), w.store, other.store); err != nil {
		w.Fatal(err)
	}
	return other
}

// plain opens a naive store: an engine that is tested may have but one database.
func plain(_ *testing.T, m *graph.Model) store.Store { return naive.New(m) }

func copyHasContributions(w *world) {
	contribute(w)
	there := w.copied(plain)
	there.isCopyOf(w)
	// And back into a store of this kind, where a reload changes as little.
	back := there.copied(w.open)
	back.isCopyOf(there)
	done := back.imports("c", `entities: [{ id: y, type: Retailer, name: C }, { id: gone, type: Place, name: Gone }]`)
	if done.Changed() || len(done.Marked) != 1 {
		w.Errorf("a reload did %+v", done)
	}
}

// contribute has several datasets say something of the same nodes.
func contribute(w *world) {
	w.imports("a", knowsAll)
	w.imports("b", `
entities:
  - { id: kl-lei, type: Company, name: AO Kaspersky Lab, identifiers: [{ scheme: lei, value: "1" }] }
  - { id: z, type: Company, name: Z, identifiers: [{ scheme: cik, value: "1" }] }
  - { id: y, type: Company, name: Y, identifiers: [{ scheme: cik, value: "1" }] }
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: [kl-lei, z] }]`)
	priority := 3
	if _, err := w.tryImport(write.Meta{Dataset: "c", Priority: &priority}, `entities: [{ id: y, type: Retailer, name: C }, { id: gone, type: Place, name: Gone }]`, write.ImportOptions{}); err != nil {
		w.Fatal(err)
	}
	// What was there first counts less, although its dataset was written last.
	w.imports("a", knowsAll+"\nfacts: [{ id: g, type: Ban, title: G, phase: PROPOSED, targets: z }]")
	if _, err := w.store.Write(w.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error {
		if err := tx.Patch("f", write.Patch{Node: &graph.Node{Type: schema.Model().Types["Ban"], Values: map[string]graph.Value{"phase": graph.Text("OCCURRED")}}}); err != nil {
			return err
		}
		return tx.Delete("gone")
	}); err != nil {
		w.Fatal(err)
	}
	w.imports("a", knowsAll, write.ImportOptions{})
}

// isCopyOf holds a store to having all that another one has.
func (w *world) isCopyOf(other *world) {
	w.Helper()
	if difference := Difference(other.content(), w.content()); difference != "" {
		w.Error(difference)
	}
	const datasets = `{ datasets { name title priority nodeCount } nodes(ids: ["kl-lei", "z", "y", "gone"]) { id } ban(id: "f") { phase targets { id name } } }`
	if got, want := string(other.ask(datasets, nil)), string(w.ask(datasets, nil)); got != want {
		w.Errorf("got %s\nwant %s", got, want)
	}
	if got, want := other.retiredIDs(), w.retiredIDs(); got != want {
		w.Errorf("got %s\nwant %s", got, want)
	}
}

// retiredIDs are the ids without nodes of their own, read in pages.
func (w *world) retiredIDs() string {
	w.Helper()
	var all []write.Retired
	for after := graph.ID(""); ; {
		page, err := w.store.Retired(w.Context(), after, 1)
		if err != nil {
			w.Fatal(err)
		}
		if len(page) == 0 {
			return fmt.Sprint(all)
		}
		all, after = append(all, page...), page[0].ID
	}
}

func copyAnswersAlike(w *world) {
	w.load(smallData)
	w.apply(Sample(schema.Model()))
	want := State(w.T, w.store)
	there := w.copied(plain)
	if difference := Difference(State(w.T, there.store), want); difference != "" {
		w.Error(difference)
	}
	if difference := Difference(State(w.T, there.copied(w.open).store), want); difference != "" {
		w.Error(difference)
	}
}
