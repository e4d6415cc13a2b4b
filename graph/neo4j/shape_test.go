package neo4j

import (
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/plan"
	"companygraph/schema"
)

// cursor is one of the order by date, the latest first, and id.
func cursor(date, id string) string { return cursorIn(date, id, true) }

func cursorIn(date, id string, descending bool) string {
	order := []plan.Order{{Property: schema.Model().Property("Fact", "date"), Descending: descending}, {Property: graph.IDProperty}}
	return plan.EncodeCursor(order, plan.Position{graph.Text(date), graph.Text(id)})
}

func idCursor(id string) string {
	return plan.EncodeCursor([]plan.Order{{Property: graph.IDProperty}}, plan.Position{graph.Text(id)})
}

type variables = map[string]any

// alike are operations of one shape: they differ in aliases, ids, values,
// limits, cursors, and in how the same selection is put down.
var alike = map[string][]struct {
	query     string
	variables variables
}{
	"look-up": {
		{`{ firm(id: "kaspersky-lab") { name country } }`, nil},
		{`query Q($id: ID!) { it: firm(id: $id) { called: name ...c } } fragment c on Firm { where: country }`, variables{"id": "it's \"}) DETACH DELETE n //"}},
		{`{ firm(id: "") { name country ... @skip(if: true) { sector } } }`, nil},
	},
	"look-ups": {
		{`{ nodes(ids: ["ban"]) { id ... on Firm { name } } }`, nil},
		{`{ nodes(ids: ["kaspersky-lab", "x", "y"]) { id ... on Firm { label: name } } }`, nil},
	},
	"page": {
		{`{ firms(first: 2) { nodes { name } } }`, nil},
		{`{ all: firms { edges { node { n: name } } } }`, nil},
		{`query ($n: Int) { firms(first: $n) { nodes { name } } }`, variables{"n": 100}},
	},
	"filter": {
		{`{ firms(where: { name: { contains: "a" }, country: { in: ["RU"] } }) { nodes { id } } }`, nil},
		{`{ firms(where: { name: { contains: "` + "`" + `\\u0027" }, country: { in: ["US", "GB", "RU"] } }) { nodes { id } } }`, nil},
		{`query ($w: FirmWhere) { firms(where: $w) { nodes { id } } }`, variables{"w": variables{"name": variables{"contains": "$p0"}, "country": variables{"in": []any{}}}}},
	},
	"dates": {
		{`{ bans(where: { date: { during: { from: "2017-01-01", until: "2017-12-31" } } }) { totalCount } }`, nil},
		{`{ bans(where: { date: { during: { from: "1999-01-01", until: "2001-12-31" } } }) { n: totalCount } }`, nil},
	},
	"cursors": {
		{`{ facts(first: 2, after: "` + cursor("2017-01-01", "a") + `", orderBy: [{ field: DATE, direction: DESC }]) { nodes { id } pageInfo { hasPreviousPage } } }`, nil},
		{`query ($c: String) { f: facts(first: 9, after: $c, orderBy: [{ field: DATE, direction: DESC }]) { nodes { id } pageInfo { p: hasPreviousPage } } }`, variables{"c": cursor("1900-12-31", "é")}},
	},
	"nested": {
		{`{ firms(first: 5) { nodes { bans(first: 1, where: { title: { startsWith: "a" } }) { totalCount nodes { targets { name } } } } } }`, nil},
		{`{ f: firms(first: 6) { nodes { b: bans(first: 2, where: { title: { startsWith: "b" } }) { t: totalCount edges { node { t: targets { n: name } } } } } } }`, nil},
	},
	"facets": {
		{`{ firm(id: "a") { bans { facets(by: TARGETS, first: 3) { value } } } bans { histogram(by: YEAR) { count } } }`, nil},
		{`{ f: firm(id: "b") { b: bans { a: facets(by: TARGETS, first: 9) { count value } } } b: bans { histogram(by: YEAR) { from until } } }`, nil},
	},
	"short cut": {
		{`{ firm(id: "a") { offices(first: 1, phases: [PLANNED]) { nodes { name } } } }`, nil},
		{`{ firm(id: "b") { o: offices(first: 2, phases: [ENDED, ONGOING]) { nodes { name } } } }`, nil},
	},
}

// TestTextDependsOnShapeAlone: the server keeps plans by the text of
// statements, and making a plan takes a hundred times as long as running it.
func TestTextDependsOnShapeAlone(t *testing.T) {
	store := openWith(t, graphtest.Sample(schema.Model()))
	seen := map[string]string{}
	for name, operations := range alike {
		var want []string
		for i, operation := range operations {
			got := texts(t, store, graphtest.PlanOf(t, operation.query, operation.variables))
			if i == 0 {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s makes\n%s\nrather than\n%s", name, operation.query, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		all := strings.Join(want, "\n")
		if other, twice := seen[all]; twice {
			t.Errorf("%s and %s, which differ in shape, both make\n%s", name, other, all)
		}
		seen[all] = name
	}
}

func texts(t *testing.T, store *Store, plan *plan.Plan) []string {
	t.Helper()
	var texts []string
	for _, s := range during(t, store, plan) {
		texts = append(texts, s.text)
	}
	return texts
}

// TestStatementBudget holds the store to one statement for each root field. A
// search takes two more, which read new terms and the index. One for paths takes one more for each
// hop, and looks up the ids it is given and the nodes it finds.
func TestStatementBudget(t *testing.T) {
	store := openWith(t, graphtest.Sample(schema.Model()))
	for name, p := range graphtest.GoldenPlans(t, operations) {
		want, most := len(p.Fetches), false
		for _, f := range p.Fetches {
			switch match := f.Match.(type) {
			case plan.ByWords:
				want += 2
			case plan.ByPaths:
				want += match.MaxHops + 3
				most = true
			}
		}
		if got := len(during(t, store, p)); got > want || got < want && !most {
			t.Errorf("%s ran %d statements, its p is\n%sand allows for %d", name, got, p.Explain(schema.Model()), want)
		}
	}
}
