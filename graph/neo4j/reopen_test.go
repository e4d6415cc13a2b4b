package neo4j_test

import (
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/graph/store"
)

func TestReopened(t *testing.T) {
	reopen := func(t *testing.T, m *graph.Model) store.Store {
		t.Helper()
		target := neo4jtest.Server(t)
		store, err := neo4j.Open(t.Context(), neo4j.Settings{URI: target.URI, User: target.User, Password: target.Password}, m)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	graphtest.TestReopened(t, open, reopen)
}
