package neo4j

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// few is a number of claims; with TEST_LONG=1 it is many.
func few(number, many int) int {
	if os.Getenv("TEST_LONG") != "" {
		return many
	}
	return number
}

func breach(id graph.ID) *graph.Node {
	t := schema.Model().Types["Breach"]
	return &graph.Node{
		ID: id, Type: t, Links: []graph.Link{{Type: t.Link("victims"), To: "firm"}},
		Values: map[string]graph.Value{"title": graph.Text("Breach"), "phase": graph.Text("OCCURRED"), "several": graph.Bool(false)},
	}
}

// claimOf is one that somebody asserts whom its source does not name: a speaker of
// its own.
func claimOf(id, fact graph.ID) *graph.Node {
	t := schema.Model().Types["Claim"]
	return &graph.Node{
		ID: id, Type: t, Links: []graph.Link{{Type: t.Link("fact"), To: fact}, {Type: t.Link("source"), To: "source"}},
		Values: map[string]graph.Value{"stance": graph.Text("ASSERTS"), "attribution": graph.Text("UNNAMED"), "evidence": graph.Text("[]")},
	}
}

// background is what facts and claims lead to.
func background() []*graph.Node {
	m := schema.Model()
	return []*graph.Node{
		{ID: "firm", Type: m.Types["Company"], Values: map[string]graph.Value{"name": graph.Text("Firm"), "aliases": graph.Text("[]"), "identifiers": graph.Text("[]")}},
		{ID: "source", Type: m.Types["Source"], Values: map[string]graph.Value{"title": graph.Text("Source")}},
	}
}

func imported(t *testing.T, s *Store, nodes []*graph.Node) {
	t.Helper()
	if err := graphtest.Import(t.Context(), s, "late", nodes); err != nil {
		t.Fatal(err)
	}
}

// one is the only value of the only record of a statement's answer.
func one(t *testing.T, text string) any {
	t.Helper()
	return neo4jtest.Run(t, neo4jtest.Server(t), text, nil)[0][0]
}

// Claims that come after their facts change statuses, which have a history of
// their own: nothing else of the facts becomes history.
func TestLateClaimsLeaveNoPast(t *testing.T) {
	s := openWith(t)
	number := few(300, 10_000)
	nodes := background()
	var claims []*graph.Node
	for i := range number {
		id := graph.ID(fmt.Sprintf("breach-%05d", i))
		nodes = append(nodes, breach(id))
		claims = append(claims, claimOf("claim-of-"+id, id))
	}
	imported(t, s, nodes)
	imported(t, s, claims)
	for what, text := range map[string]string{
		"states":        "MATCH (v:Version) RETURN count(v)",
		"relationships": "MATCH ()-[r]->() WHERE type(r) ENDS WITH '_PAST' RETURN count(r)",
		"datasets":      "MATCH (d:DatasetPast) RETURN count(d)",
		"facts changed": "MATCH (f:Fact) WHERE f._since > 1 RETURN count(f)",
		"other":         "MATCH (f:Fact) WHERE f.status <> 'ASSERTED' RETURN count(f)",
	} {
		if n := one(t, text); n != int64(0) {
			t.Errorf("%v %s, want none", n, what)
		}
	}
	// Of the fact and of its participation.
	if n := one(t, "MATCH (s:StatusPast) RETURN count(s)"); n != int64(2*number) {
		t.Errorf("%v statuses of the past for %d facts", n, number)
	}
}

