package naive_test

import (
	"flag"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/store"
)

func open(_ *testing.T, m *graph.Model) store.Store { return naive.New(m) }

// update has the answers of the cases written anew: what is plainly right is right.
var _ = flag.Bool("update", false, "rewrite the answers in graph/graphtest/testdata")

func TestStore(t *testing.T) { graphtest.TestStore(t, open) }

func TestSnapshots(t *testing.T) { graphtest.TestSnapshots(t, open) }

func TestCuts(t *testing.T) { graphtest.TestCuts(t, open) }
