package neo4j_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/schema"
	"companygraph/seed/data"
)

// question finds a statement of the page, in an indented block, and the table of
// its answer.
var question = regexp.MustCompile(`\n\n((?:    .*\n)+)\n((?:\|.*\|\n)+)`)

// What docs/operations.md shows to researchers is what Neo4j answers on the
// bundled data.
func TestStatementsOfTheDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	graphtest.SeedBundled(t, open(t, schema.Model()), data.Names()...)
	questions := question.FindAllStringSubmatch(string(page), -1)
	if len(questions) < 5 {
		t.Fatalf("only %d statements were found in the page", len(questions))
	}
	for _, q := range questions {
		columns, want, _ := strings.Cut(q[2], "|\n|---")
		_, want, _ = strings.Cut(want, "\n")
		if got := table(neo4jtest.Run(t, neo4jtest.Server(t), q[1], nil)); got != want {
			t.Errorf("%s\nis answered%s|\n%s\nand the page shows\n%s", q[1], columns, got, want)
		}
	}
}

// table writes records as rows of a Markdown table.
func table(records [][]any) string {
	var b strings.Builder
	for _, record := range records {
		b.WriteString("|")
		for _, value := range record {
			b.WriteString(" " + cell(value) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func cell(value any) string {
	list, ok := value.([]any)
	if !ok {
		if value == nil {
			return "null"
		}
		return fmt.Sprint(value)
	}
	items := make([]string, len(list))
	for i, item := range list {
		items[i] = cell(item)
	}
	return "[" + strings.Join(items, ", ") + "]"
}
