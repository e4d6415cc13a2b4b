package loader_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/write"
	"companygraph/schema"
	"companygraph/seed/loader"
)

func newStore() *naive.Store { return naive.New(schema.Model()) }

// load loads the body of a dataset file, which must have no problems.
func load(t *testing.T, in *naive.Store, body string) loader.Loaded {
	t.Helper()
	loaded, err := read(body).Load(t.Context(), in, loader.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return loaded[0]
}

// several reads files of the given texts, which are called a.yaml and so on.
func several(texts ...string) *loader.Datasets {
	var files []loader.File
	for i, text := range texts {
		files = append(files, loader.File{Name: string(rune('a'+i)) + ".yaml", Text: []byte(text)})
	}
	return loader.Read(schema.Model(), files)
}

// told says what became of datasets, one a line.
func told(loaded []loader.Loaded) string {
	var lines []string
	for _, l := range loaded {
		lines = append(lines, fmt.Sprintf("%s: %d read, %d created, %d updated, %d unchanged, %d merged, %d removed",
			l.Dataset.Name, l.Read, l.Records.Created, l.Records.Updated, l.Records.Unchanged, l.Records.Merged, l.Deleted))
	}
	return strings.Join(lines, "\n")
}

func TestLoadIsRepeatable(t *testing.T) {
	store := newStore()
	small := "sources: [{ id: s }]\nsource: s\n" + ban + "targets: acme\n" +
		"    claims: [{ id: c, stance: ASSERTS, attribution: SOURCE }]"
	for _, step := range []struct{ name, body, want string }{
		{"first", small, "test: 4 read, 4 created, 0 updated, 0 unchanged, 0 merged, 0 removed"},
		{"again", small, "test: 4 read, 0 created, 0 updated, 4 unchanged, 0 merged, 0 removed"},
		{"changed", small + "\n    date: 2017", "test: 4 read, 0 created, 1 updated, 3 unchanged, 0 merged, 0 removed"},
	} {
		if got := told([]loader.Loaded{load(t, store, step.body)}); got != step.want {
			t.Errorf("%s: got %s, want %s", step.name, got, step.want)
		}
	}
}

func TestLoadBuildsOnWhatIsStored(t *testing.T) {
	store := newStore()
	load(t, store, ban+"targets: acme")
	load(t, store, "sources: [{ id: s }]\nclaims: [{ id: c, fact: ban, stance: DENIES, attribution: SOURCE, source: s, on: { role: targets, entity: acme } }]")
}

func TestBrokenDatasetsChangeNothing(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"by itself", ban + "phase: DONE", "a.yaml:8:5: facts[0].phase: the field is given twice"},
		{"by what it refers to", ban + "targets: [acme, ghost]", `a.yaml:8:21: targets[1]: there is no node with the id "ghost"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := newStore()
			_, err := read(test.body).Seed(t.Context(), store)
			var problems loader.Problems
			if !errors.As(err, &problems) || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			seeded, err := store.Seeded(t.Context())
			if seeded || err != nil {
				t.Errorf("something was written: %v, %v", seeded, err)
			}
		})
	}
}

func TestSeedMarksTheStore(t *testing.T) {
	for name, read := range map[string]*loader.Datasets{"nothing": read(""), "several": several("dataset: a", "dataset: b")} {
		store := newStore()
		if _, err := read.Seed(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		if seeded, err := store.Seeded(t.Context()); !seeded || err != nil {
			t.Errorf("%s: seeded: %v, %v", name, seeded, err)
		}
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := read(acme).Load(ctx, newStore(), loader.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

const (
	firms = "dataset: firms\ntitle: Firms\npriority: 3\nentities: [{ id: acme, type: Company, name: Acme, identifiers: [{ scheme: lei, value: '1' }] }]"
	bans  = "dataset: bans\nfacts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: acme }]"
	more  = "dataset: firms\nentities: [{ id: best, type: Company, name: Best }]"
)

func TestFilesOfOneDatasetAreOneLoad(t *testing.T) {
	store := newStore()
	loaded, err := several(firms, bans, more).Load(t.Context(), store, loader.Options{})
	want := "firms: 2 read, 2 created, 0 updated, 0 unchanged, 0 merged, 0 removed\n" +
		"bans: 1 read, 1 created, 0 updated, 0 unchanged, 0 merged, 0 removed"
	if got := told(loaded); err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	datasets, err := store.Datasets(t.Context())
	if got := fmt.Sprint(datasets); err != nil || got != "[{bans  0 1 2} {firms Firms 3 2 1}]" {
		t.Errorf("got %s, %v", got, err)
	}
}

// A dataset comes behind those it refers to; otherwise the given order holds, as
// the later one counts.
func TestOrderOfDatasets(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		want  string
	}{
		{"as given", []string{"dataset: z", "dataset: y", "dataset: x"}, "z y x"},
		{"forward", []string{bans, firms}, "firms bans"},
		{"only what must", []string{"dataset: z", bans, "dataset: y", firms, "dataset: x"}, "z y firms bans x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			loaded, err := several(test.files...).Load(t.Context(), newStore(), loader.Options{})
			var names []string
			for _, l := range loaded {
				names = append(names, l.Dataset.Name)
			}
			if got := strings.Join(names, " "); err != nil || got != test.want {
				t.Errorf("got %s, %v; want %s", got, err, test.want)
			}
		})
	}
}

// All datasets are held to the store before the first is written, and what only
// follows is not told.
func TestSeveralDatasetsAreAllOrNothing(t *testing.T) {
	circular := "dataset: x\nfacts: [{ id: f, type: Statement, title: F, phase: OCCURRED, responseTo: g }]"
	back := "dataset: y\nfacts: [{ id: g, type: Statement, title: G, phase: OCCURRED, responseTo: f }]"
	tests := []struct {
		name  string
		files []string
		want  string
	}{
		{"the second", []string{firms, strings.Replace(bans, "acme", "ghost", 1)}, `b.yaml:2:69: targets[0]: there is no node with the id "ghost"`},
		{"both", []string{strings.Replace(firms, "Company", "Place", 1), bans + "\nclaims: [{ id: c, fact: ban, stance: DENIES, attribution: SOURCE, source: s }]", more},
			"a.yaml:4:30: type: it is stored as Company and cannot be Place as well\n" + `b.yaml:3:75: source: there is no node with the id "s"`},
		{"in a circle", []string{circular, back}, `a.yaml:2:74: responseTo[0]: there is no node with the id "g" yet: it comes with the dataset y, which refers to x in turn; ` +
			"datasets are loaded one after the other, so one of the two must not refer to the other, or both need one name"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := newStore()
			load(t, store, "entities: [{ id: other, type: Company, name: O }, { id: acme, type: Company, name: Acme }]")
			loaded, err := several(test.files...).Load(t.Context(), store, loader.Options{})
			if got := fmt.Sprint(err); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			for _, one := range loaded {
				receipt := one.Receipt(false)
				if receipt.Revision != nil || receipt.Created+receipt.Updated+receipt.Unchanged+len(receipt.Merged) > 0 || (len(receipt.Dropped) > 0) != one.LeftOut {
					t.Errorf("the receipt tells of what was not written: %+v", receipt)
				}
			}
			if datasets, err := store.Datasets(t.Context()); len(datasets) != 1 || err != nil {
				t.Errorf("something was written: %v, %v", datasets, err)
			}
		})
	}
	t.Run("in a circle that is stored", func(t *testing.T) {
		store := newStore()
		one, _, _ := strings.Cut(circular, ", responseTo")
		for _, files := range [][]string{{one + " }]"}, {back}, {circular, back}} {
			if _, err := several(files...).Load(t.Context(), store, loader.Options{}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestDryRunWritesNothing(t *testing.T) {
	store := newStore()
	loaded, err := several(bans, firms).Load(t.Context(), store, loader.Options{DryRun: true})
	want := "firms: 1 read, 1 created, 0 updated, 0 unchanged, 0 merged, 0 removed\n" +
		"bans: 1 read, 1 created, 0 updated, 0 unchanged, 0 merged, 0 removed"
	if got := told(loaded); err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if len(store.Nodes()) > 0 {
		t.Errorf("%d nodes were written", len(store.Nodes()))
	}
}

func TestPriorityOfTheCommandCounts(t *testing.T) {
	store := newStore()
	if _, err := several(firms, bans).Load(t.Context(), store, loader.Options{Priority: new(-7)}); err != nil {
		t.Fatal(err)
	}
	datasets, err := store.Datasets(t.Context())
	if err != nil || datasets[0].Priority != -7 || datasets[1].Priority != -7 {
		t.Errorf("got %v, %v", datasets, err)
	}
}

func TestAbsentAndPruned(t *testing.T) {
	store := newStore()
	all := "sources: [{ id: s }]\nentities: [{ id: acme, type: Company, name: Acme }, { id: best, type: Company, name: Best }]"
	load(t, store, all)
	if _, err := several("dataset: other\nfacts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: best }]").Load(t.Context(), store, loader.Options{}); err != nil {
		t.Fatal(err)
	}
	left := load(t, store, acme)
	if fmt.Sprint(left.Absent) != "[best s]" {
		t.Errorf("absent are %v", left.Absent)
	}
	loaded, err := read(acme).Load(t.Context(), store, loader.Options{Prune: true})
	if err != nil || fmt.Sprint(loaded[0].Absent) != "[best]" || loaded[0].Deleted != 1 {
		t.Errorf("what stays is %v, %d went, %v", loaded[0].Absent, loaded[0].Deleted, err)
	}
}

// What keeps a dataset from being loaded may be in the store alone.
func TestProblemsOfWhatIsStored(t *testing.T) {
	store := newStore()
	load(t, store, ban+"targets: acme")
	denial := several("dataset: b\nsources: [{ id: s }]\nclaims: [{ id: c, fact: ban, stance: DENIES, attribution: SOURCE, source: s, on: { role: targets, entity: acme } }]")
	if _, err := denial.Load(t.Context(), store, loader.Options{}); err != nil {
		t.Fatal(err)
	}
	_, err := read(ban).Load(t.Context(), store, loader.Options{})
	if got, want := fmt.Sprint(err), "a.yaml:4:5: targets: the claim c is about acme in this role"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A reference to what somebody deleted says so.
func TestDeletedNodesAreNotBroughtBack(t *testing.T) {
	store := newStore()
	load(t, store, acme)
	_, err := store.Write(t.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error { return tx.Delete("acme") })
	if err != nil {
		t.Fatal(err)
	}
	_, err = read(ban+"targets: acme").Load(t.Context(), store, loader.Options{})
	want := `a.yaml:8:14: targets[0]: there is no node with the id "acme": somebody deleted it, so that no load brings it back`
	if got := fmt.Sprint(err); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReceipts(t *testing.T) {
	store := newStore()
	const first = "entities: [{ id: acme, type: Company, name: Acme, identifiers: [{ scheme: lei, value: '1' }] }, { id: gone, type: Company, name: G }]"
	load(t, store, first)
	_, err := store.Write(t.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error { return tx.Delete("gone") })
	if err != nil {
		t.Fatal(err)
	}
	merging := several("dataset: b\nentities: [{ id: a-corp, type: Company, name: A, identifiers: [{ scheme: lei, value: '1' }] }, { id: new, type: Place, name: N }]")
	dangling := read(first + "\nfacts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: ghost }]")
	broken := several("dataset: c\nfacts: []\nfact: 1")
	tests := []struct {
		name    string
		read    *loader.Datasets
		options loader.Options
		want    string
	}{
		{"rehearsed", merging, loader.Options{DryRun: true},
			`{"dataset":"b","revision":null,"read":2,"created":1,"updated":0,"unchanged":0,"removed":0,"merged":[{"id":"a-corp","into":"acme","because":"lei 1"}],"dropped":[],"absent":[],"withdrawn":[],"replaced":[],"dangling":[],"problems":[]}`},
		{"merged", merging, loader.Options{},
			`{"dataset":"b","revision":3,"read":2,"created":1,"updated":0,"unchanged":0,"removed":0,"merged":[{"id":"a-corp","into":"acme","because":"lei 1"}],"dropped":[],"absent":[],"withdrawn":[],"replaced":[],"dangling":[],"problems":[]}`},
		{"unchanged, and dropped", read(first), loader.Options{},
			`{"dataset":"test","revision":null,"read":2,"created":0,"updated":0,"unchanged":1,"removed":0,"merged":[],"dropped":[{"schema":"Company","reason":"deleted by an edit","count":1,"example":"gone"}],"absent":[],"withdrawn":[],"replaced":[],"dangling":[],"problems":[]}`},
		{"dangling", dangling, loader.Options{},
			`{"dataset":"test","revision":null,"read":3,"created":0,"updated":0,"unchanged":0,"removed":0,"merged":[],"dropped":[],"absent":[],"withdrawn":[],"replaced":[],"dangling":[{"from":"f","field":"targets[0]","to":"ghost"}],"problems":[{"file":"a.yaml","line":3,"field":"targets[0]","message":"there is no node with the id \"ghost\""}]}`},
		{"broken", broken, loader.Options{},
			`{"dataset":"c","revision":null,"read":0,"created":0,"updated":0,"unchanged":0,"removed":0,"merged":[],"dropped":[],"absent":[],"withdrawn":[],"replaced":[],"dangling":[],"problems":[{"file":"a.yaml","line":3,"field":"fact","message":"there is no field of this name here; did you mean facts?"}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			loaded, _ := test.read.Load(t.Context(), store, test.options)
			got, err := json.Marshal(loaded[0].Receipt(test.options.DryRun))
			if err != nil || string(got) != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// Two datasets may say something about one node, also in one command.
func TestTwoDatasetsMaySayTheSame(t *testing.T) {
	store := newStore()
	both := several(firms, strings.ReplaceAll(firms, "dataset: firms", "dataset: others"))
	if err := both.Check(); err != nil {
		t.Fatal(err)
	}
	if _, err := both.Load(t.Context(), store, loader.Options{}); err != nil {
		t.Fatal(err)
	}
	stored, err := store.Export(t.Context(), 0, graph.ID(""), 10)
	if err != nil || len(stored) != 1 || len(stored[0].Contributions) != 2 {
		t.Errorf("got %v, %v", stored, err)
	}
}
