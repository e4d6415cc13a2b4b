package sqlite_test

import (
	"testing"

	"companygraph/graph/graphtest/differ"
)

func TestDifference(t *testing.T) { differ.Test(t, differ.Side{Name: "sqlite", Open: open}) }
