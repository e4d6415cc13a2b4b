package search

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
)

// dictionaryOf has some terms.
func dictionaryOf(t *testing.T, terms ...string) *Dictionary {
	t.Helper()
	d := &Dictionary{}
	err := d.Refresh(func(_ int64, each func(int64, string)) error {
		for i, term := range terms {
			each(int64(i+1), term)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// searched is a node by what it is found by: a name, an alias and so on, one in a
// line.
type searched struct {
	id    graph.ID
	class graph.NodeClass
	lines string
}

func TestRank(t *testing.T) {
	entity := func(id graph.ID, lines string) searched { return searched{id, graph.EntityClass, lines} }
	tests := map[string]struct {
		query string
		nodes []searched
		want  string
	}{
		"exact before prefix":          {"lab", []searched{entity("a", "labs"), entity("b", "lab")}, "b 01110, a 02110"},
		"exactness before field":       {"lab", []searched{entity("a", "labs"), entity("b", "\nlab")}, "b 01210, a 02110"},
		"name, alias, title, quote":    {"lab", []searched{entity("a", "\n\n\nlab"), entity("b", "\n\nlab"), entity("c", "\nlab"), entity("d", "lab")}, "d 01110, c 01210, b 01310, a 01410"},
		"entity, fact, source":         {"lab", []searched{{"a", graph.SourceClass, "\n\nlab"}, {"b", graph.FactClass, "\n\nlab"}, entity("c", "\n\nlab")}, "c 01310, b 01320, a 01330"},
		"then by id":                   {"lab", []searched{entity("é", "lab"), entity("b", "lab"), entity("B", "lab")}, "B 01110, b 01110, é 01110"},
		"all words":                    {"kaspersky lab", []searched{entity("a", "kaspersky"), entity("b", "lab kaspersky")}, "b 01110"},
		"by its worst word":            {"kaspersky lab", []searched{entity("a", "kaspersky labs"), entity("b", "kaspersky\nlab")}, "b 01210, a 02110"},
		"a misspelt word comes last":   {"kaspersky", []searched{entity("a", "kasperski"), entity("b", "\n\n\nkasperskys")}, "b 02410, a 13110"},
		"fewer misspelt words first":   {"kaspersky albion", []searched{entity("a", "kasperski albino"), entity("b", "kasperski albion")}, "b 13110, a 23110"},
		"fillers break ties":           {"kaspersky ltd", []searched{entity("a", "kaspersky"), entity("b", "kaspersky ltd")}, "b 01110, a 01111"},
		"fillers alone are words":      {"ltd", []searched{entity("a", "kaspersky"), entity("b", "ltd")}, "b 01110"},
		"neighbours that ran together": {"best buy", []searched{entity("a", "bestbuy")}, "a 01110"},
		"a short word is not misspelt": {"lba", []searched{entity("a", "lab")}, ""},
		"nor are digits":               {"number06050", []searched{entity("a", "number06051")}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			words := dictionaryOf(t, "kasperski", "albino", "albion", "lab", "number06051").Words(graph.QueryWords(test.query))
			var hits []Hit
			for _, n := range test.nodes {
				if hit, found := words.Hit(n.id, n.class, ParseTokens(n.lines)); found {
					hits = append(hits, hit)
				}
			}
			slices.SortFunc(hits, Hit.Compare)
			var got []string
			for _, hit := range hits {
				got = append(got, fmt.Sprint(hit.ID, " ", hit.RankKey()))
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("got %s, want %s", strings.Join(got, ", "), test.want)
			}
		})
	}
}

func TestMisspellings(t *testing.T) {
	tests := map[string]string{
		"kaspersky":  "kasperksy kaspersk kasperskie kaspresyk aspersky",
		"albion":     "albino albon alibion albiom",
		"albi":       "abli",
		"lab":        "",
		"2017":       "",
		"windows10":  "widnows10",
		"xkaspersky": "kaspersky",
	}
	terms := []string{
		"kaspersky", "kasperksy", "kaspersk", "kasperskie", "kaspresyk", "aspersky", "kasprsyx", "albino", "albon", "alibion", "albiom", "abilno",
		"albi", "abli", "lba", "2018", "widnows10", "windows11", "windows",
	}
	for word, want := range tests {
		got := dictionaryOf(t, terms...).Words(graph.QueryWords(word))[0].Near
		wanted := strings.Fields(want)
		slices.Sort(wanted)
		if word == "xkaspersky" { // two edits make others of it, too
			if !slices.Contains(got, "kaspersky") {
				t.Errorf("%s: got %q", word, got)
			}
			continue
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("%s: got %q, want %q", word, got, wanted)
		}
	}
}

// On random words the dictionary finds what a look at every pair finds.
func TestDictionaryAgainstRestatement(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, 3+random.IntN(8))
		for i := range b {
			b[i] = "abc1"[random.IntN(4)]
		}
		return string(b)
	}
	for range 300 {
		var terms []string
		for range 200 {
			if term := word(); IsTerm(term) {
				terms = append(terms, term)
			}
		}
		asked := word()
		w := graph.QueryWords(asked)
		var want []string
		for _, term := range terms {
			if misspells(asked, term) && !strings.HasPrefix(term, asked) && !slices.Contains(w[0].Exact, term) {
				want = append(want, term)
			}
		}
		slices.Sort(want)
		got := dictionaryOf(t, terms...).Words(w)[0].Near
		if !slices.Equal(got, slices.Compact(want)) {
			t.Fatalf("%s: got %q, want %q", asked, got, want)
		}
	}
}

// misspells restates what a misspelling is: it makes all words that are one edit
// away, and those that are one edit away from these.
func misspells(word, term string) bool {
	onlyDigits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' {
				return -1
			}
			return r
		}, s)
	}
	if len(word) < 4 || onlyDigits(word) == word || onlyDigits(word) != onlyDigits(term) {
		return false
	}
	limit := 1
	if len(word) > 7 {
		limit = 2
	}
	return restatedEdits(word, term, limit)
}