// TestOneMoreClaim holds a further claim to reading and writing as much whatever
// the number of claims that there are about its fact.
func TestOneMoreClaim(t *testing.T) {
	s := openWith(t)
	nodes := append(background(), breach("few"), breach("many"))
	claims := map[graph.ID]int{"few": 20, "many": few(1_000, 100_000)}
	for fact, number := range claims {
		for i := range number {
			nodes = append(nodes, claimOf(graph.ID(fmt.Sprintf("%s-%06d", fact, i)), fact))
		}
	}
	imported(t, s, nodes)
	sampled(t)
	cost := map[graph.ID]work{}
	for fact := range claims {
		// The first of each shape finds nothing that was planned, which makes no
		// difference to what is read.
		cost[fact] = profiledWrite(t, s, claimOf("one-more-"+fact, fact))
	}
	const slack = 30
	if a, b := cost["many"], cost["few"]; a.hits > b.hits+slack || a.rows > b.rows || a.statements != b.statements {
		t.Errorf("a claim on the fact with %d took %+v, on that with %d %+v", claims["many"], a, claims["few"], b)
	}
}

// work is what a change took.
type work struct {
	statements, rows int
	hits             int64
}

// profiler profiles the statements of a transaction.
type profiler struct {
	driver.ManagedTransaction
	results []driver.ResultWithContext
}

func (p *profiler) Run(ctx context.Context, text string, args map[string]any) (driver.ResultWithContext, error) {
	result, err := p.ManagedTransaction.Run(ctx, "PROFILE "+text, args)
	p.results = append(p.results, result)
	return result, err
}

