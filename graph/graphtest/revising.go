package graphtest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"
)

var revisionCases = map[string]func(*world){
	"revisions are read by number":      revisionsByNumber,
	"revisions are read by time":        revisionsByTime,
	"changes are read in pages":         changesInPages,
	"changes have kinds and types":      changesHaveKindsAndTypes,
	"a large revision is read in pages": largeRevisionInPages,
	"a load is a run of revisions":      loadIsARunOfRevisions,
}

// edits makes a change of the dataset of edits.
func (w *world) edits(f func(*write.Tx) error) write.Written {
	w.Helper()
	return w.writes(write.Meta{Dataset: write.Edits}, f)
}

func (w *world) writes(meta write.Meta, f func(*write.Tx) error) write.Written {
	w.Helper()
	written, err := w.store.Write(w.Context(), meta, f)
	if err != nil {
		w.Fatal(err)
	}
	return written
}

// revisions are those behind a number.
func (w *world) revisions(after int64, limit int) []write.Revision {
	w.Helper()
	all, err := w.store.Revisions(w.Context(), after, limit)
	if err != nil {
		w.Fatal(err)
	}
	return all
}

func (w *world) changes(after store.ChangePosition, limit int) []write.Change {
	w.Helper()
	all, err := w.store.Changes(w.Context(), after, limit)
	if err != nil {
		w.Fatal(err)
	}
	return all
}

func revisionsByNumber(w *world) {
	if none := w.revisions(0, 10); len(none) > 0 {
		w.Errorf("an empty store has %v", none)
	}
	records := w.records(`entities: [{ id: a, type: Company, name: A }]`)
	put := func(tx *write.Tx) error { return tx.Put(records...) }
	first := w.writes(write.Meta{Dataset: "one", Author: "Ann", Reason: "because — 長い", Key: "key"}, put)
	if again := w.writes(write.Meta{Dataset: "one"}, put); again.Changed() {
		w.Errorf("no change made %+v", again.Revision)
	}
	w.refusesFor("two", w.batch("facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: nobody }]"), "f")
	second := w.writes(write.Meta{Dataset: "two"}, put)
	for n := range 3 {
		w.loadFor("three", fmt.Sprintf(`entities: [{ id: a, type: Company, name: A%d }]`, n))
	}
	all := w.revisions(0, 100)
	w.areNumbered(all)
	want := write.Revision{Number: 1, At: first.Revision.At, Author: "Ann", Reason: "because — 長い", Dataset: "one", Key: "key"}
	if len(all) != 5 || all[0] != want || all[0] != first.Revision || all[1] != second.Revision {
		w.Errorf("got %+v, want %+v first, then %+v", all, want, second.Revision)
	}
	for after := range int64(7) {
		for limit := int64(1); limit < 4; limit++ {
			from := min(after, 5)
			if got := w.revisions(after, int(limit)); !slices.Equal(got, all[from:min(from+limit, 5)]) {
				w.Errorf("%d behind %d are %+v", limit, after, got)
			}
		}
	}
}

// areNumbered checks that revisions have numbers from 1, and times that never
// go back.
func (w *world) areNumbered(all []write.Revision) {
	w.Helper()
	last := time.Time{}
	for i, r := range all {
		if r.Number != int64(i)+1 || r.At.Before(last) || r.At.Location() != time.UTC || r.At.Nanosecond()%1000 != 0 {
			w.Errorf("revision %d is %+v", i+1, r)
		}
		last = r.At
	}
}

func revisionsByTime(w *world) {
	at := func(t time.Time) int64 {
		w.Helper()
		r, err := w.store.RevisionAt(w.Context(), t)
		if err != nil {
			w.Fatal(err)
		}
		return r.Number
	}
	if got := at(time.Now().Add(time.Hour)); got != 0 {
		w.Errorf("an empty store has revision %d", got)
	}
	for n := range 4 {
		w.load(fmt.Sprintf(`entities: [{ id: a, type: Company, name: A%d }]`, n))
	}
	all := w.revisions(0, 10)
	// The last of those at one time or before.
	last := func(t time.Time) (number int64) {
		for _, r := range all {
			if !r.At.After(t) {
				number = r.Number
			}
		}
		return number
	}
	times := []time.Time{{}, time.Unix(0, 0), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}
	for _, r := range all {
		for _, d := range []time.Duration{-time.Microsecond, -1, 0, 1, 999, time.Microsecond} {
			times = append(times, r.At.Add(d), r.At.Add(d).In(time.FixedZone("elsewhere", 3*3600)))
		}
	}
	for _, t := range times {
		if got, want := at(t), last(t); got != want {
			w.Errorf("at %s: revision %d, want %d", t, got, want)
		}
	}
	if r, err := w.store.RevisionAt(w.Context(), all[2].At); err != nil || r != all[last(all[2].At)-1] {
		w.Errorf("got %+v and %v", r, err)
	}
}

// listed are changes as text.
func listed(changes []write.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%d %s %s %s\n", c.Revision, c.ID, c.Type.Name, []string{"", "created", "updated", "deleted"}[c.Kind])
	}
	return b.String()
}

