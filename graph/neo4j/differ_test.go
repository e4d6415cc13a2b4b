package neo4j_test

import (
	"testing"

	"companygraph/graph/graphtest/differ"
)

func TestDifference(t *testing.T) {
	differ.Test(t, differ.Side{Name: "neo4j", Open: open, Compiles: true})
}
