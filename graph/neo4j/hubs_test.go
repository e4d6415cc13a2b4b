package neo4j

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/write"
	"companygraph/schema"
)

// A hub is an entity that so many bans are aimed at, and that so many locations
// are of. The large one is large enough to tell what reads all of a hub from what
// reads a page.
const (
	smallHub = 100
	largeHub = 2_000
)

// writeHubs writes two hubs as rows: to write them as changes would take longer,
// and makes the same rows.
func writeHubs(t *testing.T, store *Store) {
	t.Helper()
	m := schema.Model()
	node := func(id graph.ID, kind graph.TypeName, values map[string]graph.Value) *graph.Node {
		return &graph.Node{ID: id, Type: m.Types[kind], Values: values}
	}
	var nodes []*graph.Node
	for hub, size := range map[graph.ID]int{"large": largeHub, "small": smallHub} {
		nodes = append(nodes, node(hub, "Company", map[string]graph.Value{"name": graph.Text("Hub")}))
		for i := range size {
			// Many facts share a day, and some have none.
			values := map[string]graph.Value{"title": graph.Text("Fact"), "phase": graph.Text("OCCURRED"), "several": graph.Bool(false)}
			if i%10 > 0 {
				values["date"] = graph.Text(fmt.Sprintf("20%02d-0%d", i*90/size, 1+i%4))
			}
			ban := node(graph.ID(fmt.Sprintf("%s-ban-%05d", hub, i)), "Ban", values)
			ban.Links = []graph.Link{{Type: ban.Type.Link("targets"), To: hub}, {Type: ban.Type.Link("appliesTo"), To: hub}}
			location := node(graph.ID(fmt.Sprintf("%s-location-%05d", hub, i)), "Location", values)
			location.Links = []graph.Link{{Type: location.Type.Link("subject"), To: hub}}
			nodes = append(nodes, ban, location)
		}
	}
	writeRows(t, store, nodes)
}

