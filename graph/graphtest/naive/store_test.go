package naive_test

import (
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
)

func open(_ *testing.T, m *graph.Model) graph.Store { return naive.New(m) }

func TestStore(t *testing.T) { graphtest.TestStore(t, open) }

func TestSnapshots(t *testing.T) { graphtest.TestSnapshots(t, open) }
