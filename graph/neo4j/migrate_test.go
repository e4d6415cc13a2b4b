package neo4j

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/httpserver"
	"companygraph/schema"
	"companygraph/seed/loader"
)

// layout1 is the shared server with a database of layout 1, which the program of
// commit ed44d61 made by testdata/layout1/main.go.txt.
func layout1(t *testing.T) neo4jtest.Target {
	t.Helper()
	target := emptied(t)
	for _, create := range []string{
		"CREATE CONSTRAINT identity_id FOR (n:Identity) REQUIRE n.id IS UNIQUE",
		"CREATE INDEX token_token FOR (n:Token) ON (n.token, n.id)",
		"CREATE INDEX token_id FOR (n:Token) ON (n.id)",
		"CREATE INDEX identifier_id FOR (n:Identifier) ON (n.id)",
	} {
		neo4jtest.Run(t, target, create, nil)
	}
	content, err := os.Open("testdata/layout1/database.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = content.Close() }()
	var database struct{ Nodes, Relationships []any }
	decoder := json.NewDecoder(content)
	decoder.UseNumber()
	if err := decoder.Decode(&database); err != nil {
		t.Fatal(err)
	}
	neo4jtest.Run(t, target, "UNWIND range(0, size($rows) - 1) AS i WITH i, $rows[i] AS row CREATE (n:$(row[0])) SET n = row[1], n._n = i", variables{"rows": whole(database.Nodes)})
	neo4jtest.Run(t, target, "UNWIND $rows AS row MATCH (a {_n: row[0]}) MATCH (b {_n: row[1]}) CREATE (a)-[r:$(row[2])]->(b) SET r = row[3]", variables{"rows": whole(database.Relationships)})
	neo4jtest.Run(t, target, "MATCH (n) REMOVE n._n", nil)
	return target
}

// whole has the numbers of JSON as what they are.
func whole[T any](v T) T {
	var convert func(any) any
	convert = func(v any) any {
		switch v := v.(type) {
		case json.Number:
			n, _ := v.Int64()
			return n
		case []any:
			for i := range v {
				v[i] = convert(v[i])
			}
		case map[string]any:
			for k := range v {
				v[k] = convert(v[k])
			}
		}
		return v
	}
	return convert(v).(T)
}

func migrated(t *testing.T) *Store {
	t.Helper()
	return mustOpen(t, settings(layout1(t)))
}

// statesBefore are all nodes after each revision, as the program before had them.
func statesBefore(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/layout1/states.txt")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?m)^-- \d+ --\n`).Split(string(text), -1)[1:]
}

// stateAt is the same of a store.
func stateAt(t *testing.T, s *Store, revision int64) string {
	t.Helper()
	var lines []string
	for after := graph.ID(""); ; {
		page, err := s.Export(t.Context(), revision, after, 50)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			slices.Sort(lines)
			return strings.Join(lines, "")
		}
		for _, one := range page {
			after = one.Node.ID
			lines = append(lines, nodeText(one.Node))
			for _, part := range one.Parts {
				lines = append(lines, nodeText(part))
			}
			if one.Sole != datasetBefore {
				lines = append(lines, fmt.Sprintf("%q is said by %q\n", after, one.Sole))
			}
		}
	}
}

func nodeText(n *graph.Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %s", n.ID, n.Type.Name)
	var values []string
	for name, v := range n.Values {
		text := string(v.AppendJSON(nil))
		if n.Type.Property(name).Kind == graph.KindValue {
			text = v.Text()
		}
		values = append(values, " "+name+"="+text)
	}
	slices.Sort(values)
	b.WriteString(strings.Join(values, ""))
	for _, l := range n.Links {
		fmt.Fprintf(&b, " %s>%q%s", l.Type.Field, l.To, l.Status)
	}
	return b.String() + "\n"
}

