package graphtest

import (
	"errors"
	"slices"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"
)

var changingCases = map[string]func(*world){
	"a precondition holds":                     preconditionHolds,
	"a precondition that does not hold":        preconditionFails,
	"a patch changes what it names":            patchChangesWhatItNames,
	"a patch of what others say":               patchOfWhatOthersSay,
	"a patch that cannot be stored is refused": patchIsValidated,
	"a change reads what it has written":       changeReadsWhatItWrote,
	"a merge keeps what both say":              mergeKeepsWhatBothSay,
	"a merge keeps what edits say":             mergeKeepsWhatEditsSay,
	"ids that gave way resolve everywhere":     aliasesResolveEverywhere,
	"merges that cannot be are refused":        mergesAreRefused,
	"what was deleted may be made again":       deletedMayBeMadeAgain,
	"what fails leaves nothing":                failureLeavesNothing,
}

// typed is an empty node of a type, for patches.
func typed(name graph.TypeName, values map[string]graph.Value) *graph.Node {
	return &graph.Node{Type: schema.Model().Types[name], Values: values}
}

// tries makes an edit, and returns the problems.
func (w *world) tries(f func(*write.Tx) error) []string {
	w.Helper()
	before := w.all()
	_, err := w.store.Write(w.Context(), write.Meta{Dataset: write.Edits}, f)
	problems := w.problemsOf(err)
	if len(problems) > 0 {
		if difference := Difference(w.all(), before); difference != "" {
			w.Errorf("a refused change left %s", difference)
		}
	}
	return problems
}

func (w *world) isRefused(got []string, want ...string) {
	w.Helper()
	if !slices.Equal(got, want) {
		w.Errorf("got %q, want %q", got, want)
	}
}

func preconditionHolds(w *world) {
	w.load(smallData)
	w.loadFor("b", `entities: [{ id: a, type: Company, name: B }]`)
	// A status is not the node's own; it raises no revision.
	w.loadFor("b", `claims: [{ id: d, fact: reply, stance: DENIES, attribution: SOURCE, source: s }]`)
	done := w.edits(func(tx *write.Tx) error {
		for id, revision := range map[graph.ID]int64{"a": 2, "b": 1, "reply": 1, "d": 3} {
			if err := tx.Expect(id, revision); err != nil {
				return err
			}
		}
		if err := tx.Patch("a", write.Patch{Node: typed("Company", map[string]graph.Value{"sector": graph.Text("steel")})}); err != nil {
			return err
		}
		// It is about what was there before the change.
		return tx.Expect("a", 2)
	})
	if done.Revision.Number != 4 || done.Updated != 1 {
		w.Errorf("got %+v", done)
	}
	w.answers(`{ firm(id: "a") { sector } }`, `{"firm":{"sector":"steel"}}`)
}

func preconditionFails(w *world) {
	w.load(smallData)
	w.loadFor("b", `entities: [{ id: a, type: Company, name: A2 }]`)
	w.edits(func(tx *write.Tx) error { return tx.Merge("a", "b") })
	patch := func(tx *write.Tx) error {
		return tx.Patch("a", write.Patch{Node: typed("Company", map[string]graph.Value{"sector": graph.Text("steel")})})
	}
	w.isRefused(w.tries(func(tx *write.Tx) error { return errors.Join(tx.Expect("a", 2), patch(tx)) }),
		`a: it was changed since: the last change is revision 3, not 2`)
	w.isRefused(w.tries(func(tx *write.Tx) error { return errors.Join(patch(tx), tx.Expect("b", 1)) }),
		`b: it was changed since: the last change is revision 3, not 1`)
	w.isRefused(w.tries(func(tx *write.Tx) error { return errors.Join(tx.Expect("nobody", 1), tx.Expect("a", 4), patch(tx)) }),
		`a: it was changed since: the last change is revision 3, not 4`, `nobody: there is no node with this id`)
	_, err := w.store.Write(w.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error { return tx.Expect("b", 1) })
	var problems write.Problems
	if !errors.As(err, &problems) || problems[0].Code != write.Conflict || problems[0].Node != "a" {
		w.Errorf("got %+v", problems)
	}
	if len(w.tries(func(tx *write.Tx) error { return errors.Join(tx.Expect("a", 3), tx.Expect("b", 3), patch(tx)) })) > 0 {
		w.Error("it is refused")
	}
}