// writeRows writes new nodes as rows, in revisions of bounded size; what they lead
// to comes before them.
func writeRows(t *testing.T, store *Store, nodes []*graph.Node) {
	t.Helper()
	for len(nodes) > 0 {
		piece := nodes[:min(len(nodes), 5000)]
		nodes = nodes[len(piece):]
		err := store.transact(t.Context(), func(s write.Storage) error {
			head, err := s.Head()
			if err != nil {
				return err
			}
			delta := &write.Delta{Revision: write.Revision{Number: head.Number + 1, At: time.Now().UTC(), Dataset: "rows"}}
			for _, n := range piece {
				delta.Nodes = append(delta.Nodes, write.NodeDelta{ID: n.ID, New: n, Sole: "rows", Tokens: graph.SearchTokens(n, nil)})
			}
			return s.Apply(delta)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// pagesOfHubs ask for pages of what leads to the firm $id.
var pagesOfHubs = map[string]string{
	"latest":                  `bans(first: 10, orderBy: [{ field: DATE, direction: DESC }])`,
	"latest, from a cursor":   `bans(first: 10, orderBy: [{ field: DATE, direction: DESC }], after: $latest)`,
	"latest, the last":        `bans(last: 10, orderBy: [{ field: DATE, direction: DESC }])`,
	"latest, up to a cursor":  `bans(last: 10, orderBy: [{ field: DATE, direction: DESC }], before: $latest)`,
	"oldest":                  `bans(first: 10, orderBy: [{ field: DATE }])`,
	"oldest, from a cursor":   `bans(first: 10, orderBy: [{ field: DATE }], after: $oldest)`,
	"oldest, the last":        `bans(last: 10, orderBy: [{ field: DATE }])`,
	"oldest, up to a cursor":  `bans(last: 10, orderBy: [{ field: DATE }], before: $oldest)`,
	"by id":                   `bans(first: 10)`,
	"by id, from a cursor":    `bans(first: 10, after: $id)`,
	"by id, the last":         `bans(last: 10)`,
	"any role, latest":        `events(first: 10, orderBy: [{ field: DATE, direction: DESC }])`,
	"any role, oldest":        `events(first: 10, orderBy: [{ field: DATE }])`,
	"any role, by id":         `events(first: 10)`,
	"any fact, latest":        `facts(first: 10, orderBy: [{ field: DATE, direction: DESC }])`,
	"any fact, oldest":        `facts(last: 10, orderBy: [{ field: DATE }])`,
	"any fact, by id":         `facts(first: 10)`,
	"any fact, from a cursor": `facts(first: 10, orderBy: [{ field: DATE, direction: DESC }], after: $latest)`,
	"relationships":           `relationships(first: 10, orderBy: [{ field: DATE, direction: DESC }])`,
	"filtered":                `bans(first: 10, where: { phase: { eq: OCCURRED } })`,
	"filtered, nothing":       `bans(first: 10, where: { or: [] })`,
}

// TestHubs has one graph for all that is asked of hubs.
func TestHubs(t *testing.T) {
	store := openWith(t)
	writeHubs(t, store)
	sampled(t)
	t.Run("pages", func(t *testing.T) { testPagesOfHubs(t, store) })
	t.Run("counts", func(t *testing.T) { testCountsOfHubs(t, store) })
}

// testPagesOfHubs holds pages by date and by id to reading as much of a hub as
// they have rows, however large it is.
func testPagesOfHubs(t *testing.T, store *Store) {
	for name, page := range pagesOfHubs {
		t.Run(name, func(t *testing.T) {
			cost := map[string]int64{}
			for _, hub := range []string{"small", "large"} {
				s := during(t, store, graphtest.PlanOf(t, hubQuery(page, "nodes { id } pageInfo { hasNextPage hasPreviousPage }"), hubVariables(hub)))[0]
				profile := profile(t, store, s)
				cost[hub] = hits(profile)
				for _, step := range steps(profile) {
					if strings.HasPrefix(step, "Expand") || strings.Contains(step, "IndexScan") {
						t.Errorf("%s in the plan of\n%s", step, s.wrapped())
					}
				}
			}
			const slack = 60
			if cost["large"] > cost["small"]+slack {
				t.Errorf("%d hits for the large hub, %d for the small one", cost["large"], cost["small"])
			}
		})
	}
}

// testCountsOfHubs holds counts of what leads to an entity to reading none of it.
func testCountsOfHubs(t *testing.T, store *Store) {
	for field, want := range map[string]int{"bans": largeHub, "events": largeHub, "facts": 2 * largeHub, "relationships": largeHub} {
		p := graphtest.PlanOf(t, hubQuery(field, "totalCount"), hubVariables("large"))
		result, err := store.Query(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if got := result.Fetches[0].Rows[0].Follows[0].Total; got != want {
			t.Errorf("%d %s, want %d", got, field, want)
		}
		if cost := hits(profile(t, store, during(t, store, p)[0])); cost > 150 {
			t.Errorf("%d hits for a count of %s", cost, field)
		}
	}
}

func hubQuery(page, selection string) string {
	var used []string
	for _, name := range []string{"latest", "oldest"} {
		if strings.Contains(page, "$"+name) {
			used = append(used, "$"+name+": String")
		}
	}
	if strings.Contains(page, "after: $id") {
		page = strings.ReplaceAll(page, "$id", "$byID")
		used = append(used, "$byID: String")
	}
	return fmt.Sprintf("query ($firm: ID!, %s) { firm(id: $firm) { %s { %s } } }", strings.Join(used, ", "), page, selection)
}

// hubVariables are cursors in the midst of a hub.
func hubVariables(hub string) variables {
	at := map[string]string{"small": "small-ban-00050", "large": "large-ban-01000"}[hub]
	return variables{"firm": hub, "latest": cursorIn("2045-03-01", at, true), "oldest": cursorIn("2045-03-01", at, false), "byID": idCursor(at)}
}
