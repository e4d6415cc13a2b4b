package graphtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"
)

var writingCases = map[string]func(*world){
	"a batch is written whole or not at all":  batchIsWrittenWholeOrNotAtAll,
	"the same again makes no revision":        sameAgainMakesNoRevision,
	"changes are counted":                     changesAreCounted,
	"a node is replaced as a whole":           nodeIsReplacedAsAWhole,
	"a batch may refer forward":               batchMayReferForward,
	"the more specific type wins":             moreSpecificTypeWins,
	"a type may be corrected":                 typeMayBeCorrected,
	"identifiers find the stored node":        identifiersFindTheStoredNode,
	"an identifier merges nodes":              identifierMergesNodes,
	"an identifier doubles no participation":  identifierDoublesNoParticipation,
	"an identifier may move":                  identifierMayMove,
	"what is referred to stays":               whatIsReferredToStays,
	"referrers may go along":                  referrersMayGoAlong,
	"a deleted node may return":               deletedNodeMayReturn,
	"quotations live with their statement":    quotationsLiveWithTheirStatement,
	"lists follow links and dates":            listsFollowLinksAndDates,
	"search follows names":                    searchFollowsNames,
	"long text is kept whole":                 longTextIsKeptWhole,
	"what cannot be stored is refused":        whatCannotBeStoredIsRefused,
	"claims are about participations":         claimsAreAboutParticipations,
	"a mark or a node makes the store seeded": markOrNodeMakesSeeded,
}

// batch is what a dataset would write.
func (w *world) batch(dataset string, deletes ...graph.ID) Batch {
	return Batch{Nodes: w.read(dataset).Nodes(), Deletes: deletes}
}

// refuses holds a batch to being refused for what is wrong with these nodes,
// and to leaving no trace.
func (w *world) refuses(batch Batch, ids ...graph.ID) {
	w.Helper()
	w.refusesFor(Dataset, batch, ids...)
}

// refusesFor is refuses for a dataset.
func (w *world) refusesFor(dataset string, batch Batch, ids ...graph.ID) {
	w.Helper()
	before := w.apply(Batch{}).Head
	_, err := WriteFor(w.Context(), w.store, dataset, batch)
	var errs write.Problems
	if !errors.As(err, &errs) {
		w.Fatalf("got %v, want the batch to be refused for %q", err, ids)
	}
	var wrong []graph.ID
	for _, e := range errs {
		wrong = append(wrong, e.ID)
	}
	slices.Sort(wrong)
	if got := slices.Compact(wrong); !slices.Equal(got, ids) {
		w.Errorf("got %v, want errors about %q", err, ids)
	}
	if after := w.apply(Batch{}).Head; after != before {
		w.Errorf("a refused batch made revision %d of %d", after, before)
	}
}

// applied holds what a batch did to what it should have done.
func (w *world) applied(got write.Written, created, updated, deleted, unchanged int) {
	w.Helper()
	if got.Created != created || got.Updated != updated || got.Deleted != deleted || got.Unchanged != unchanged {
		w.Errorf("got %+v, want %d created, %d updated, %d deleted, %d unchanged", got, created, updated, deleted, unchanged)
	}
}

func batchIsWrittenWholeOrNotAtAll(w *world) {
	w.load(`
entities: [{ id: a, type: Company, name: A }, { id: b, type: Company, name: B }]
facts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: a }]`)
	const good = "entities: [{ id: good, type: Company, name: Good }, { id: a, type: Company, name: Changed }]\n"
	dangling := w.batch(good+"facts: [{ id: bad, type: Ban, title: Bad, phase: PROPOSED, targets: nobody }]", "b")
	dangling.Seeding = true
	w.refuses(dangling, "bad")
	w.refuses(w.batch(good+"facts: [{ id: bad, type: Ban, title: Bad, phase: SOON }]"), "bad")
	w.refuses(w.batch(good, "b", "a"), "a")
	w.answers(`{ firms { nodes { id name } } facts { totalCount } search(query: "good") { totalCount } }`,
		`{"firms":{"nodes":[{"id":"a","name":"A"},{"id":"b","name":"B"}]},"facts":{"totalCount":1},"search":{"totalCount":0}}`)
}

