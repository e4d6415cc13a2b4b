package neo4j_test

import (
	"context"
	"os"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

func open(t *testing.T, m *graph.Model) graph.Store {
	uri := os.Getenv("NEO4J_TEST_URI")
	ctx := context.Background()
	d, err := driver.NewDriverWithContext(uri, driver.BasicAuth("neo4j", "testtest1", ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := driver.ExecuteQuery(ctx, d, "MATCH (n) DETACH DELETE n", nil, driver.EagerResultTransformer); err != nil {
		t.Fatal(err)
	}
	_ = d.Close(ctx)
	s, err := neo4j.Open(ctx, neo4j.Settings{URI: uri, User: "neo4j", Password: "testtest1"}, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) { graphtest.TestStore(t, open) }