func patchChangesWhatItNames(w *world) {
	w.load(smallData)
	m := schema.Model()
	statement := m.Types["Statement"]
	w.edits(func(tx *write.Tx) error {
		if err := tx.Patch("a", write.Patch{Node: typed("Company", map[string]graph.Value{"sector": graph.Text("steel")}), Removed: []string{"country"}}); err != nil {
			return err
		}
		// A second one adds to the first.
		if err := tx.Patch("a", write.Patch{Node: typed("Retailer", map[string]graph.Value{"name": graph.Text("New"), "aliases": graph.Text("[]")})}); err != nil {
			return err
		}
		part := graph.PartID("reply", "quotations", 0)
		return tx.Patch("reply", write.Patch{
			Node: &graph.Node{Type: statement, Links: []graph.Link{{Type: statement.Link("quotations"), To: part}, {Type: statement.Link("speakers"), To: "b"}}},
			Parts: []*graph.Node{{
				ID: part, Type: m.Types["Quotation"], Values: map[string]graph.Value{"gist": graph.Text("Only"), "evidence": graph.Text("[]")},
				Links: []graph.Link{{Type: m.Types["Quotation"].Link("source"), To: "s"}},
			}},
			Removed: []string{"date"},
		})
	})
	const query = `{
		retailer(id: "a") { name country sector aliases { value } identifiers { value } }
		statement(id: "reply") { title date { edtf } speakers { id } about { id } quotations { gist } }
	}`
	const want = `{
		"retailer":{"name":"New","country":null,"sector":"steel","aliases":[{"value":"A"}],"identifiers":[{"value":"1"}]},
		"statement":{"title":"Reply","date":null,"speakers":[{"id":"b"}],"about":[{"id":"b"},{"id":"a"}],"quotations":[{"gist":"Only"}]}
	}`
	w.answers(query, want)
	// A reload says the same of what the patch does not name, and no more.
	if again := w.load(smallData); again.Changed() {
		w.Errorf("the reload did %+v", again)
	}
	w.answers(query, want)
	// What a patch put back is there again.
	w.edits(func(tx *write.Tx) error {
		return tx.Patch("a", write.Patch{Node: typed("Company", map[string]graph.Value{"country": graph.Text("DE")}), Removed: []string{"sector"}})
	})
	w.answers(`{ firm(id: "a") { name country sector } }`, `{"firm":{"name":"New","country":"DE","sector":null}}`)
	w.isRefused(w.tries(func(tx *write.Tx) error { return tx.Patch("nobody", write.Patch{Node: typed("Company", nil)}) }), `nobody: there is no node with this id`)
}

// A patch stands above all datasets, and by whatever id it is made.
func patchOfWhatOthersSay(w *world) {
	w.imports("a", knowsAll)
	w.imports("b", knowsLess)
	w.edits(func(tx *write.Tx) error {
		return tx.Patch("kl-lei", write.Patch{Node: typed("Company", map[string]graph.Value{"sector": graph.Text("security")}), Removed: []string{"description"}})
	})
	const query = `{ firms { nodes { id name sector description country } } }`
	const want = `{"firms":{"nodes":[{"id":"kaspersky-lab","name":"AO Kaspersky Lab","sector":"security","description":null,"country":"RU"}]}}`
	w.answers(query, want)
	w.imports("a", knowsAll)
	w.answers(query, want)
	// A patch says nothing by itself: without the datasets the node is gone.
	w.imports("a", "", write.ImportOptions{Prune: true})
	w.imports("b", "", write.ImportOptions{Prune: true})
	w.answers(`{ firms { totalCount } }`, `{"firms":{"totalCount":0}}`)
}

