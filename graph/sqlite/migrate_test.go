package sqlite

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
	"golang.org/x/tools/txtar"
)

// testdata/layout-1 has a database that commit ed44d61 wrote, the last one of
// layout 1: the bundled dataset of that time and eleven more revisions. The
// archive beside it says what that commit answered, and how each revision
// differed from the one before.
const fixture = "testdata/layout-1/before"

// earlierDatabase is a copy of a database of testdata.
func earlierDatabase(t *testing.T, of string) (path string) {
	t.Helper()
	content, err := os.ReadFile(of)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "before.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func earlierAnswers(t *testing.T) map[string]string {
	t.Helper()
	archive, err := txtar.ParseFile(fixture + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range archive.Files {
		parts[f.Name] = strings.TrimSpace(string(f.Data))
	}
	return parts
}

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestMigratedDatabaseAnswersAsBefore(t *testing.T) {
	s, parts := openAt(t, earlierDatabase(t, fixture+".db")), earlierAnswers(t)
	asked := 0
	for name, query := range parts {
		number, isQuery := strings.CutPrefix(name, "query ")
		if !isQuery {
			continue
		}
		asked++
		if got, want := answerOf(t, s, query), parts["answer "+number]; got != want {
			t.Errorf("%s\nis answered\n%s\nrather than\n%s", query, got, want)
		}
	}
	if asked < 6 {
		t.Errorf("only %d questions were asked", asked)
	}
}

// The last revision but one is the last of the earlier program, which did not
// tell apart a source and somebody whom it does not name.
const earlierRevisions = 12

func TestMigratedHistoryIsThatOfBefore(t *testing.T) {
	s, parts := openAt(t, earlierDatabase(t, fixture+".db")), earlierAnswers(t)
	var last []string
	for at := int64(1); at <= earlierRevisions; at++ {
		now := exportedLines(t, s, at)
		if got, want := differenceOf(now, last), parts[fmt.Sprint("revision ", at)]; got != want {
			t.Errorf("revision %d differs by\n%s\nrather than\n%s", at, got, want)
		}
		last = now
	}
	now := exportedLines(t, s, 0)
	const want = "+status x-breach DISPUTED victims x-delta DISPUTED\n-status x-breach UNSUPPORTED victims x-delta UNSUPPORTED"
	if got := differenceOf(now, last); got != want {
		t.Errorf("the migration changed\n%s\nrather than\n%s", got, want)
	}
}

// differenceOf is which lines go and come, in the order of what they say.
func differenceOf(now, last []string) string {
	var lines []string
	for _, line := range last {
		if !slices.Contains(now, line) {
			lines = append(lines, "-"+line)
		}
	}
	for _, line := range now {
		if !slices.Contains(last, line) {
			lines = append(lines, "+"+line)
		}
	}
	slices.SortStableFunc(lines, func(a, b string) int { return strings.Compare(a[1:], b[1:]) })
	return strings.Join(lines, "\n")
}

// exportedLines are the nodes of the test's own after a revision, and statuses.
func exportedLines(t *testing.T, s *Store, at int64) []string {
	t.Helper()
	all, err := s.Export(t.Context(), at, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	var lines, statuses []string
	for _, one := range all {
		if one.Sole != earlierDataset || one.Contributions != nil {
			t.Errorf("%s is said by %q and %v", one.Node.ID, one.Sole, one.Contributions)
		}
		for _, n := range append([]*graph.Node{one.Node}, one.Parts...) {
			if line := nodeLine(n); strings.Contains(line, "x-") {
				lines = append(lines, line)
			}
		}
		if n := one.Node; n.Type.Class == graph.FactClass && strings.HasPrefix(string(n.ID), "x-") {
			statuses = append(statuses, statusLine(n))
		}
	}
	slices.Sort(lines)
	return append(lines, statuses...)
}

func nodeLine(n *graph.Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %s", n.ID, n.Type.Name)
	for _, name := range slices.Sorted(maps.Keys(n.Values)) {
		if name != graph.StatusProperty {
			fmt.Fprintf(&b, " %s=%v", name, n.Values[name].Any())
		}
	}
	for _, l := range n.Links {
		fmt.Fprintf(&b, " %s>%q", l.Type.Field, l.To)
	}
	return b.String()
}

func statusLine(n *graph.Node) string {
	line := fmt.Sprintf("status %s %s", n.ID, n.Values[graph.StatusProperty].Text())
	for _, l := range n.Links {
		if l.Type.Participation {
			line += fmt.Sprintf(" %s %s %s", l.Type.Field, l.To, l.Status)
		}
	}
	return line
}

func TestMigratedRevisionsAndChanges(t *testing.T) {
	s := openAt(t, earlierDatabase(t, fixture+".db"))
	revisions, err := s.Revisions(t.Context(), 0, 100)
	if err != nil || len(revisions) != earlierRevisions+1 {
		t.Fatalf("got %v, %v", revisions, err)
	}
	if last := revisions[earlierRevisions]; last.Author != migrationAuthor || last.Number != earlierRevisions+1 {
		t.Errorf("the last revision is %+v", last)
	}
	changes, err := s.Changes(t.Context(), store.ChangePosition{Revision: 1}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%d %s %s %d\n", c.Revision, c.ID, c.Type.Name, c.Kind)
	}
	const want = `2 x-alpha Company 1
2 x-ban Ban 1
2 x-beta Company 1
2 x-gamma Place 1
2 x-memo Source 1
2 x-reply Statement 1
2 x-report Source 1
3 x-ban Ban 2
3 x-c1 Claim 1
4 x-ban Ban 2
4 x-c2 Claim 1
4 x-c3 Claim 1
5 x-alpha Retailer 2
6 x-ban Ban 2
7 x-ban Ban 2
7 x-c2 Claim 3
8 x-delta Company 1
8 x-reply Statement 2
9 x-delta Company 3
9 x-gamma Place 3
10 x-breach Breach 1
10 x-delta Company 1
11 x-delta Company 2
12 x-c4 Claim 1
12 x-c5 Claim 1
13 x-breach Breach 2
`
	if b.String() != want {
		t.Errorf("the changes are\n%s", b.String())
	}
	datasets, err := s.Datasets(t.Context())
	if err != nil || len(datasets) != 1 || datasets[0].Name != earlierDataset || datasets[0].Title == "" || datasets[0].Nodes < 50 {
		t.Errorf("the datasets are %+v, %v", datasets, err)
	}
}

// What is written to a migrated database meets what was there: claims what was
// claimed, an identifier its node, a deleted node its id.
func TestMigratedDatabaseIsWrittenTo(t *testing.T) {
	s, m := openAt(t, earlierDatabase(t, fixture+".db")), schema.Model()
	node := func(id graph.ID, kind graph.TypeName, values map[string]graph.Value, links map[string]graph.ID) *graph.Node {
		n := &graph.Node{ID: id, Type: m.Types[kind], Values: values}
		for _, field := range slices.Sorted(maps.Keys(links)) {
			n.Links = append(n.Links, graph.Link{Type: n.Type.Link(field), To: links[field]})
		}
		return n
	}
	text := graph.Text
	records, problems := write.Prepare(m, []*graph.Node{
		node("x-c6", "Claim", map[string]graph.Value{"stance": text("RETRACTS"), "attribution": text("SOURCE"), "evidence": text("[]"), "madeAt": text("2019")},
			map[string]graph.ID{"fact": "x-ban", "source": "x-report"}),
		node("other", "Company", map[string]graph.Value{"name": text("Other"), "aliases": text("[]"), "identifiers": text(`[{"scheme":"lei","value":"1"}]`)}, nil),
		node("x-gamma", "Place", map[string]graph.Value{"name": text("Gamma"), "aliases": text("[]"), "identifiers": text("[]")}, nil),
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	done, err := s.Write(t.Context(), write.Meta{Dataset: "new"}, func(tx *write.Tx) error { return tx.Put(records...) })
	if err != nil || done.Created != 2 || done.Updated != 2 || len(done.Merged) != 1 || done.Merged[0].Into != "x-alpha" {
		t.Fatalf("got %+v, %v", done, err)
	}
	lines := strings.Join(exportedWith(t, s, "x-ban", "x-alpha", "x-gamma"), "\n")
	for _, want := range []string{
		"status x-ban RETRACTED targets x-beta RETRACTED targets x-alpha DENIED",
		`"x-alpha" Retailer aliases=[{"value":"Alpha"}] country=FR identifiers=[{"scheme":"lei","value":"1"}] name=Other`,
		`"x-gamma" Place aliases=[] identifiers=[] name=Gamma`,
	} {
		if !strings.Contains(lines, want) {
			t.Errorf("there is no %s in\n%s", want, lines)
		}
	}
}

func exportedWith(t *testing.T, s *Store, ids ...graph.ID) []string {
	t.Helper()
	all, err := s.Export(t.Context(), 0, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, one := range all {
		if slices.Contains(ids, one.Node.ID) {
			lines = append(lines, nodeLine(one.Node), statusLine(one.Node))
		}
	}
	return lines
}

// A migration that ends in the middle, wherever that is, leaves the file as it
// was, and the next one completes it.
func TestInterruptedMigrationLeavesTheFile(t *testing.T) {
	path := earlierDatabase(t, fixture+".db")
	failed := 0
	for more := 0; ; more += 5 {
		c, err := openWriter(path)
		if err != nil {
			t.Fatal(err)
		}
		pages, err := readInt(c.Conn, "PRAGMA page_count")
		if err == nil {
			err = c.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+more))
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = prepareLayout(t.Context(), c, schema.Model())
		if closed := c.close(); closed != nil {
			t.Fatal(closed)
		}
		if err == nil {
			break
		}
		if !errors.Is(err, sqlite3.FULL) {
			t.Fatalf("got %v", err)
		}
		failed++
		if version := layoutOf(t, path); version != 1 {
			t.Fatalf("with %d more pages the file has layout %d", more, version)
		}
	}
	if failed < 5 {
		t.Errorf("only %d migrations were interrupted", failed)
	}
	s := openAt(t, path)
	if revisions, err := s.Revisions(t.Context(), 0, 100); err != nil || len(revisions) != earlierRevisions+1 {
		t.Errorf("got %v, %v", revisions, err)
	}
}

func layoutOf(t *testing.T, path string) int {
	t.Helper()
	c, err := openReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.close() }()
	version, err := versionOf(c.Conn)
	if err != nil {
		t.Fatal(err)
	}
	if old, err := readTexts(c.Conn, "SELECT name FROM sqlite_schema WHERE name LIKE 'old!_%' ESCAPE '!'"); err != nil || len(old) > 0 {
		t.Fatalf("what was put aside is left: %v, %v", old, err)
	}
	return version
}

func TestNewerLayoutIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newer.db")
	s, err := Open(t.Context(), path, schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.writer.conn.Exec(fmt.Sprintf("PRAGMA user_version = %d", layoutVersion+1)), s.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), path, schema.Model())
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("has layout version %d", layoutVersion+1)) || !strings.Contains(err.Error(), "use the program that wrote it, or a newer one") {
		t.Errorf("got %v", err)
	}
}
