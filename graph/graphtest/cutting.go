package graphtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"
)

var cuttingCases = map[string]func(*world){
	"what is refused in one batch is refused in many":   refusedHoweverCut,
	"what is accepted in one batch is accepted in many": acceptedHoweverCut,
	"random loads are the same however cut":             randomLoadsHoweverCut,
}

// before is what was written before a load: by a dataset or, if edit is set, by an
// edit.
type before struct {
	dataset, text string
	priority      int
	edit          func(*write.Tx) error
}

// cutCase is a load that is made in one batch and in many.
type cutCase struct {
	name   string
	before []before
	// load is what dataset "a" says.
	load string
	// want are the problems, ordered; none if it is accepted.
	want []string
}

// others are enough nodes to fill batches before the one that is wrong.
const others = `
sources: [{ id: s }, { id: s2 }]
entities:
  - { id: a1, type: Company, name: A1 }
  - { id: a2, type: Company, name: A2 }
  - { id: a3, type: Company, name: A3 }
`

var refusedCuts = []cutCase{
	{
		name: "two records are one node of two types",
		load: others + `
  - { id: y, type: Company, name: Y, identifiers: [{ scheme: lei, value: "1" }] }
  - { id: z, type: Place, name: Z, identifiers: [{ scheme: lei, value: "1" }] }`,
		want: []string{
			`y: type: it has the identifier lei "1" of z, which is Place and cannot be Company as well`,
			`z: type: it has the identifier lei "1" of y, which is Company and cannot be Place as well`,
		},
	},
	{
		name:   "another dataset has it as another type",
		before: []before{{dataset: "b", text: `entities: [{ id: z, type: Place, name: Z }]`}},
		load:   others + `  - { id: z, type: Company, name: Z }`,
		want:   []string{`z: type: it is stored as Place and cannot be Company as well`},
	},
	{
		name:   "another dataset has its identifier as another type",
		before: []before{{dataset: "b", text: `entities: [{ id: z, type: Place, name: Z, identifiers: [{ scheme: lei, value: "1" }] }]`}},
		load:   others + `  - { id: y, type: Company, name: Y, identifiers: [{ scheme: lei, value: "1" }] }`,
		want:   []string{`y: type: it has the identifier lei "1" of z, which is Place and cannot be Company as well`},
	},
	{
		name: "it leads to what an edit deleted",
		before: []before{
			{dataset: "a", text: `entities: [{ id: z, type: Company, name: Z }]`},
			{edit: func(tx *write.Tx) error { return tx.Delete("z") }},
		},
		load: others + `  - { id: z, type: Company, name: Z }
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: z }]`,
		want: []string{`f: targets[0]: there is no node with the id "z"`},
	},
	{
		name: "a type changes on which somebody relies",
		before: []before{
			{dataset: "a", text: `entities: [{ id: z, type: Retailer, name: Z }]`},
			{dataset: "b", text: `facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: z }]`},
		},
		load: others + `  - { id: z, type: Place, name: Z }`,
		want: []string{`z: type: is stored as Retailer, and f leads to it as such`},
	},
	{
		name: "a type changes on which the load itself relies",
		before: []before{
			{dataset: "a", text: `
entities: [{ id: z, type: Retailer, name: Z }]
facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: z }]`},
		},
		load: others + `  - { id: z, type: Place, name: Z }
facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: z }]`,
		want: []string{`z: type: is stored as Retailer, and f leads to it as such`},
	},
	{
		name: "a participation goes that somebody's claim is about",
		before: []before{
			{dataset: "a", text: `
sources: [{ id: s }]
entities: [{ id: a1, type: Company, name: A1 }]
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: a1 }]`},
			{dataset: "b", text: `claims: [{ id: c, fact: f, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: a1 } }]`},
		},
		load: others + `
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED }]`,
		want: []string{`f: targets: the claim c is about a1 in this role`},
	},
	{
		name: "a claim is about what an edit took out of its fact",
		before: []before{
			{dataset: "a", text: others + `
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: [a1, a2] }]`},
			{edit: func(tx *write.Tx) error {
				ban := schema.Model().Types["Ban"]
				return tx.Patch("f", write.Patch{Node: &graph.Node{Type: ban, Links: []graph.Link{{Type: ban.Link("targets"), To: "a1"}}}})
			}},
		},
		load: others + `
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: [a1, a2], claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: a2 } }] }]`,
		want: []string{`c: on.entity: "a2" does not take the role targets in "f"`},
	},
	{
		name: "a claim is withdrawn of which somebody says what does not hold",
		before: []before{
			{dataset: "b", text: others + `
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: a1, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: a1 } }] }]`},
			{dataset: "a", text: `facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s }] }]`},
			{dataset: "b", text: `facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s }] }]`},
			{dataset: "b", text: `facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: a1, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: a1 } }] }]`},
			{dataset: "a", text: `facts: [{ id: f, type: Ban, title: F2, phase: PROPOSED, claims: [{ id: c, stance: DENIES, attribution: SOURCE, source: s }] }]`},
			{edit: func(tx *write.Tx) error {
				return tx.Patch("f", write.Patch{Node: &graph.Node{Type: schema.Model().Types["Ban"]}, Removed: []string{"targets"}})
			}},
		},
		load: others + `
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED }]`,
		want: []string{`c: on.entity: "a1" does not take the role targets in "f"`},
	},
	{
		name:   "a single link that does not count leads nowhere",
		before: []before{{dataset: "b", priority: 1, text: others + "facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: a1 }]"}},
		load: others + `
facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: nobody }]`,
		want: []string{`f: retailer: there is no node with the id "nobody"`},
	},
}