func patchIsValidated(w *world) {
	w.load(smallData)
	try := func(id graph.ID, p write.Patch, want ...string) {
		w.Helper()
		w.isRefused(w.tries(func(tx *write.Tx) error { return tx.Patch(id, p) }), want...)
	}
	try("a", write.Patch{Node: typed("Company", nil), Removed: []string{"name"}}, `a: name: it is required`)
	try("a", write.Patch{Node: typed("Company", map[string]graph.Value{"name": graph.Text("e\u0301")})}, `a: name: the text is not in Unicode normalization form C`)
	try("a", write.Patch{Node: typed("Person", map[string]graph.Value{"name": graph.Text("X")})},
		`a: type: it is stored as Company and cannot be Person as well`)
	try("c", write.Patch{Node: typed("Claim", nil), Removed: []string{"source"}}, `c: source: it is required`)
	claim := schema.Model().Types["Claim"]
	try("c", write.Patch{Node: &graph.Node{Type: claim, Links: []graph.Link{{Type: claim.Link("source"), To: "a"}}}}, `c: source: "a" is of type Company; due is Source`)
	try("c", write.Patch{Node: &graph.Node{Type: claim, Links: []graph.Link{{Type: claim.Link("onEntity"), To: "nobody"}}}}, `c: on.entity: "nobody" does not take the role about in "reply"`, `c: on.entity: there is no node with the id "nobody"`)
	statement := schema.Model().Types["Statement"]
	try("reply", write.Patch{Node: &graph.Node{Type: statement, Links: []graph.Link{{Type: statement.Link("about"), To: "a"}}}}, `reply: about: the claim c is about b in this role`)
}

// reads holds a node, as a change reads it, to what it should be.
func (w *world) reads(tx *write.Tx, step string, id graph.ID, want string) {
	w.Helper()
	got := "nothing"
	if is, err := tx.Get(id); err != nil {
		w.Fatal(err)
	} else if is != nil {
		got = string(is.Node.ID) + " " + string(is.Node.Type.Name) + " " + is.Node.Values["name"].Text()
	}
	if got != want {
		w.Errorf("%s: under %s there is %s, want %s", step, id, got, want)
	}
}

func changeReadsWhatItWrote(w *world) {
	w.load(smallData)
	put := func(text string) func(*write.Tx) error {
		records := w.records("entities: [" + text + "]")
		return func(tx *write.Tx) error { return tx.Put(records...) }
	}
	steps := []struct {
		name string
		do   func(*write.Tx) error
		id   graph.ID
		want string
	}{
		{"nothing", func(*write.Tx) error { return nil }, "a", "a Company A"},
		{"nothing", func(*write.Tx) error { return nil }, "new", "nothing"},
		{"put", put(`{ id: new, type: Company, name: New }, { id: new2, type: Company, name: New2, identifiers: [{ scheme: lei, value: "9" }] }`), "new", "new Company New"},
		{"put again", put(`{ id: new, type: Retailer, name: Newer }`), "new", "new Retailer Newer"},
		{"patched", func(tx *write.Tx) error {
			return tx.Patch("new", write.Patch{Node: typed("Retailer", map[string]graph.Value{"name": graph.Text("Patched")})})
		}, "new", "new Retailer Patched"},
		{"merged", func(tx *write.Tx) error { return tx.Merge("a", "new") }, "new", "a Retailer A"},
		{"deleted", func(tx *write.Tx) error { return tx.Delete("new2") }, "new2", "nothing"},
		{"made again", put(`{ id: new2, type: Place, name: Third }`), "new2", "new2 Place Third"},
		{"withdrawn", func(tx *write.Tx) error { return tx.Withdraw("new2") }, "new2", "nothing"},
		{"withdrawn what others say", func(tx *write.Tx) error { return tx.Withdraw("b") }, "b", "b Company B"},
	}
	done := w.edits(func(tx *write.Tx) error {
		for _, step := range steps {
			if err := step.do(tx); err != nil {
				return err
			}
			w.reads(tx, step.name, step.id, step.want)
		}
		got, err := tx.Get("reply")
		if err != nil || len(got.Parts) != 2 || got.Node.Values["status"].Text() != "UNSUPPORTED" || got.Since != 1 || got.Sole != Dataset {
			w.Errorf("got %+v and %v", got, err)
		}
		return err
	})
	if done.Revision.Number != 2 || done.Created != 0 || done.Updated != 1 || done.Deleted != 0 {
		w.Errorf("got %+v", done)
	}
	w.answers(`{ firms { nodes { id name aliases { value } } } node(id: "new") { id } other: node(id: "new2") { id } }`,
		`{"firms":{"nodes":[{"id":"a","name":"A","aliases":[{"value":"AA"},{"value":"Patched"}]},{"id":"b","name":"B","aliases":[]}]},"node":{"id":"a"},"other":null}`)
}

