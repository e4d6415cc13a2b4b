package graphtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"
)

var historyCases = map[string]func(*world){
	"a random history is read at every revision": randomHistory,
}

// randomHistory makes random changes, keeps what a reference says the graph is
// after each, and then reads every revision from the store. With TEST_LONG=1
// there are many more.
func randomHistory(w *world) {
	seeds, steps := 4, 30
	if os.Getenv("TEST_LONG") != "" {
		seeds, steps = 60, 120
	}
	for seed := range seeds {
		w.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			own := newWorld(t, w.open)
			h := &history{world: own, random: rand.New(rand.NewPCG(uint64(seed), 3)), reference: newReference()}
			h.begin()
			for step := range steps {
				h.step(step)
			}
			h.compare()
		})
	}
}

// history is a random history of a store, and what it should be.
type history struct {
	*world
	random    *rand.Rand
	reference *reference
	// states are what the reference says, by revision and id; nil between the
	// batches of a load. log is what was done.
	states []map[graph.ID]string
	log    []string
}

// begin writes the source that all claims are from, and most of the entities and
// facts, so that not all that comes later leads nowhere.
func (h *history) begin() {
	h.Helper()
	h.imports("base", "sources: [{ id: s }]")
	h.states = append(h.states, h.reference.texts())
	var all []*graph.Node
	for n := range historyNodes {
		entity, fact := h.entity(schema.Model()), h.fact(schema.Model())
		entity.ID, fact.ID = graph.ID(fmt.Sprint("e", n)), graph.ID(fmt.Sprint("f", n))
		all = append(all, entity, fact)
	}
	meta := write.Meta{Dataset: h.oneOf("a", "b"), Reason: "the beginning"}
	h.describe(meta, all, "")
	done := h.writes(meta, func(tx *write.Tx) error { return tx.Put(h.prepared(all)...) })
	next := h.reference.copy()
	next.put(meta, all)
	h.reference = next
	h.note(outcome{written: done})
}

// The nodes of a random history: few, so that changes meet.
const historyNodes = 6

func (h *history) id(kind string) graph.ID {
	return graph.ID(fmt.Sprint(kind, h.random.IntN(historyNodes)))
}

func (h *history) oneOf(all ...string) string { return all[h.random.IntN(len(all))] }

// outcome is what the store made of a step.
type outcome struct {
	written write.Written
	// first is the first revision of a load; prune has what it withdrew and kept.
	first            int64
	prune            bool
	withdrawn, stays []graph.ID
	err              error
}

// step makes one change in the store and in the reference, and notes what the
// reference says now. Changes that the store refuses are none.
func (h *history) step(n int) {
	h.Helper()
	next := h.reference.copy()
	var done outcome
	var wrong string
	meta := write.Meta{Dataset: h.oneOf("a", "a", "b", "c", "edits"), Author: "tester", Reason: fmt.Sprint("step ", n)}
	if meta.Dataset != "edits" && h.random.IntN(5) == 0 {
		priority := h.random.IntN(3)
		meta.Priority = &priority
	}
	switch kind := h.random.IntN(10); {
	case kind < 4:
		done, wrong = h.change(meta, next)
	case kind < 7:
		if meta.Dataset == "edits" {
			meta.Dataset = "a"
		}
		done, wrong = h.load(meta, next)
	default:
		meta.Dataset, meta.Priority = "edits", nil
		done, wrong = h.edit(meta, next)
	}
	if wrong == "" {
		next.settle()
		wrong = check(next.combined())
	}
	switch {
	case (done.err != nil) != (wrong != ""):
		h.fail("the store says %v, the reference %q", done.err, wrong)
	case done.err != nil:
		h.log[len(h.log)-1] += "\n  is refused: " + wrong
		return
	}
	if done.prune {
		h.checkPrune(meta.Dataset, next, done)
	}
	h.reference = next
	h.note(done)
}

func (h *history) fail(format string, args ...any) {
	h.Helper()
	h.Fatalf("%s, after\n%s", fmt.Sprintf(format, args...), strings.Join(h.log, "\n"))
}

