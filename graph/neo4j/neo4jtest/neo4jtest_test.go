package neo4jtest_test

import (
	"testing"

	"companygraph/graph/neo4j/neo4jtest"
)

func TestMain(m *testing.M) { neo4jtest.Main(m) }

// TestProcess holds a killed server to coming back with what it had.
func TestProcess(t *testing.T) {
	p := neo4jtest.Start(t)
	neo4jtest.Run(t, p.Target, "CREATE (:Kept)", nil)
	for _, end := range []func(){p.Kill, p.Stop} {
		end()
		p.Restart(t)
		if rows := neo4jtest.Run(t, p.Target, "MATCH (n:Kept) RETURN count(n)", nil); rows[0][0] != int64(1) {
			t.Errorf("got %v nodes, want the one from before", rows[0][0])
		}
	}
}

func TestServerIsSharedAndCanBeEmptied(t *testing.T) {
	target := neo4jtest.Server(t)
	neo4jtest.Run(t, target, "UNWIND range(1, 25000) AS i CREATE (:Gone)-[:LINK]->(:Gone)", nil)
	neo4jtest.Empty(t, target)
	if rows := neo4jtest.Run(t, neo4jtest.Server(t), "MATCH (n) RETURN count(n)", nil); rows[0][0] != int64(0) {
		t.Errorf("%v nodes are left", rows[0][0])
	}
}
