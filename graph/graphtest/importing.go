package graphtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"
)

var importingCases = map[string]func(*world){
	"a dataset that knows less takes nothing away": lessTakesNothingAway,
	"a reload replaces its own":                    reloadReplacesItsOwn,
	"a reload replaces what gave way":              reloadReplacesWhatGaveWay,
	"two nodes of one dataset and one of another":  threeNodesAreOne,
	"old ids find nodes in filters":                oldIDsFindNodesInFilters,
	"an identifier moves":                          identifierMovesInOneLoad,
	"claims go with a reload":                      claimsGoWithAReload,
	"priorities":                                   prioritiesDecide,
	"what is absent is reported, and pruned":       absentIsReportedAndPruned,
	"a dataset is removed":                         datasetIsRemoved,
	"deleted nodes do not return":                  deletedNodesDoNotReturn,
	"forward references over batches":              forwardReferencesOverBatches,
	"references that stay open":                    openReferencesAreRefused,
	"an id used twice":                             idTwiceIsRefused,
	"contributions are published":                  contributionsArePublished,
	"order and cuts mean nothing":                  orderAndCutsMeanNothing,
	"a rehearsal changes nothing":                  rehearsalChangesNothing,
}

// records prepares a dataset in the native format, without its header.
func (w *world) records(text string) []*write.Record {
	w.Helper()
	read := w.read(text)
	if err := read.Problems(); err != nil {
		w.Fatal(err)
	}
	records, problems := write.Prepare(schema.Model(), read.Nodes())
	if len(problems) > 0 {
		w.Fatal(problems)
	}
	return records
}

func (w *world) tryImport(meta write.Meta, text string, o write.ImportOptions) (write.Imported, error) {
	w.Helper()
	return w.store.Import(w.Context(), meta, Records(w.records(text)), o)
}

// imports loads a dataset.
func (w *world) imports(dataset, text string, options ...write.ImportOptions) write.Imported {
	w.Helper()
	var o write.ImportOptions
	if len(options) > 0 {
		o = options[0]
	}
	done, err := w.tryImport(write.Meta{Dataset: dataset}, text, o)
	if err != nil {
		w.Fatal(err)
	}
	return done
}

const (
	knowsAll  = `entities: [{ id: kaspersky-lab, type: Company, name: Kaspersky Lab, country: RU, founded: "1997", sector: software, description: A firm, aliases: [{ value: KL }], identifiers: [{ scheme: lei, value: "1" }] }]`
	knowsLess = `entities: [{ id: kl-lei, type: Company, name: AO Kaspersky Lab, identifiers: [{ scheme: lei, value: "1" }] }]`
	firmQuery = `{ firms { nodes { country founded { edtf } sector description } totalCount } b: node(id: "kl-lei") { __typename } search(query: "ao") { totalCount } kl: search(query: "kl") { totalCount } }`
	firmKnown = `{"firms":{"nodes":[{"country":"RU","founded":{"edtf":"1997"},"sector":"software","description":"A firm"}],"totalCount":1},"b":{"__typename":"Company"},"search":{"totalCount":1},"kl":{"totalCount":1}}`
)

// Whichever comes first, nothing that the other says is lost.
func lessTakesNothingAway(w *world) {
	w.imports("a", knowsAll)
	done := w.imports("b", knowsLess)
	if got := mergesOf(done.Written); got != "kl-lei into kaspersky-lab" {
		w.Errorf("merged %s", got)
	}
	w.answers(firmQuery, firmKnown)
	w.answers(`{ firm(id: "kl-lei") { id name } }`, `{"firm":{"id":"kaspersky-lab","name":"AO Kaspersky Lab"}}`)
	for _, dataset := range []string{"a", "b"} {
		w.imports(dataset, "", write.ImportOptions{Prune: true})
	}
	w.answers(`{ firms { totalCount } }`, `{"firms":{"totalCount":0}}`)
	w.imports("b", knowsLess)
	w.imports("a", knowsAll)
	w.answers(firmQuery, firmKnown)
}

