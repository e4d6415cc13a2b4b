package resolvers

import (
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func measured(t *testing.T, text string) (*measure, size) {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	m := newMeasure(doc)
	return m, m.size()
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		text   string
		want   size
		merges int
	}{
		{`{ a }`, size{depth: 1, fields: 1, rootFields: 1}, 0},
		{`{ a { b { c } d } e }`, size{depth: 3, fields: 5, rootFields: 2}, 0},
		{`{ ... { a { b } } }`, size{depth: 2, fields: 3, rootFields: 1}, 0},
		{`query q($v: X @d, $w: X) @d { a @d { ... @d { b } } }`, size{depth: 2, fields: 3, directives: 4, variables: 2, rootFields: 1}, 0},
		{`query p { a { b } } query q($v: X) { a b c }`, size{depth: 2, fields: 5, variables: 1, rootFields: 3}, 0},
		// f counts where it is spread, twice, and by itself.
		{`{ ...f a { ...f @d } } fragment f on X @d { b { c } }`, size{depth: 3, fields: 9, directives: 2, rootFields: 2}, 0},
		{`{ ...missing }`, size{fields: 1}, 0},
		{`{ a a a }`, size{depth: 1, fields: 3, rootFields: 3}, 3},
		{`{ x: a a x: b }`, size{depth: 1, fields: 3, rootFields: 3}, 1},
		// The two a are one pair; the b and c in both of them are two more.
		{`{ a { b c } a { c b } }`, size{depth: 2, fields: 6, rootFields: 2}, 3},
		{`{ a { b } ...f } fragment f on X { a { ... { b } } }`, size{depth: 2, fields: 9, rootFields: 2}, 2},
	} {
		m, got := measured(t, c.text)
		if got != c.want || m.cycle != nil {
			t.Errorf("%s: %+v, want %+v", c.text, got, c.want)
		}
		if merges := m.merges(); merges != c.merges {
			t.Errorf("%s: %d pairs, want %d", c.text, merges, c.merges)
		}
	}
}

func TestCycles(t *testing.T) {
	for _, text := range []string{
		`{ ...f } fragment f on X { ...f }`,
		`{ ...f } fragment f on X { a { ...g } } fragment g on X { ...f }`,
		`{ a } fragment f on X { ...g } fragment g on X { ...h } fragment h on X { b { ...g } }`,
	} {
		if m, _ := measured(t, text); m.cycle == nil {
			t.Errorf("%s: no cycle found", text)
		}
	}
}

// Fragments that double one another are measured at once, and their number
// does not overflow.
func TestSizeOfDoublingFragments(t *testing.T) {
	var b strings.Builder
	b.WriteString("{ ...f0 }")
	for i := range 100 {
		next := strconv.Itoa(i + 1)
		b.WriteString(" fragment f" + strconv.Itoa(i) + " on X { ...f" + next + " ...f" + next + " }")
	}
	b.WriteString(" fragment f100 on X { a }")
	if _, got := measured(t, b.String()); got.fields < 1<<62 || got.depth != 1 {
		t.Errorf("measured as %+v", got)
	}
}
