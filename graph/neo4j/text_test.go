package neo4j

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
)

// odd are characters that Neo4j's two orders put differently, and neighbours.
var odd = []rune{'a', 'z', 'é', '\uD7FE', '\uD7FF', '\uE000', '（', '\uFFFF', '🦊', '\U0010FFFF'}

func oddText(random *rand.Rand) string {
	var b strings.Builder
	for range random.IntN(5) {
		b.WriteRune(odd[random.IntN(len(odd))])
	}
	return b.String()
}

// TestSortKey holds keys to sorting, by either of Neo4j's orders, as texts do
// by code point, to containing each other as they do, and to leading back.
func TestSortKey(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 100_000 {
		a, b := oddText(random), oddText(random)
		x, y := sortKey(a), sortKey(b)
		want := strings.Compare(a, b)
		if strings.Compare(x, y) != want || compareUnits(x, y) != want {
			t.Errorf("%+q and %+q compare %d, their keys %d and %d", a, b, want, strings.Compare(x, y), compareUnits(x, y))
		}
		if strings.Contains(x, y) != strings.Contains(a, b) || strings.HasPrefix(x, y) != strings.HasPrefix(a, b) {
			t.Errorf("%+q is in %+q, or not, unlike its key", b, a)
		}
		if unkey(x) != a {
			t.Errorf("%+q comes back as %+q", a, unkey(x))
		}
	}
}

func compareUnits(a, b string) int {
	x, y := utf16.Encode([]rune(a)), utf16.Encode([]rune(b))
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return map[bool]int{true: -1, false: 1}[x[i] < y[i]]
		}
	}
	return min(max(len(x)-len(y), -1), 1)
}