func mergeKeepsWhatBothSay(w *world) {
	w.imports("x", `sources: [{ id: s }]
entities: [{ id: a, type: Company, name: A, country: US }, { id: b, type: Retailer, name: B, country: DE, sector: steel, aliases: [{ value: BB }] }]
facts:
  - { id: f, type: Ban, title: F, phase: PROPOSED, targets: [a, b], claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: targets, entity: b } }, { id: d, stance: DENIES, attribution: ACTOR, attributedTo: b, source: s }] }
  - { id: q, type: Statement, title: Q, phase: OCCURRED, speakers: b, quotations: [{ gist: G, source: s, about: b }] }`)
	done := w.edits(func(tx *write.Tx) error { return tx.Merge("a", "b") })
	if got := mergesOf(done); got != "b into a" || done.Merged[0].Because != nil {
		w.Errorf("merged %s", got)
	}
	const query = `{ firms { nodes { __typename id name country sector aliases { value } facts { totalCount } claims { totalCount } } }
		ban(id: "f") { status participants { status entity { id } } claims { nodes { id on { entity { id } } attributedTo { id } } } }
		statement(id: "q") { speakers { id } quotations { about { id } } } search(query: "bb") { nodes { id } } }`
	const want = `{"firms":{"nodes":[{"__typename":"Retailer","id":"a","name":"A","country":"US","sector":"steel","aliases":[{"value":"BB"},{"value":"B"}],"facts":{"totalCount":2},"claims":{"totalCount":2}}]},
		"ban":{"status":"DENIED","participants":[{"status":"ASSERTED","entity":{"id":"a"}}],"claims":{"nodes":[{"id":"c","on":{"entity":{"id":"a"}},"attributedTo":null},{"id":"d","on":null,"attributedTo":{"id":"a"}}]}},
		"statement":{"speakers":[{"id":"a"}],"quotations":[{"about":[{"id":"a"}]}]},"search":{"nodes":[{"id":"a"}]}}`
	w.answers(query, want)
	// The values that counted do so whatever is loaded.
	w.imports("y", `entities: [{ id: b, type: Company, name: Other, country: FR }]`)
	w.answers(`{ firms { nodes { id name country } } }`, `{"firms":{"nodes":[{"id":"a","name":"A","country":"US"}]}}`)
}

// What was made, replaced or taken away by edits stays so when nodes are merged.
func mergeKeepsWhatEditsSay(w *world) {
	w.edits(func(tx *write.Tx) error {
		return tx.Put(w.records(`entities:
  - { id: a, type: Company, name: A, aliases: [{ value: AA }], identifiers: [{ scheme: lei, value: "1" }] }
  - { id: b, type: Company, name: B, sector: steel, aliases: [{ value: BB }], identifiers: [{ scheme: cik, value: "2" }] }`)...)
	})
	w.imports("x", `entities: [{ id: c, type: Company, name: C, country: US, aliases: [{ value: CC }] }, { id: d, type: Company, name: D, country: DE, aliases: [{ value: DD }] }]`)
	w.edits(func(tx *write.Tx) error {
		return tx.Patch("c", write.Patch{Node: typed("Company", map[string]graph.Value{"aliases": graph.Text(`[{"value":"Only"}]`)}), Removed: []string{"country"}})
	})
	w.edits(func(tx *write.Tx) error { return errors.Join(tx.Merge("a", "b"), tx.Merge("c", "d")) })
	w.answers(`{ firms { nodes { id name sector country aliases { value } identifiers { value } } } }`, `{"firms":{"nodes":[
		{"id":"a","name":"A","sector":"steel","country":null,"aliases":[{"value":"AA"},{"value":"BB"},{"value":"B"}],"identifiers":[{"value":"1"},{"value":"2"}]},
		{"id":"c","name":"C","sector":null,"country":null,"aliases":[{"value":"Only"},{"value":"D"}],"identifiers":[]}]}}`)
}

