package loader_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"companygraph/seed/loader"
)

const paper = "Émile bought Acme. “We are glad!” he said.\n\nNothing else (so far) happened"

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
			"a.yaml:11:169: evidence[0].quote: these words do not stand in the span that is cited for them"},
		{"other words said", bought, "text: We were glad!, evidence: [{ " + glad + " }]", nothing,
			"a.yaml:17:17: quotations[0].text: these words do not stand in the span that is cited for them"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := read(fmt.Sprintf(citing, digest(paper), test.claim, test.quotation, test.omitted))
			if err := d.Check(); err != nil {
				t.Fatal(err)
			}
			folder := fstest.MapFS{"other.txt": {Data: []byte("other")}, "text": {Data: []byte(paper)}, "sub/x": {Data: []byte(paper)}}
			if got := fmt.Sprint(d.CheckSources(folder)); got != test.want {
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
			if got := fmt.Sprint(d.CheckSources(fstest.MapFS{"a": {Data: []byte("y")}})); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	t.Run("nothing to check", func(t *testing.T) {
		if err := read("sources: [{ id: s }]").CheckSources(fstest.MapFS{"a": {}}); err != nil {
			t.Error(err)
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