// profiled runs f in a profiled transaction and returns its plans.
func (s *Store) profiled(t *testing.T, f func(*storage) error) (plans []driver.ProfiledPlan) {
	t.Helper()
	err := s.write(t.Context(), func(tx driver.ManagedTransaction) error {
		p := &profiler{ManagedTransaction: tx}
		storage := newStorage(transaction{ctx: t.Context(), tx: p, model: s.model})
		if err := storage.begin(); err != nil {
			return err
		}
		if err := f(storage); err != nil {
			return err
		}
		plans = nil
		for _, result := range p.results {
			summary, err := result.Consume(t.Context())
			if err != nil {
				return err
			}
			plans = append(plans, summary.Profile())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

// profiledWrite writes one node, and tells what that took.
func profiledWrite(t *testing.T, s *Store, node *graph.Node) work {
	t.Helper()
	records, problems := write.Prepare(s.model, []*graph.Node{node})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	plans := s.profiled(t, func(storage *storage) error {
		_, err := write.Run(s.model, storage, write.Meta{Dataset: "late"}, time.Now(), func(tx *write.Tx) error { return tx.Put(records...) })
		return err
	})
	w := work{statements: len(plans)}
	for _, p := range plans {
		w.hits += hits(p)
		w.rows += int(p.Records())
	}
	return w
}

// TestWordsAreValues holds the layout to having no nodes for words, and the index
// to following the words of a node.
func TestWordsAreValues(t *testing.T) {
	m := schema.Model()
	s := openWith(t, graphtest.Sample(m))
	known := slices.Clone(layoutLabels)
	for name := range m.Types {
		known = append(known, string(name))
	}
	for name := range m.Interfaces {
		known = append(known, string(name))
	}
	for _, row := range neo4jtest.Run(t, neo4jtest.Server(t), "MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label", nil) {
		if label, _ := row[0].(string); !slices.Contains(known, label) {
			t.Errorf("there are nodes labelled %s", label)
		}
	}
	if words := one(t, "MATCH (n:Identity {id: 'kaspersky-lab'}) RETURN n._words"); words != "kaspersky lab kasperskylab" {
		t.Errorf("the words of the firm are %q", words)
	}
	found := func(word, want string) {
		t.Helper()
		result, err := s.Query(t.Context(), graphtest.PlanOf(t, `query ($q: String!) { search(query: $q) { nodes { id } } }`, variables{"q": word}))
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, row := range result.Fetches[0].Rows {
			ids = append(ids, string(row.ID))
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s finds %q, want %q", word, got, want)
		}
	}
	found("KASPERSKY anti", "antivirus")
	found("homel", "dhs")
	renamed := &graph.Node{ID: "dhs", Type: m.Types["GovernmentBody"], Values: map[string]graph.Value{"name": graph.Text("Ministry of Magic"), "aliases": graph.Text("[]"), "identifiers": graph.Text("[]")}}
	if _, err := graphtest.Write(t.Context(), s, graphtest.Batch{Nodes: []*graph.Node{renamed}}); err != nil {
		t.Fatal(err)
	}
	found("homel", "")
	found("magic", "dhs")
}

// TestChangesInPages holds pages of changes, which stand many to a node of the
// database, to being those of the whole list, from any place.
func TestChangesInPages(t *testing.T) {
	s := openWith(t)
	var want []write.Change
	for revision, number := range []int{2*changesAtOnce + 3, 1, changesAtOnce} {
		delta := &write.Delta{Revision: write.Revision{Number: int64(revision) + 1, At: time.Now().UTC(), Dataset: "rows"}}
		for i := range number {
			id := graph.ID(fmt.Sprintf("%s%05d", []string{"a", "\uE000", "🦊"}[i*3/number], i))
			delta.Changes = append(delta.Changes, write.Change{Revision: int64(revision) + 1, ID: id, Type: s.model.Types["Company"], Kind: write.Created})
		}
		want = append(want, delta.Changes...)
		if err := s.transact(t.Context(), func(storage write.Storage) error { return storage.Apply(delta) }); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range []int{97, changesAtOnce - 1, changesAtOnce, changesAtOnce + 1, len(want), len(want) + 1} {
		var got []write.Change
		for at := (store.ChangePosition{}); ; {
			page, err := s.Changes(t.Context(), at, size)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
			if len(got) < len(want) && len(page) != size || len(page) > size {
				t.Fatalf("a page of %d has %d", size, len(page))
			}
			last := page[len(page)-1]
			at = store.ChangePosition{Revision: last.Revision, ID: last.ID}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d make another list, of %d changes", size, len(got))
		}
	}
	after, err := s.Changes(t.Context(), store.ChangePosition{Revision: 1}, 10)
	if err != nil || len(after) != 10 || after[0].Revision != 2 || after[1].Revision != 3 {
		t.Errorf("behind all of revision 1: %+v, %v", after, err)
	}
}

// TestAliasesAreSought holds what resolves ids that gave way to using indexes.
func TestAliasesAreSought(t *testing.T) {
	s := openWith(t, graphtest.Generated(t, small)...)
	m := schema.Model()
	firm := func(id graph.ID) []*graph.Node {
		return []*graph.Node{{ID: id, Type: m.Types["Company"], Values: map[string]graph.Value{
			"name": graph.Text("Merged"), "aliases": graph.Text("[]"), "identifiers": graph.Text(`[{"scheme":"lei","value":"1"}]`),
		}}}
	}
	imported(t, s, firm("stays"))
	if err := graphtest.Import(t.Context(), s, "other", firm("gives-way")); err != nil {
		t.Fatal(err)
	}
	sampled(t)
	plans := s.profiled(t, func(storage *storage) error {
		aliases, err := storage.Aliases([]graph.ID{"stays"})
		if err == nil && !slices.Equal(aliases["stays"], []graph.ID{"gives-way"}) {
			t.Errorf("got %v", aliases)
		}
		found, err2 := storage.Find([]graph.ID{"gives-way"})
		if found["gives-way"].ID != "stays" {
			t.Errorf("got %+v", found)
		}
		return errors.Join(err, err2)
	})
	look := during(t, s, graphtest.PlanOf(t, `{ firm(id: "gives-way") { name } }`, nil))[0]
	for _, plan := range append(plans, profile(t, s, look)) {
		for _, step := range steps(plan) {
			if strings.Contains(step, "Scan") {
				t.Errorf("%s in a look-up", step)
			}
		}
	}
	if all := fmt.Sprint(steps(plans[1])); !strings.Contains(all, "Identity(_into)") {
		t.Errorf("aliases are found by %s", all)
	}
}
