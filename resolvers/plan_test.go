package resolvers_test

import (
	"regexp"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/resolvers"
	"companygraph/schema"

	"github.com/99designs/gqlgen/graphql"
)

// The text of plans with their values is shown by the goldens of the stores.

func planOf(t *testing.T, query string) *plan.Plan {
	t.Helper()
	plan, err := resolvers.Plan(t.Context(), schema.Model(), &graphql.RawParams{Query: query})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// secretive has a value wherever a client can put one; each contains "secret"
// or is the number or day of one.
func secretive(secret, day string) string {
	order := []plan.Order{{Property: &graph.Property{Name: "title", Kind: graph.KindString}}, {Property: graph.IDProperty}}
	cursor := plan.EncodeCursor(order, plan.Position{graph.Text(secret), graph.Text(secret)})
	return strings.NewReplacer("$cursor", cursor, "$s", secret, "$day", day).Replace(`{
		firm(id: "$s") { name offices(phases: [PLANNED], where: { name: { startsWith: "$s" } }) { totalCount } }
		nodes(ids: ["$s", "$sb"]) { id }
		search(query: "$s") { totalCount }
		bans(orderBy: [{ field: TITLE }], after: "$cursor", before: "$cursor", where: {
			id: { in: ["$s", "$sb"] }
			title: { eq: "$s", gt: "$s", contains: "$s" }
			date: { before: "$day", during: { from: "$day", until: "$day" } }
			targets: { some: { name: { ne: "$s" } } }
		}) { totalCount nodes { id } facets(by: TARGETS) { node { id } } }
	}`)
}

func TestExplainShapeHasNoValues(t *testing.T) {
	plan := planOf(t, secretive("secret", "2017-09-13"))
	shape := plan.ExplainShape(schema.Model())
	if value := regexp.MustCompile(`secret|2017|PLANNED`).FindString(shape); value != "" {
		t.Errorf("has %q:\n%s", value, shape)
	}
	full := plan.Explain(schema.Model())
	for _, value := range []string{`"secret"`, `"secretb"`, `"2017-09-13".."2017-09-13"`, `"PLANNED"`, `after ("secret", "secret")`} {
		if !strings.Contains(full, value) {
			t.Errorf("Explain lacks %s:\n%s", value, full)
		}
	}
	if other := planOf(t, secretive("hidden", "1999-01-01")).ExplainShape(schema.Model()); other != shape {
		t.Errorf("depends on values:\n%sand\n%s", shape, other)
	}
}

// Everything that changes what a store does makes another text.
func TestExplainTellsApart(t *testing.T) {
	seen := map[string]string{}
	for _, query := range []string{
		`{ bans { nodes { id } } }`,
		`{ bans { nodes { title } } }`,
		`{ bans { totalCount } }`,
		`{ bans { facets(by: PHASE) { value } } }`,
		`{ bans { facets(by: PHASE, first: 11) { value } } }`,
		`{ bans { facets(by: PHASE) { value } totalCount } }`,
		`{ bans { facets(by: PHASE) { value } facetCount(by: PHASE) } }`,
		`{ bans { facetCount(by: PHASE) } }`,
		`{ bans { facets(by: STATUS) { value } } }`,
		`{ bans { facets(by: YEAR) { value } } }`,
		`{ bans { facets(by: DATASET) { value } } }`,
		`{ bans { facets(by: TARGETS) { value } } }`,
		`{ bans { facets(by: PARTICIPANT) { value } } }`,
		`{ bans { facets(by: TARGETS) { node { id } } } }`,
		`{ bans { facets(by: TARGETS) { node { ... on Firm { name } } } } }`,
		`{ bans { histogram(by: YEAR) { count } } }`,
		`{ bans { histogram(by: DAY) { count } } }`,
		`{ bans { nodes { id } histogram(by: DAY) { count } } }`,
		`{ bans: events { facets(by: KIND) { value } } }`,
		`{ bans(first: 1) { nodes { id } } }`,
		`{ bans(last: 1) { nodes { id } } }`,
		`{ bans(orderBy: [{ field: DATE }]) { nodes { id } } }`,
		`{ bans(orderBy: [{ field: DATE, direction: DESC }]) { nodes { id } } }`,
		`{ bans(after: "WyJpZCsiLCJiIl0") { nodes { id } } }`,
		`{ bans(before: "WyJpZCsiLCJiIl0") { nodes { id } } }`,
		`{ bans(after: "WyJpZCsiLCJiIl0") { pageInfo { hasPreviousPage } } }`,
		`{ bans(where: { or: [] }) { nodes { id } } }`,
		`{ bans(where: { and: [] }) { nodes { id } } }`,
		`{ bans(where: { or: [{ phase: { eq: ENDED } }, { several: { eq: true }, title: { eq: "" } }] }) { nodes { id } } }`,
		`{ bans(where: { or: [{ phase: { eq: ENDED } }, { several: { eq: true } }], title: { eq: "" } }) { nodes { id } } }`,
		`{ bans(where: { targets: { some: { name: { eq: "" }, id: { eq: "" } } } }) { nodes { id } } }`,
		`{ bans(where: { targets: { some: { name: { eq: "" } } }, id: { eq: "" } }) { nodes { id } } }`,
		`{ bans(where: { targets: { none: { name: { eq: "" } } } }) { nodes { id } } }`,
		`{ bans: events { nodes { id } } }`,
		`{ bans: events { nodes { participants { role } } } }`,
		`{ bans: events { nodes { ... on Ban { participants { role } } } } }`,
		`{ bans: events { nodes { ... on Ban { targets { id } } } } }`,
		`{ bans: entities { nodes { facts { nodes { id } } } } }`,
		`{ bans: entities { nodes { facts: events { nodes { id } } } } }`,
		`{ bans: entities { nodes { ... on Firm { facts { nodes { id } } } } } }`,
		`{ bans: firms { nodes { offices { nodes { id } } } } }`,
		`{ bans: firms { nodes { offices { edges { fact { id } } } } } }`,
		`{ bans: firms { nodes { offices(phases: [ENDED]) { nodes { id } } } } }`,
	} {
		text := planOf(t, query).Explain(schema.Model())
		if other, twice := seen[text]; twice {
			t.Errorf("%s and %s are both\n%s", query, other, text)
		}
		seen[text] = query
	}
}

// A page is planned only if something of it is asked for.
func TestNoPageIsPlannedThatIsNotAskedFor(t *testing.T) {
	for selection, page := range map[string]bool{
		"nodes { id }": true, "edges { cursor }": true, "pageInfo { hasNextPage }": true, "__typename totalCount nodes { id }": true,
		"totalCount": false, "__typename": false, "facets(by: PHASE) { count }": false, "facetCount(by: PHASE)": false,
		"totalCount histogram(by: YEAR) { count }": false, "nodes @skip(if: true) { id } totalCount": false,
	} {
		p := planOf(t, `{ bans(first: 5, orderBy: [{ field: DATE }]) { `+selection+` } firm(id: "a") { bans(first: 5) { `+selection+` } } }`)
		if got := p.Fetches[0].Window != nil; got != page {
			t.Errorf("%s: a page of the fetch is planned: %t, want %t", selection, got, page)
		}
		_, none := p.Fetches[1].Shape.Follows[0].Extent.(plan.NoRows)
		if none == page {
			t.Errorf("%s: no page of the follow is planned: %t, want %t", selection, none, !page)
		}
	}
}