const smallData = `
sources: [{ id: s, title: Report }]
entities:
  - { id: a, type: Company, name: A, country: US, aliases: [{ value: AA }], identifiers: [{ scheme: lei, value: "1" }] }
  - { id: b, type: Company, name: B }
facts:
  - id: reply
    type: Statement
    title: Reply
    phase: OCCURRED
    date: 2017-09
    speakers: a
    about: [b, a]
    quotations: [{ text: One, source: s, about: b, evidence: [{ quote: One }] }, { gist: Two, source: s }]
    claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, on: { role: about, entity: b } }]
`

func sameAgainMakesNoRevision(w *world) {
	first := w.load(smallData)
	w.applied(first, 5, 0, 0, 0)
	again := w.load(smallData)
	w.applied(again, 0, 0, 0, 5)
	if again.Head != first.Head || again.Changed() {
		w.Errorf("got %+v after %+v", again, first)
	}
}

func changesAreCounted(w *world) {
	first := w.load(smallData)
	second := w.apply(w.batch(`
entities:
  - { id: a, type: Company, name: A, country: US, aliases: [{ value: AA }], identifiers: [{ scheme: lei, value: "1" }] }
  - { id: b, type: Company, name: New }
  - { id: new, type: Place, name: New }`, "c", "unknown"))
	// The status of the fact's participation changes with the claim that goes.
	w.applied(second, 1, 2, 1, 1)
	if second.Head != first.Head+1 {
		w.Errorf("revision %d after %d", second.Head, first.Head)
	}
	if third := w.remove("unknown"); third.Changed() || third.Head != second.Head {
		w.Errorf("the delete of nothing did %+v", third)
	}
}

func nodeIsReplacedAsAWhole(w *world) {
	w.load(smallData)
	w.load("entities: [{ id: a, type: Company, name: A2, sector: steel }]")
	w.answers(`{ firm(id: "a") { name country sector aliases { value } identifiers { value } statements { nodes { id } } } }`,
		`{"firm":{"name":"A2","country":null,"sector":"steel","aliases":[],"identifiers":[],"statements":{"nodes":[{"id":"reply"}]}}}`)
	w.answers(`{ firms(where: { country: { eq: "US" } }) { totalCount } steel: firms(where: { sector: { eq: "steel" } }) { nodes { id } } }`,
		`{"firms":{"totalCount":0},"steel":{"nodes":[{"id":"a"}]}}`)
}

func batchMayReferForward(w *world) {
	batch := w.batch(smallData)
	slices.Reverse(batch.Nodes)
	w.applied(w.apply(batch), 5, 0, 0, 0)
	w.answers(`{ statement(id: "reply") { about { id } quotations { text gist } claims { nodes { id } } } }`,
		`{"statement":{"about":[{"id":"b"},{"id":"a"}],"quotations":[{"text":"One","gist":null},{"text":null,"gist":"Two"}],"claims":{"nodes":[{"id":"c"}]}}}`)
}

func moreSpecificTypeWins(w *world) {
	w.load(`
entities: [{ id: shop, type: Company, name: Shop }, { id: ann, type: Senator, name: Ann }]
facts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: shop, advocates: ann }]`)
	w.applied(w.loadFor("other", "entities: [{ id: shop, type: Retailer, name: Shop }]"), 0, 1, 0, 0)
	// What others say is kept with the node, though it changes nothing of it.
	w.applied(w.loadFor("third", "entities: [{ id: shop, type: Company, name: Shop }, { id: ann, type: Person, name: Ann }]"), 0, 2, 0, 0)
	w.applied(w.loadFor("third", "entities: [{ id: ann, type: Person, name: Ann Other }]"), 0, 1, 0, 0)
	w.answers(`{
		retailer(id: "shop") { bans { nodes { id } } } company(id: "shop") { id } companies { totalCount }
		senators { nodes { name } } humans(where: { kind: { in: [PERSON] } }) { totalCount }
		ban(id: "ban") { targets { __typename } advocates { __typename } }
	}`, `{
		"retailer":{"bans":{"nodes":[{"id":"ban"}]}},"company":null,"companies":{"totalCount":0},
		"senators":{"nodes":[{"name":"Ann Other"}]},"humans":{"totalCount":0},
		"ban":{"targets":[{"__typename":"Retailer"}],"advocates":[{"__typename":"Senator"}]}
	}`)
	w.refusesFor("third", w.batch("entities: [{ id: shop, type: Person, name: Shop }]"), "shop")
	w.refuses(w.batch("facts: [{ id: shop, type: Ban, title: Shop, phase: PROPOSED }]"), "shop")
}