// restatedEdits tells whether so many edits make one word of another.
func restatedEdits(a, b string, limit int) bool {
	for a != "" && b != "" && a[0] == b[0] {
		// An edit of equal letters gains nothing but where a swap follows.
		if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
			break
		}
		a, b = a[1:], b[1:]
	}
	if a == "" || b == "" {
		return len(a)+len(b) <= limit
	}
	if a[0] == b[0] && restatedEdits(a[1:], b[1:], limit) {
		return true
	}
	if limit == 0 {
		return false
	}
	swapped := len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] && restatedEdits(a[2:], b[2:], limit-1)
	return swapped || restatedEdits(a[1:], b, limit-1) || restatedEdits(a, b[1:], limit-1) || restatedEdits(a[1:], b[1:], limit-1)
}

func TestTokensAreWrittenAndRead(t *testing.T) {
	for _, tokens := range [][]graph.SearchToken{
		nil,
		{{Token: "a", Field: graph.NameField}},
		{{Token: "a", Field: graph.NameField}, {Token: "b", Field: graph.NameField}, {Token: "c", Field: graph.QuotationField}},
		{{Token: "c", Field: graph.TitleField}},
	} {
		if got := ParseTokens(FormatTokens(tokens)); !slices.Equal(got, tokens) {
			t.Errorf("%v came back as %v", tokens, got)
		}
	}
}

// Sorting by rank key and then id is sorting by Compare.
func TestRankKeyAgreesWithCompare(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	hits := make([]Hit, 300)
	for i := range hits {
		hits[i] = Hit{
			ID: []graph.ID{"", "A", "a", "a-b", "é", "\U00010000", "\uFFFD"}[random.IntN(7)], Misspelt: random.IntN(65),
			Match: MatchQuality(1 + random.IntN(3)), Field: graph.TokenField(1 + random.IntN(4)),
			Class: graph.NodeClass(1 + random.IntN(3)), Lacking: random.IntN(65),
		}
	}
	for _, a := range hits {
		for _, b := range hits {
			byKey := cmp.Or(cmp.Compare(a.RankKey(), b.RankKey()), cmp.Compare(a.ID, b.ID))
			if got := a.Compare(b); got != byKey {
				t.Errorf("%v and %v: Compare is %d, by key %q and %q %d", a, b, got, a.RankKey(), b.RankKey(), byKey)
			}
		}
	}
}
