package graph

import (
	"math/rand/v2"
	"testing"
)

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want float64
	}{
		{"", "", 0},
		{"", "ab", 2},
		{"putin", "putin", 0},
		{"putin", "pulin", 1},
		{"putin", "puin", 1},
		{"macron", "marcon", 0.5}, // swapped
		{"hanibal", "hannibal", 0.5},
		{"wolodimir", "volodymyr", 1.5}, // w for v, i for y twice
		{"igor", "i9or", 0.5},
		{"путин", "пупин", 1},
		{"abcdef", "uvwxyz", 4.5}, // more than the limit
	} {
		for _, pair := range [][2]string{{test.a, test.b}, {test.b, test.a}} {
			if got := editDistance([]rune(pair[0]), []rune(pair[1]), 3.5); got != test.want {
				t.Errorf("%q and %q: %v, want %v", pair[0], pair[1], got, test.want)
			}
		}
	}
}

// What a limit leaves out does not change what is within it.
func TestEditDistanceWithinLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() []rune {
		letters := make([]rune, random.IntN(9))
		for i := range letters {
			letters[i] = rune('a' + random.IntN(5))
		}
		return letters
	}
	for range 20_000 {
		a, b := word(), word()
		full := editDistance(a, b, 100)
		for _, limit := range []float64{0, 0.5, 1, 2, 3} {
			got := editDistance(a, b, limit)
			if full <= limit && got != full || full > limit && got <= limit {
				t.Fatalf("%q and %q: %v within %v, %v without a limit", string(a), string(b), got, limit, full)
			}
			if back := editDistance(b, a, limit); back != got {
				t.Fatalf("%q and %q: %v one way, %v the other", string(a), string(b), got, back)
			}
		}
	}
}

func TestSpellingOf(t *testing.T) {
	for _, alike := range [][]string{
		{"kaspersky", "kasperskiy", "kasperskii", "kasperskij", "kasperskyi", "kasperskyy", "kasperski"},
		{"zhirinovskiy", "jirinovsky"},
		{"yusuf", "yousouf", "yussuf"},
		{"khamenei", "hamenei"},
		{"shevchenko", "schevchenko"},
		{"alexander", "aleksander"},
	} {
		for _, word := range alike {
			if got, want := spellingOf(word), spellingOf(alike[0]); got != want {
				t.Errorf("%s is %s, %s is %s", word, got, alike[0], want)
			}
		}
	}
}
