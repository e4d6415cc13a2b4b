package sqlite

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/plan"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// small is large enough for SQLite's statistics to say something.
var small = graphtest.Size{Firms: 200, People: 50, Events: 600, Sources: 100}

// analysedOrNot runs a test on a store of which SQLite knows statistics, and
// on one of which it does not: a graph grows from the latter to the former.
func analysedOrNot(t *testing.T, test func(*testing.T, *Store)) {
	for _, analysed := range []bool{false, true} {
		t.Run(fmt.Sprintf("analysed=%t", analysed), func(t *testing.T) {
			store := openWith(t, append(graphtest.Generated(t, small), graphtest.Sample(schema.Model()))...)
			if analysed {
				if err := store.Optimize(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			test(t, store)
		})
	}
}

// step is one line of what EXPLAIN QUERY PLAN says.
type step struct {
	parent int
	text   string
}

// planned asks SQLite how it would run a statement.
func planned(t *testing.T, store *Store, s ranStatement) []step {
	t.Helper()
	var steps []step
	err := store.read(t.Context(), func(c *conn) error {
		return c.run("EXPLAIN QUERY PLAN "+s.sql, s.args, func(row *sqlite3.Stmt) error {
			steps = append(steps, step{row.ColumnInt(1), row.ColumnText(3)})
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func describe(steps []step) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteString(s.text + "\n")
	}
	return b.String()
}

// scansTable matches the reading of a whole table or index: the tables are
// named by a letter and a number, sub-queries and json_each by a letter.
var scansTable = regexp.MustCompile(`^SCAN ([a-z][0-9]+|token|identifier|node|link|back)\b`)

func TestGoldensScanNoTable(t *testing.T) {
	analysedOrNot(t, func(t *testing.T, store *Store) {
		for name, plan := range graphtest.GoldenPlans(t, "testdata") {
			for _, statement := range during(t, store, plan) {
				if strings.Contains(statement.sql, " AND 0 ") {
					// A filter that nothing passes: SQLite plans the reading, and does not do it.
					continue
				}
				steps := planned(t, store, statement)
				for _, s := range steps {
					if scansTable.MatchString(s.text) {
						t.Errorf("%s: %s in the plan\n%sof\n%s", name, s.text, describe(steps), wrap(statement.sql))
					}
				}
			}
		}
	})
}

// sortsAll is what SQLite does to put rows in order that an index does not give
// in order. "FOR LAST TERM OF ORDER BY" is harmless: it sorts rows with the same
// date, and stops when the page is full.
const sortsAll = "USE TEMP B-TREE FOR ORDER BY"

// sortsNoSubquery checks the n-th statement of a query: the sub-query reads the
// page in order. At the outermost level the page itself is sorted.
func sortsNoSubquery(t *testing.T, store *Store, query string, n int) {
	t.Helper()
	statement := during(t, store, graphtest.PlanOf(t, query, nil))[n]
	steps := planned(t, store, statement)
	for _, s := range steps {
		if s.parent != 0 && s.text == sortsAll {
			t.Errorf("%s sorts all: plan\n%sof\n%s", query, describe(steps), wrap(statement.sql))
		}
	}
}

// TestRootPagesReadInOrder holds pages of whole types to reading no more of an
// index than the page needs.
func TestRootPagesReadInOrder(t *testing.T) {
	analysedOrNot(t, func(t *testing.T, store *Store) {
		for _, field := range []string{"companies:ID", "companies:NAME", "companies:COUNTRY", "firms:NAME", "bans:DATE", "events:DATE", "claims:MADE_AT"} {
			for _, direction := range []string{"ASC", "DESC"} {
				for _, window := range []string{"first: 3", "last: 3", "first: 3, after: %q", "last: 3, before: %q"} {
					sortsNoSubquery(t, store, pageQuery(field, direction, window), 0)
				}
			}
		}
	})
}

// TestLinkPagesReadInOrder does the same for pages along links.
func TestLinkPagesReadInOrder(t *testing.T) {
	analysedOrNot(t, func(t *testing.T, store *Store) {
		for _, relation := range []string{"bans", "facts"} {
			for _, field := range []string{"ID", "DATE"} {
				for _, direction := range []string{"ASC", "DESC"} {
					for _, window := range []string{"first", "last"} {
						query := fmt.Sprintf(`{ firm(id: "kaspersky-lab") { %s(orderBy: [{ field: %s, direction: %s }], %s: 3) { nodes { id } } } }`, relation, field, direction, window)
						sortsNoSubquery(t, store, query, 1)
					}
				}
			}
		}
	})
}

// TestSearchedBy holds some shapes to the index that is there for them.
func TestSearchedBy(t *testing.T) {
	tests := map[string]struct {
		query string
		// statement is the place of the one that is meant; index is what it reads.
		statement int
		index     string
	}{
		"id":                           {`{ firm(id: "kaspersky-lab") { id } }`, 0, "id=?)"},
		"id of any type":               {`{ node(id: "kaspersky-lab") { id } }`, 0, "id=?)"},
		"ids in a filter":              {`{ firms(where: { id: { in: ["kaspersky-lab"] } }) { nodes { id } } }`, 0, "(type=? AND id=?)"},
		"country":                      {`{ firms(where: { country: { eq: "RU" } }) { nodes { id } } }`, 0, "node_country (type=? AND p_country=?)"},
		"country, counted":             {`{ firms(where: { country: { eq: "RU" } }) { totalCount } }`, 0, "node_country (type=? AND p_country=?)"},
		"facet of an indexed property": {`{ firms { facets(by: COUNTRY) { value count } } }`, 0, "COVERING INDEX node_country (type=?)"},
		"facet of kinds":               {`{ facts { facets(by: KIND) { value count } } }`, 0, "COVERING INDEX node_type (type=?)"},
		"facet of datasets":            {`{ facts { facets(by: DATASET) { value count } } }`, 0, "COVERING INDEX node_type (type=?)"},
		"facet of years":               {`{ facts { facets(by: YEAR) { value count } } }`, 0, "COVERING INDEX node_date (type=?"},
		"histogram":                    {`{ facts { histogram(by: MONTH) { count } } }`, 0, "COVERING INDEX node_date (type=?"},
		"histogram of a firm":          {`{ firm(id: "kaspersky-lab") { facts { histogram(by: YEAR) { count } } } }`, 1, "COVERING INDEX back_at (dst=? AND type=? AND at>?)"},
		"kinds of a firm's facts":      {`{ firm(id: "kaspersky-lab") { facts { facets(by: KIND) { count } } } }`, 1, "SEARCH b1 USING PRIMARY KEY (dst=? AND type=?)"},
		"search":                       {`{ search(query: "kasp") { nodes { id } } }`, 1, "SEARCH t USING PRIMARY KEY (token>? AND token<?)"},
		"plain list":                   {`{ ban(id: "ban") { targets { id } } }`, 1, "SEARCH l1 USING PRIMARY KEY (src=? AND type=?)"},
		"participants":                 {`{ ban(id: "ban") { participants { role } } }`, 1, "SEARCH l1 USING PRIMARY KEY (src=?"},
		"way back by date":             {`{ firm(id: "kaspersky-lab") { bans(orderBy: [{ field: DATE, direction: DESC }]) { nodes { id } } } }`, 1, "SEARCH b2 USING COVERING INDEX back_at (dst=? AND type=?)"},
		"way back by id":               {`{ firm(id: "kaspersky-lab") { bans { nodes { id } } } }`, 1, "SEARCH b2 USING PRIMARY KEY (dst=? AND type=?)"},
		"way back by id from a cursor": {`{ firm(id: "kaspersky-lab") { bans(after: "` + cursorAt("ID", "ASC") + `") { nodes { id } } } }`, 1, "(dst=? AND type=? AND id>?)"},
		"any role by date":             {`{ firm(id: "kaspersky-lab") { facts(orderBy: [{ field: DATE, direction: DESC }]) { nodes { id } } } }`, 1, "SEARCH b2 USING COVERING INDEX back_at (dst=? AND type=?)"},
		"page from a cursor":           {pageQuery("bans:DATE", "DESC", "first: 3, after: %q"), 0, "p_date_at<?)"},
	}
	analysedOrNot(t, func(t *testing.T, store *Store) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				statement := during(t, store, graphtest.PlanOf(t, test.query, nil))[test.statement]
				steps := describe(planned(t, store, statement))
				if !strings.Contains(steps, test.index) {
					t.Errorf("no %q in the plan\n%sof\n%s", test.index, steps, wrap(statement.sql))
				}
			})
		}
	})
}

// pageQuery is a page of a root field in the order of one of its fields,
// perhaps cut at a cursor.
func pageQuery(fieldOf, direction, window string) string {
	root, field, _ := strings.Cut(fieldOf, ":")
	if strings.Contains(window, "%") {
		window = fmt.Sprintf(window, cursorAt(field, direction))
	}
	return fmt.Sprintf("{ %s(orderBy: [{ field: %s, direction: %s }], %s) { nodes { id } } }", root, field, direction, window)
}

func cursorAt(field, direction string) string {
	order := []plan.Order{{Property: graph.IDProperty, Descending: direction == "DESC"}}
	position := plan.Position{graph.Text("m")}
	names := map[string]string{"NAME": "name", "COUNTRY": "country", "DATE": "date", "MADE_AT": "madeAt"}
	if name, ok := names[field]; ok {
		property := &graph.Property{Name: name, Kind: graph.KindString}
		order = []plan.Order{{Property: property, Descending: direction == "DESC"}, {Property: graph.IDProperty}}
		position = append(position, graph.Text("m"))
	}
	return plan.EncodeCursor(order, position)
}
