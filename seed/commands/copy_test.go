package commands

import (
	"path/filepath"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/graph/store"
	"companygraph/graph/stores"
	"companygraph/schema"
)

func TestMain(m *testing.M) { neo4jtest.Main(m) }

// What is copied from SQLite to Neo4j and back answers as it did before.
func TestCopyToNeo4jAndBack(t *testing.T) {
	target := neo4jtest.Server(t)
	t.Setenv("NEO4J_USER", target.User)
	t.Setenv("NEO4J_PASSWORD", target.Password)
	for name, fill := range map[string]func(t *testing.T, file string){
		"bundled data":      loadBundled,
		"a generated graph": generate,
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			first, last := filepath.Join(folder, "first.db"), filepath.Join(folder, "last.db")
			fill(t, first)
			neo4jtest.Empty(t, target)
			want := stateOf(t, first)
			for _, copied := range []struct{ from, to string }{{first, target.URI}, {target.URI, last}} {
				succeed(t, "copy", "--from", copied.from, "--to", copied.to)
				if difference := graphtest.Difference(stateOf(t, copied.to), want); difference != "" {
					t.Fatalf("%s differs from %s: %s", copied.to, copied.from, difference)
				}
			}
		})
	}
}

func succeed(t *testing.T, args ...string) {
	t.Helper()
	var out strings.Builder
	if status := Run(t.Context(), args, &out, &out); status != statusDone {
		t.Fatalf("%q ended with %d: %s", args, status, &out)
	}
	t.Log(out.String())
}

func openAt(t *testing.T, place string) store.Store {
	t.Helper()
	target := neo4jtest.Server(t)
	store, err := stores.Neo4j{Neo4jUser: target.User, Neo4jPassword: target.Password}.At(place).Open(t.Context(), schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func stateOf(t *testing.T, place string) string {
	t.Helper()
	store := openAt(t, place)
	defer func() { _ = store.Close() }()
	return graphtest.State(t, store)
}

func loadBundled(t *testing.T, file string) {
	succeed(t, "load", "--sqlite", file, "antivirus-ban-2017")
}

// generate makes a graph that takes several batches to copy, with facts that
// lead to facts before and behind them.
func generate(t *testing.T, file string) {
	store := openAt(t, file)
	defer func() { _ = store.Close() }()
	batches := graphtest.Generated(t, graphtest.Size{Firms: 300, People: 100, Events: 1500, Sources: 300})
	batches = append(batches, graphtest.Sample(schema.Model()), answers())
	for _, batch := range batches {
		if _, err := graphtest.Write(t.Context(), store, batch); err != nil {
			t.Fatal(err)
		}
	}
}

// answers are two statements, before and behind all other facts, that answer
// each other.
func answers() graphtest.Batch {
	statement := schema.Model().Types["Statement"]
	var batch graphtest.Batch
	for id, other := range map[graph.ID]graph.ID{"aaa": "zzz", "zzz": "aaa"} {
		batch.Nodes = append(batch.Nodes, &graph.Node{
			ID: id, Type: statement,
			Values: map[string]graph.Value{"title": graph.Text("Answer"), "phase": graph.Text("OCCURRED"), "several": graph.Bool(false)},
			Links:  []graph.Link{{Type: statement.Link("responseTo"), To: other}, {Type: statement.Link("responseTo"), To: "ban"}},
		})
	}
	return batch
}