// A dataset may think better of a type, unless something leads to the node that
// could not lead to one of the other type.
func typeMayBeCorrected(w *world) {
	w.load(`
entities: [{ id: shop, type: Retailer, name: Shop }, { id: free, type: Retailer, name: Free }]
facts: [{ id: gone, type: Delisting, title: Gone, phase: OCCURRED, retailer: shop }]`)
	w.applied(w.load("entities: [{ id: shop, type: Company, name: Shop }, { id: free, type: Place, name: Free }]"), 0, 2, 0, 0)
	w.refuses(w.batch("entities: [{ id: shop, type: Place, name: Shop }]"), "shop")
}

func identifiersFindTheStoredNode(w *world) {
	w.load("entities: [{ id: a, type: Company, name: A, identifiers: [{ scheme: lei, value: \"1\" }, { scheme: cik, value: \"9\" }] }]")
	again := w.load(`
entities: [{ id: other-a, type: Retailer, name: A again, identifiers: [{ scheme: lei, value: "1" }] }]
facts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: other-a }]`)
	w.applied(again, 1, 1, 0, 0)
	if len(again.Merged) != 1 || again.Merged[0].ID != "other-a" || again.Merged[0].Into != "a" || *again.Merged[0].Because != (graph.Identifier{Scheme: "lei", Value: "1"}) {
		w.Errorf("got %+v", again.Merged)
	}
	w.answers(`{
		firms { nodes { __typename id name aliases { value } identifiers { value } bans { nodes { id targets { id } } } } }
		node(id: "other-a") { id } retailer(id: "other-a") { name } nodes(ids: ["a", "other-a"]) { id }
	}`, `{
		"firms":{"nodes":[{"__typename":"Retailer","id":"a","name":"A","aliases":[{"value":"A again"}],"identifiers":[{"value":"1"},{"value":"9"}],"bans":{"nodes":[{"id":"ban","targets":[{"id":"a"}]}]}}]},
		"node":{"id":"a"},"retailer":{"name":"A"},"nodes":[{"id":"a"},{"id":"a"}]
	}`)
}

// Two stored nodes that turn out to be one are merged, and what leads to them
// leads to the one that stays.
func identifierMergesNodes(w *world) {
	w.load(`
entities:
  - { id: a, type: Company, name: A, identifiers: [{ scheme: lei, value: "1" }] }
  - { id: b, type: Company, name: B, identifiers: [{ scheme: cik, value: "1" }] }
facts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: [b, a], appliesTo: b }]`)
	merged := w.load(`entities: [{ id: x, type: Company, name: X, identifiers: [{ scheme: lei, value: "1" }, { scheme: cik, value: "1" }] }]`)
	if got := mergesOf(merged); got != "b into a, x into a" {
		w.Errorf("merged %s", got)
	}
	w.answers(`{
		firms { nodes { id name aliases { value } identifiers { scheme } bans { totalCount } bansApplied { totalCount } } }
		ban(id: "ban") { targets { id } appliesTo { id } } node(id: "b") { id } search(query: "b") { nodes { id } }
	}`, `{
		"firms":{"nodes":[{"id":"a","name":"A","aliases":[{"value":"B"},{"value":"X"}],"identifiers":[{"scheme":"lei"},{"scheme":"cik"}],"bans":{"totalCount":1},"bansApplied":{"totalCount":1}}]},
		"ban":{"targets":[{"id":"a"}],"appliesTo":[{"id":"a"}]},"node":{"id":"a"},"search":{"nodes":[{"id":"a"},{"id":"ban"}]}
	}`)
	// What is written by the ids that gave way is about the one that stayed.
	w.load(`facts: [{ id: reply, type: Statement, title: Reply, phase: OCCURRED, speakers: b, about: [x, a] }]`)
	w.answers(`{ statement(id: "reply") { speakers { id } about { id } } }`, `{"statement":{"speakers":[{"id":"a"}],"about":[{"id":"a"}]}}`)
}

func mergesOf(w write.Written) string {
	var merges []string
	for _, m := range w.Merged {
		merges = append(merges, fmt.Sprintf("%s into %s", m.ID, m.Into))
	}
	return strings.Join(merges, ", ")
}

