package sqlite

import (
	"fmt"
	"testing"

	"companygraph/graph/graphtest"
	"companygraph/graph/plan"
	"companygraph/schema"
)

// operations have results at every level in a generated graph.
var operations = map[string]string{
	"look-up":  `{ firm(id: "firm-0000000") { name country } }`,
	"latest":   `{ firm(id: "firm-0000000") { name facts(first: 10, orderBy: [{ field: DATE, direction: DESC }]) { totalCount pageInfo { hasNextPage } nodes { title date { edtf } } } } }`,
	"deep":     `{ firms(first: 50) { totalCount nodes { events(first: 3) { nodes { participants { entity { name } } claims { nodes { source { title } } } } } } } }`,
	"types":    `{ events(first: 100) { nodes { ... on Ban { targets { id } } ... on Statement { about { id } } ... on Breach { victims { id } } } } }`,
	"probes":   `{ companies(first: 5, after: "` + cursorAt("ID", "DESC") + `", orderBy: [{ field: ID, direction: DESC }]) { pageInfo { hasPreviousPage } nodes { bans(last: 2, before: "` + cursorAt("ID", "ASC") + `") { totalCount pageInfo { hasNextPage } nodes { id } } } } }`,
	"two hops": `{ firms(first: 20) { nodes { claims(first: 5) { totalCount nodes { stance fact { title } } } } } }`,
	"search":   `{ search(query: "albion software", first: 20) { totalCount nodes { id ... on Firm { facts { totalCount } } } } }`,
	"several":  `{ a: firm(id: "firm-0000001") { name } b: sources(first: 9) { totalCount nodes { claims { totalCount } } } }`,
	"facets":   `{ events(first: 3) { totalCount nodes { id } facets(by: STATUS) { value } participant: facets(by: PARTICIPANT, first: 5) { node { id ... on Firm { facts { facets(by: KIND) { count } histogram(by: YEAR) { count } } } } } facetCount(by: PARTICIPANT) datasets: facetCount(by: DATASET) histogram(by: DECADE) { count } } }`,
	"no rows":  `{ firms { totalCount facetCount(by: COUNTRY) } people(first: 20) { nodes { facts { totalCount facets(by: YEAR) { count } } } } }`,
	"aliases":  `{ firms(first: 9) { nodes { one: facts(first: 1) { nodes { id } } two: facts(first: 2) { nodes { id } } } } }`,
}

// TestStatementBudget holds the store to one statement for each fetch, follow,
// count, probe, facet and histogram of a plan, and one for the nodes of a facet,
// whatever number of results there are.
func TestStatementBudget(t *testing.T) {
	for factor, batches := range map[int][]graphtest.Batch{1: graphtest.Generated(t, small), 4: graphtest.Generated(t, small.Times(4))} {
		store := openWith(t, batches...)
		for name, query := range operations {
			plan := graphtest.PlanOf(t, query, nil)
			if got, want := len(during(t, store, plan)), budget(plan); got != want {
				t.Errorf("%s on %d times the graph ran %d statements, its plan is\n%sand allows for %d", name, factor, got, plan.Explain(schema.Model()), want)
			}
		}
	}
}

// TestPathsStatementBudget holds a search for paths to one statement more than hops,
// beside those that look up the ids it is given and the nodes it finds.
func TestPathsStatementBudget(t *testing.T) {
	store := openWith(t, graphtest.Generated(t, small)...)
	for maxHops := 1; maxHops <= 8; maxHops++ {
		for to := range 20 {
			query := fmt.Sprintf(`{ paths(from: "firm-0000000", to: "firm-%07d", maxHops: %d, maxDegree: 9) { paths { hops { from { name } fact { title claims { totalCount } } } } truncated { skipped { name } } } }`, to+1, maxHops)
			const lookUps, follows = 4, 2
			if ran := during(t, store, graphtest.PlanOf(t, query, nil)); len(ran) > maxHops+1+lookUps+follows {
				t.Errorf("%s ran %d statements", query, len(ran))
			}
		}
	}
}

// budget is how many statements a plan may take.
func budget(p *plan.Plan) int {
	n := 0
	for _, f := range p.Fetches {
		n += 1 + shapeBudget(f.Shape) + countedBudget(&f.Counted)
		switch match := f.Match.(type) {
		case plan.ByWords:
			// New terms are read, and what has the rarest word, which takes a look at
			// all of them; hits are counted and cut in memory.
			n += 2
			if len(match.Words) > 1 {
				n++
			}
		case plan.ByType:
			n += windowBudget(f.Window, f.Count)
			if f.Window == nil {
				n--
			}
		}
	}
	return n
}

func countedBudget(c *plan.Counted) int {
	n := len(c.Facets) + len(c.Histograms)
	for _, f := range c.Facets {
		if f.Shape != nil {
			n += 1 + shapeBudget(f.Shape)
		}
	}
	return n
}

func shapeBudget(s *plan.Shape) int {
	if s == nil {
		return 0
	}
	n := 0
	for _, f := range s.Follows {
		n += 1 + shapeBudget(f.Shape) + shapeBudget(f.ViaShape) + countedBudget(&f.Counted)
		if _, none := f.Extent.(plan.NoRows); none {
			n--
		}
		w, _ := f.Extent.(*plan.Window)
		n += windowBudget(w, f.Count)
	}
	return n
}

func windowBudget(w *plan.Window, count bool) int {
	n := 0
	if count {
		n++
	}
	if w != nil {
		n += len(w.Probes)
	}
	return n
}