func reloadReplacesItsOwn(w *world) {
	w.imports("a", knowsAll)
	w.imports("b", knowsLess+"\n")
	without := strings.Replace(knowsAll, "sector: software, ", "", 1)
	w.imports("a", without)
	const query = `{ firms { nodes { sector country } } }`
	w.answers(query, `{"firms":{"nodes":[{"sector":null,"country":"RU"}]}}`)
	w.imports("b", strings.Replace(knowsLess, "name:", "sector: security, name:", 1))
	w.imports("a", strings.Replace(without, "country: RU, ", "", 1))
	w.answers(query, `{"firms":{"nodes":[{"sector":"security","country":null}]}}`)
	again := w.imports("a", strings.Replace(without, "country: RU, ", "", 1))
	if again.Changed() || again.Unchanged != 1 {
		w.Errorf("the same again did %+v", again)
	}
}

// A dataset gives a node another id, and drops a field with it.
func reloadReplacesWhatGaveWay(w *world) {
	for _, batch := range []int{0, 1} {
		w.imports("a", `entities: [{ id: old, type: Company, name: A, sector: software, identifiers: [{ scheme: lei, value: "1" }] }, { id: x, type: Company, name: X }]`, write.ImportOptions{Batch: batch})
		done := w.imports("a", `entities: [{ id: new, type: Company, name: A, identifiers: [{ scheme: lei, value: "1" }] }, { id: x, type: Company, name: X }]`, write.ImportOptions{Batch: batch})
		if len(done.Absent) > 0 || !slices.Equal(done.Replaced, []graph.ID{"old"}) {
			w.Errorf("absent are %q, replaced %q", done.Absent, done.Replaced)
		}
		w.answers(`{ firm(id: "new") { id sector contributions { dataset { name } } } }`, `{"firm":{"id":"old","sector":null,"contributions":[{"dataset":{"name":"a"}}]}}`)
	}
}

func threeNodesAreOne(w *world) {
	w.imports("a", `entities: [{ id: m, type: Company, name: M, identifiers: [{ scheme: lei, value: "1" }] }]`)
	const two = `
entities:
  - { id: z, type: Company, name: Z, sector: last, identifiers: [{ scheme: lei, value: "1" }, { scheme: cik, value: "2" }] }
  - { id: b, type: Company, name: B, country: DE, identifiers: [{ scheme: cik, value: "2" }] }
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: [b, z] }]`
	for _, batch := range []int{0, 1} {
		w.imports("b", two, write.ImportOptions{Batch: batch})
		w.answers(`{ firms { nodes { id sector country } } ban(id: "f") { targets { id } } nodes(ids: ["b", "z"]) { id } }`,
			`{"firms":{"nodes":[{"id":"m","sector":"last","country":"DE"}]},"ban":{"targets":[{"id":"m"}]},"nodes":[{"id":"m"},{"id":"m"}]}`)
	}
}

func oldIDsFindNodesInFilters(w *world) {
	w.imports("b", `
entities:
  - { id: m, type: Company, name: M, identifiers: [{ scheme: lei, value: "1" }] }
  - { id: z, type: Company, name: Z, identifiers: [{ scheme: lei, value: "1" }] }
  - { id: other, type: Company, name: Other }
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: [z] }]`)
	w.answers(`{
		eq: entities(where: { id: { eq: "z" } }) { nodes { id } }
		in: firms(where: { id: { in: ["nobody", "other", "z"] } }) { nodes { id } }
		ne: entities(where: { id: { ne: "z" } }) { nodes { id } }
		notIn: entities(where: { not: { id: { notIn: ["z"] } } }) { nodes { id } }
		some: facts(where: { participants: { some: { entity: { id: { eq: "z" } } } } }) { nodes { id } }
		none: bans(where: { targets: { none: { id: { eq: "z" } } } }) { nodes { id } }
		text: entities(where: { id: { startsWith: "z" } }) { nodes { id } }
		below: firm(id: "z") { bans(where: { targets: { some: { id: { in: ["z"] } } } }) { nodes { id } } }
	}`, `{"eq":{"nodes":[{"id":"m"}]},"in":{"nodes":[{"id":"m"},{"id":"other"}]},"ne":{"nodes":[{"id":"other"}]},`+
		`"notIn":{"nodes":[{"id":"m"}]},"some":{"nodes":[{"id":"f"}]},"none":{"nodes":[]},"text":{"nodes":[]},"below":{"bans":{"nodes":[{"id":"f"}]}}}`)
}