// Two ids of a batch that stand for one node are one participant.
func identifierDoublesNoParticipation(w *world) {
	w.load(`entities: [{ id: a, type: Company, name: A, identifiers: [{ scheme: lei, value: "1" }] }]`)
	w.load(`
entities: [{ id: x, type: Company, name: X, identifiers: [{ scheme: lei, value: "1" }] }]
facts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: [x, a] }]`)
	w.answers(`{ ban(id: "ban") { targets { id } } firms { totalCount } }`, `{"ban":{"targets":[{"id":"a"}]},"firms":{"totalCount":1}}`)
}

func identifierMayMove(w *world) {
	const keyed = `entities: [{ id: %s, type: Company, name: %[1]s, identifiers: [{ scheme: lei, value: "1" }] }]`
	w.load(fmt.Sprintf(keyed, "a"))
	w.load("entities: [{ id: a, type: Company, name: a }]")
	w.applied(w.load(fmt.Sprintf(keyed, "b")), 1, 0, 0, 0)
	w.remove("b")
	w.applied(w.load(fmt.Sprintf(keyed, "c")), 1, 0, 0, 0)
	w.answers(`{ firms { nodes { id identifiers { value } } } }`,
		`{"firms":{"nodes":[{"id":"a","identifiers":[]},{"id":"c","identifiers":[{"value":"1"}]}]}}`)
}

func whatIsReferredToStays(w *world) {
	w.load(`
sources: [{ id: s }, { id: t }]
entities:
  - { id: speaker, type: Person, name: Speaker }
  - { id: target, type: Company, name: Target }
  - { id: quoted, type: Place, name: Quoted }
  - { id: free, type: Place, name: Free }
facts:
  - { id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: target, claims: [{ id: c, stance: ASSERTS, attribution: ACTOR, attributedTo: speaker, source: s }] }
  - { id: reply, type: Statement, title: Reply, phase: OCCURRED, responseTo: ban, quotations: [{ gist: Words, about: quoted, source: t }] }`)
	for _, id := range []graph.ID{"target", "speaker", "s", "ban", "quoted", "t"} {
		w.refuses(Batch{Deletes: []graph.ID{id}}, id)
	}
	w.refuses(Batch{Deletes: []graph.ID{"free", "speaker", "target"}}, "speaker", "target")
	w.refuses(w.batch("facts: [{ id: new, type: Ban, title: New, phase: PROPOSED, targets: free }]", "free"), "new")
	w.applied(w.remove("free"), 0, 0, 1, 0)
	w.answers(`{ entities { totalCount } node(id: "free") { id } }`, `{"entities":{"totalCount":3},"node":null}`)
}

func referrersMayGoAlong(w *world) {
	w.load(smallData)
	// The batch takes b out of the statement, its quotations and the claim.
	w.applied(w.apply(w.batch(`
facts: [{ id: reply, type: Statement, title: Reply, phase: OCCURRED, speakers: a, quotations: [{ gist: Two, source: s }] }]`, "b", "c")), 0, 1, 2, 0)
	w.answers(`{ statement(id: "reply") { about { id } quotations { gist about { id } } } firms { nodes { id } } }`,
		`{"statement":{"about":[],"quotations":[{"gist":"Two","about":[]}]},"firms":{"nodes":[{"id":"a"}]}}`)
	w.applied(w.remove("s", "reply", "a"), 0, 0, 3, 0)
	w.answers(`{ entities { totalCount } facts { totalCount } sources { totalCount } search(query: "reply") { totalCount } }`,
		`{"entities":{"totalCount":0},"facts":{"totalCount":0},"sources":{"totalCount":0},"search":{"totalCount":0}}`)
}

func deletedNodeMayReturn(w *world) {
	w.load(smallData)
	w.remove("c", "reply", "b", "a", "s")
	w.applied(w.load(smallData), 5, 0, 0, 0)
	w.answers(`{ firm(id: "a") { statements { nodes { id about { id } quotations { text } } } } search(query: "aa") { nodes { id } } }`,
		`{"firm":{"statements":{"nodes":[{"id":"reply","about":[{"id":"b"},{"id":"a"}],"quotations":[{"text":"One"},{"text":null}]}]}},"search":{"nodes":[{"id":"a"}]}}`)
}