func aliasesResolveEverywhere(w *world) {
	w.imports("x", `sources: [{ id: s }]
entities: [{ id: a, type: Company, name: A }, { id: b, type: Company, name: B }, { id: c, type: Company, name: C }, { id: d, type: Company, name: D }]`)
	w.edits(func(tx *write.Tx) error { return tx.Merge("b", "a") })
	// Two more steps in one change: all that gave way leads to the end.
	w.edits(func(tx *write.Tx) error { return errors.Join(tx.Merge("c", "b"), tx.Merge("d", "c")) })
	w.answers(`{ a: firm(id: "a") { id } b: company(id: "b") { id } c: entity(id: "c") { id } nodes(ids: ["a", "d", "b"]) { id } firms { totalCount } }`,
		`{"a":{"id":"d"},"b":{"id":"d"},"c":{"id":"d"},"nodes":[{"id":"d"},{"id":"d"},{"id":"d"}],"firms":{"totalCount":1}}`)
	if got, want := w.retiredIDs(), "[{a d false} {b d false} {c d false}]"; got != want {
		w.Errorf("got %s, want %s", got, want)
	}
	for _, batch := range []int{0, 1} {
		w.imports("y", `entities: [{ id: b, type: Company, name: B2 }]
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: [c, a], claims: [{ id: cl, stance: ASSERTS, attribution: ACTOR, attributedTo: b, source: s, on: { role: targets, entity: a } }] }]`, write.ImportOptions{Batch: batch})
		w.answers(`{ ban(id: "f") { targets { id } claims { nodes { attributedTo { id } on { entity { id } } } } } firms { totalCount } }`,
			`{"ban":{"targets":[{"id":"d"}],"claims":{"nodes":[{"attributedTo":{"id":"d"},"on":{"entity":{"id":"d"}}}]}},"firms":{"totalCount":1}}`)
	}
	w.edits(func(tx *write.Tx) error {
		got, err := tx.Get("a")
		if err != nil || got == nil || got.Node.ID != "d" {
			w.Errorf("got %+v and %v", got, err)
		}
		ban := schema.Model().Types["Ban"]
		return errors.Join(err, tx.Patch("f", write.Patch{Node: &graph.Node{Type: ban, Links: []graph.Link{{Type: ban.Link("targets"), To: "c"}, {Type: ban.Link("appliesTo"), To: "b"}}}}))
	})
	w.answers(`{ ban(id: "f") { targets { id } appliesTo { id } } }`, `{"ban":{"targets":[{"id":"d"}],"appliesTo":[{"id":"d"}]}}`)
	w.isRefused(w.tries(func(tx *write.Tx) error { return tx.Delete("b") }), `b: cannot be deleted: cl refers to it`)
	w.edits(func(tx *write.Tx) error { return tx.Delete("cl", "f", "b") })
	w.answers(`{ nodes(ids: ["a", "b", "c", "d"]) { id } }`, `{"nodes":[null,null,null,null]}`)
}

func mergesAreRefused(w *world) {
	w.load(smallData)
	w.edits(func(tx *write.Tx) error { return tx.Put(w.records(`entities: [{ id: p, type: Place, name: P }]`)...) })
	merge := func(into, from graph.ID, want ...string) {
		w.Helper()
		w.isRefused(w.tries(func(tx *write.Tx) error { return tx.Merge(into, from) }), want...)
	}
	merge("a", "nobody", `nobody: there is no node with this id`)
	merge("a", "a", `a: it is the same node as a`)
	merge("a", "p", `a: type: it is one node with p, which is Place and cannot be Company as well`)
	w.edits(func(tx *write.Tx) error { return tx.Merge("a", "b") })
	merge("b", "a", `a: it is the same node as b`)
}

