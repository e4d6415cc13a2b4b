package neo4j

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/schema"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// small is large enough for the server's statistics to say something.
var small = graphtest.Size{Firms: 200, People: 50, Events: 600, Sources: 100}

// profiled are what the server did for a statement: operators with details. The
// driver's account of mere plans is wrong below operators with two inputs.
func profiled(t *testing.T, store *Store, s ranStatement) []string {
	t.Helper()
	return steps(profile(t, store, s))
}

func profile(t *testing.T, store *Store, s ranStatement) driver.ProfiledPlan {
	t.Helper()
	session := store.session(t.Context(), driver.AccessModeRead)
	defer func() { _ = session.Close(t.Context()) }()
	result, err := session.Run(t.Context(), "PROFILE "+s.text, s.args)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := result.Consume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return summary.Profile()
}

// hits is how often the server looked into its files or their cache.
func hits(p driver.ProfiledPlan) int64 {
	all := p.DbHits()
	for _, child := range p.Children() {
		all += hits(child)
	}
	return all
}

func steps(p driver.ProfiledPlan) []string {
	operator, _, _ := strings.Cut(p.Operator(), "@")
	all := []string{fmt.Sprintf("%s %v", operator, p.Arguments()["Details"])}
	for _, child := range p.Children() {
		all = append(all, steps(child)...)
	}
	return all
}

// sampled has the server look at the graph before it plans, as it does by itself
// some time after the graph has grown.
func sampled(t *testing.T) {
	t.Helper()
	neo4jtest.Run(t, neo4jtest.Server(t), "CALL db.prepareForReplanning(60)", nil)
}

// TestSearchedBy holds shapes to the index that is there for them.
func TestSearchedBy(t *testing.T) {
	const seek, name, date = "NodeUniqueIndexSeek UNIQUE n1:Identity(id)", "Firm(name_key)", "Event(date_at)"
	sorts := []string{"Sort ", "Top ", "NodeByLabelScan"}
	tests := map[string]struct {
		query, index string
		// never are operators that the plan must not have.
		never []string
	}{
		"id":              {`{ firm(id: "kaspersky-lab") { id } }`, seek, []string{"NodeByLabelScan"}},
		"id of any type":  {`{ node(id: "kaspersky-lab") { id } }`, seek, []string{"NodeByLabelScan"}},
		"ids":             {`{ nodes(ids: ["kaspersky-lab", "ban"]) { id } }`, seek, []string{"NodeByLabelScan"}},
		"ten latest":      {`{ firm(id: "kaspersky-lab") { events(first: 10, orderBy: [{ field: DATE, direction: DESC }]) { nodes { title } } } }`, seek, []string{"NodeByLabelScan"}},
		"three levels":    {`{ firm(id: "kaspersky-lab") { events(first: 10) { nodes { participants { entity { name } } claims { nodes { source { title } } } } } } }`, seek, []string{"NodeByLabelScan"}},
		"country":         {`{ firms(where: { country: { eq: "RU" } }) { nodes { events(first: 3) { nodes { title } } } } }`, "NodeIndexSeek RANGE INDEX n1:Firm(country_key)", []string{"NodeByLabelScan"}},
		"country counted": {`{ firms(where: { country: { eq: "RU" } }) { totalCount } }`, "Firm(country_key)", nil},
		"by name":         {`{ firms(orderBy: [{ field: NAME }]) { nodes { id } } }`, name, sorts},
		"by name, down":   {`{ firms(orderBy: [{ field: NAME, direction: DESC }]) { nodes { id } } }`, name, sorts},
		"by name, last":   {`{ firms(last: 3, orderBy: [{ field: NAME }]) { nodes { id } } }`, name, sorts},
		"by date":         {`{ events(orderBy: [{ field: DATE }]) { nodes { id } } }`, date, []string{"Sort "}},
		"by date, down":   {`{ events(orderBy: [{ field: DATE, direction: DESC }]) { nodes { id } } }`, date, []string{"Sort "}},
		"from a cursor":   {`{ facts(after: "` + cursor("2010-01-01", "a") + `", orderBy: [{ field: DATE, direction: DESC }]) { nodes { id } } }`, "NodeIndexSeekByRange RANGE INDEX n4:Fact(date_at)", []string{"Union", "Sort "}},
		"search":          {`{ search(query: "kasp") { nodes { id } } }`, "db.index.fulltext.queryNodes($autostring_0, $p0)", []string{"NodeByLabelScan"}},
	}
	store := openWith(t, append(graphtest.Generated(t, small), graphtest.Sample(schema.Model()))...)
	sampled(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ran := during(t, store, graphtest.PlanOf(t, test.query, nil))
			statement := ran[0]
			if name == "search" {
				statement = ran[1] // after the look for new terms
			}
			steps := profiled(t, store, statement)
			all := strings.Join(steps, "\n")
			if !strings.Contains(all, test.index) {
				t.Errorf("no %q in the plan\n%s\nof\n%s", test.index, all, statement.wrapped())
			}
			for _, operator := range test.never {
				if slices.ContainsFunc(steps, func(s string) bool { return strings.HasPrefix(s, operator) }) {
					t.Errorf("%s in the plan\n%s\nof\n%s", operator, all, statement.wrapped())
				}
			}
		})
	}
}

// TestGoldensScanNotAll: no statement reads every node or relationship there is.
func TestGoldensScanNotAll(t *testing.T) {
	store := openWith(t, graphtest.Sample(schema.Model()))
	for name, plan := range graphtest.GoldenPlans(t, operations) {
		for _, statement := range during(t, store, plan) {
			for _, step := range profiled(t, store, statement) {
				if strings.HasPrefix(step, "AllNodesScan") || strings.Contains(step, "AllRelationshipsScan") {
					t.Errorf("%s: %s in the plan of\n%s", name, step, statement.wrapped())
				}
			}
		}
	}
}

// TestPageInArms goes through orders by a date that half of the rows lack.
func TestPageInArms(t *testing.T) {
	m := schema.Model()
	batch := graphtest.Batch{}
	for i := range 6 {
		node := &graph.Node{ID: graph.ID(fmt.Sprint("ban-", i)), Type: m.Types["Ban"], Values: map[string]graph.Value{
			"title": graph.Text("Ban"), "phase": graph.Text("PROPOSED"), "several": graph.Bool(false),
		}}
		if i%2 == 0 {
			node.Values["date"] = graph.Text(fmt.Sprint(2000 + i))
		}
		batch.Nodes = append(batch.Nodes, node)
	}
	store := openWith(t, batch)
	sampled(t)
	const query = `query ($n: Int, $after: String) { facts(first: $n, after: $after, orderBy: [{ field: DATE, direction: DESC }]) { nodes { id } } }`
	for _, test := range []struct {
		first int
		after any
		want  string
	}{
		{1, nil, "ban-4"},
		{3, nil, "ban-4 ban-2 ban-0"},
		{4, nil, "ban-4 ban-2 ban-0 ban-1"},
		{9, nil, "ban-4 ban-2 ban-0 ban-1 ban-3 ban-5"},
		{2, cursor("2002-01-01", "ban-2"), "ban-0 ban-1"},
		{1, cursor("2000-01-01", "ban-0"), "ban-1"},
	} {
		result, err := store.Query(t.Context(), graphtest.PlanOf(t, query, variables{"n": test.first, "after": test.after}))
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, row := range result.Fetches[0].Rows {
			ids = append(ids, string(row.ID))
		}
		if got := strings.Join(ids, " "); got != test.want {
			t.Errorf("first %d after %v: got %s, want %s", test.first, test.after, got, test.want)
		}
	}
}