var acceptedCuts = []cutCase{
	{
		name:   "another dataset has the participation",
		before: []before{{dataset: "b", text: others + "facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: a1 }]"}},
		load: others + `
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: a1 } }] }]`,
	},
	{
		name:   "another dataset knows the type better",
		before: []before{{dataset: "b", text: `entities: [{ id: z, type: Senator, name: Z }]`}},
		load: others + `  - { id: z, type: Person, name: Z }
facts: [{ id: f, type: Position, title: F, phase: OCCURRED, holder: z }]`,
	},
	{
		name: "a participation goes with what is said of it",
		before: []before{{dataset: "a", text: others + `
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: a1, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: a1 } }] }]`}},
		load: others + `
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: a2, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: a2 } }] }]`,
	},
	{
		name: "a type changes with what relies on it",
		before: []before{{dataset: "a", text: others + `  - { id: z, type: Retailer, name: Z }
facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: z }]`}},
		load: others + `  - { id: z, type: Place, name: Z }
facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: a1 }]`,
	},
	{
		name: "two stored nodes turn out to be one",
		before: []before{
			{dataset: "b", text: others + `  - { id: y, type: Company, name: Y, identifiers: [{ scheme: lei, value: "1" }] }
  - { id: z, type: Retailer, name: Z, identifiers: [{ scheme: cik, value: "1" }] }
facts:
  - { id: f, type: Ban, title: F, phase: PROPOSED, targets: [y, z], claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: z } }] }
  - { id: g, type: Delisting, title: G, phase: OCCURRED, retailer: z }`},
		},
		load: others + `  - { id: x, type: Company, name: X, identifiers: [{ scheme: lei, value: "1" }, { scheme: cik, value: "1" }] }
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: x, claims: [{ id: d, stance: DENIES, attribution: SOURCE, source: s, on: { role: targets, entity: z } }] }]`,
	},
	{
		name: "a priority changes what counts",
		before: []before{
			{dataset: "b", text: others + `
facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: a1, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: retailer, entity: a1 } }] }]`},
			{dataset: "a", text: `facts: [{ id: f, type: Delisting, title: F, phase: OCCURRED, retailer: a1 }]`},
		},
		load: others + `
facts: [{ id: f, type: Delisting, title: F2, phase: OCCURRED, retailer: a1 }]`,
	},
}

// prepare writes what was there before.
func (w *world) prepare(steps []before) {
	w.Helper()
	for _, step := range steps {
		if step.edit == nil {
			if _, err := w.tryImport(write.Meta{Dataset: step.dataset, Priority: &step.priority}, step.text, write.ImportOptions{}); err != nil {
				w.Fatal(err)
			}
		} else if _, err := w.store.Write(w.Context(), write.Meta{Dataset: write.Edits}, step.edit); err != nil {
			w.Fatal(err)
		}
	}
}

// fresh is a world of its own, empty. An engine may have but one database, so
// that the world before must not be used any more.
func (w *world) fresh() *world { return newWorld(w.T, w.open) }

// all is all that the store has, its revisions included.
func (w *world) all() string {
	w.Helper()
	revisions, err := w.store.Revisions(w.Context(), 0, 1000)
	if err != nil {
		w.Fatal(err)
	}
	datasets, err := w.store.Datasets(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return fmt.Sprintf("%s%v\n%v\n%s", w.content(), revisions, datasets, w.retiredIDs())
}

// problemsOf are the lines of a refusal, ordered; nil if there is none.
func (w *world) problemsOf(err error) []string {
	w.Helper()
	if err == nil {
		return nil
	}
	var problems write.Problems
	if !errors.As(err, &problems) {
		w.Fatalf("got %v", err)
	}
	lines := strings.Split(problems.Error(), "\n")
	slices.Sort(lines)
	return lines
}

// An import that is refused leaves nothing, in however many batches it would have
// been written, and is told all that is wrong.
func refusedHoweverCut(w *world) {
	for _, c := range refusedCuts {
		w := w.fresh()
		w.prepare(c.before)
		before := w.all()
		for _, batch := range []int{0, 1, 3} {
			_, err := w.tryImport(write.Meta{Dataset: "a"}, c.load, write.ImportOptions{Batch: batch})
			if got := w.problemsOf(err); !slices.Equal(got, c.want) {
				w.Errorf("%s, in batches of %d: got %q, want %q", c.name, batch, got, c.want)
			}
			if difference := Difference(w.all(), before); difference != "" {
				w.Errorf("%s, in batches of %d: it left %s", c.name, batch, difference)
				break
			}
		}
	}
}

func acceptedHoweverCut(w *world) {
	for _, c := range acceptedCuts {
		var want string
		for _, batch := range []int{0, 1, 3} {
			w := w.fresh()
			w.prepare(c.before)
			if _, err := w.tryImport(write.Meta{Dataset: "a"}, c.load, write.ImportOptions{Batch: batch}); err != nil {
				w.Errorf("%s, in batches of %d: %v", c.name, batch, err)
				continue
			}
			if batch == 0 {
				want = w.content()
			} else if difference := Difference(w.content(), want); difference != "" {
				w.Errorf("%s, in batches of %d: %s", c.name, batch, difference)
			}
		}
	}
}
