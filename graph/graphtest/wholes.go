package graphtest

import (
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/schema"
)

var wholesCases = map[string]func(*world){
	"nodes come with what belongs to them": wholesHaveWhatBelongsToThem,
	"all can be written again":             wholesCanBeWrittenAgain,
	"pages are in the order of code point": wholesAreInOrder,
	"what is deleted is gone":              wholesForget,
}

// lines are wholes as text.
func lines(wholes []graph.Whole) string {
	var b strings.Builder
	for _, whole := range wholes {
		writeNode(&b, whole.Node)
		for _, node := range whole.With {
			b.WriteString("  ")
			writeNode(&b, node)
		}
	}
	return strings.ReplaceAll(b.String(), `\x01`, "|")
}

func wholesHaveWhatBelongsToThem(w *world) {
	w.load(smallData)
	w.load("claims: [{ id: a-claim, fact: reply, stance: DENIES, attribution: ACTOR, attributedTo: a, source: s, madeAt: 2018, utteredIn: reply }]")
	const want = `"a" Company aliases=[{"value":"AA"}] country="US" identifiers=[{"scheme":"lei","value":"1"}] name="A"
"b" Company aliases=[] identifiers=[] name="B"
"reply" Statement date="2017-09" phase="OCCURRED" several=false title="Reply" speakers>"a" about>"b" about>"a" quotations>"|reply|quotations000000" quotations>"|reply|quotations000001"
  "|reply|quotations000000" Quotation evidence=[{"quote":"One"}] text="One" about>"b" source>"s"
  "|reply|quotations000001" Quotation evidence=[] gist="Two" source>"s"
  "a-claim" Claim attribution="ACTOR" evidence=[] madeAt="2018" stance="DENIES" fact>"reply" attributedTo>"a" utteredIn>"reply" source>"s"
  "c" Claim attribution="SOURCE" evidence=[] on={"role":"about"} stance="ASSERTS" fact>"reply" onEntity>"b" source>"s"
"s" Source title="Report"
`
	if got := lines(w.wholes(10)); got != want {
		w.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What is read can be written as it is, and then nothing changes.
func wholesCanBeWrittenAgain(w *world) {
	w.load(smallData)
	w.apply(Sample(schema.Model()))
	var batch graph.Batch
	for _, whole := range w.wholes(3) {
		batch.Nodes = append(append(batch.Nodes, whole.Node), whole.With...)
	}
	if again := w.apply(batch); again.Changed() || again.Unchanged < 15 {
		w.Errorf("got %+v", again)
	}
}

func wholesAreInOrder(w *world) {
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
		for _, whole := range w.wholes(page) {
			got = append(got, string(whole.Node.ID))
		}
		if !slices.Equal(got, ids) {
			w.Errorf("in pages of %d: got %q", page, got)
		}
	}
	for after, want := range map[graph.ID]string{"": "!", "B": "a", "a": "a b", "長\uFFFF": "\uD7FF", "\uD7FFz": "\uE000", "\uFFFE": "\U00010000"} {
		first, err := w.store.Wholes(w.Context(), after, 1)
		if err != nil || len(first) != 1 || string(first[0].Node.ID) != want {
			w.Errorf("after %q: got %v and %v, want %q", after, first, err, want)
		}
	}
}

func wholesForget(w *world) {
	w.load(smallData)
	w.load("facts: [{ id: reply, type: Statement, title: Reply, phase: OCCURRED, about: b }]")
	w.remove("c", "a", "s")
	const want = `"b" Company aliases=[] identifiers=[] name="B"
"reply" Statement phase="OCCURRED" several=false title="Reply" about>"b"
`
	if got := lines(w.wholes(1)); got != want {
		w.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
