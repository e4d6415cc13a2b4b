package paths_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/plan"
	"companygraph/graph/store/paths"
	"companygraph/schema"
)

// memory reads the nodes of a graph for a search.
type memory struct {
	nodes map[graph.ID]*graph.Node
	match plan.ByPaths
	// passes are the facts that pass the filter of the match.
	passes map[graph.ID]bool
	// expansions is how often participations were read, described how often nodes.
	expansions, described int
}

func (m *memory) Expand(entities []graph.ID, limit int) (read []paths.Participation[graph.ID], whole bool, err error) {
	m.expansions++
	for id := range m.passes {
		fact := m.nodes[id]
		if !slices.ContainsFunc(fact.Links, func(l graph.Link) bool { return l.Type.Participation && slices.Contains(entities, l.To) }) {
			continue
		}
		for _, l := range fact.Links {
			if l.Type.Participation {
				read = append(read, paths.Participation[graph.ID]{
					Fact: id, Entity: l.To, Role: l.Type, Status: graph.Status(l.Status),
					Hub: m.match.MaxDegree > 0 && m.degree(l.To) > m.match.MaxDegree,
				})
			}
		}
	}
	return read, len(read) < limit, nil
}

func (m *memory) degree(entity graph.ID) int {
	degree := 0
	for _, n := range m.nodes {
		if slices.ContainsFunc(n.Links, func(l graph.Link) bool { return l.Type.Participation && l.To == entity }) {
			degree++
		}
	}
	return degree
}

func (m *memory) Describe(nodes []graph.ID) (map[graph.ID]paths.Node, error) {
	m.described++
	told := map[graph.ID]paths.Node{}
	for _, id := range nodes {
		told[id] = paths.Node{ID: id, Status: graph.Status(m.nodes[id].Values[graph.StatusProperty].Text())}
	}
	return told, nil
}

// find searches the nodes of a naive store.
func find(t *testing.T, store *naive.Store, match plan.ByPaths) string {
	t.Helper()
	m := &memory{nodes: map[graph.ID]*graph.Node{}, passes: map[graph.ID]bool{}, match: match}
	for _, n := range store.Nodes() {
		m.nodes[n.ID] = n
	}
	passing := &plan.Fetch{
		Name: "facts", Match: plan.ByType{Filter: match.Filter}, Types: match.FactTypes, Shape: &plan.Shape{},
		Window: &plan.Window{Order: []plan.Order{{Property: graph.IDProperty}}, Limit: 1000},
	}
	for _, row := range query(t, store, passing).Rows {
		m.passes[row.ID] = true
	}
	found, err := paths.Find(match, paths.Ends[graph.ID]{From: match.From, To: match.To, Avoid: match.Avoid}, m)
	if err != nil {
		t.Fatal(err)
	}
	if m.expansions > match.MaxHops || m.described > 1 {
		t.Errorf("read participations %d times and nodes %d times for %d hops", m.expansions, m.described, match.MaxHops)
	}
	rows, err := paths.Rows(&plan.Fetch{}, match, found, func(ids []graph.ID, _ []*graph.Type, _ *plan.Shape) (*plan.Rows, error) {
		rows := &plan.Rows{}
		for _, id := range ids {
			rows.Rows = append(rows.Rows, &plan.Row{ID: id})
		}
		return rows, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return graphtest.PathsText(rows.Paths)
}

func query(t *testing.T, store *naive.Store, fetch *plan.Fetch) *plan.Rows {
	t.Helper()
	result, err := store.Query(t.Context(), &plan.Plan{Fetches: []*plan.Fetch{fetch}})
	if err != nil {
		t.Fatal(err)
	}
	return result.Fetches[0]
}

// TestAgainstReference compares the search with that of the naive store, which tries
// all chains, on random graphs. With TEST_LONG=1 there are many more.
func TestAgainstReference(t *testing.T) {
	graphs := 1000
	if os.Getenv("TEST_LONG") != "" {
		graphs = 20_000
	}
	m := schema.Model()
	seen := map[plan.Truncation]int{}
	for seed := range uint64(graphs) {
		random := rand.New(rand.NewPCG(seed, 1))
		batch, store := graphtest.PathGraph(m, random), naive.New(m)
		if _, err := graphtest.Write(t.Context(), store, batch); err != nil {
			t.Fatal(err)
		}
		for range 8 {
			match := graphtest.PathMatch(m, random, batch)
			want := query(t, store, graphtest.PathPlan(m, match).Fetches[0]).Paths
			if got := find(t, store, match); got != graphtest.PathsText(want) {
				t.Fatalf("seed %d, %+v: got\n%s\nwant\n%s", seed, match, got, graphtest.PathsText(want))
			}
			if len(want.Paths) > 0 {
				seen[want.Truncation]++
			}
			// What is not said to be left out is not: without hubs the answer is the same.
			if free := match; want.Truncation != plan.TruncatedByHubs {
				free.MaxDegree = 0
				if got := find(t, store, free); got != graphtest.PathsText(want) {
					t.Fatalf("seed %d, %+v: without hubs\n%s\nwant\n%s", seed, match, got, graphtest.PathsText(want))
				}
			}
		}
	}
	t.Logf("searches that found paths, by truncation: %v", seen)
	for _, truncation := range []plan.Truncation{plan.NotTruncated, plan.TruncatedByHubs, plan.TruncatedByPaths} {
		if seen[truncation] < graphs/50 {
			t.Errorf("only %d searches found paths with the truncation %q", seen[truncation], truncation)
		}
	}
}
