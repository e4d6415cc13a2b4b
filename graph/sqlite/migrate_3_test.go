package sqlite

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/schema"

	"golang.org/x/tools/txtar"
)

// testdata/layout-3 has a database that commit f2d03be wrote, the last one of
// layout 3: the sample graph and five more revisions, of a statement with
// quotations and of a firm. The archive beside it says what that commit exported.
func TestMigrationFromLayout3(t *testing.T) {
	s := openAt(t, earlierDatabase(t, "testdata/layout-3/before.db"))
	exportsAsBefore(t, s)
	findsAsNew(t, s)
	for word, want := range map[string]string{"harmed": "x-again x-reply", "smith": "x-smith", "bestbuy": "best-buy x-smith", "huawei": "x-reply"} {
		got, err := readTexts(s.writer.conn.Conn, "SELECT DISTINCT id FROM (SELECT id FROM token WHERE token = '"+word+"' UNION SELECT id FROM token_past WHERE token = '"+word+"') ORDER BY id")
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s was found in %v, %v; want %s", word, got, err, want)
		}
	}
}

// exportsAsBefore holds every revision to what the program before had.
func exportsAsBefore(t *testing.T, s *Store) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/layout-3/before.txtar")
	if err != nil || len(archive.Files) != 7 {
		t.Fatalf("%d parts, %v", len(archive.Files), err)
	}
	for _, file := range archive.Files {
		at, err := strconv.ParseInt(strings.TrimPrefix(file.Name, "revision "), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.Export(t.Context(), at, "", 1000)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, one := range all {
			for _, n := range append([]*graph.Node{one.Node}, one.Parts...) {
				b.WriteString(nodeLine(n) + "\n")
			}
		}
		if b.String() != string(file.Data) {
			t.Errorf("revision %d is\n%s\nrather than\n%s", at, b.String(), file.Data)
		}
	}
}

// findsAsNew holds what searches read to what a new database has of the same data.
func findsAsNew(t *testing.T, s *Store) {
	t.Helper()
	fresh := openAt(t, filepath.Join(t.TempDir(), "new.db"))
	if _, err := store.Copy(t.Context(), schema.Model(), s, fresh); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"SELECT token || ' ' || rank || ' ' || id || ' ' || type FROM token ORDER BY 1", "SELECT id || ' ' || words FROM words ORDER BY 1", "SELECT term FROM term ORDER BY 1"} {
		got, err := readTexts(s.writer.conn.Conn, text)
		if err != nil {
			t.Fatal(err)
		}
		want, err := readTexts(fresh.writer.conn.Conn, text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") || len(want) == 0 {
			t.Errorf("%s: got\n%s\nwant\n%s", text, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
