package write

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/schema"
)

// Every item is in one piece, whatever their number.
func TestPiecesAreAll(t *testing.T) {
	for _, n := range []int{0, 1, minParallel, 2*minParallel - 1, 2 * minParallel, 10*minParallel + 1} {
		seen := make([]int, n)
		inParallel(n, func(_, from, to int) {
			for i := from; i < to; i++ {
				seen[i]++
			}
		})
		if slices.ContainsFunc(seen, func(times int) bool { return times != 1 }) {
			t.Errorf("of %d, some are in none or in several", n)
		}
	}
}

// What is wrong with many nodes is told in their order, as of few.
func TestProblemsOfManyNodesComeInOrder(t *testing.T) {
	source := schema.Model().Types["Source"]
	var nodes []*graph.Node
	var want []string
	for i := range 10 * minParallel {
		id := graph.ID(fmt.Sprint("s", i))
		node := &graph.Node{ID: id, Type: source, Values: map[string]graph.Value{"title": graph.Text("T")}}
		switch i % 500 {
		case 3:
			node.Values["title"] = graph.Text("\x00")
			want = append(want, string(id))
		case 7:
			node.ID = nodes[i-1].ID
			want = append(want, string(node.ID))
		}
		nodes = append(nodes, node)
	}
	records, problems := Prepare(schema.Model(), nodes)
	var got []string
	for _, p := range problems {
		got = append(got, string(p.ID))
	}
	if records != nil || !slices.Equal(got, want) {
		t.Errorf("got problems of %s, want of %s", strings.Join(got, " "), strings.Join(want, " "))
	}
}
