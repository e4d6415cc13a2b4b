package paths_test

import (
	"fmt"
	"slices"
	"testing"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/paths"
	"companygraph/schema"
)

// made is a graph that is made where it is read.
type made struct {
	// hops are all that lead from an entity: to which entities, each over a fact of
	// its own.
	hops func(entity int) []int
	// read is how many participations were read.
	read int
}

// factBetween is the number of the fact that joins two entities.
func factBetween(a, b int) int { return -1 - (min(a, b)*1_000_000 + max(a, b)) }

func (m *made) Expand(entities []int, limit int) (read []paths.Participation[int], whole bool, err error) {
	ban := schema.Model().Types["Ban"]
	for _, from := range entities {
		for _, to := range m.hops(from) {
			fact := factBetween(from, to)
			read = append(read,
				paths.Participation[int]{Fact: fact, Entity: from, Role: ban.Link("targets"), Status: graph.StatusAsserted},
				paths.Participation[int]{Fact: fact, Entity: to, Role: ban.Link("targets"), Status: graph.StatusAsserted})
			if len(read) >= limit {
				m.read += limit
				return read[:limit], false, nil
			}
		}
	}
	m.read += len(read)
	return read, true, nil
}

func (m *made) Describe(nodes []int) (map[int]paths.Node, error) {
	told := map[int]paths.Node{}
	for _, n := range nodes {
		told[n] = paths.Node{ID: graph.ID(fmt.Sprintf("%08d", n))}
		if n < 0 {
			told[n] = paths.Node{ID: graph.ID(fmt.Sprintf("fact %020d", -n)), Status: graph.StatusAlleged}
		}
	}
	return told, nil
}

func (m *made) find(t *testing.T, from, to, maxHops, first int) *paths.Found {
	t.Helper()
	match := plan.ByPaths{MaxHops: maxHops, First: first, FactTypes: schema.Model().Concrete("Fact")}
	found, err := paths.Find(match, paths.Ends[int]{From: from, To: to}, m)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestMillionsOfPaths: of more paths than could be made the first ones are found.
func TestMillionsOfPaths(t *testing.T) {
	// Layers of entities, 20 in each but the first and last, each of which leads to
	// all of the layers beside its own.
	const layers, width = 8, 20
	layer := func(n int) []int {
		switch {
		case n < 0 || n > layers:
			return nil
		case n == 0 || n == layers:
			return []int{n * 100}
		}
		var all []int
		for i := range width {
			all = append(all, n*100+i)
		}
		return all
	}
	g := &made{hops: func(entity int) []int { return append(layer(entity/100-1), layer(entity/100+1)...) }}
	found := g.find(t, 0, layers*100, layers, 100)
	if len(found.Paths) != 100 || found.Truncation != plan.TruncatedByPaths {
		t.Fatalf("found %d paths, truncated by %q", len(found.Paths), found.Truncation)
	}
	idsOf := func(hops []paths.Hop) (ids []graph.ID) {
		for _, h := range hops {
			ids = append(ids, h.Fact, h.To)
		}
		return ids
	}
	if !slices.IsSortedFunc(found.Paths, func(a, b []paths.Hop) int { return slices.Compare(idsOf(a), idsOf(b)) }) {
		t.Error("the paths are not in the order of their ids")
	}
	if got := found.Paths[0][layers-2].To; got != "00000700" {
		t.Errorf("the first path comes by %s", got)
	}
	if got := found.Paths[20][layers-3].To; got != "00000601" {
		t.Errorf("the path after the first 20 comes by %s", got)
	}
}

// TestTooManyVisits: a search that is given up says so, and one side that cannot go
// on leaves it to the other.
func TestTooManyVisits(t *testing.T) {
	// Two hubs, with more entities around each than may be visited, and 1 between
	// them. 2 leads to 1 alone, and 3 to nothing.
	const hub, otherHub, crowd = 10, 20, paths.MaxVisits
	g := &made{hops: func(entity int) (to []int) {
		switch entity {
		case hub, otherHub:
			to = []int{1}
			for i := range crowd {
				to = append(to, 1000+entity*100_000+i)
			}
		case 1:
			to = []int{hub, otherHub, 2}
		case 2:
			to = []int{1}
		}
		return to
	}}
	for _, test := range []struct {
		from, to, maxHops, paths int
		truncation               plan.Truncation
	}{
		{hub, otherHub, 8, 0, plan.TruncatedByVisits},
		{hub, 2, 8, 1, plan.NotTruncated},
		{2, hub, 8, 1, plan.NotTruncated},
		{hub, 2, 1, 0, plan.NotTruncated},
		{hub, 3, 8, 0, plan.NotTruncated},
	} {
		g.read = 0
		found := g.find(t, test.from, test.to, test.maxHops, 10)
		if len(found.Paths) != test.paths || found.Truncation != test.truncation {
			t.Errorf("%d to %d: %d paths, truncated by %q", test.from, test.to, len(found.Paths), found.Truncation)
		}
		if g.read > 2*paths.MaxVisits+2 {
			t.Errorf("%d to %d: read %d participations", test.from, test.to, g.read)
		}
	}
}