// note keeps what the reference says of the revisions that a step made.
func (h *history) note(done outcome) {
	h.Helper()
	state := h.reference.texts()
	if !done.written.Changed() {
		if difference := Difference(joined(state), joined(h.states[len(h.states)-1])); difference != "" {
			h.fail("the store sees no change: %s", difference)
		}
	} else {
		for int64(len(h.states)) < done.written.Revision.Number-1 {
			h.states = append(h.states, nil)
		}
		h.states = append(h.states, state)
	}
	now, _ := h.exported(0)
	if difference := Difference(joined(now), joined(state)); difference != "" {
		h.fail("the graph is now: %s", difference)
	}
	all, err := h.store.Datasets(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	var b strings.Builder
	for _, d := range all {
		fmt.Fprintf(&b, "%s %d %d\n", d.Name, d.Priority, d.Nodes)
	}
	if difference := Difference(b.String(), h.reference.datasets()); difference != "" {
		h.fail("datasets: %s", difference)
	}
}

// joined is a state as one text.
func joined(state map[graph.ID]string) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(state)) {
		b.WriteString(state[id])
	}
	return b.String()
}

// change puts some nodes and withdraws others in one change.
func (h *history) change(meta write.Meta, next *reference) (done outcome, wrong string) {
	puts := h.nodes(1 + h.random.IntN(4))
	var withdrawn []graph.ID
	for range h.random.IntN(2) {
		id := h.id(h.oneOf("e", "f", "c"))
		if !slices.ContainsFunc(puts, func(p *graph.Node) bool { return p.ID == id }) {
			withdrawn = append(withdrawn, id)
		}
	}
	h.describe(meta, puts, fmt.Sprintf("without %q", withdrawn))
	records := h.prepared(puts)
	done.written, done.err = h.store.Write(h.Context(), meta, func(tx *write.Tx) error {
		if err := tx.Put(records...); err != nil {
			return err
		}
		return tx.Withdraw(withdrawn...)
	})
	wrong = next.put(meta, puts)
	for _, id := range withdrawn {
		next.withdraw(meta.Dataset, id)
	}
	if wrong == "" {
		wrong = next.leadsNowhere(puts, meta.Dataset)
	}
	return done, wrong
}

// load loads some nodes of a dataset, some of them as it has them, in any order
// and cut.
func (h *history) load(meta write.Meta, next *reference) (done outcome, wrong string) {
	puts := h.nodes(h.random.IntN(5))
	if h.random.IntN(2) == 0 {
		for _, id := range slices.Sorted(maps.Keys(next.said[meta.Dataset])) {
			if !slices.ContainsFunc(puts, func(p *graph.Node) bool { return p.ID == id }) {
				puts = append(puts, next.said[meta.Dataset][id].Node)
			}
		}
	}
	h.random.Shuffle(len(puts), func(i, j int) { puts[i], puts[j] = puts[j], puts[i] })
	options := write.ImportOptions{Batch: h.random.IntN(5), Prune: h.random.IntN(4) == 0}
	h.describe(meta, puts, fmt.Sprintf("%+v", options))
	imported, err := h.store.Import(h.Context(), meta, Records(h.prepared(puts)), options)
	before := next.combined()
	wrong = next.put(meta, puts)
	next.replaceUnder(meta.Dataset, puts)
	next.withdrawClaims(meta.Dataset, puts, before)
	if wrong == "" {
		wrong = next.leadsNowhere(puts, meta.Dataset)
	}
	h.checkAbsent(meta, next, puts, imported, err)
	for _, id := range imported.Withdrawn {
		next.withdraw(meta.Dataset, id)
	}
	return outcome{imported.Written, imported.First, options.Prune, imported.Withdrawn, imported.Absent, err}, wrong
}

// checkAbsent holds a load to telling which nodes of the dataset were not in it.
func (h *history) checkAbsent(meta write.Meta, next *reference, puts []*graph.Node, done write.Imported, err error) {
	h.Helper()
	if err != nil {
		return
	}
	absent := map[graph.ID]bool{}
	for id := range next.said[meta.Dataset] {
		absent[next.at(id)] = true
	}
	for _, p := range puts {
		if !next.marks[p.ID] {
			delete(absent, next.at(p.ID))
		}
	}
	got := slices.Sorted(slices.Values(slices.Concat(done.Absent, done.Withdrawn)))
	if want := slices.Sorted(maps.Keys(absent)); !slices.Equal(got, want) {
		h.fail("absent are %q, not %q", want, got)
	}
}

