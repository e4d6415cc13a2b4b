package graphtest

import (
	"fmt"
	"strings"

	"companygraph/graph"
)

var evidenceCases = map[string]func(*world){
	"a text stays through changes and copies": textStays,
	"a text that is not that of its digest":   otherTextIsRefused,
}

// kept is a text with what must not be normalized in it: a byte order mark, a line
// end of Windows, and a letter in two code points.
const kept = "\ufeffCafe\u0301\r\nclosed."

// withText is a dataset with a source, its text, and a claim that cites it.
func withText(title, text string) string {
	span := []rune(kept)[1:6]
	return fmt.Sprintf(`
sources: [{ id: s, title: %s, sha256: %s%s }]
entities: [{ id: a, type: Company, name: A }]
facts: [{ id: f, type: Ban, title: F, phase: OCCURRED, targets: a }]
claims: [{ id: c, fact: f, stance: ASSERTS, attribution: SOURCE, source: s, evidence: [{ start: 1, end: 6, sha256: %s }] }]`,
		title, graph.SHA256(kept), text, graph.SHA256(string(span)))
}

const (
	keptText   = `, text: "\ufeffCafe\u0301\r\nclosed."`
	aboutTexts = `{ source(id: "s") { title text } claim(id: "c") { evidence { excerpt { before text after } } } }`
	withIt     = `{"source":{"title":%q,"text":"\ufeffCafe\u0301\r\nclosed."},` +
		`"claim":{"evidence":[{"excerpt":{"before":"\ufeff","text":"Cafe\u0301","after":"\r\nclosed."}}]}}`
	withoutIt = `{"source":{"title":%q,"text":null},"claim":{"evidence":[{"excerpt":null}]}}`
)

func textStays(w *world) {
	answersText := func(w *world, want, title string) {
		w.Helper()
		w.answers(aboutTexts, raw(fmt.Sprintf(want, title)))
	}
	w.imports("d", withText("One", keptText))
	answersText(w, withIt, "One")
	if done := w.imports("d", withText("One", keptText)); done.Changed() {
		w.Errorf("the same text again: %+v", done)
	}
	w.imports("d", withText("Two", keptText))
	answersText(w, withIt, "Two")
	// What another dataset says of the source leaves its text alone.
	w.imports("other", `sources: [{ id: s, publisher: P }]`)
	answersText(w, withIt, "Two")
	there := w.copied(plain)
	answersText(there, withIt, "Two")
	w.imports("d", withText("Three", ""))
	answersText(w, withoutIt, "Three")
	answersText(there.copied(w.open), withIt, "Two")
}

// raw undoes the escapes of a want, which answers do not have.
func raw(text string) string {
	return strings.NewReplacer(`\ufeff`, "\ufeff", `\u0301`, "\u0301").Replace(text)
}

func otherTextIsRefused(w *world) {
	for _, c := range []struct{ source, want string }{
		{`{ id: s, sha256: ` + graph.SHA256("other") + `, text: mine }`, "s: text: the text is not the one whose sha256 is given: its own is " + graph.SHA256("mine")},
		{`{ id: s, text: mine }`, "s: text: a text is kept only with its sha256 beside it"},
	} {
		read := w.read("sources: [" + c.source + "]")
		_, err := Write(w.Context(), w.store, Batch{Nodes: read.Nodes()})
		w.isRefused(w.problemsOf(err), c.want)
	}
}