func identifierMovesInOneLoad(w *world) {
	for _, batch := range []int{0, 1} {
		w.imports("a", `entities: [{ id: x, type: Company, name: X, identifiers: [{ scheme: lei, value: "1" }] }, { id: y, type: Company, name: Y }]`, write.ImportOptions{Batch: batch})
		for range 2 {
			done := w.imports("a", `entities: [{ id: y, type: Company, name: Y, identifiers: [{ scheme: lei, value: "1" }] }, { id: x, type: Company, name: X }]`, write.ImportOptions{Batch: batch})
			if len(done.Merged) > 0 {
				w.Errorf("merged %s", mergesOf(done.Written))
			}
			w.answers(`{ firms { nodes { id identifiers { value } } } }`, `{"firms":{"nodes":[{"id":"x","identifiers":[]},{"id":"y","identifiers":[{"value":"1"}]}]}}`)
		}
	}
	// It is known where it went.
	w.imports("b", `entities: [{ id: z, type: Company, name: Z, identifiers: [{ scheme: lei, value: "1" }] }]`)
	w.answers(`{ node(id: "z") { id } }`, `{"node":{"id":"y"}}`)
}

func claimsGoWithAReload(w *world) {
	const data = `
sources: [{ id: s }]
entities: [{ id: a, type: Company, name: A }]
facts:
  - { id: f, type: Ban, title: F, phase: PROPOSED, targets: a, claims: [%s] }
  - { id: g, type: Ban, title: G, phase: PROPOSED, targets: a, claims: [{ id: g1, stance: ASSERTS, attribution: SOURCE, source: s }] }`
	const one = `{ id: f1, stance: ASSERTS, attribution: SOURCE, source: s }`
	w.imports("a", fmt.Sprintf(data, one+`, { id: f2, stance: DENIES, attribution: ACTOR, attributedTo: a, source: s }`))
	w.imports("b", `claims: [{ id: f3, fact: f, stance: DOUBTS, attribution: UNNAMED, source: s }]`)
	const query = `{ facts { nodes { id status claims { nodes { id } } } } }`
	for _, batch := range []int{0, 1} {
		w.imports("a", fmt.Sprintf(data, one), write.ImportOptions{Batch: batch})
		w.answers(query, `{"facts":{"nodes":[{"id":"f","status":"DISPUTED","claims":{"nodes":[{"id":"f1"},{"id":"f3"}]}},{"id":"g","status":"ASSERTED","claims":{"nodes":[{"id":"g1"}]}}]}}`)
	}
	// A fact that is not in the files keeps its claims.
	w.imports("a", `entities: [{ id: a, type: Company, name: A }]`)
	w.answers(query, `{"facts":{"nodes":[{"id":"f","status":"DISPUTED","claims":{"nodes":[{"id":"f1"},{"id":"f3"}]}},{"id":"g","status":"ASSERTED","claims":{"nodes":[{"id":"g1"}]}}]}}`)
}

func prioritiesDecide(w *world) {
	priority := func(n int) *int { return &n }
	load := func(dataset string, n *int, name string) {
		w.Helper()
		text := fmt.Sprintf(`entities: [{ id: x, type: Company, name: %s }]`, name)
		if _, err := w.tryImport(write.Meta{Dataset: dataset, Priority: n}, text, write.ImportOptions{}); err != nil {
			w.Fatal(err)
		}
	}
	is := func(name string) {
		w.Helper()
		w.answers(`{ firm(id: "x") { name } }`, fmt.Sprintf(`{"firm":{"name":%q}}`, name))
	}
	load("a", priority(5), "A")
	load("b", nil, "B")
	is("A")
	load("b", priority(6), "B2")
	is("B2")
	load("c", priority(6), "C")
	is("C")
	load("a", nil, "A2")
	is("C")
	w.answers(`{ datasets { name priority nodeCount } }`,
		`{"datasets":[{"name":"a","priority":5,"nodeCount":1},{"name":"b","priority":6,"nodeCount":1},{"name":"c","priority":6,"nodeCount":1}]}`)
}

func absentIsReportedAndPruned(w *world) {
	w.imports("a", smallData)
	done := w.imports("a", `entities: [{ id: a, type: Company, name: A }]`)
	if !slices.Equal(done.Absent, []graph.ID{"b", "c", "reply", "s"}) {
		w.Errorf("absent are %q", done.Absent)
	}
	w.imports("b", `facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: b }]`)
	done = w.imports("a", `entities: [{ id: a, type: Company, name: A }]`, write.ImportOptions{Prune: true})
	if !slices.Equal(done.Absent, []graph.ID{"b"}) || !slices.Equal(done.Withdrawn, []graph.ID{"c", "reply", "s"}) || done.Deleted != 3 {
		w.Errorf("what stays is %q, withdrawn are %q, %d went", done.Absent, done.Withdrawn, done.Deleted)
	}
	w.answers(`{ entities { nodes { id } } facts { nodes { id } } sources { totalCount } claims { totalCount } }`,
		`{"entities":{"nodes":[{"id":"a"},{"id":"b"}]},"facts":{"nodes":[{"id":"f"}]},"sources":{"totalCount":0},"claims":{"totalCount":0}}`)
}