// TestMigration holds a database of layout 1 to answering as before, to having
// the past that it had, and to being written.
func TestMigration(t *testing.T) {
	s := migrated(t)
	before := statesBefore(t)
	for i, want := range before {
		if difference := graphtest.Difference(stateAt(t, s, int64(i)+1), want); difference != "" {
			t.Errorf("revision %d: %s", i+1, difference)
		}
	}
	last := int64(len(before))
	if difference := graphtest.Difference(stateAt(t, s, 0), before[last-1]); difference != "" {
		t.Errorf("in the end: %s", difference)
	}
	answersAsBefore(t, s)
	revisions, err := s.Revisions(t.Context(), 0, 10)
	if err != nil || len(revisions) != 1 || revisions[0].Number != last+1 || revisions[0].Author != "migration" || revisions[0].At.IsZero() {
		t.Errorf("revisions %+v, %v", revisions, err)
	}
	datasets, err := s.Datasets(t.Context())
	if err != nil || len(datasets) != 1 || datasets[0].Name != datasetBefore || datasets[0].Nodes != len(regexp.MustCompile(`(?m)^"[^\\]`).FindAllString(before[last-1], -1)) {
		t.Errorf("datasets %+v, %v", datasets, err)
	}
	if rows := neo4jtest.Run(t, neo4jtest.Server(t), "SHOW INDEXES YIELD name WHERE name STARTS WITH 'token' RETURN name", nil); len(rows) > 0 {
		t.Errorf("indexes are left: %v", rows)
	}
	const left = `MATCH (n) WHERE n:Token OR n:Version AND n.status IS NOT NULL RETURN labels(n)[0] AS what
UNION MATCH ()-[r]->() WHERE r._at IS NOT NULL OR r.ord IS NOT NULL RETURN type(r) AS what`
	if rows := neo4jtest.Run(t, neo4jtest.Server(t), left, nil); len(rows) > 0 {
		t.Errorf("left of layout 1: %v", rows)
	}
	writtenAsEver(t, s, last+1)
}

// answersAsBefore holds a server to the answers of the program before.
func answersAsBefore(t *testing.T, s *Store) {
	t.Helper()
	content, err := os.ReadFile("testdata/layout1/answers.txt")
	if err != nil {
		t.Fatal(err)
	}
	handler := httpserver.NewLocalHandler(s, schema.Model())
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	for i := 0; i < len(lines); i += 2 {
		body, err := json.Marshal(map[string]string{"query": lines[i]})
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if difference := graphtest.Difference(strings.TrimSpace(answer.Body.String()), lines[i+1]); difference != "" {
			t.Errorf("%s: %s", lines[i], difference)
		}
	}
}

