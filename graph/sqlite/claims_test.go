package sqlite

import (
	"fmt"
	"maps"
	"runtime"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/write"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// claimOn is a claim about the fact f, or about the participation of somebody.
func claimOn(n int, values map[string]graph.Value, on graph.ID) *graph.Node {
	claim := schema.Model().Types["Claim"]
	values["evidence"] = graph.Text("[]")
	node := &graph.Node{ID: graph.ID(fmt.Sprintf("claim-%06d", n)), Type: claim, Values: values}
	node.Links = []graph.Link{{Type: claim.Link("fact"), To: "f"}, {Type: claim.Link("source"), To: "s"}}
	if on != "" {
		values["on"] = graph.Text(`{"role":"suspects"}`)
		node.Links = append(node.Links, graph.Link{Type: claim.Link("onEntity"), To: on})
	}
	return node
}

// One more claim takes as many steps of the engine, and little memory, whatever
// number of claims there is: about the whole or a participation, by as many
// speakers or by one.
func TestOneMoreOfManyClaims(t *testing.T) {
	unnamed := map[string]graph.Value{"stance": graph.Text("ALLEGES"), "attribution": graph.Text("UNNAMED")}
	source := map[string]graph.Value{"stance": graph.Text("ASSERTS"), "attribution": graph.Text("SOURCE")}
	for name, test := range map[string]struct {
		many   int
		values map[string]graph.Value
		on     graph.ID
	}{
		"speakers that are not named":       {100_000, unnamed, ""},
		"one speaker":                       {10_000, source, ""},
		"speakers, about one participation": {10_000, unnamed, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			claim := func(n int) *graph.Node { return claimOn(n, maps.Clone(test.values), test.on) }
			few, many := oneMore(t, 10, claim), oneMore(t, test.many, claim)
			if many.steps != few.steps {
				t.Errorf("one more claim takes %d steps, and %d where there are ten", many.steps, few.steps)
			}
			if many.bytes > 10<<20 {
				t.Errorf("one more claim takes %d bytes", many.bytes)
			}
		})
	}
}

// cost is what a change takes.
type cost struct {
	// steps are instructions that the engine ran.
	steps int
	// bytes were allocated.
	bytes uint64
}

// oneMore is the least that one more claim takes on a fact that has so many.
func oneMore(t *testing.T, many int, claim func(n int) *graph.Node) cost {
	t.Helper()
	s := openWith(t, claimedFact())
	nodes := make([]*graph.Node, many)
	for i := range nodes {
		nodes[i] = claim(i)
	}
	if err := graphtest.Import(t.Context(), s, "many", nodes); err != nil {
		t.Fatal(err)
	}
	least := cost{1 << 62, 1 << 62}
	for i := range 5 {
		one := costOf(t, s, claim(many+i))
		least = cost{min(least.steps, one.steps), min(least.bytes, one.bytes)}
	}
	return least
}

// claimedFact is a breach with two suspects and a source.
func claimedFact() graphtest.Batch {
	m := schema.Model()
	entity := func(id graph.ID) *graph.Node {
		return &graph.Node{ID: id, Type: m.Types["Person"], Values: map[string]graph.Value{
			"name": graph.Text(string(id)), "aliases": graph.Text("[]"), "identifiers": graph.Text("[]"),
		}}
	}
	breach := m.Types["Breach"]
	return graphtest.Batch{Nodes: []*graph.Node{
		entity("a"), entity("b"),
		{ID: "s", Type: m.Types["Source"], Values: map[string]graph.Value{"title": graph.Text("Report")}},
		{ID: "f", Type: breach, Values: map[string]graph.Value{"title": graph.Text("Breach"), "phase": graph.Text("OCCURRED"), "several": graph.Bool(false)},
			Links: []graph.Link{{Type: breach.Link("suspects"), To: "a"}, {Type: breach.Link("suspects"), To: "b"}}},
	}}
}

// costOf writes a node and tells what that takes.
func costOf(t *testing.T, s *Store, node *graph.Node) cost {
	t.Helper()
	records, problems := write.Prepare(schema.Model(), []*graph.Node{node})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	stepsOf(s)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := s.Write(t.Context(), write.Meta{Dataset: "more"}, func(tx *write.Tx) error { return tx.Put(records...) })
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	return cost{stepsOf(s), after.TotalAlloc - before.TotalAlloc}
}

// stepsOf counts the steps of all statements of the writer since it was last asked.
func stepsOf(s *Store) (steps int) {
	for _, statement := range s.writer.conn.prepared {
		steps += statement.Status(sqlite3.STMTSTATUS_VM_STEP, true)
	}
	return steps
}

// Claims that come after their facts leave nothing of these in the past but
// their statuses.
func TestLateClaimsLeaveNoPast(t *testing.T) {
	s := openWith(t, claimedFact())
	for i, stance := range []string{"ALLEGES", "ASSERTS", "CONFIRMS", "DENIES"} {
		nodes := []*graph.Node{claimOn(2*i, map[string]graph.Value{"stance": graph.Text(stance), "attribution": graph.Text("UNNAMED")}, ""),
			claimOn(2*i+1, map[string]graph.Value{"stance": graph.Text("DENIES"), "attribution": graph.Text("UNNAMED")}, "b")}
		if err := graphtest.Import(t.Context(), s, "late", nodes); err != nil {
			t.Fatal(err)
		}
	}
	for table, want := range map[constant]int{"node_past": 0, "link_past": 0, "back_past": 0, "token_past": 0, "status_past": 9} {
		if got := rowsOf(t, s, table); got != want {
			t.Errorf("%s has %d rows, want %d", table, got, want)
		}
	}
}

func rowsOf(t *testing.T, s *Store, table constant) int {
	t.Helper()
	n := 0
	err := s.read(t.Context(), func(c *conn) error {
		return c.run("SELECT count(*) FROM "+string(table), nil, func(row *sqlite3.Stmt) error {
			n = row.ColumnInt(0)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
