package search

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
)

func TestRankHits(t *testing.T) {
	tests := map[string]struct {
		words []string
		rows  [][]TokenRow
		want  []graph.ID
	}{
		"no words": {
			words: nil,
			rows:  nil,
			want:  nil,
		},
		"no rows": {
			words: []string{"lab"},
			rows:  [][]TokenRow{nil},
			want:  nil,
		},
		"exact before prefix": {
			words: []string{"lab"},
			rows: [][]TokenRow{{
				{"labs", graph.NameField, "a", graph.EntityClass},
				{"lab", graph.NameField, "b", graph.EntityClass},
			}},
			want: []graph.ID{"b", "a"},
		},
		"exactness before field": {
			words: []string{"lab"},
			rows: [][]TokenRow{{
				{"labs", graph.NameField, "a", graph.EntityClass},
				{"lab", graph.AliasField, "b", graph.EntityClass},
			}},
			want: []graph.ID{"b", "a"},
		},
		"name before alias before title": {
			words: []string{"lab"},
			rows: [][]TokenRow{{
				{"lab", graph.TitleField, "a", graph.EntityClass},
				{"lab", graph.AliasField, "b", graph.EntityClass},
				{"lab", graph.NameField, "c", graph.EntityClass},
			}},
			want: []graph.ID{"c", "b", "a"},
		},
		"field before class": {
			words: []string{"lab"},
			rows: [][]TokenRow{{
				{"lab", graph.AliasField, "a", graph.EntityClass},
				{"lab", graph.NameField, "b", graph.SourceClass},
			}},
			want: []graph.ID{"b", "a"},
		},
		"entity before fact before source": {
			words: []string{"lab"},
			rows: [][]TokenRow{{
				{"lab", graph.TitleField, "a", graph.SourceClass},
				{"lab", graph.TitleField, "b", graph.FactClass},
				{"lab", graph.TitleField, "c", graph.EntityClass},
			}},
			want: []graph.ID{"c", "b", "a"},
		},
		"class before id, then id by code point": {
			words: []string{"lab"},
			rows: [][]TokenRow{{
				{"lab", graph.NameField, "é", graph.EntityClass},
				{"lab", graph.NameField, "a", graph.FactClass},
				{"lab", graph.NameField, "b", graph.EntityClass},
				{"lab", graph.NameField, "B", graph.EntityClass},
			}},
			want: []graph.ID{"B", "b", "é", "a"},
		},
		"every word must be found": {
			words: []string{"kaspersky", "lab"},
			rows: [][]TokenRow{
				{{"kaspersky", graph.NameField, "a", graph.EntityClass}, {"kaspersky", graph.NameField, "b", graph.EntityClass}},
				{{"lab", graph.NameField, "b", graph.EntityClass}, {"lab", graph.NameField, "c", graph.EntityClass}},
			},
			want: []graph.ID{"b"},
		},
		"the best row of a word counts": {
			words: []string{"lab"},
			rows: [][]TokenRow{{
				{"labs", graph.NameField, "b", graph.EntityClass},
				{"lab", graph.AliasField, "b", graph.EntityClass},
				{"labour", graph.TitleField, "b", graph.EntityClass},
				{"labs", graph.NameField, "a", graph.EntityClass},
			}},
			want: []graph.ID{"b", "a"},
		},
		"the worst word counts": {
			words: []string{"kaspersky", "lab"},
			rows: [][]TokenRow{
				{{"kaspersky", graph.NameField, "a", graph.EntityClass}, {"kaspersky", graph.AliasField, "b", graph.EntityClass}},
				{{"labs", graph.NameField, "a", graph.EntityClass}, {"lab", graph.NameField, "b", graph.EntityClass}},
			},
			want: []graph.ID{"b", "a"},
		},
		"a repeated word changes nothing": {
			words: []string{"lab", "lab"},
			rows: [][]TokenRow{
				{{"lab", graph.NameField, "b", graph.EntityClass}, {"labs", graph.NameField, "a", graph.EntityClass}},
				{{"lab", graph.NameField, "b", graph.EntityClass}, {"labs", graph.NameField, "a", graph.EntityClass}},
			},
			want: []graph.ID{"b", "a"},
		},
		"rows that do not match their word are ignored": {
			words: []string{"lab"},
			rows: [][]TokenRow{{
				{"la", graph.NameField, "a", graph.EntityClass},
				{"kaspersky", graph.NameField, "b", graph.EntityClass},
			}},
			want: nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []graph.ID
			for _, hit := range RankHits(test.words, test.rows) {
				got = append(got, hit.ID)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRankHitsTellsTheRank(t *testing.T) {
	hits := RankHits([]string{"kaspersky", "lab"}, [][]TokenRow{
		{{"kaspersky", graph.NameField, "k", graph.EntityClass}},
		{{"labs", graph.AliasField, "k", graph.EntityClass}},
	})
	want := []Hit{{ID: "k", Match: PrefixMatch, Field: graph.AliasField, Class: graph.EntityClass}}
	if !slices.Equal(hits, want) {
		t.Errorf("got %v, want %v", hits, want)
	}
}

// On random small inputs RankHits agrees with a restatement of the rules that
// looks at every node and every row.
func TestRankHitsAgainstRestatement(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		words, rows := randomSearch(random)
		got, want := RankHits(words, rows), restatedRanking(words, rows)
		if !slices.Equal(got, want) {
			t.Fatalf("words %q, rows %v:\ngot  %v\nwant %v", words, rows, got, want)
		}
	}
}

var testIDs = []graph.ID{"", "A", "a", "a-b", "aa", "b", "é", "\U00010000", "\uFFFD"}

// classOf gives a node of the random inputs its one class.
func classOf(id graph.ID) graph.NodeClass { return graph.NodeClass(1 + len(id)%3) }

func randomSearch(random *rand.Rand) ([]string, [][]TokenRow) {
	tokens := []string{"l", "la", "lab", "labs", "k", "kas"}
	words := make([]string, random.IntN(4))
	for i := range words {
		words[i] = tokens[random.IntN(len(tokens))]
	}
	index := make([]TokenRow, random.IntN(24))
	for i := range index {
		id := testIDs[random.IntN(len(testIDs))]
		index[i] = TokenRow{tokens[random.IntN(len(tokens))], graph.TokenField(1 + random.IntN(3)), id, classOf(id)}
	}
	rows := make([][]TokenRow, len(words))
	for i, word := range words {
		for _, row := range index {
			if strings.HasPrefix(row.Token, word) {
				rows[i] = append(rows[i], row)
			}
		}
	}
	return words, rows
}

func restatedRanking(words []string, rows [][]TokenRow) []Hit {
	var hits []Hit
	for _, id := range testIDs {
		worst := -1
		for i, word := range words {
			worst = max(worst, bestRow(id, word, rows[i]))
		}
		if worst >= 0 && worst < notFound {
			hits = append(hits, Hit{id, MatchQuality(worst / 10), graph.TokenField(worst % 10), classOf(id)})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Compare(restatedPlace(a), restatedPlace(b))
	})
	return hits
}

const notFound = 99

// bestRow returns the best of a node's rows for a word: 11 for exact in the
// name to 23 for prefix in the title.
func bestRow(id graph.ID, word string, rows []TokenRow) int {
	best := notFound
	for _, row := range rows {
		quality := 20
		if row.Token == word {
			quality = 10
		}
		if row.ID == id {
			best = min(best, quality+int(row.Field))
		}
	}
	return best
}

func restatedPlace(h Hit) string {
	return strings.Repeat("m", int(h.Match)) + "." + strings.Repeat("f", int(h.Field)) + "." +
		strings.Repeat("c", int(h.Class)) + "." + string(h.ID)
}

// Sorting by rank key and then id is sorting by Compare.
func TestRankKeyAgreesWithCompare(t *testing.T) {
	hits := allHits()
	for _, a := range hits {
		for _, b := range hits {
			byKey := cmp.Or(cmp.Compare(a.RankKey(), b.RankKey()), cmp.Compare(a.ID, b.ID))
			if got := a.Compare(b); got != byKey {
				t.Errorf("%v and %v: Compare is %d, by key %q and %q %d", a, b, got, a.RankKey(), b.RankKey(), byKey)
			}
		}
	}
}

func allHits() []Hit {
	var hits []Hit
	for _, match := range []MatchQuality{ExactMatch, PrefixMatch} {
		for _, field := range []graph.TokenField{graph.NameField, graph.AliasField, graph.TitleField} {
			for _, class := range []graph.NodeClass{graph.EntityClass, graph.FactClass, graph.SourceClass} {
				for _, id := range testIDs {
					hits = append(hits, Hit{id, match, field, class})
				}
			}
		}
	}
	return hits
}