// checkPrune holds a prune to withdrawing all but what others rely on.
func (h *history) checkPrune(dataset string, next *reference, done outcome) {
	h.Helper()
	for _, id := range done.stays {
		without := next.copy()
		without.withdraw(dataset, id)
		relied := slices.ContainsFunc(slices.Collect(maps.Values(without.said)), func(records map[graph.ID]*record) bool {
			return slices.ContainsFunc(slices.Collect(maps.Values(records)), func(r *record) bool {
				return slices.ContainsFunc(r.Links, func(l graph.Link) bool { return without.at(l.To) == id })
			})
		})
		without.settle()
		if !relied && check(without.combined()) == "" {
			h.fail("%s was not withdrawn, although nothing relies on it", id)
		}
	}
}

// edit deletes, merges or patches nodes.
func (h *history) edit(meta write.Meta, next *reference) (done outcome, wrong string) {
	var f func(*write.Tx) error
	switch h.random.IntN(3) {
	case 0:
		ids := []graph.ID{h.id(h.oneOf("e", "f", "c"))}
		for range h.random.IntN(3) {
			if id := h.id(h.oneOf("f", "c")); next.at(id) != next.at(ids[0]) && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		h.describe(meta, nil, fmt.Sprintf("delete %q", ids))
		f = func(tx *write.Tx) error { return tx.Delete(ids...) }
		for _, id := range ids {
			if problem := next.delete(id); problem != "" {
				wrong = problem
			}
		}
	case 1:
		kind := h.oneOf("e", "e", "f")
		into, from := h.id(kind), h.id(kind)
		h.describe(meta, nil, fmt.Sprintf("merge %s into %s", from, into))
		f = func(tx *write.Tx) error { return tx.Merge(into, from) }
		wrong = next.merge(into, from)
	default:
		id, fields, removed := h.patch()
		h.describe(meta, []*graph.Node{fields}, fmt.Sprintf("patch %s without %q", id, removed))
		f = func(tx *write.Tx) error { return tx.Patch(id, write.Patch{Node: fields, Removed: removed}) }
		wrong = next.patch(id, fields, removed)
	}
	done.written, done.err = h.store.Write(h.Context(), meta, f)
	return done, wrong
}

// patch makes a random patch of an entity or a fact.
func (h *history) patch() (id graph.ID, fields *graph.Node, removed []string) {
	m := schema.Model()
	if h.random.IntN(2) == 0 {
		id = h.id("f")
		ban := m.Types["Ban"]
		fields = &graph.Node{ID: id, Type: ban, Values: map[string]graph.Value{}}
		switch h.random.IntN(3) {
		case 0:
			fields.Links = append(fields.Links, graph.Link{Type: ban.Link("targets"), To: h.id("e")})
		case 1:
			removed = append(removed, h.oneOf("targets", "appliesTo", "date"))
		default:
			fields.Values["date"] = graph.Text(h.oneOf("2016", "2017-09"))
		}
		return id, fields, removed
	}
	id = h.id("e")
	fields = &graph.Node{ID: id, Type: m.Types[graph.TypeName(h.oneOf("Company", "Retailer"))], Values: map[string]graph.Value{}}
	for _, name := range []string{"name", "country", "aliases"} {
		switch h.random.IntN(4) {
		case 0:
			fields.Values[name] = graph.Text(map[string]string{"name": "Patched", "country": "FR", "aliases": `[{"value":"P"}]`}[name])
		case 1:
			if name != "name" {
				removed = append(removed, name)
			}
		}
	}
	return id, fields, removed
}

func (h *history) prepared(nodes []*graph.Node) []*write.Record {
	h.Helper()
	records, problems := write.Prepare(schema.Model(), nodes)
	if len(problems) > 0 {
		h.fail("%v", problems)
	}
	return records
}

func (h *history) describe(meta write.Meta, puts []*graph.Node, more string) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, dataset %s", meta.Reason, meta.Dataset)
	if meta.Priority != nil {
		fmt.Fprintf(&b, ", priority %d", *meta.Priority)
	}
	b.WriteString(":\n")
	for _, node := range puts {
		b.WriteString("  ")
		writeNode(&b, node)
	}
	h.log = append(h.log, b.String()+"  "+more)
}