func datasetIsRemoved(w *world) {
	w.imports("a", smallData)
	w.imports("b", `entities: [{ id: a, type: Company, name: Other, sector: steel }]`)
	w.imports("a", "", write.ImportOptions{Prune: true})
	w.answers(`{ entities { nodes { id name aliases { value } } } facts { totalCount } datasets { name } firm(id: "a") { sector } }`,
		`{"entities":{"nodes":[{"id":"a","name":"Other","aliases":[]}]},"facts":{"totalCount":0},"datasets":[{"name":"b"}],"firm":{"sector":"steel"}}`)
	if again := w.imports("a", "", write.ImportOptions{Prune: true}); again.Changed() {
		w.Errorf("removed twice: %+v", again)
	}
}

func deletedNodesDoNotReturn(w *world) {
	const data = `entities: [{ id: a, type: Company, name: A }, { id: b, type: Company, name: B }]`
	w.imports("a", data)
	_, err := w.store.Write(w.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error { return tx.Delete("a") })
	if err != nil {
		w.Fatal(err)
	}
	done := w.imports("a", data)
	if done.Changed() || !slices.Equal(done.Marked, []graph.ID{"a"}) {
		w.Errorf("got %+v", done)
	}
	w.answers(`{ firms { nodes { id } } }`, `{"firms":{"nodes":[{"id":"b"}]}}`)
	if _, err := WriteFor(w.Context(), w.store, write.Edits, w.batch(`entities: [{ id: a, type: Company, name: Again }]`)); err != nil {
		w.Fatal(err)
	}
	w.imports("a", data)
	w.answers(`{ firms { nodes { id name } } }`, `{"firms":{"nodes":[{"id":"a","name":"Again"},{"id":"b","name":"B"}]}}`)
}

func forwardReferencesOverBatches(w *world) {
	const data = `
facts:
  - { id: s1, type: Statement, title: S1, phase: OCCURRED, speakers: p, responseTo: s2, claims: [{ id: c1, stance: ASSERTS, attribution: ACTOR, attributedTo: p, utteredIn: s3, source: s }] }
  - { id: s2, type: Statement, title: S2, phase: OCCURRED, speakers: p, responseTo: s3 }
  - { id: s3, type: Statement, title: S3, phase: OCCURRED, speakers: p, responseTo: [s1, ban] }
  - { id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: p }
entities: [{ id: p, type: Person, name: P }]
sources: [{ id: s, title: S }]`
	for _, batch := range []int{1, 2, 3, 7} {
		w.imports("a", data, write.ImportOptions{Batch: batch})
		w.answers(`{ statements { nodes { id status responseTo { id } } } claim(id: "c1") { utteredIn { id } } }`,
			`{"statements":{"nodes":[{"id":"s1","status":"ASSERTED","responseTo":[{"id":"s2"}]},{"id":"s2","status":"UNSUPPORTED","responseTo":[{"id":"s3"}]},{"id":"s3","status":"UNSUPPORTED","responseTo":[{"id":"s1"},{"id":"ban"}]}]},"claim":{"utteredIn":{"id":"s3"}}}`)
		w.imports("a", "", write.ImportOptions{Batch: batch, Prune: true})
		w.answers(`{ facts { totalCount } entities { totalCount } sources { totalCount } }`, `{"facts":{"totalCount":0},"entities":{"totalCount":0},"sources":{"totalCount":0}}`)
	}
}

