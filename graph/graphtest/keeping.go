package graphtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"
)

var keepingCases = map[string]func(*world){
	"a key repeats the first result":         keyRepeatsTheFirstResult,
	"a key with another input is refused":    keyWithAnotherInput,
	"a key is its author's":                  keyIsItsAuthors,
	"a key keeps that nothing changed":       keyKeepsThatNothingChanged,
	"a key of what was refused is free":      keyOfRefusedIsFree,
	"a key is used by two at once":           keyUsedByTwoAtOnce,
	"a key stands for a load of any size":    keyStandsForALoad,
	"a key stands for a load that was ended": keyOfAnEndedLoadIsFree,
}

// keyed makes a change under a key: a company of a name.
func (w *world) keyed(author, key, name string) (write.Written, error) {
	records := w.records(fmt.Sprintf(`entities: [{ id: a, type: Company, name: %s }]`, name))
	return w.store.Write(w.Context(), write.Meta{Dataset: "a", Author: author, Key: key, Digest: name}, func(tx *write.Tx) error {
		tx.Keep([]byte("result " + name))
		return tx.Put(records...)
	})
}

func (w *world) isRepeat(got write.Written, err error, revision int64, result string) {
	w.Helper()
	if err != nil || !got.Repeated || got.Revision.Number != revision || string(got.Result) != result {
		w.Errorf("got %+v and %v, want revision %d and %q repeated", got, err, revision, result)
	}
}

func (w *world) head() int64 {
	w.Helper()
	all := w.revisions(0, 10_000)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].Number
}

func keyRepeatsTheFirstResult(w *world) {
	first, err := w.keyed("ann", "k", "A")
	if err != nil || first.Repeated || first.Revision.Number != 1 || first.Revision.Key != "k" || string(first.Result) != "result A" {
		w.Fatalf("got %+v and %v", first, err)
	}
	again, err := w.keyed("ann", "k", "A")
	w.isRepeat(again, err, 1, "result A")
	// The repeat is no change, whatever has changed meanwhile.
	w.loadFor("b", `entities: [{ id: a, type: Company, name: B }]`)
	again, err = w.keyed("ann", "k", "A")
	w.isRepeat(again, err, 1, "result A")
	w.answers(`{ firm(id: "a") { name } }`, `{"firm":{"name":"B"}}`)
	if head := w.head(); head != 2 {
		w.Errorf("there are %d revisions", head)
	}
}

func keyWithAnotherInput(w *world) {
	if _, err := w.keyed("ann", "k", "A"); err != nil {
		w.Fatal(err)
	}
	_, err := w.keyed("ann", "k", "B")
	var problems write.Problems
	if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Code != write.KeyReused {
		w.Errorf("got %v", err)
	}
	w.answers(`{ firm(id: "a") { name } }`, `{"firm":{"name":"A"}}`)
	again, err := w.keyed("ann", "k", "A")
	w.isRepeat(again, err, 1, "result A")
}

func keyIsItsAuthors(w *world) {
	for i, author := range []string{"ann", "bob", "", "Ann", "an\u00e9"} {
		if done, err := w.keyed(author, "k", fmt.Sprint("A", i)); err != nil || done.Repeated || done.Revision.Number != int64(i)+1 {
			w.Errorf("%q: got %+v and %v", author, done, err)
		}
	}
	again, err := w.keyed("bob", "k", "A1")
	w.isRepeat(again, err, 2, "result A1")
	if done, err := w.keyed("bob", "K", "A1"); err != nil || done.Repeated {
		w.Errorf("got %+v and %v", done, err)
	}
}

func keyKeepsThatNothingChanged(w *world) {
	w.loadFor("a", `entities: [{ id: a, type: Company, name: A }]`)
	if done, err := w.keyed("ann", "k", "A"); err != nil || done.Changed() || done.Repeated || done.Unchanged != 1 {
		w.Fatalf("got %+v and %v", done, err)
	}
	w.loadFor("a", `entities: [{ id: a, type: Company, name: B }]`)
	again, err := w.keyed("ann", "k", "A")
	w.isRepeat(again, err, 0, "result A")
	w.answers(`{ firm(id: "a") { name } }`, `{"firm":{"name":"B"}}`)
}

func keyOfRefusedIsFree(w *world) {
	records := w.records(`facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: nobody }]`)
	for range 2 {
		_, err := w.store.Write(w.Context(), write.Meta{Dataset: "a", Key: "k", Digest: "1"}, func(tx *write.Tx) error { return tx.Put(records...) })
		if got := w.problemsOf(err); len(got) != 1 || got[0] != `f: targets[0]: there is no node with the id "nobody"` {
			w.Errorf("got %q", got)
		}
	}
	if done, err := w.keyed("", "k", "A"); err != nil || done.Repeated || done.Revision.Number != 1 {
		w.Errorf("got %+v and %v", done, err)
	}
}