func deletedMayBeMadeAgain(w *world) {
	w.imports("x", `entities: [{ id: a, type: Company, name: A, identifiers: [{ scheme: lei, value: "1" }] }, { id: b, type: Company, name: B }]
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: a }]`)
	w.imports("y", `entities: [{ id: y, type: Company, name: Y, identifiers: [{ scheme: lei, value: "1" }] }]`)
	w.edits(func(tx *write.Tx) error { return tx.Delete("f", "y") })
	// Neither id, nor another one with the identifier, brings the node back.
	done := w.imports("y", `entities: [{ id: y, type: Company, name: Y, identifiers: [{ scheme: lei, value: "1" }] }, { id: a, type: Company, name: A }]`)
	if done.Changed() || !slices.Equal(done.Marked, []graph.ID{"a", "y"}) {
		w.Errorf("got %+v", done)
	}
	// An edit does, of another type if need be, and under the id that stands for it.
	w.edits(func(tx *write.Tx) error {
		return tx.Put(w.records(`entities: [{ id: a, type: Person, name: Again }]`)...)
	})
	w.answers(`{ a: node(id: "a") { __typename id } y: node(id: "y") { __typename id } firms { nodes { id } } }`,
		`{"a":{"__typename":"Person","id":"a"},"y":{"__typename":"Person","id":"a"},"firms":{"nodes":[{"id":"b"}]}}`)
	// Within one change.
	w.edits(func(tx *write.Tx) error {
		return errors.Join(tx.Delete("b"), tx.Put(w.records(`entities: [{ id: b, type: Company, name: B3 }]`)...))
	})
	w.answers(`{ firms { nodes { id name } } }`, `{"firms":{"nodes":[{"id":"b","name":"B3"}]}}`)
	if again := w.imports("x", `entities: [{ id: b, type: Company, name: B }]`); len(again.Marked) > 0 {
		w.Errorf("got %+v", again)
	}
	w.answers(`{ firms { nodes { id name } } }`, `{"firms":{"nodes":[{"id":"b","name":"B3"}]}}`)
}

func failureLeavesNothing(w *world) {
	w.load(smallData)
	before, state := w.all(), State(w.T, w.store)
	records := w.records(`entities: [{ id: a, type: Retailer, name: New }, { id: n, type: Place, name: N }]`)
	mine := errors.New("mine")
	change := func(tx *write.Tx) error {
		return errors.Join(tx.Put(records...), tx.Merge("a", "b"), tx.Delete("c"))
	}
	fails := map[string]func(){
		"an error": func() {
			_, err := w.store.Write(w.Context(), write.Meta{Dataset: write.Edits, Key: "k"}, func(tx *write.Tx) error { return errors.Join(change(tx), mine) })
			if !errors.Is(err, mine) {
				w.Errorf("got %v", err)
			}
		},
		"a panic": func() {
			defer func() {
				if r := recover(); r != any(mine) {
					w.Errorf("recovered %v", r)
				}
			}()
			_, _ = w.store.Write(w.Context(), write.Meta{Dataset: write.Edits, Key: "k"}, func(tx *write.Tx) error {
				if err := change(tx); err != nil {
					return err
				}
				panic(mine)
			})
		},
		"a panic while records are read": func() {
			defer func() { _ = recover() }()
			_, _ = w.store.Import(w.Context(), write.Meta{Dataset: "b", Key: "k"}, func(yield func(*write.Record, error) bool) {
				yield(records[0], nil)
				panic(mine)
			}, write.ImportOptions{Batch: 1})
		},
	}
	for name, fail := range fails {
		fail()
		if difference := Difference(w.all(), before); difference != "" {
			w.Errorf("%s left %s", name, difference)
		}
	}
	if difference := Difference(State(w.T, w.store), state); difference != "" {
		w.Errorf("what failed left %s", difference)
	}
	// The store goes on, and the key was not used.
	done := w.writes(write.Meta{Dataset: write.Edits, Key: "k"}, change)
	if done.Repeated || done.Revision.Number != 2 {
		w.Errorf("got %+v", done)
	}
}