func openReferencesAreRefused(w *world) {
	for _, batch := range []int{0, 1} {
		_, err := w.tryImport(write.Meta{Dataset: "a"}, `
entities: [{ id: a, type: Company, name: A }, { id: p, type: Place, name: P }]
sources: [{ id: s }]
facts:
  - { id: f, type: Ban, title: F, phase: PROPOSED, targets: [a, nobody], imposedBy: p }
  - { id: g, type: Ban, title: G, phase: PROPOSED, targets: a, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: appliesTo, entity: a } }] }`,
			write.ImportOptions{Batch: batch})
		var problems write.Problems
		if !errors.As(err, &problems) {
			w.Fatalf("got %v", err)
		}
		got := strings.Split(problems.Error(), "\n")
		slices.Sort(got)
		want := []string{
			`c: on.entity: "a" does not take the role appliesTo in "g"`,
			`f: imposedBy[0]: "p" is of type Place; due is Actor`,
			`f: targets[1]: there is no node with the id "nobody"`,
		}
		if !slices.Equal(got, want) {
			w.Errorf("in batches of %d: got %q, want %q", batch, got, want)
		}
		if at := slices.IndexFunc(problems, func(p write.Problem) bool { return p.Code == write.NotFound }); at < 0 {
			w.Errorf("no problem has the code %s: %v", write.NotFound, problems)
		}
		w.answers(`{ entities { totalCount } facts { totalCount } datasets { name } }`, `{"entities":{"totalCount":0},"facts":{"totalCount":0},"datasets":[]}`)
	}
}

func idTwiceIsRefused(w *world) {
	records := w.records(`entities: [{ id: a, type: Company, name: A }]`)
	_, err := w.store.Import(w.Context(), write.Meta{Dataset: "a"}, Records(append(records, records...)), write.ImportOptions{})
	if err == nil || err.Error() != "a: id: the id is used twice; it must be unique over all nodes" {
		w.Errorf("got %v", err)
	}
	w.answers(`{ entities { totalCount } }`, `{"entities":{"totalCount":0}}`)
}

func contributionsArePublished(w *world) {
	w.imports("a", `entities: [{ id: x, type: Company, name: X, country: US, aliases: [{ value: A }, { value: B }] }]`)
	w.answers(`{ firm(id: "x") { contributions { dataset { name title nodeCount } values { field value counts } } } }`, `{"firm":{"contributions":[
		{"dataset":{"name":"a","title":null,"nodeCount":1},"values":[
			{"field":"name","value":"X","counts":true},{"field":"aliases","value":"{\"value\":\"A\"}","counts":true},
			{"field":"aliases","value":"{\"value\":\"B\"}","counts":true},{"field":"country","value":"US","counts":true}]}]}}`)
	w.imports("b", `entities: [{ id: x, type: Company, name: Y, country: US }]
facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, several: true, targets: x }]`)
	if _, err := w.store.Write(w.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error {
		return tx.Patch("x", write.Patch{Node: &graph.Node{Type: schema.Model().Types["Company"]}, Removed: []string{"country"}})
	}); err != nil {
		w.Fatal(err)
	}
	w.answers(`{ firm(id: "x") { name country contributions { dataset { name } values { field value counts } } } ban(id: "f") { contributions { values { field value counts } } } }`, `{"firm":{"name":"Y","country":null,"contributions":[
		{"dataset":{"name":"edits"},"values":[{"field":"country","value":null,"counts":true}]},
		{"dataset":{"name":"b"},"values":[{"field":"name","value":"Y","counts":true},{"field":"country","value":"US","counts":false}]},
		{"dataset":{"name":"a"},"values":[{"field":"name","value":"X","counts":false},{"field":"aliases","value":"{\"value\":\"A\"}","counts":true},
			{"field":"aliases","value":"{\"value\":\"B\"}","counts":true},{"field":"country","value":"US","counts":false}]}]},
		"ban":{"contributions":[{"values":[{"field":"title","value":"F","counts":true},{"field":"phase","value":"PROPOSED","counts":true},
			{"field":"several","value":"true","counts":true},{"field":"targets","value":"x","counts":true}]}]}}`)
}

// orderAndCutsMeanNothing loads random graphs in random orders and cuts, each
// twice, and compares with the graph that comes of one batch.
func orderAndCutsMeanNothing(w *world) {
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 7))
		records := entangled(w, random)
		var want string
		for attempt := range 4 {
			dataset := write.Meta{Dataset: "cut"}
			options := write.ImportOptions{}
			if attempt > 0 {
				options.Batch = 1 + random.IntN(6)
				random.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
			}
			if _, err := w.store.Import(w.Context(), dataset, Records(records), options); err != nil {
				w.Fatalf("seed %d, batches of %d: %v", seed, options.Batch, err)
			}
			got := w.content()
			if attempt == 0 {
				want = got
			}
			if difference := Difference(got, want); difference != "" {
				w.Fatalf("seed %d, batches of %d: %s", seed, options.Batch, difference)
			}
			if attempt%2 == 1 {
				continue // the next load finds all there already
			}
			w.clear(dataset)
		}
		w.clear(write.Meta{Dataset: "cut"})
	}
}