func keyUsedByTwoAtOnce(w *world) {
	const n = 8
	var group sync.WaitGroup
	results := make([]write.Written, n)
	for i := range n {
		group.Go(func() {
			var err error
			if results[i], err = w.keyed("ann", "k", "A"); err != nil {
				w.Error(err)
			}
		})
	}
	group.Wait()
	first := 0
	for _, r := range results {
		if !r.Repeated {
			first++
		}
		if r.Revision.Number != 1 || string(r.Result) != "result A" {
			w.Errorf("got %+v", r)
		}
	}
	if head := w.head(); first != 1 || head != 1 {
		w.Errorf("%d were no repeat, and there are %d revisions", first, head)
	}
}

func keyStandsForALoad(w *world) {
	for i, options := range []write.ImportOptions{{Batch: 1}, {Prune: true}, {Batch: 2, Prune: true}, {}} {
		w.imports("a", `entities: [{ id: z, type: Company, name: Z }]`)
		meta := write.Meta{Dataset: "a", Key: fmt.Sprint("k", i), Digest: "1"}
		text := fmt.Sprintf("%s  - { id: b%d, type: Company, name: B }", others, i)
		done, err := w.tryImport(meta, text, options)
		if err != nil || done.Read != 6 || done.Repeated || done.Created == 0 {
			w.Fatalf("%+v: got %+v and %v", options, done, err)
		}
		w.answers(fmt.Sprintf(`{ node(id: "b%d") { id } sources { totalCount } }`, i), fmt.Sprintf(`{"node":{"id":"b%d"},"sources":{"totalCount":2}}`, i))
		if _, there := w.stored("z"); there == options.Prune {
			w.Errorf("%+v: what is pruned is there: %t", options, there)
		}
		if last := w.revisions(done.Revision.Number-1, 1)[0]; last.Key != meta.Key || last.Load != done.First {
			w.Errorf("%+v: the last revision is %+v", options, last)
		}
		w.repeats(meta, text, options, done)
	}
}

// repeats makes a load again under its key, and then another one.
func (w *world) repeats(meta write.Meta, text string, options write.ImportOptions, done write.Imported) {
	w.Helper()
	head := w.head()
	again, err := w.tryImport(meta, text, options)
	if err != nil || !again.Repeated || again.Revision.Number != done.Revision.Number {
		w.Errorf("%+v: the repeat did %+v and %v", options, again, err)
	}
	meta.Digest = "2"
	if _, err := w.tryImport(meta, text, options); err == nil {
		w.Errorf("%+v: another input is not refused", options)
	}
	if w.head() != head {
		w.Errorf("%+v: the repeats made revisions", options)
	}
}

// stored is a node as it is.
func (w *world) stored(id graph.ID) (write.Stored, bool) {
	w.Helper()
	for _, one := range w.export(500) {
		if one.Node.ID == id {
			return one, true
		}
	}
	return write.Stored{}, false
}

// A load that was refused, or ended between its batches, may be made again.
func keyOfAnEndedLoadIsFree(w *world) {
	meta := write.Meta{Dataset: "a", Key: "k", Digest: "1"}
	if _, err := w.tryImport(meta, others+"facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: nobody }]", write.ImportOptions{Batch: 1}); err == nil {
		w.Fatal("it is not refused")
	}
	broken := errors.New("the file cannot be read")
	_, err := w.store.Import(w.Context(), meta, func(yield func(*write.Record, error) bool) { yield(nil, broken) }, write.ImportOptions{Batch: 1})
	if !errors.Is(err, broken) || w.head() != 0 {
		w.Fatalf("got %v, and %d revisions", err, w.head())
	}
	if done, err := w.tryImport(meta, others, write.ImportOptions{Batch: 1}); err != nil || done.Created != 5 {
		w.Errorf("got %+v and %v", done, err)
	}
}

// TestReopened holds a store to what must be there after a restart. reopen opens
// again what open did.
func TestReopened(t *testing.T, open, reopen Open) {
	w := newWorld(t, open)
	if _, err := w.keyed("ann", "k", "A"); err != nil {
		t.Fatal(err)
	}
	w.load(smallData)
	w.edits(func(tx *write.Tx) error { return tx.Merge("b", "a") })
	before, state := w.all(), State(t, w.store)
	changes := listed(w.changes(store.ChangePosition{}, 100))
	w.close()
	w.store = reopen(t, schema.Model())
	if difference := Difference(w.all(), before); difference != "" {
		t.Error(difference)
	}
	if difference := Difference(State(t, w.store), state); difference != "" {
		t.Error(difference)
	}
	if difference := Difference(listed(w.changes(store.ChangePosition{}, 100)), changes); difference != "" {
		t.Error(difference)
	}
	again, err := w.keyed("ann", "k", "A")
	w.isRepeat(again, err, 1, "result A")
	if _, err := w.keyed("ann", "k", "B"); err == nil {
		t.Error("another input is not refused")
	}
}
