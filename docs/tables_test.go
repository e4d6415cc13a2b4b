package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
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

var errorCode = regexp.MustCompile(`Code = "([A-Z_]+)"|\b(GRAPHQL_[A-Z_]+)\b`)

// The guide for app developers has a row for every code there is.
func TestErrorCodes(t *testing.T) {
	declared, err := os.ReadFile(filepath.Join(root, "graph", "error.go"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "guide-apps.md"))
	if err != nil {
		t.Fatal(err)
	}
	codes := errorCode.FindAllStringSubmatch(string(declared), -1)
	if len(codes) < 9 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	for _, code := range codes {
		if row := "| `" + code[1] + code[2] + "`"; !strings.Contains(string(page), row) {
			t.Errorf("docs/guide-apps.md has no row %s", row)
		}
	}
}
