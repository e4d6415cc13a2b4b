package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
)

// dateRow is a row of the table of dates: EDTF, meaning, earliest, latest.
var dateRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|`]+ \\| ([0-9-]+|null) \\| ([0-9-]+|null) \\|$")

// The table of dates in the researchers' guide says what the server computes.
func TestDateTable(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "guide-researchers.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := dateRow.FindAllStringSubmatch(string(page), -1)
	if len(rows) < 5 {
		t.Fatalf("only %d dates were found", len(rows))
	}
	for _, row := range rows {
		date, err := graph.ParsePartialDate(row[1])
		if err != nil {
			t.Errorf("%s: %v", row[1], err)
			continue
		}
		if shown(date.Earliest) != row[2] || shown(date.Latest) != row[3] {
			t.Errorf("%s: from %s until %s", row[1], shown(date.Earliest), shown(date.Latest))
		}
	}
}

func shown(day string) string {
	if day == "" {
		return "null"
	}
	return day
}

// documented are the names in the first column of a table of docs/http.md: that
// of the given heading.
func documented(t *testing.T, heading string) []string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs", "http.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), heading+"\n|---")
	if !found {
		t.Fatalf("docs/http.md has no table %s", heading)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var names []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Za-z_]+)` \\|").FindAllStringSubmatch(table, -1) {
		names = append(names, row[1])
	}
	slices.Sort(names)
	return names
}

// inCode are the texts that the first group to match of an expression finds in files.
func inCode(t *testing.T, expression *regexp.Regexp, patterns ...string) []string {
	t.Helper()
	var found []string
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, match := range expression.FindAllStringSubmatch(string(text), -1) {
				found = append(found, strings.Join(match[1:], ""))
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

var errorCode = regexp.MustCompile(`Code = "([A-Z_]+)"|\b(GRAPHQL_[A-Z_]+)\b`)

// docs/http.md has a row for every code there is, and for no other.
func TestErrorCodes(t *testing.T) {
	if got, want := documented(t, "| `code` | When | What to do |"), inCode(t, errorCode, "graph/error.go"); !slices.Equal(got, want) {
		t.Errorf("docs/http.md has %v, want %v", got, want)
	}
}

// limitName finds the names of limits where refusals are made.
var limitName = regexp.MustCompile(`\b(?:TooLarge|overLimit|tooMuch)\("([a-zA-Z]+)"|What: +"([a-zA-Z]+)"|\{"([a-zA-Z]+)", "(?:an operation|the document) `)

// docs/http.md has a row for every limit that a refusal can name.
func TestLimitNames(t *testing.T) {
	want := inCode(t, limitName, "resolvers/*.go", "httpserver/*.go", "graph/store/*.go", "graph/answer/*.go")
	if got := documented(t, "| `limited` | Flag | Default | What |"); !slices.Equal(got, want) {
		t.Errorf("docs/http.md has %v, want %v", got, want)
	}
}