// writtenAsEver writes what is there, which is no change, and a change.
func writtenAsEver(t *testing.T, s *Store, head int64) {
	t.Helper()
	var nodes []*graph.Node
	exported, err := s.Export(t.Context(), 0, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range exported {
		if strings.HasPrefix(string(one.Node.ID), "firm-") {
			continue // of countries that there are not
		}
		nodes = append(nodes, given(one.Node))
		for _, part := range one.Parts {
			nodes = append(nodes, given(part))
		}
	}
	same, err := graphtest.WriteFor(t.Context(), s, datasetBefore, graphtest.Batch{Nodes: nodes})
	if err != nil || same.Changed() || same.Head != head {
		t.Errorf("what is there is a change: %+v, %v", same, err)
	}
	claims := slices.DeleteFunc(nodes, func(n *graph.Node) bool { return n.Type.Name != "Claim" })
	var ids []graph.ID
	for _, c := range claims {
		ids = append(ids, c.ID)
	}
	changed, err := graphtest.WriteFor(t.Context(), s, datasetBefore, graphtest.Batch{Deletes: ids})
	if err != nil || changed.Revision.Number != head+1 || changed.Deleted != len(ids) {
		t.Errorf("%d claims went: %+v, %v", len(ids), changed, err)
	}
	if statuses := regexp.MustCompile(`"(\w+)"|>"[^"]*"([A-Z]+)`).FindAllString(stateAt(t, s, 0), -1); slices.Contains(statuses, `"ASSERTED"`) {
		t.Error("facts without claims have a status")
	}
	if rows := neo4jtest.Run(t, neo4jtest.Server(t), "MATCH (s:Stance) RETURN count(s)", nil); rows[0][0] != int64(0) {
		t.Errorf("%v stances are left of no claims", rows[0][0])
	}
}

// given is a node without what is derived.
func given(n *graph.Node) *graph.Node {
	own := &graph.Node{ID: n.ID, Type: n.Type, Values: map[string]graph.Value{}, Links: slices.Clone(n.Links)}
	for name, v := range n.Values {
		if !n.Type.Property(name).Derived {
			own.Values[name] = v
		}
	}
	for i := range own.Links {
		own.Links[i].Status = ""
	}
	return own
}

// content is all that the database holds, but for times.
func content(t *testing.T) string {
	t.Helper()
	var lines []string
	for _, row := range neo4jtest.Run(t, neo4jtest.Server(t), "MATCH (n) RETURN labels(n), properties(n)", nil) {
		labels := row[0].([]any)
		slices.SortFunc(labels, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		properties := row[1].(map[string]any)
		if slices.Contains(labels, any("Revision")) {
			delete(properties, "at")
		}
		lines = append(lines, fmt.Sprint(labels, properties))
	}
	for _, row := range neo4jtest.Run(t, neo4jtest.Server(t), "MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id, properties(r)", nil) {
		lines = append(lines, fmt.Sprint(row...))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestMigrationGoesOn interrupts a migration before each of its statements, and
// holds what comes of it in the end to being the same.
func TestMigrationGoesOn(t *testing.T) {
	migrated(t)
	want := content(t)
	target := layout1(t)
	progress := func() string {
		return fmt.Sprint(neo4jtest.Run(t, target, "MATCH (m:Meta) RETURN m.layout, m.step, m.after", nil))
	}
	interruptions := 0
	for statements, at := 1, progress(); ; statements++ {
		err := openFor(t, target, statements)
		if now := progress(); now != at {
			at, statements = now, 0
		}
		if err == nil {
			break
		}
		interruptions++
		if interruptions > 500 {
			t.Fatalf("no end; now at %s: %v", at, err)
		}
	}
	if interruptions < 20 {
		t.Errorf("only %d interruptions", interruptions)
	}
	mustOpen(t, settings(target))
	if difference := graphtest.Difference(content(t), want); difference != "" {
		t.Error(difference)
	}
}

// Programs that migrate at once take turns.
func TestMigrationsAtOnce(t *testing.T) {
	migrated(t)
	want := content(t)
	target := layout1(t)
	var programs sync.WaitGroup
	for range 3 {
		programs.Go(func() {
			s, err := Open(t.Context(), settings(target), schema.Model())
			if err != nil {
				t.Error(err)
				return
			}
			_ = s.Close()
		})
	}
	programs.Wait()
	if difference := graphtest.Difference(content(t), want); difference != "" {
		t.Error(difference)
	}
}

// openFor opens a store that is interrupted when it has run so many statements.
func openFor(t *testing.T, target neo4jtest.Target, statements int) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ctx = store.WithObserver(ctx, func(store.StatementEvent) {
		statements--
		if statements == 0 {
			cancel()
		}
	})
	s, err := Open(ctx, settings(target), schema.Model())
	if err != nil {
		return err
	}
	return s.Close()
}

// Two whom a source does not name were one speaker before, and are two now: a
// fact that one of them asserts and one denies is disputed.
func TestMigrationDerivesStatuses(t *testing.T) {
	target := layout1(t)
	for id, stance := range map[string]string{"unnamed-1": "ASSERTS", "unnamed-2": "DENIES"} {
		neo4jtest.Run(t, target, `MATCH (f:Fact {id: 'fresh'}), (s:Source {id: 'report'})
CREATE (c:Identity:Claim:Node {id: $id, _type: 'Claim', _since: 14, stance: $stance, attribution: 'UNNAMED', evidence: '[]'})
CREATE (c)-[:FACT {_ord: 0, _since: 14}]->(f), (c)-[:SOURCE {_ord: 1, _since: 14}]->(s)`, variables{"id": id, "stance": stance})
	}
	s := mustOpen(t, settings(target))
	statusAt := func(revision int64) string {
		exported, err := s.Export(t.Context(), revision, "freshness", 1)
		if err != nil || len(exported) == 0 {
			t.Fatal(exported, err)
		}
		exported, err = s.Export(t.Context(), revision, "fres", 1)
		if err != nil {
			t.Fatal(err)
		}
		return exported[0].Node.Values[graph.StatusProperty].Text()
	}
	if before, now := statusAt(14), statusAt(15); before != "UNSUPPORTED" || now != "DISPUTED" {
		t.Errorf("the status was %s and is %s", before, now)
	}
	changes, err := s.Changes(t.Context(), store.ChangePosition{}, 10)
	if err != nil || len(changes) != 1 || changes[0].ID != "fresh" || changes[0].Revision != 15 || changes[0].Kind != write.Updated {
		t.Errorf("changes %+v, %v", changes, err)
	}
}

func TestOpenRefusesANewerLayout(t *testing.T) {
	target := emptied(t)
	mustOpen(t, settings(target))
	neo4jtest.Run(t, target, "MATCH (m:Meta) SET m.layout = 99", nil)
	refused(t, settings(target), "layout version 99, and this program knows none beyond 4; use a newer version of this program")
}

// A database of layout 2 gets the speakers of its claims, and the days on which its
// dates certainly hold.
func TestMigrationFromLayout2(t *testing.T) {
	target := emptied(t)
	s := mustOpen(t, settings(target))
	const claims = `
claims:
  - { id: c1, fact: f, source: s, stance: ASSERTS, attribution: SOURCE }
  - { id: c2, fact: f, source: s, stance: DENIES, attribution: UNNAMED, voice: analysts }
  - { id: c3, fact: f, source: s, stance: CONFIRMS, attribution: ACTOR, attributedTo: ann, on: { role: suspects, entity: ann } }
`
	for _, date := range []string{"2015/2017-09", "2016/.."} {
		read := loader.Read(schema.Model(), []loader.File{{Name: "case.yaml", Text: []byte(`dataset: case
sources: [{ id: s }]
entities: [{ id: ann, type: Person, name: Ann }]
facts: [{ id: f, type: Breach, title: F, phase: ONGOING, date: "` + date + `", suspects: ann }, { id: g, type: Ban, title: G, phase: OCCURRED, date: "2017-09-13" }]` + claims)}})
		if _, err := graphtest.Write(t.Context(), s, graphtest.Batch{Nodes: read.Nodes()}); err != nil {
			t.Fatal(err)
		}
	}
	want := content(t)
	if !strings.Contains(want, "date_certain_from:2015-12-31") || !strings.Contains(want, "_speaker:") {
		t.Fatalf("nothing to migrate: %s", want)
	}
	neo4jtest.Run(t, target, "MATCH (n) WHERE n:Identity OR n:Version REMOVE n._speaker, n.date_certain_from, n.date_certain_until", nil)
	neo4jtest.Run(t, target, "MATCH (m:Meta) SET m.layout = 2", nil)
	mustOpen(t, settings(target))
	if difference := graphtest.Difference(content(t), want); difference != "" {
		t.Error(difference)
	}
}

// A database of layout 3 gets the words by which searches find nodes anew, of the
// past too, and the terms that searches may misspell.
func TestMigrationFromLayout3(t *testing.T) {
	target := emptied(t)
	s := mustOpen(t, settings(target))
	for _, name := range []string{"Kaspersky", "Albion"} {
		read := loader.Read(schema.Model(), []loader.File{{Name: "case.yaml", Text: []byte(`dataset: case
sources: [{ id: s, title: Albion }]
entities: [{ id: a, type: Company, name: "` + name + `", aliases: [{ value: Касперский }] }]
facts: [{ id: f, type: Statement, title: Reply, phase: OCCURRED, quotations: [{ gist: Nobody was harmed, source: s }] }]`)}})
		if _, err := graphtest.Write(t.Context(), s, graphtest.Batch{Nodes: read.Nodes()}); err != nil {
			t.Fatal(err)
		}
	}
	const noRevision = "MATCH (t:Term) REMOVE t.revision"
	neo4jtest.Run(t, target, noRevision, nil)
	want := content(t)
	if !strings.Contains(want, "harmed") || !strings.Contains(want, "Term") {
		t.Fatalf("nothing to migrate: %s", want)
	}
	for _, text := range []string{
		"MATCH (t:Term) DELETE t", "MATCH (n) WHERE n._words IS NOT NULL SET n._names = 'kaspersky' REMOVE n._words", "MATCH (m:Meta) SET m.layout = 3",
		"DROP INDEX identity_tokens", "CREATE FULLTEXT INDEX identity_words FOR (n:Identity) ON EACH [n._names, n._aliases, n._titles] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}",
	} {
		neo4jtest.Run(t, target, text, nil)
	}
	mustOpen(t, settings(target))
	if rows := neo4jtest.Run(t, target, "MATCH (t:Term) WHERE t.revision <> 2 RETURN t.term", nil); len(rows) > 0 {
		t.Errorf("terms are of a revision that there is not: %v", rows)
	}
	neo4jtest.Run(t, target, noRevision, nil)
	if difference := graphtest.Difference(content(t), want); difference != "" {
		t.Error(difference)
	}
	if rows := neo4jtest.Run(t, target, "SHOW INDEXES YIELD name WHERE name = 'identity_words' RETURN name", nil); len(rows) > 0 {
		t.Error("an index of layout 3 is left")
	}
}