func quotationsLiveWithTheirStatement(w *world) {
	w.load(smallData)
	w.remove("c")
	const statement = "facts: [{ id: reply, type: Statement, title: Reply, phase: OCCURRED, quotations: [%s] }]"
	const question = `{ statement(id: "reply") { quotations { text gist about { id } source { id } evidence { quote } } } }`
	for _, step := range []struct{ quotations, want string }{
		{
			"{ text: One, source: s, about: [a, b] }, { gist: Two, source: s }, { gist: Three, source: s }",
			`[{"text":"One","gist":null,"about":[{"id":"a"},{"id":"b"}],"source":{"id":"s"},"evidence":[]},
			{"text":null,"gist":"Two","about":[],"source":{"id":"s"},"evidence":[]},
			{"text":null,"gist":"Three","about":[],"source":{"id":"s"},"evidence":[]}]`,
		},
		{
			"{ gist: Two, source: s, evidence: [{ quote: q }] }",
			`[{"text":null,"gist":"Two","about":[],"source":{"id":"s"},"evidence":[{"quote":"q"}]}]`,
		},
		{"", "[]"},
	} {
		applied := w.load(fmt.Sprintf(statement, step.quotations))
		if applied.Updated != 1 {
			w.Errorf("quotations %q: got %+v", step.quotations, applied)
		}
		w.answers(question, `{"statement":{"quotations":`+step.want+`}}`)
	}
	w.applied(w.remove("b"), 0, 0, 1, 0)
}

func listsFollowLinksAndDates(w *world) {
	w.load(`
entities: [{ id: a, type: Company, name: A }, { id: b, type: Company, name: B }]
facts:
  - { id: x, type: Ban, title: X, phase: PROPOSED, date: "2001", targets: [a, b], appliesTo: a }
  - { id: y, type: Ban, title: Y, phase: PROPOSED, date: "2002", targets: a }
  - { id: z, type: Ban, title: Z, phase: PROPOSED, targets: a }`)
	const lists = `{ firms { nodes { id bans(orderBy: [{ field: DATE, direction: DESC }]) { totalCount nodes { id } } facts { totalCount } } } }`
	w.answers(lists, `{"firms":{"nodes":[
		{"id":"a","bans":{"totalCount":3,"nodes":[{"id":"y"},{"id":"x"},{"id":"z"}]},"facts":{"totalCount":3}},
		{"id":"b","bans":{"totalCount":1,"nodes":[{"id":"x"}]},"facts":{"totalCount":1}}]}}`)
	w.load(`facts:
  - { id: x, type: Ban, title: X, phase: PROPOSED, targets: b, appliesTo: a }
  - { id: y, type: Ban, title: Y, phase: PROPOSED, date: "2000", targets: [b, a] }
  - { id: z, type: Ban, title: Z, phase: PROPOSED, date: "2003", targets: a }`)
	w.answers(lists, `{"firms":{"nodes":[
		{"id":"a","bans":{"totalCount":2,"nodes":[{"id":"z"},{"id":"y"}]},"facts":{"totalCount":3}},
		{"id":"b","bans":{"totalCount":2,"nodes":[{"id":"y"},{"id":"x"}]},"facts":{"totalCount":2}}]}}`)
	w.answers(`{ ban(id: "y") { targets { id } participants { role entity { id } } } }`,
		`{"ban":{"targets":[{"id":"b"},{"id":"a"}],"participants":[{"role":"targets","entity":{"id":"b"}},{"role":"targets","entity":{"id":"a"}}]}}`)
}

func searchFollowsNames(w *world) {
	const question = `{ old: search(query: "old") { nodes { id } } new: search(query: "new") { nodes { id } } alias: search(query: "alias") { nodes { id } } }`
	w.load("entities: [{ id: a, type: Company, name: Old, aliases: [{ value: Alias }] }]")
	w.answers(question, `{"old":{"nodes":[{"id":"a"}]},"new":{"nodes":[]},"alias":{"nodes":[{"id":"a"}]}}`)
	w.load("entities: [{ id: a, type: Company, name: New }]")
	w.answers(question, `{"old":{"nodes":[]},"new":{"nodes":[{"id":"a"}]},"alias":{"nodes":[]}}`)
	w.remove("a")
	w.answers(question, `{"old":{"nodes":[]},"new":{"nodes":[]},"alias":{"nodes":[]}}`)
}

