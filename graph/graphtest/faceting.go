package graphtest

import (
	"fmt"
	"strings"

	"companygraph/graph"
	"companygraph/schema"

	"github.com/tidwall/gjson"
)

var facetingCases = map[string]func(*world){
	"datasets":                      facetsOfDatasets,
	"what is not asked is not read": pagesNobodyAsksForAreNotRead,
	"values are rows":               valuesOfFacetsAreRows,
	"every facet adds up":           facetsAddUp,
}

// A node counts once for each dataset that contributes to it, however often.
func facetsOfDatasets(w *world) {
	w.loadFor("a", `entities:
  - { id: x, type: Company, name: X, identifiers: [{ scheme: lei, value: one }] }
  - { id: y, type: Company, name: Y }
  - { id: z, type: Retailer, name: Z }`)
	w.loadFor("b", `entities:
  - { id: x, type: Company, name: X2, country: US }
  - { id: x2, type: Company, name: X3, identifiers: [{ scheme: lei, value: one }] }
  - { id: y, type: Company, name: Y2, country: US }`)
	w.loadFor("c", `entities: [{ id: only, type: Company, name: Only }]`)
	const query = `{ firms { facets(by: DATASET) { value count } facetCount(by: DATASET) us: facets(by: DATASET, first: 1) { value } }
  some: firms(where: { country: { eq: "US" } }) { facets(by: DATASET) { value count } } }`
	w.answers(query, `{"firms":{"facets":[{"value":"a","count":3},{"value":"b","count":2},{"value":"c","count":1}],"facetCount":3,"us":[{"value":"a"}]},
"some":{"facets":[{"value":"a","count":2},{"value":"b","count":2}]}}`)
}

func pagesNobodyAsksForAreNotRead(w *world) {
	w.apply(Sample(schema.Model()))
	for query, want := range map[string]int{
		`{ facts { totalCount facetCount(by: KIND) } }`:                           0,
		`{ facts(first: 2) { totalCount nodes { id } } }`:                         2,
		`{ facts { facets(by: YEAR, first: 3) { value } } }`:                      3,
		`{ bans { histogram(by: YEAR) { from } } }`:                               1,
		`{ firm(id: "kaspersky-lab") { facts { totalCount } } }`:                  1,
		`{ firm(id: "kaspersky-lab") { bans { facets(by: STATUS) { value } } } }`: 2,
		`{ bans { facets(by: TARGETS, first: 2) { node { id } } } }`:              4,
	} {
		result, err := w.store.Query(w.Context(), PlanOf(w.T, query, nil))
		if err != nil {
			w.Fatal(err)
		}
		// Stores may look one row further than a page goes.
		if got := result.Read; got < want || got > want+1 || want == 0 && got > 0 {
			w.Errorf("%s: %d rows were read, want %d", query, got, want)
		}
	}
}

// What facets answer is held to the limit of rows, with the nodes that values are the
// ids of and what is read on from them.
func valuesOfFacetsAreRows(w *world) {
	w.apply(Sample(schema.Model()))
	p := PlanOf(w.T, `{ facts { facets(by: PARTICIPANT, first: 5) { node { ... on Firm { facts { nodes { id } } } } } histogram(by: DECADE) { count } } }`, nil)
	result, err := w.store.Query(w.Context(), p)
	if err != nil {
		w.Fatal(err)
	}
	if result.Read < 5+5+2 {
		w.Errorf("%d rows were read", result.Read)
	}
	w.needsRows(p, result.Read)
}

// facetsAddUp asks for every facet of every list there is: values of which a node has
// one alone add up to the number of nodes, and no value is there twice.
func facetsAddUp(w *world) {
	m := schema.Model()
	w.apply(Sample(m))
	for plural, facets := range facetsOfRoots(m) {
		for _, f := range facets {
			answer := w.ask(fmt.Sprintf("{ list: %s { totalCount facetCount(by: %[2]s) facets(by: %[2]s, first: 100) { value count } } }", plural, f.Name), nil)
			list := gjson.GetBytes(answer, "data.list")
			sum, values := 0, map[string]bool{}
			for _, v := range list.Get("facets").Array() {
				sum += int(v.Get("count").Int())
				values[v.Get("value").Raw] = true
			}
			total, count := int(list.Get("totalCount").Int()), int(list.Get("facetCount").Int())
			if len(values) != count || sum < total || isSingle(f.By) && sum != total {
				w.Errorf("%s by %s is answered %s", plural, f.Name, answer)
			}
		}
	}
}

// facetsOfRoots are those of the lists that root fields answer, by their names.
func facetsOfRoots(m *graph.Model) map[string][]*graph.Facet {
	all := map[string][]*graph.Facet{"people": m.FacetsOf("Person"), "governmentBodies": m.FacetsOf("GovernmentBody")}
	for _, name := range []graph.TypeName{
		"Entity", "Firm", "Actor", "Human", "Fact", "Event", "Relationship", "Company", "Retailer", "Place", "Office", "Product",
		"Claim", "Source", "Ban", "Statement", "Delisting", "Breach", "Presence", "Supply", "Location", "Influence", "Ownership",
	} {
		plural := strings.ToLower(string(name[:1])) + string(name[1:]) + "s"
		switch name {
		case "Entity", "Company", "Supply":
			plural = strings.TrimSuffix(plural, "ys") + "ies"
		case "Breach":
			plural = "breaches"
		}
		all[plural] = m.FacetsOf(name)
	}
	return all
}

// isSingle tells whether no node has two values in a facet.
func isSingle(by graph.FacetBy) bool {
	switch by.(type) {
	case graph.ByKind, graph.ByProperty, graph.ByYear:
		return true
	default:
		return false
	}
}
