package graphtest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"companygraph/graph/plan"
	"companygraph/resolvers"
	"companygraph/schema"

	"github.com/99designs/gqlgen/graphql"
	"golang.org/x/tools/txtar"
)

// The parts of a golden. The first two are written by hand.
const (
	queryPart     = "query"
	variablesPart = "variables"
	planPart      = "plan"
)

// Part is a part of a golden that shows what a store makes of a plan.
type Part struct{ Name, Text string }

// TestGoldens shows, for each operation in a folder of txtar files, the plan
// and what a store makes of it, and compares that with the file of the same
// name in testdata. With the flag -update of the calling test it writes those
// anew. The folder may be testdata itself.
func TestGoldens(t *testing.T, folder string, show func(t *testing.T, plan *plan.Plan) []Part) {
	operations := readGoldens(t, folder)
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			plan := PlanOf(t, operation.parts[queryPart], operation.variables(t))
			golden := operation.with(plan, show(t, plan))
			golden.compare(t, filepath.Join("testdata", name+".txtar"))
		})
	}
	for name := range readGoldens(t, "testdata") {
		if _, there := operations[name]; !there {
			t.Errorf("testdata/%s.txtar has no operation in %s", name, folder)
		}
	}
}

// GoldenPlans are the plans of the operations of [TestGoldens], by name.
func GoldenPlans(t *testing.T, folder string) map[string]*plan.Plan {
	t.Helper()
	plans := map[string]*plan.Plan{}
	for name, operation := range readGoldens(t, folder) {
		plans[name] = PlanOf(t, operation.parts[queryPart], operation.variables(t))
	}
	return plans
}

// golden is an operation and what is shown of it.
type golden struct {
	comment []byte
	parts   map[string]string
	// shown names the parts that a store shows, in their order.
	shown []string
}

func readGoldens(t *testing.T, folder string) map[string]golden {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]golden{}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		g := golden{comment: archive.Comment, parts: map[string]string{}}
		for _, file := range archive.Files {
			g.parts[file.Name] = string(file.Data)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".txtar")] = g
	}
	return all
}

func (g golden) variables(t *testing.T) map[string]any {
	t.Helper()
	var variables map[string]any
	if text := g.parts[variablesPart]; text != "" {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&variables); err != nil {
			t.Fatal(err)
		}
	}
	return variables
}

// PlanOf is the plan of an operation.
func PlanOf(t testing.TB, query string, variables map[string]any) *plan.Plan {
	t.Helper()
	plan, err := resolvers.Plan(t.Context(), schema.Model(), &graphql.RawParams{Query: query, Variables: asSent(t, variables)})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// asSent are variables as they are read from a request.
func asSent(t testing.TB, variables map[string]any) map[string]any {
	t.Helper()
	sent, err := json.Marshal(variables)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	decoder := json.NewDecoder(bytes.NewReader(sent))
	decoder.UseNumber()
	if err := decoder.Decode(&read); err != nil {
		t.Fatal(err)
	}
	return read
}

// with is the golden with what became of the plan.
func (g golden) with(plan *plan.Plan, shown []Part) golden {
	with := golden{comment: g.comment, parts: map[string]string{
		queryPart: g.parts[queryPart], variablesPart: g.parts[variablesPart],
		planPart: plan.Explain(schema.Model()),
	}}
	for _, part := range shown {
		with.parts[part.Name] = part.Text
		with.shown = append(with.shown, part.Name)
	}
	return with
}

func (g golden) compare(t *testing.T, path string) {
	t.Helper()
	got := g.archive()
	if updating() {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("is now\n%s\nand was\n%s\nIf that is meant: go test -update in the store's package", got, want)
	}
}

func (g golden) archive() []byte {
	archive := &txtar.Archive{Comment: g.comment}
	for _, name := range append([]string{queryPart, variablesPart, planPart}, g.shown...) {
		if g.parts[name] != "" {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(g.parts[name])})
		}
	}
	return txtar.Format(archive)
}

// Indent breaks a statement into lines before some of its words, indented by
// how deep in brackets they stand. It only adds white space where there is some.
func Indent(statement, opening, closing string, words ...string) string {
	var b strings.Builder
	depth := 0
	for i := range len(statement) {
		c := statement[i]
		switch {
		case strings.IndexByte(opening, c) >= 0:
			depth++
		case strings.IndexByte(closing, c) >= 0:
			depth--
		case c == ' ' && slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(statement[i+1:], word) }):
			b.WriteString("\n" + strings.Repeat("  ", depth+1))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Generated is a generated graph in batches.
func Generated(t testing.TB, size Size) []Batch {
	t.Helper()
	var batches []Batch
	err := NewGenerator(schema.Model(), size, 1).Batches(1000, func(b Batch) error {
		batches = append(batches, b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return batches
}
