package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
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
