package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/resolvers"
	"companygraph/schema"

	"github.com/99designs/gqlgen/graphql"
	"golang.org/x/tools/txtar"
)

// updating tells whether to write the goldens anew. The flag is that of the
// conformance suite in store_test.go, which is part of the same program.
func updating() bool {
	update := flag.Lookup("update")
	return update != nil && update.Value.String() == "true"
}

// The parts of a golden. The first two are written by hand.
const (
	queryPart      = "query"
	variablesPart  = "variables"
	planPart       = "plan"
	statementsPart = "statements"
	argsPart       = "args"
)

// TestGoldens shows, for each operation in testdata, the plan and what this
// store makes of it. The rows are those of sample, of which there are some at
// every level, so that every statement runs.
func TestGoldens(t *testing.T) {
	store, ran := openRecorded(t, sample(schema.Model()))
	for _, golden := range readGoldens(t) {
		t.Run(golden.name, func(t *testing.T) {
			plan := golden.plan(t)
			statements := ran.during(t, store, plan)
			want := golden.archive()
			got := golden.with(plan, statements).archive()
			switch {
			case updating():
				if err := os.WriteFile(golden.path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			case !bytes.Equal(got, want):
				t.Errorf("is now\n%s\nand was\n%s\nIf that is meant: go test ./graph/sqlite -update", got, want)
			}
		})
	}
}

type golden struct {
	name, path string
	comment    []byte
	parts      map[string]string
}

func readGoldens(t *testing.T) []golden {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no goldens in testdata: %v", err)
	}
	var all []golden
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		g := golden{
			name: strings.TrimSuffix(filepath.Base(path), ".txtar"), path: path,
			comment: archive.Comment, parts: map[string]string{},
		}
		for _, file := range archive.Files {
			g.parts[file.Name] = string(file.Data)
		}
		all = append(all, g)
	}
	return all
}

func (g golden) plan(t *testing.T) *graph.Plan {
	t.Helper()
	var variables map[string]any
	if text := g.parts[variablesPart]; text != "" {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&variables); err != nil {
			t.Fatal(err)
		}
	}
	return planOf(t, g.parts[queryPart], variables)
}

func planOf(t *testing.T, query string, variables map[string]any) *graph.Plan {
	t.Helper()
	plan, err := resolvers.Plan(context.Background(), schema.Model(), &graphql.RawParams{Query: query, Variables: variables})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// with is the golden with what became of the plan.
func (g golden) with(plan *graph.Plan, statements []ranStatement) golden {
	parts := map[string]string{
		queryPart: g.parts[queryPart], variablesPart: g.parts[variablesPart],
		planPart: plan.Explain(schema.Model()),
	}
	var texts, args []string
	for i, s := range statements {
		texts = append(texts, fmt.Sprintf("%d: %s\n", i+1, wrap(s.sql)))
		args = append(args, fmt.Sprintf("%d: %s\n", i+1, s.argList()))
	}
	parts[statementsPart], parts[argsPart] = strings.Join(texts, ""), strings.Join(args, "")
	g.parts = parts
	return g
}

func (g golden) archive() []byte {
	archive := &txtar.Archive{Comment: g.comment}
	for _, name := range []string{queryPart, variablesPart, planPart, statementsPart, argsPart} {
		if g.parts[name] != "" {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(g.parts[name])})
		}
	}
	return txtar.Format(archive)
}

// wrap breaks a statement into lines, indented by how deep in parentheses they
// start. It only ever adds white space where there is some.
func wrap(sql string) string {
	breaks := []string{"FROM ", "CROSS JOIN ", "WHERE ", "GROUP BY ", "ORDER BY ", "LIMIT ", "UNION ALL "}
	var b strings.Builder
	depth := 0
	for i := range len(sql) {
		switch sql[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ' ':
			if slices.ContainsFunc(breaks, func(word string) bool { return strings.HasPrefix(sql[i+1:], word) }) {
				b.WriteString("\n" + strings.Repeat("  ", depth+1))
				continue
			}
		}
		b.WriteByte(sql[i])
	}
	return b.String()
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

// recorder notes the statements that run on one connection.
type recorder struct{ statements []ranStatement }

// during returns the statements that run for a plan, without those that begin
// and end the transaction.
func (r *recorder) during(t *testing.T, store *Store, plan *graph.Plan) []ranStatement {
	t.Helper()
	r.statements = nil
	if _, err := store.Query(context.Background(), plan); err != nil {
		t.Fatal(err)
	}
	n := len(r.statements)
	if n < 2 || r.statements[0].sql != "BEGIN" || r.statements[n-1].sql != "COMMIT" {
		t.Fatalf("ran %v, which is not one transaction", r.statements)
	}
	return r.statements[1 : n-1]
}

// openRecorded opens a fresh store with the batches in it, whose one reader is
// watched.
func openRecorded(t *testing.T, batches ...graph.Batch) (*Store, *recorder) {
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
		if _, err := store.Apply(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := openConn(path, false)
	if err != nil {
		t.Fatal(err)
	}
	ran := &recorder{}
	reader.ran = func(sql string, args []any) { ran.statements = append(ran.statements, ranStatement{sql, args}) }
	store.readers = newPool(path, 1)
	store.readers.giveBack(reader)
	return store, ran
}