// nodes makes random nodes, each of an id of its own.
func (h *history) nodes(n int) []*graph.Node {
	var nodes []*graph.Node
	for range n {
		if node := h.node(); !slices.ContainsFunc(nodes, func(p *graph.Node) bool { return p.ID == node.ID }) {
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// node makes a random node: an entity, a fact or a claim.
func (h *history) node() *graph.Node {
	m := schema.Model()
	switch h.random.IntN(4) {
	case 0:
		return h.fact(m)
	case 1:
		return h.claim(m)
	default:
		return h.entity(m)
	}
}

func (h *history) entity(m *graph.Model) *graph.Node {
	n := &graph.Node{ID: h.id("e"), Type: m.Types[graph.TypeName(h.oneOf("Company", "Company", "Retailer"))], Values: map[string]graph.Value{
		"name": graph.Text(h.oneOf("Acme", "Best", "Core")), "aliases": graph.Text("[]"), "identifiers": graph.Text("[]"),
	}}
	if h.random.IntN(3) == 0 {
		n.Values["identifiers"] = graph.Text(fmt.Sprintf(`[{"scheme":"lei","value":"%d"}]`, h.random.IntN(2*historyNodes)))
	}
	if h.random.IntN(2) == 0 {
		n.Values["country"] = graph.Text(h.oneOf("US", "RU", "DE"))
	}
	if h.random.IntN(3) == 0 {
		n.Values["aliases"] = graph.Text(fmt.Sprintf(`[{"value":%q}]`, h.oneOf("A", "B", "Acme")))
	}
	return n
}

func (h *history) fact(m *graph.Model) *graph.Node {
	ban := m.Types["Ban"]
	n := &graph.Node{ID: h.id("f"), Type: ban, Values: map[string]graph.Value{
		"title": graph.Text(h.oneOf("Ban", "Other ban")), "phase": graph.Text(h.oneOf("PROPOSED", "OCCURRED")), "several": graph.Bool(false),
	}}
	if h.random.IntN(2) == 0 {
		n.Values["date"] = graph.Text(h.oneOf("2016", "2017-09", "[..2018-12-31]"))
	}
	for _, role := range []string{"targets", "appliesTo"} {
		for range h.random.IntN(3) {
			l := graph.Link{Type: ban.Link(role), To: h.id("e")}
			if !slices.Contains(n.Links, l) {
				n.Links = append(n.Links, l)
			}
		}
	}
	return n
}

func (h *history) claim(m *graph.Model) *graph.Node {
	claim := m.Types["Claim"]
	n := &graph.Node{ID: h.id("c"), Type: claim, Values: map[string]graph.Value{
		"stance": graph.Text(h.oneOf("ASSERTS", "ALLEGES", "CONFIRMS", "DENIES", "DOUBTS", "RETRACTS")), "evidence": graph.Text("[]"),
	}}
	n.Links = append(n.Links, graph.Link{Type: claim.Link("fact"), To: h.id("f")})
	if h.random.IntN(2) == 0 {
		n.Values["on"] = graph.Text(`{"role":"targets"}`)
		n.Links = append(n.Links, graph.Link{Type: claim.Link("onEntity"), To: h.id("e")})
	}
	switch h.random.IntN(3) {
	case 0:
		n.Values["attribution"] = graph.Text("ACTOR")
		n.Links = append(n.Links, graph.Link{Type: claim.Link("attributedTo"), To: h.id("e")})
	case 1:
		n.Values["attribution"] = graph.Text("UNNAMED")
		if h.random.IntN(2) == 0 {
			n.Values["voice"] = graph.Text("analysts")
		}
	default:
		n.Values["attribution"] = graph.Text("SOURCE")
	}
	if h.random.IntN(2) == 0 {
		n.Values["madeAt"] = graph.Text(h.oneOf("2015", "2016-05", "2017", "2017-09-14"))
	}
	n.Links = append(n.Links, graph.Link{Type: claim.Link("source"), To: "s"})
	return n
}

// compare reads every revision from the store, and what it changed.
func (h *history) compare() {
	h.Helper()
	var last map[graph.ID]string
	for at, want := range h.states {
		number := int64(at) + 1
		got, nodes := h.exported(number)
		if want != nil {
			if difference := Difference(joined(got), joined(want)); difference != "" {
				h.fail("revision %d: %s", number, difference)
			}
		}
		h.holds(number, nodes)
		changes := h.changes(store.ChangePosition{Revision: number - 1}, 1000)
		changes = slices.DeleteFunc(changes, func(c write.Change) bool { return c.Revision != number })
		if difference := Difference(kindsOf(changes), differing(last, got)); difference != "" {
			h.fail("changes of revision %d: %s", number, difference)
		}
		last = got
	}
	if revisions := h.revisions(0, 10_000); len(revisions) != len(h.states) {
		h.fail("there are %d revisions, not %d", len(revisions), len(h.states))
	}
}

// kindsOf are changes as differing has them.
func kindsOf(changes []write.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s %d\n", c.ID, c.Kind)
	}
	return b.String()
}

// differing are the changes between two states.
func differing(from, to map[graph.ID]string) string {
	all := maps.Clone(to)
	maps.Copy(all, from)
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(all)) {
		was, had := from[id]
		is, has := to[id]
		switch {
		case !had:
			fmt.Fprintf(&b, "%s %d\n", id, write.Created)
		case !has:
			fmt.Fprintf(&b, "%s %d\n", id, write.Deleted)
		case was != is:
			fmt.Fprintf(&b, "%s %d\n", id, write.Updated)
		}
	}
	return b.String()
}

// holds checks that a revision is a graph by itself, also between the batches of a
// load: what is led to is there, and statuses are those that the claims amount to.
func (h *history) holds(number int64, nodes map[graph.ID]*graph.Node) {
	h.Helper()
	if wrong := check(nodes); wrong != "" {
		h.fail("revision %d: %s", number, wrong)
	}
	derived := map[graph.ID]*graph.Node{}
	for id, n := range nodes {
		derived[id] = given(n)
	}
	withStatuses(derived)
	for id, n := range nodes {
		var got, want strings.Builder
		writeNode(&got, n)
		writeNode(&want, derived[id])
		if got.String() != want.String() {
			h.fail("revision %d: %s is not %s", number, got.String(), want.String())
		}
	}
}

// exported is the graph after a revision, as texts and as nodes.
func (h *history) exported(at int64) (texts map[graph.ID]string, nodes map[graph.ID]*graph.Node) {
	h.Helper()
	texts, nodes = map[graph.ID]string{}, map[graph.ID]*graph.Node{}
	for after := graph.ID(""); ; {
		page, err := h.store.Export(h.Context(), at, after, 4)
		if err != nil {
			h.Fatal(err)
		}
		if len(page) == 0 {
			return texts, nodes
		}
		for _, one := range page {
			var b strings.Builder
			writeNode(&b, one.Node)
			h.writeSaid(&b, one)
			after = one.Node.ID
			texts[after], nodes[after] = b.String(), one.Node
		}
	}
}

// writeSaid writes what each dataset says of a node.
func (h *history) writeSaid(b *strings.Builder, one write.Stored) {
	h.Helper()
	if one.Sole != "" {
		fmt.Fprintf(b, "  said by %s as %s: %s", one.Sole, one.Node.ID, writtenOut(given(one.Node), nil))
	}
	for _, c := range one.Contributions {
		r, err := write.ParseRecord(schema.Model(), c.Body)
		if err != nil {
			h.fail("%v", err)
		}
		fmt.Fprintf(b, "  said by %s as %s: %s", c.Dataset, c.Record, writtenOut(r.Node, r.Removed))
	}
}

// writeContributions writes who says something of a node, and by which id.
func writeContributions(b *strings.Builder, one write.Stored) {
	if one.Sole != "" {
		fmt.Fprintf(b, "  said by %s as %s\n", one.Sole, one.Node.ID)
	}
	for _, c := range one.Contributions {
		fmt.Fprintf(b, "  said by %s as %s\n", c.Dataset, c.Record)
	}
}