func longTextIsKeptWhole(w *world) {
	long := strings.Repeat("long 長い ", 700) + "end" // 8.4 KB
	name := strings.Repeat("長", write.MaxShortText)
	w.load(fmt.Sprintf("entities: [{ id: a, type: Company, name: %q, description: %q }, { id: b, type: Company, name: B }]", name, long))
	w.asks(`query ($long: String!, $name: String!) {
		firm(id: "a") { name description }
		eq: firms(where: { description: { eq: $long } }) { nodes { id } }
		ne: firms(where: { description: { ne: $long } }) { nodes { id } }
		lt: firms(where: { description: { lt: $long } }) { nodes { id } }
		startsWith: firms(where: { description: { startsWith: $long } }) { nodes { id } }
		contains: firms(where: { description: { contains: $long } }) { nodes { id } }
		in: firms(where: { name: { in: [$name] } }) { nodes { id } }
	}`, map[string]string{"long": long, "name": name}, fmt.Sprintf(`{"firm":{"name":%q,"description":%q},
		"eq":{"nodes":[{"id":"a"}]},"ne":{"nodes":[{"id":"b"}]},"lt":{"nodes":[]},
		"startsWith":{"nodes":[{"id":"a"}]},"contains":{"nodes":[{"id":"a"}]},"in":{"nodes":[{"id":"a"}]}}`, name, long))
}

func whatCannotBeStoredIsRefused(w *world) {
	place := func(change func(*graph.Node)) Batch {
		batch := w.batch("entities: [{ id: x, type: Place, name: X }]")
		change(batch.Nodes[0])
		return batch
	}
	set := func(name string, v graph.Value) Batch {
		return place(func(n *graph.Node) { n.Values[name] = v })
	}
	for _, batch := range []Batch{
		set("name", graph.Text("a\x00b")),
		set("name", graph.Text("a\xffb")),
		set("name", graph.Text("e\u0301")),
		set("name", graph.Int(5)),
		set("name", graph.Value{}),
		set("name", graph.Text(strings.Repeat("n", write.MaxShortText+1))),
		set("kind", graph.Bool(true)),
		set("colour", graph.Text("red")),
		set("aliases", graph.Text(`[{"value": "not as stored"}]`)),
	} {
		w.refuses(batch, "x")
	}
	for _, id := range []graph.ID{"", "e\u0301", "a\x00b", " x", graph.ID(strings.Repeat("x", graph.MaxIDLength+1))} {
		w.refuses(place(func(n *graph.Node) { n.ID = id }), id)
	}
	twice := w.batch("entities: [{ id: x, type: Place, name: X }]")
	twice.Nodes = append(twice.Nodes, twice.Nodes[0])
	w.refuses(twice, "x")
	part := w.batch(smallData)
	part.Nodes = slices.DeleteFunc(part.Nodes, func(n *graph.Node) bool { return n.ID == "reply" || n.Type.Class == graph.ClaimClass })
	w.refuses(part, graph.PartID("reply", "quotations", 0), graph.PartID("reply", "quotations", 1))
	w.answers(`{ entities { totalCount } }`, `{"entities":{"totalCount":0}}`)
}

func claimsAreAboutParticipations(w *world) {
	w.load(smallData)
	const claim = "claims: [{ id: x, fact: %s, stance: DENIES, attribution: SOURCE, source: s, on: { role: %s, entity: %s } }]"
	w.refuses(w.batch(fmt.Sprintf(claim, "reply", "speakers", "b")), "x")
	w.refuses(w.batch(fmt.Sprintf(claim, "reply", "targets", "b")), "x")
	w.refuses(w.batch(fmt.Sprintf(claim, "nothing", "about", "b")), "x")
	w.refuses(w.batch(fmt.Sprintf(claim, "a", "about", "b")), "x")
	w.refuses(w.batch(fmt.Sprintf(claim, "reply", "about", "s")), "x")
	w.applied(w.load(fmt.Sprintf(claim, "reply", "about", "b")), 1, 1, 0, 0)
}

func markOrNodeMakesSeeded(w *world) {
	seeded := func(want bool) {
		w.Helper()
		if got, err := w.store.Seeded(w.Context()); err != nil || got != want {
			w.Errorf("seeded: got %t and %v, want %t", got, err, want)
		}
	}
	const place = "entities: [{ id: x, type: Place, name: X }]"
	seeded(false)
	w.load(place)
	seeded(true)
	w.remove("x")
	seeded(false)
	revision := w.apply(Batch{Seeding: true}).Head
	seeded(true)
	if again := w.apply(Batch{Seeding: true}).Head; again != revision {
		w.Errorf("marked again: revision %d after %d", again, revision)
	}
	w.load(place)
	w.remove("x")
	seeded(true)
}
