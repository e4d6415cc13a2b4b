package loader_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"companygraph/seed/loader"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const paper = "Émile bought Acme. “We are glad!” he said.\n\nNothing else (so far) happened"

// problemsOf are warnings and problems as text.
func problemsOf(warnings loader.Problems, err error) string {
	text := ""
	for _, w := range warnings {
		text += w.Warning() + "\n"
	}
	return text + fmt.Sprint(err)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// evidence cites words of the paper.
func evidence(words string) string {
	found := loader.FindWords(paper, words)
	return fmt.Sprintf("start: %d, end: %d, sha256: %s", found[0].Start, found[0].End, found[0].SHA256)
}

// citing is a dataset with room for a digest, a piece of evidence (line 11), a
// quotation (line 17) and an omission (line 19).
const citing = `source: paper
sources:
  - { id: paper, sha256: %s }
facts:
  - id: purchase
    type: Breach
    title: Purchase
    phase: OCCURRED
    claims:
      - { id: c, stance: ASSERTS, attribution: SOURCE, evidence: [{ %s }] }
  - id: talk
    type: Statement
    title: Talk
    phase: OCCURRED
    quotations:
      - { %s }
omitted:
  - { %s, reason: It is nothing. }
`

func TestCheckSources(t *testing.T) {
	bought, glad, nothing := evidence("bought Acme"), evidence("We are glad!"), evidence("Nothing else")
	tests := []struct {
		name, claim, quotation, omitted string
		want                            string
	}{
		{"all cited or omitted", bought, "text: We are glad!, evidence: [{ " + glad + " }]", nothing, "<nil>"},
		{"a quote in the span", evidence("Émile bought Acme") + ", quote: bought", "evidence: [{ " + glad + " }]", nothing, "<nil>"},
		{"nothing cited", "quote: bought", "gist: Joy", nothing,
			"a.yaml:4:5: no span touches the sentence from 0 to 18: cite it, or say under `omitted` why not: \"Émile bought Acme.\"\n" +
				"a.yaml:4:5: no span touches the sentence from 19 to 42: cite it, or say under `omitted` why not: \"“We are glad!” he said.\""},
		{"another digest", "start: 6, end: 17, sha256: " + digest("bought Bcme"), "evidence: [{ " + glad + " }]", nothing,
			"a.yaml:11:67: evidence[0]: the digest is not that of the text in the span"},
		{"beyond the text", bought + " }, { start: 80, end: 90, sha256: " + digest(""), "evidence: [{ " + glad + " }]", nothing,
			"a.yaml:11:164: evidence[1]: the span ends at 90, and the text at 74"},
		{"omitted with another digest", bought, "evidence: [{ " + glad + " }]", "start: 44, end: 56, sha256: " + digest("nothing else"),
			"a.yaml:19:5: omitted[0]: the digest is not that of the text in the span"},
		{"other words quoted", bought + ", quote: bougth", "evidence: [{ " + glad + " }]", nothing,
			"a.yaml:11:169: evidence[0].quote: these words are not in the span that is cited for them"},
		{"other words said", bought, "text: We were glad!, evidence: [{ " + glad + " }]", nothing,
			"a.yaml:17:17: quotations[0].text: these words are not in the span that is cited for them"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := read(fmt.Sprintf(citing, digest(paper), test.claim, test.quotation, test.omitted))
			if err := d.Check(); err != nil {
				t.Fatal(err)
			}
			folder := fstest.MapFS{"other.txt": {Data: []byte("other")}, "text": {Data: []byte(paper)}, "sub/x": {Data: []byte(paper)}}
			if got := problemsOf(d.CheckSources(folder)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestSourcesThatCannotBeChecked(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"not in the folder", "sha256: " + digest("x"), "a.yaml:2:28: sha256: no file of the folder has a text with this digest"},
		{"no digest", "title: T", "a.yaml:2:11: sha256: spans of its text are cited: they cannot be checked without its sha256"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := read("sources: [{ id: s, " + test.source + " }]\nomitted: [{ source: s, start: 0, end: 1, sha256: " + digest("x") + ", reason: R }]")
			if err := d.Check(); err != nil {
				t.Fatal(err)
			}
			if got := problemsOf(d.CheckSources(fstest.MapFS{"a": {Data: []byte("y")}})); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	t.Run("nothing to check", func(t *testing.T) {
		if warnings, err := read("sources: [{ id: s }]").CheckSources(fstest.MapFS{"a": {}}); err != nil || warnings != nil {
			t.Error(warnings, err)
		}
	})
}

func TestFindWords(t *testing.T) {
	got := loader.FindWords("é aa-aaa", "aa")
	want := []loader.Place{{2, 4, digest("aa")}, {5, 7, digest("aa")}, {6, 8, digest("aa")}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := loader.FindWords("abc", ""); got != nil {
		t.Errorf("no words stand at %v", got)
	}
}

// A text that is there, but not as it was, is told from one that is not.
func TestTextsThatWereAltered(t *testing.T) {
	const text = "Café opened.\nIt closed.\n"
	windows := strings.ReplaceAll(text, "\n", "\r\n")
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	old, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, hashed, file, want string }{
		{"as it was", text, text, "<nil>"},
		{"byte order mark", text, "\ufeff" + text, "a.yaml:2:28: sha256: note.txt has the text, but starts with a byte order mark (BOM): undo that"},
		{"lines of Windows", text, windows, "a.yaml:2:28: sha256: note.txt has the text, but has lines that end as those of Windows (CRLF): undo that"},
		{"both", text, "\ufeff" + windows, "a.yaml:2:28: sha256: note.txt has the text, but starts with a byte order mark (BOM) and has lines that end as those of Windows (CRLF): undo that"},
		{"UTF-16", text, utf16, "a.yaml:2:28: sha256: note.txt has the text, but is in UTF-16: undo that"},
		{"Windows-1252", text, old, "a.yaml:2:28: sha256: note.txt has the text, but is in another encoding, such as Windows-1252: undo that"},
		{"no lines of Windows any more", windows, text, "a.yaml:2:28: sha256: note.txt has the text, but has lines that end in LF in place of CRLF: undo that"},
		{"no mark any more", "\ufeff" + text, text, "a.yaml:2:28: sha256: note.txt has the text, but lacks the byte order mark (BOM) at its start: undo that"},
		{"of a text that is not UTF-8", old, old, "a.yaml:2:28: sha256: it is that of note.txt, which is in another encoding, such as Windows-1252; offsets and digests are of UTF-8"},
		{"of lines of Windows and a mark", "\ufeff" + windows, "\ufeff" + windows,
			"note.txt:1: warning: the text starts with a byte order mark (BOM), which counts as its first character\n" +
				"note.txt:1: warning: the lines end as those of Windows (CRLF), which counts as two characters\n<nil>"},
		{"another text", text, "Something else.", "a.yaml:2:28: sha256: no file of the folder has a text with this digest"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found := loader.FindWords(test.hashed, test.hashed)[0]
			d := read("sources: [{ id: s, sha256: " + found.SHA256 + " }]\n" +
				fmt.Sprintf("omitted: [{ source: s, start: 0, end: %d, sha256: %s, reason: R }]", found.End, found.SHA256))
			if err := d.Check(); err != nil {
				t.Fatal(err)
			}
			got := problemsOf(d.CheckSources(fstest.MapFS{"note.txt": {Data: []byte(test.file)}}))
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestKeepTexts(t *testing.T) {
	const head = "sources: [{ id: s, sha256: %s }]\nfacts: [{ id: f, type: Ban, title: F, phase: OCCURRED, " +
		"claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: s, evidence: [{ start: %d, end: 2, sha256: %s }] }] }]"
	long := strings.Repeat("a", 1_000_001)
	tests := []struct {
		name, text, file string
		start            int
		want             string
	}{
		{"kept", "ab c. Not cited.", "", 0, "<nil>"},
		{"a span that is not there", "ab c.", "", 1, "a.yaml:3:134: evidence[0]: the digest is not that of the text in the span"},
		{"another text", "ab c.", "ab c!", 0, "a.yaml:2:28: sha256: no file of the folder has a text with this digest"},
		{"altered", "ab\n", "ab\r\n", 0, "a.yaml:2:28: sha256: text has the text, but has lines that end as those of Windows (CRLF): undo that"},
		{"too long", "ab" + long, "", 0, "a.yaml:2:28: sha256: text: the text has 1000003 characters, and at most 1000000 are allowed"},
		{"a character that is not stored", "ab\x00", "", 0, "a.yaml:2:28: sha256: text: U+0000 at byte 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := read(fmt.Sprintf(head, digest(test.text), test.start, digest("ab")))
			folder := fstest.MapFS{"text": {Data: []byte(cmp.Or(test.file, test.text))}}
			if got := problemsOf(d.LoadSources(folder, true)); got != test.want {
				t.Fatalf("got\n%s\nwant\n%s", got, test.want)
			}
			if test.want != "<nil>" {
				return
			}
			// Asked again, it has the text already.
			if got := problemsOf(d.LoadSources(folder, true)); got != test.want {
				t.Errorf("again: %s", got)
			}
			texts := 0
			for _, n := range d.Nodes() {
				if n.Values["content"].Text() == test.text {
					texts++
				}
			}
			if texts != 1 {
				t.Errorf("%d texts", texts)
			}
		})
	}
}
