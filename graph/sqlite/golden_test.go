package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/schema"
)

// TestGoldens shows the statements of each operation in testdata, of which the
// query is written by hand. Sample has rows at every level, so that every
// statement runs.
func TestGoldens(t *testing.T) {
	store := openWith(t, graphtest.Sample(schema.Model()))
	graphtest.TestGoldens(t, "testdata", func(t *testing.T, plan *plan.Plan) []graphtest.Part {
		var texts, args strings.Builder
		for i, s := range during(t, store, plan) {
			fmt.Fprintf(&texts, "%d: %s\n", i+1, wrap(s.sql))
			fmt.Fprintf(&args, "%d: %s\n", i+1, s.argList())
		}
		return []graphtest.Part{{Name: "statements", Text: texts.String()}, {Name: "args", Text: args.String()}}
	})
}

func wrap(sql string) string {
	return graphtest.Indent(sql, "(", ")", "FROM ", "CROSS JOIN ", "WHERE ", "GROUP BY ", "ORDER BY ", "LIMIT ", "UNION ALL ")
}

// ranStatement is a statement that a store ran.
type ranStatement struct {
	sql  string
	args []any
}

func (s ranStatement) argList() string {
	var texts []string
	for _, arg := range s.args {
		text := fmt.Sprint(arg)
		if s, ok := arg.(string); ok {
			text = string(graph.AppendString(nil, s))
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

// during returns the statements that run for a plan, without those that begin
// and end the transaction.
func during(t *testing.T, s *Store, plan *plan.Plan) []ranStatement {
	t.Helper()
	var statements []ranStatement
	ctx := store.WithObserver(t.Context(), func(ran store.StatementEvent) {
		args, _ := ran.Args.([]any)
		statements = append(statements, ranStatement{ran.Text, args})
	})
	if _, err := s.Query(ctx, plan); err != nil {
		t.Fatal(err)
	}
	return statements
}

// openWith opens a fresh store with the batches in it.
func openWith(t *testing.T, batches ...graphtest.Batch) *Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "graph.db")
	store, err := Open(context.Background(), path, schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, batch := range batches {
		if _, err := graphtest.Write(context.Background(), store, batch); err != nil {
			t.Fatal(err)
		}
	}
	return store
}
