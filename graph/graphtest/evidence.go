package graphtest

import (
	"fmt"
	"strings"
	"testing/fstest"
	"time"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"
	"companygraph/seed/loader"

	"golang.org/x/text/encoding/unicode"
)

var evidenceCases = map[string]func(*world){
	"a text stays through changes and copies": textStays,
	"a text that is not that of its digest":   otherTextIsRefused,
	"what is found of spans is kept":          verificationsAreKept,
	"spans are found in texts":                spansAreFound,
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

// checkedAt is when the spans of the tests are checked.
var checkedAt = time.Date(2026, 12, 1, 14, 5, 0, 0, time.UTC)

// note is a text with passages that are cited: one by two claims, one by a quotation.
const note = "Acme fell.\nBest rose, and Acme fell again.\nThe end."

// citingNote is a dataset of which claims c and d, and the first quotation of talk,
// cite the note, and the second one another text.
func citingNote(more string) string {
	const first, last = "Best rose", "The end."
	return fmt.Sprintf(`
sources: [{ id: note, sha256: %[1]s }, { id: other }]
facts:
  - { id: f, type: Ban, title: F, phase: OCCURRED }
  - id: talk
    type: Statement
    title: Talk
    phase: OCCURRED
    quotations:
      - { gist: Q, source: note, evidence: [{ %[3]s }] }
      - { gist: R, source: other, evidence: [{ %[3]s }] }
claims:
  - { id: c, fact: f, stance: ASSERTS, attribution: SOURCE, source: note, evidence: [{ %[2]s }, { quote: Q }, { %[3]s }]%[4]s }
  - { id: d, fact: f, stance: ASSERTS, attribution: UNNAMED, source: note, evidence: [{ %[2]s }] }`,
		graph.SHA256(note), evidenceOf(note, first), evidenceOf(note, last), more)
}

// evidenceOf cites words of a text.
func evidenceOf(text, words string) string {
	at := loader.FindWords(text, words)[0]
	return fmt.Sprintf("start: %d, end: %d, sha256: %s", at.Start, at.End, at.SHA256)
}

const (
	askVerified   = `{ claim(id: "c") { evidence { verification { state checkedAt start end } } } statement(id: "talk") { quotations { evidence { v: verification { state } } } } }`
	neverVerified = `{"claim":{"evidence":[{"verification":null},{"verification":null},{"verification":null}]},` +
		`"statement":{"quotations":[{"evidence":[{"v":null}]},{"evidence":[{"v":null}]}]}}`
	allExact = `{"claim":{"evidence":[{"verification":{"state":"EXACT","checkedAt":"2026-12-01T14:05:00Z","start":null,"end":null}},{"verification":null},` +
		`{"verification":{"state":"EXACT","checkedAt":"2026-12-01T14:05:00Z","start":null,"end":null}}]},` +
		`"statement":{"quotations":[{"evidence":[{"v":{"state":"EXACT"}}]},{"evidence":[{"v":null}]}]}}`
)

// verify checks the spans of the store against files.
func (w *world) verify(files map[string]string) loader.Verified {
	w.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	found, err := loader.Verify(w.Context(), schema.Model(), w.store, folder, checkedAt)
	if err != nil {
		w.Fatal(err)
	}
	return found
}

// verified are the nodes with what was found of them, read in pages.
func (w *world) verified() (all []write.Verified) {
	w.Helper()
	for after := graph.ID(""); ; {
		page, err := w.store.Verified(w.Context(), after, 1)
		if err != nil {
			w.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		all, after = append(all, page...), page[0].Node
	}
}

func verificationsAreKept(w *world) {
	w.imports("d", citingNote(""))
	w.answers(askVerified, neverVerified)
	head := w.head()
	w.verify(map[string]string{"any": note})
	w.answers(askVerified, allExact)
	if err := w.store.Verify(w.Context(), []write.Verified{{Node: "nobody", Found: "[]"}}); err != nil {
		w.Fatal(err)
	}
	if now := w.head(); now != head {
		w.Errorf("a check made revision %d", now)
	}
	// A change of the claim leaves them, and so does a copy.
	w.imports("d", citingNote(", madeAt: 2017"))
	w.answers(askVerified, allExact)
	there := w.copied(plain)
	there.answers(askVerified, allExact)
	if got, want := fmt.Sprint(there.verified()), fmt.Sprint(w.verified()); got != want || len(there.verified()) != 3 {
		w.Errorf("the copy has %s, not %s", got, want)
	}
	// Those of another span, and of nodes that are gone, are not there.
	w.imports("d", strings.Replace(citingNote(""), "start: 11", "start: 10", 1))
	w.answers(`{ claim(id: "c") { evidence { verification { state } } } }`,
		`{"claim":{"evidence":[{"verification":null},{"verification":null},{"verification":{"state":"EXACT"}}]}}`)
	w.edits(func(tx *write.Tx) error { return tx.Delete("c") })
	if got := w.verified(); len(got) != 2 {
		w.Errorf("got %v", got)
	}
	there.copied(w.open).answers(askVerified, allExact)
}

func spansAreFound(w *world) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(note)
	if err != nil {
		w.Fatal(err)
	}
	windows := strings.ReplaceAll(note, "\n", "\r\n")
	w.imports("d", citingNote(""))
	const exact = "c EXACT, c EXACT, d EXACT, talk EXACT"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"the text", map[string]string{"any": note, "note.txt": "another"}, exact},
		{"other line ends", map[string]string{"any": windows}, exact},
		{"a byte order mark", map[string]string{"any": "\ufeff" + note}, exact},
		{"another encoding", map[string]string{"any": utf16}, exact},
		{"edited at the end", map[string]string{"note.txt": note + " Not yet."}, exact},
		{"edited at the end, with other line ends", map[string]string{"note.html": windows + " Not yet."}, exact},
		{"edited at the start", map[string]string{"note": "Oh: " + note}, "c MOVED 15 24, c MOVED 47 55, d MOVED 15 24, talk MOVED 47 55"},
		{"edited at the start, with other line ends", map[string]string{"note": "Oh: " + windows}, "c MOVED 16 25, c MOVED 49 57, d MOVED 16 25, talk MOVED 49 57"},
		{"shortened", map[string]string{"note": strings.TrimSuffix(note, " end.")}, "c EXACT, c ORPHANED, d EXACT, talk ORPHANED"},
		{"gone", map[string]string{"note": ""}, "c ORPHANED, c ORPHANED, d ORPHANED, talk ORPHANED"},
		{"a passage twice", map[string]string{"note": "Best rose. " + note}, "c AMBIGUOUS, c MOVED 54 62, d AMBIGUOUS, talk MOVED 54 62"},
		{"a passage twice, once in its place", map[string]string{"note": note + " Best rose."}, exact},
	} {
		found := w.verify(c.files)
		var got []string
		for _, s := range found.Spans {
			text := fmt.Sprintf("%s %s", s.Node, s.State)
			if s.State == graph.Moved {
				text += fmt.Sprintf(" %d %d", s.Start, s.End)
			}
			got = append(got, text)
		}
		if strings.Join(got, ", ") != c.want || len(found.Unchecked) != 1 || found.Unchecked[0].ID != "other" {
			w.Errorf("%s: got %s, and unchecked %v\nwant %s", c.name, got, found.Unchecked, c.want)
		}
		state := strings.Fields(c.want)[1]
		w.answers(`{ claim(id: "d") { evidence { verification { state } } } }`,
			`{"claim":{"evidence":[{"verification":{"state":"`+strings.TrimSuffix(state, ",")+`"}}]}}`)
	}
	// Without a file, what was found before stays.
	w.verify(map[string]string{"note": "Oh: " + note})
	if found := w.verify(nil); len(found.Spans) > 0 || len(found.Unchecked) != 2 || found.Unchecked[0].Spans != 4 {
		w.Errorf("got %+v", found)
	}
	w.answers(`{ claim(id: "d") { evidence { verification { state start end } } } }`,
		`{"claim":{"evidence":[{"verification":{"state":"MOVED","start":15,"end":24}}]}}`)
}