func (w *world) clear(meta write.Meta) {
	w.Helper()
	if _, err := w.store.Import(w.Context(), meta, Records(nil), write.ImportOptions{Prune: true}); err != nil {
		w.Fatal(err)
	}
	if left := w.export(1); len(left) > 0 {
		w.Fatalf("%s is left", left[0].Node.ID)
	}
}

// content is all that the store has, but for revisions.
func (w *world) content() string {
	w.Helper()
	var b strings.Builder
	for _, one := range w.export(50) {
		writeNode(&b, one.Node)
		for _, part := range one.Parts {
			writeNode(&b, part)
		}
		writeContributions(&b, one)
	}
	return b.String()
}

// entangled are the records of a random graph: firms of which some share
// identifiers, statements that answer each other, and claims about them and
// about participations.
func entangled(w *world, random *rand.Rand) []*write.Record {
	var b strings.Builder
	n := 2 + random.IntN(6)
	b.WriteString("sources: [{ id: s }]\nentities:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - { id: e%d, type: %s, name: E%d, identifiers: [{ scheme: lei, value: \"%d\" }, { scheme: cik, value: \"%d\" }] }\n",
			i, []string{"Company", "Retailer"}[random.IntN(2)], i, random.IntN(2*n), random.IntN(2*n))
	}
	b.WriteString("facts:\n")
	for i := range n {
		about := random.IntN(n)
		fmt.Fprintf(&b, "  - { id: f%d, type: Statement, title: F%d, phase: OCCURRED, date: \"200%d\", about: e%d, responseTo: f%d, quotations: [{ gist: G, source: s, about: e%d }]",
			i, i, random.IntN(9), about, (i+random.IntN(n-1)+1)%n, random.IntN(n))
		fmt.Fprintf(&b, ", claims: [{ id: c%d, stance: %s, attribution: ACTOR, attributedTo: e%d, source: s, utteredIn: f%d }",
			i, []string{"ASSERTS", "DENIES", "RETRACTS"}[random.IntN(3)], random.IntN(n), random.IntN(n))
		fmt.Fprintf(&b, ", { id: d%d, stance: ALLEGES, attribution: UNNAMED, source: s, on: { role: about, entity: e%d } }] }\n", i, about)
	}
	return w.records(b.String())
}

// A rehearsal tells what loads would do, the later ones as if the earlier ones
// had been made, and nothing of it stays.
func rehearsalChangesNothing(w *world) {
	w.imports("a", knowsAll)
	before := State(w.T, w.store)
	loads := []write.Load{
		{Meta: write.Meta{Dataset: "b"}, Records: w.records(knowsLess)},
		{Meta: write.Meta{Dataset: "c"}, Records: w.records(`facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: nobody }]`)},
		{Meta: write.Meta{Dataset: "d"}, Records: w.records(`facts: [{ id: g, type: Ban, title: G, phase: PROPOSED, targets: kl-lei }, { id: h, type: Ban, title: H, phase: PROPOSED }]`), Options: write.ImportOptions{Batch: 1}},
		{Meta: write.Meta{Dataset: "a"}, Options: write.ImportOptions{Prune: true}},
	}
	done, err := write.Rehearse(w.Context(), w.store, loads)
	if err != nil || len(done) != 4 {
		w.Fatalf("got %v, %v", done, err)
	}
	if got := mergesOf(done[0].Written); got != "kl-lei into kaspersky-lab" {
		w.Errorf("merged %s", got)
	}
	if got := done[1].Problems.Error(); got != `f: targets[0]: there is no node with the id "nobody"` {
		w.Errorf("refused because of %s", got)
	}
	if done[2].Created != 2 || len(done[2].Problems) > 0 {
		w.Errorf("created %d, problems %v", done[2].Created, done[2].Problems)
	}
	if done[3].Updated != 1 || done[3].Deleted != 0 {
		w.Errorf("updated %d, deleted %d", done[3].Updated, done[3].Deleted)
	}
	if difference := Difference(State(w.T, w.store), before); difference != "" {
		w.Errorf("the rehearsal left something: %s", difference)
	}
	w.answers(`{ datasets { name } }`, `{"datasets":[{"name":"a"}]}`)
	if written := w.imports("b", knowsLess); written.Revision.Number != 2 {
		w.Errorf("the next revision is %d", written.Revision.Number)
	}
}