func changesInPages(w *world) {
	if none := w.changes(store.ChangePosition{}, 10); len(none) > 0 {
		w.Errorf("an empty store has %v", none)
	}
	// Ids that sort otherwise by UTF-16 code unit, and one that begins another.
	w.load(`entities: [{ id: a, type: Place, name: A }, { id: "a b", type: Place, name: A }, { id: "` + "\uFFFD" + `", type: Place, name: A }, { id: "` + "\U00010000" + `", type: Place, name: A }]`)
	w.load(`entities: [{ id: b, type: Place, name: B }, { id: a, type: Place, name: A2 }]`)
	w.remove("b")
	all := w.changes(store.ChangePosition{}, 100)
	const want = "1 a Place created\n1 a b Place created\n1 \uFFFD Place created\n1 \U00010000 Place created\n2 a Place updated\n2 b Place created\n3 b Place deleted\n"
	if got := listed(all); got != want {
		w.Fatalf("got\n%s\nwant\n%s", got, want)
	}
	for limit := 1; limit <= len(all)+1; limit++ {
		var paged []write.Change
		for after := (store.ChangePosition{}); ; {
			page := w.changes(after, limit)
			if len(page) == 0 {
				break
			}
			paged, after = append(paged, page...), store.ChangePosition{Revision: page[len(page)-1].Revision, ID: page[len(page)-1].ID}
		}
		if !slices.Equal(paged, all) {
			w.Errorf("in pages of %d: got\n%s", limit, listed(paged))
		}
	}
	for _, c := range []struct {
		after store.ChangePosition
		want  int
	}{
		{store.ChangePosition{Revision: 1}, 4}, // behind all of it
		{store.ChangePosition{Revision: 1, ID: "Z"}, 0},
		{store.ChangePosition{Revision: 1, ID: "a"}, 1},
		{store.ChangePosition{Revision: 1, ID: "aa"}, 2},
		{store.ChangePosition{Revision: 1, ID: "\uFFFE"}, 3},
		{store.ChangePosition{Revision: 2, ID: "b"}, 6},
		{store.ChangePosition{Revision: 3}, 7},
		{store.ChangePosition{Revision: 3, ID: "c"}, 7},
		{store.ChangePosition{Revision: 99}, 7},
	} {
		if got := w.changes(c.after, 100); !slices.Equal(got, all[c.want:]) {
			w.Errorf("behind %+v: got\n%s", c.after, listed(got))
		}
	}
}

// Each node that a revision changed is listed once, with what it is afterwards.
func changesHaveKindsAndTypes(w *world) {
	w.load(smallData)
	// Somebody else's claim changes the status of a fact alone.
	w.loadFor("other", `claims: [{ id: d, fact: reply, stance: DENIES, attribution: SOURCE, source: s }]`)
	w.loadFor("other", `entities: [{ id: b, type: Retailer, name: B }]`)
	// One of two nodes that turn out to be one goes, and what led to it changes.
	w.loadFor("third", `entities: [{ id: x, type: Company, name: X, identifiers: [{ scheme: cik, value: "2" }] }]
facts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: x }]`)
	w.edits(func(tx *write.Tx) error { return tx.Merge("b", "x") })
	w.edits(func(tx *write.Tx) error { return tx.Delete("ban") })
	w.loadFor("third", `facts: [{ id: new, type: Ban, title: New, phase: PROPOSED, targets: b }]`)
	w.edits(func(tx *write.Tx) error {
		return tx.Put(w.records(`facts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED }]`)...)
	})
	const want = `1 a Company created
1 b Company created
1 c Claim created
1 reply Statement created
1 s Source created
2 d Claim created
2 reply Statement updated
3 b Retailer updated
4 ban Ban created
4 x Company created
5 b Retailer updated
5 ban Ban updated
5 x Company deleted
6 ban Ban deleted
7 new Ban created
8 ban Ban created
`
	if got := listed(w.changes(store.ChangePosition{}, 100)); got != want {
		w.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func largeRevisionInPages(w *world) {
	const n = 2_500
	place := schema.Model().Types["Place"]
	batch := Batch{}
	for i := range n {
		batch.Nodes = append(batch.Nodes, &graph.Node{ID: graph.ID(fmt.Sprintf("p%04d", (i*7)%n)), Type: place, Values: map[string]graph.Value{
			"name": graph.Text("P"), "aliases": graph.Text("[]"), "identifiers": graph.Text("[]"),
		}})
	}
	w.apply(batch)
	w.load(`entities: [{ id: p0003, type: Place, name: Other }]`)
	count, after := 0, store.ChangePosition{}
	for {
		page := w.changes(after, 600)
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			if want := graph.ID(fmt.Sprintf("p%04d", count)); count < n && (c.ID != want || c.Revision != 1 || c.Kind != write.Created) {
				w.Fatalf("change %d is %+v", count, c)
			}
			count++
		}
		after = store.ChangePosition{Revision: page[len(page)-1].Revision, ID: page[len(page)-1].ID}
	}
	if count != n+1 || after != (store.ChangePosition{Revision: 2, ID: "p0003"}) {
		w.Errorf("there are %d changes, up to %+v", count, after)
	}
}

// Loads that are larger than a batch are several revisions, which know their first.
func loadIsARunOfRevisions(w *world) {
	w.load(`entities: [{ id: x, type: Place, name: X }]`)
	meta := write.Meta{Dataset: "a", Author: "Ann", Reason: "why", Seeding: true}
	done, err := w.tryImport(meta, others, write.ImportOptions{Batch: 2})
	if err != nil {
		w.Fatal(err)
	}
	w.imports("a", others+`  - { id: a4, type: Place, name: A4 }`)
	all := w.revisions(0, 100)
	if done.First != 2 || done.Revision.Number != 4 || len(all) != 5 {
		w.Fatalf("from %d to %d of %+v", done.First, done.Revision.Number, all)
	}
	for i, r := range all {
		load := []int64{0, 2, 2, 2, 5}[i]
		if r.Load != load || 0 < i && i < 4 && (r.Author != "Ann" || r.Reason != "why" || r.Dataset != "a") {
			w.Errorf("revision %d is %+v", i+1, r)
		}
	}
	if got := listed(w.changes(store.ChangePosition{Revision: 1}, 100)); strings.Count(got, "created") != 6 {
		w.Errorf("got\n%s", got)
	}
}
