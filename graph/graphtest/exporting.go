package graphtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"
)

var exportingCases = map[string]func(*world){
	"nodes come with their parts":          exportHasParts,
	"all can be written again":             exportCanBeWrittenAgain,
	"pages are in the order of code point": exportIsInOrder,
	"what is deleted is gone":              exportForgets,
}

// lines are exported nodes as text.
func lines(exported []write.Stored) string {
	var b strings.Builder
	for _, one := range exported {
		writeNode(&b, one.Node)
		for _, node := range one.Parts {
			b.WriteString("  ")
			writeNode(&b, node)
		}
	}
	return strings.ReplaceAll(b.String(), `\x01`, "|")
}

func exportHasParts(w *world) {
	w.load(smallData)
	w.load("claims: [{ id: a-claim, fact: reply, stance: DENIES, attribution: ACTOR, attributedTo: a, source: s, madeAt: 2018, utteredIn: reply }]")
	const want = `"a" Company aliases=[{"value":"AA"}] country="US" identifiers=[{"scheme":"lei","value":"1"}] name="A"
"a-claim" Claim attribution="ACTOR" evidence=[] madeAt="2018" stance="DENIES" fact>"reply" attributedTo>"a" utteredIn>"reply" source>"s"
"b" Company aliases=[] identifiers=[] name="B"
"c" Claim attribution="SOURCE" evidence=[] on={"role":"about"} stance="ASSERTS" fact>"reply" onEntity>"b" source>"s"
"reply" Statement date="2017-09" phase="OCCURRED" several=false status="DENIED" title="Reply" speakers>"a"DENIED about>"b"ASSERTED about>"a"DENIED quotations>"|reply|quotations000000" quotations>"|reply|quotations000001"
  "|reply|quotations000000" Quotation evidence=[{"quote":"One"}] text="One" about>"b" source>"s"
  "|reply|quotations000001" Quotation evidence=[] gist="Two" source>"s"
"s" Source title="Report"
`
	if got := lines(w.export(10)); got != want {
		w.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What is read can be written as it is, and then nothing changes.
func exportCanBeWrittenAgain(w *world) {
	w.load(smallData)
	w.apply(Sample(schema.Model()))
	var batch Batch
	for _, one := range w.export(3) {
		batch.Nodes = append(append(batch.Nodes, given(one.Node)), one.Parts...)
	}
	if again := w.apply(batch); again.Changed() || again.Unchanged < 15 {
		w.Errorf("got %+v", again)
	}
}

func exportIsInOrder(w *world) {
	// The last ones sort otherwise by UTF-16 code unit.
	ids := []string{"!", "A", "a", "a b", "aa", "b", "é", "長", "\uD7FF", "\uE000", "\uE000a", "\uFFFD", "\U00010000", "\U0001F600"}
	var entities []string
	for _, id := range ids {
		entities = append(entities, fmt.Sprintf("{ id: %q, type: Place, name: X }", id))
	}
	slices.Reverse(entities)
	w.load("entities: [" + strings.Join(entities, ", ") + "]")
	for page := 1; page <= len(ids)+1; page++ {
		var got []string
		for _, one := range w.export(page) {
			got = append(got, string(one.Node.ID))
		}
		if !slices.Equal(got, ids) {
			w.Errorf("in pages of %d: got %q", page, got)
		}
	}
	for after, want := range map[graph.ID]string{"": "!", "B": "a", "a": "a b", "長\uFFFF": "\uD7FF", "\uD7FFz": "\uE000", "\uFFFE": "\U00010000"} {
		first, err := w.store.Export(w.Context(), 0, after, 1)
		if err != nil || len(first) != 1 || string(first[0].Node.ID) != want {
			w.Errorf("after %q: got %v and %v, want %q", after, first, err, want)
		}
	}
}

func exportForgets(w *world) {
	w.load(smallData)
	w.load("facts: [{ id: reply, type: Statement, title: Reply, phase: OCCURRED, about: b }]")
	w.remove("c", "a", "s")
	const want = `"b" Company aliases=[] identifiers=[] name="B"
"reply" Statement phase="OCCURRED" several=false status="UNSUPPORTED" title="Reply" about>"b"UNSUPPORTED
`
	if got := lines(w.export(1)); got != want {
		w.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// given is a node without what the writer derives.
func given(n *graph.Node) *graph.Node {
	own := &graph.Node{ID: n.ID, Type: n.Type, Values: maps.Clone(n.Values), Links: slices.Clone(n.Links)}
	maps.DeleteFunc(own.Values, func(name string, _ graph.Value) bool { return n.Type.Property(name).Derived })
	for i := range own.Links {
		own.Links[i].Status = ""
	}
	return own
}
