package neo4j_test

import (
	"flag"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/graph/store"
)

// The suite reads the flag by its name.
var _ = flag.Bool("update", false, "rewrite the goldens of testdata and the answers of graphtest/testdata")

func TestMain(m *testing.M) { neo4jtest.Main(m) }

func TestStore(t *testing.T) { graphtest.TestStore(t, open) }

func open(t *testing.T, m *graph.Model) store.Store {
	target := neo4jtest.Server(t)
	neo4jtest.Empty(t, target)
	store, err := neo4j.Open(t.Context(), neo4j.Settings{URI: target.URI, User: target.User, Password: target.Password}, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
