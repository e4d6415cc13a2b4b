package neo4j

import (
	"fmt"
	"strings"
	"testing"

	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/schema"
)

// operations is where operations for goldens are written by hand, for both stores.
const operations = "../sqlite/testdata"

// TestGoldens shows the statements of the operations that the embedded store's
// goldens are of, too. Sample has rows at every level.
func TestGoldens(t *testing.T) {
	store := openWith(t, graphtest.Sample(schema.Model()))
	graphtest.TestGoldens(t, operations, func(t *testing.T, plan *plan.Plan) []graphtest.Part {
		var texts, args strings.Builder
		for i, s := range during(t, store, plan) {
			fmt.Fprintf(&texts, "%d: %s\n", i+1, s.wrapped())
			fmt.Fprintf(&args, "%d: %s\n", i+1, s.argList())
		}
		return []graphtest.Part{{Name: "statements", Text: texts.String()}, {Name: "args", Text: args.String()}}
	})
}

// ranStatement is a statement that a store ran.
type ranStatement struct {
	text string
	args map[string]any
}

func (s ranStatement) wrapped() string {
	return graphtest.Indent(s.text, "{", "}", "CALL ", "MATCH ", "WHERE ", "WITH ", "ORDER BY ", "LIMIT ", "RETURN ")
}

func (s ranStatement) argList() string {
	var texts []string
	for i := range len(s.args) {
		texts = append(texts, fmt.Sprintf("%#v", s.args[fmt.Sprintf("p%d", i)]))
	}
	return strings.ReplaceAll(strings.Join(texts, ", "), "interface {}", "any")
}

// openWith opens the shared server's store with these batches alone in it.
func openWith(t *testing.T, batches ...graphtest.Batch) *Store {
	t.Helper()
	target := neo4jtest.Server(t)
	neo4jtest.Empty(t, target)
	store := mustOpen(t, settings(target))
	for _, batch := range batches {
		if _, err := graphtest.Write(t.Context(), store, batch); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func settings(target neo4jtest.Target) Settings {
	return Settings{URI: target.URI, User: target.User, Password: target.Password}
}

func mustOpen(t *testing.T, s Settings) *Store {
	t.Helper()
	store, err := Open(t.Context(), s, schema.Model())
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

// during returns the statements that run for a plan.
func during(t *testing.T, s *Store, plan *plan.Plan) []ranStatement {
	t.Helper()
	var statements []ranStatement
	ctx := store.WithObserver(t.Context(), func(ran store.StatementEvent) {
		args, _ := ran.Args.(map[string]any)
		statements = append(statements, ranStatement{ran.Text, args})
	})
	if _, err := s.Query(ctx, plan); err != nil {
		t.Fatal(err)
	}
	return statements
}
