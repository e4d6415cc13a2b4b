package sqlite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/write"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// What the graph was after a revision, ?1, by statements as README.md describes
// them. ?2 is a type, an id or whatever the question is about.
const (
	// Two sorted sets: what is still so, and what was so until later.
	pastPage = `SELECT id FROM (
  SELECT * FROM (SELECT n.id FROM node n WHERE n.type = ?2 AND n.since <= ?1 ORDER BY n.id LIMIT 1000)
  UNION ALL
  SELECT * FROM (SELECT n.id FROM node_past n WHERE n.type = ?2 AND n.until > ?1 AND n.since <= ?1 ORDER BY n.id LIMIT 1000)
) ORDER BY id`
	pastCount = `SELECT (SELECT count(*) FROM node n WHERE n.type = ?2 AND n.since <= ?1)
  + (SELECT count(*) FROM node_past n WHERE n.type = ?2 AND n.until > ?1 AND n.since <= ?1)`
	pastByDate = `SELECT id FROM (
  SELECT * FROM (SELECT n.id, n.p_date_at AS at FROM node n WHERE n.type = ?2 AND n.type BETWEEN 2001 AND 2999 AND n.since <= ?1 ORDER BY n.p_date_at DESC, n.id LIMIT 1000)
  UNION ALL
  SELECT * FROM (SELECT n.id, n.p_date_at AS at FROM node_past n WHERE n.type = ?2 AND n.until > ?1 AND n.since <= ?1 ORDER BY n.p_date_at DESC, n.id LIMIT 1000)
) ORDER BY at DESC, id`
	// The rid that an id stood for, of whose versions one held then.
	pastByID = `WITH r AS (
  SELECT CASE WHEN i.since IS NULL OR i.since <= ?1 THEN i.rid
    ELSE ifnull((SELECT p.rid FROM id_past p WHERE p.id = i.id AND p.until > ?1 AND p.since <= ?1), i.was) END AS rid
  FROM id i WHERE i.id = ?2
)
SELECT n.id FROM r CROSS JOIN node n ON n.rid = r.rid WHERE n.since <= ?1
UNION ALL SELECT n.id FROM r CROSS JOIN node_past n ON n.rid = r.rid AND n.until > ?1 WHERE n.since <= ?1`
	// Candidates, of which the version of then has to say so.
	pastIdentifier = `WITH r AS (
  SELECT rid FROM identifier WHERE scheme = 'lei' AND value = ?2
  UNION SELECT rid FROM identifier_past WHERE scheme = 'lei' AND value = ?2 AND until > ?1
)
SELECT id FROM (
  SELECT n.id, n.p_identifiers FROM r CROSS JOIN node n ON n.rid = r.rid WHERE n.since <= ?1
  UNION ALL SELECT n.id, n.p_identifiers FROM r CROSS JOIN node_past n ON n.rid = r.rid AND n.until > ?1 WHERE n.since <= ?1
) WHERE EXISTS (SELECT 1 FROM json_each(p_identifiers) k WHERE k.value ->> 'scheme' = 'lei' AND k.value ->> 'value' = ?2)`
	pastWords = `SELECT DISTINCT id FROM (
  SELECT id FROM token WHERE token >= ?2 AND token < ?2 || char(1114111)
  UNION ALL SELECT id FROM token_past WHERE token >= ?2 AND token < ?2 || char(1114111) AND until > ?1
) ORDER BY 1`
	// What led to a node over links of a type, the latest first; over a role of
	// any kind, if ?3 is 0.
	pastBack = `SELECT id FROM (
  SELECT * FROM (SELECT b.id, b.at FROM back b WHERE b.dst = ?2 AND b.type = ?3 AND b.since <= ?1 ORDER BY b.at DESC, b.id LIMIT 1000)
  UNION ALL
  SELECT * FROM (SELECT b.id, nullif(b.at, '') AS at FROM back_past b WHERE b.dst = ?2 AND b.type = ?3 AND b.until > ?1 AND b.since <= ?1 ORDER BY b.at DESC, b.id LIMIT 1000)
) ORDER BY at DESC, id`
)

// TestPastIsReadByIndexes asks what the README says of the past after each
// revision of a history, holds the answers to what is exported of it, and the
// statements to reading no table as a whole.
func TestPastIsReadByIndexes(t *testing.T) {
	s := openWith(t)
	last := pastHistory(t, s)
	claims := s.layout.links[s.layout.model.Types["Claim"].Link(graph.FactLink)]
	ban, company := int64(s.layout.types[s.layout.model.Types["Ban"]]), int64(s.layout.types[s.layout.model.Types["Company"]])
	for at := int64(1); at <= last; at++ {
		then := exported(t, s, at)
		for _, test := range []struct {
			text  string
			about []any
			want  []string
		}{
			{pastPage, []any{company}, then.ofType("Company")},
			{pastPage, []any{ban}, then.ofType("Ban")},
			{pastCount, []any{company}, []string{fmt.Sprint(len(then.ofType("Company")))}},
			{pastByDate, []any{ban}, then.byDate()},
			{pastByID, []any{"a"}, then.standsFor("a", at)},
			{pastByID, []any{"b"}, then.standsFor("b", at)},
			{pastByID, []any{"c"}, then.standsFor("c", at)},
			{pastIdentifier, []any{"1"}, then.identified("1")},
			{pastIdentifier, []any{"2"}, then.identified("2")},
			{pastBack, []any{ridOf(t, s, "b"), 0}, then.factsOf("b")},
			{pastBack, []any{ridOf(t, s, "c"), 0}, then.factsOf("c")},
			{pastBack, []any{ridOf(t, s, "x"), claims}, then.claimsOf("x")},
		} {
			if got := askPast(t, s, test.text, append([]any{at}, test.about...)...); !slices.Equal(got, test.want) {
				t.Errorf("after revision %d, of %v: got %q, want %q by\n%s", at, test.about, got, test.want, test.text)
			}
		}
		then.checkStatuses(t, at)
		for _, word := range []string{"alpha", "beta", "gam"} {
			found := askPast(t, s, pastWords, at, word)
			for _, id := range then.named(word) {
				if !slices.Contains(found, id) {
					t.Errorf("after revision %d: %s is not among the candidates %q for %s", at, id, found, word)
				}
			}
		}
	}
}

// pastHistory writes some revisions, and returns the last.
func pastHistory(t *testing.T, s *Store) int64 {
	t.Helper()
	m := schema.Model()
	firm := func(id graph.ID, name, lei string) *graph.Node {
		n := &graph.Node{ID: id, Type: m.Types["Company"], Values: map[string]graph.Value{
			"name": graph.Text(name), "aliases": graph.Text("[]"), "identifiers": graph.Text("[]"),
		}}
		if lei != "" {
			n.Values["identifiers"] = graph.Text(fmt.Sprintf(`[{"scheme":"lei","value":%q}]`, lei))
		}
		return n
	}
	ban := func(id graph.ID, date string, targets ...graph.ID) *graph.Node {
		n := &graph.Node{ID: id, Type: m.Types["Ban"], Values: map[string]graph.Value{
			"title": graph.Text("Ban"), "phase": graph.Text("PROPOSED"), "several": graph.Bool(false),
		}}
		if date != "" {
			n.Values["date"] = graph.Text(date)
		}
		for _, id := range targets {
			n.Links = append(n.Links, graph.Link{Type: n.Type.Link("targets"), To: id})
		}
		return n
	}
	merge := func(into, from graph.ID) {
		if _, err := s.Write(t.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error { return tx.Merge(into, from) }); err != nil {
			t.Fatal(err)
		}
	}
	batch := func(nodes []*graph.Node, deletes ...graph.ID) {
		if _, err := graphtest.Write(t.Context(), s, graphtest.Batch{Nodes: nodes, Deletes: deletes}); err != nil {
			t.Fatal(err)
		}
	}
	batch([]*graph.Node{firm("a", "Alpha", "1"), firm("b", "Beta", "2"), firm("c", "Gamma", "")})
	batch([]*graph.Node{ban("x", "2017", "a", "b"), ban("y", "", "b", "c")})
	batch([]*graph.Node{ban("x", "2019", "b"), ban("z", "2018-05", "b")})
	batch([]*graph.Node{firm("a", "Alphabet", "")})
	batch([]*graph.Node{firm("c", "Gamma", "1")})
	claim := func(n int, stance, madeAt string) *graph.Node {
		c := claimOn(n, map[string]graph.Value{"stance": graph.Text(stance), "attribution": graph.Text("SOURCE"), "madeAt": graph.Text(madeAt)}, "")
		c.Links[0].To, c.Links[1].To = "x", "s"
		return c
	}
	batch([]*graph.Node{{ID: "s", Type: m.Types["Source"], Values: map[string]graph.Value{"title": graph.Text("Report")}}, claim(1, "ALLEGES", "2017")})
	batch([]*graph.Node{claim(2, "DENIES", "2018")})
	batch([]*graph.Node{claim(3, "RETRACTS", "2019")}, "claim-000001")
	batch(nil, "z", "claim-000003")
	batch([]*graph.Node{ban("z", "2016", "c")})
	merge("b", "a")
	merge("c", "b")
	batch([]*graph.Node{ban("y", "2020", "c")})
	revisions, err := s.Revisions(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(revisions))
}

// pastState is what is exported of a revision.
type pastState []write.Stored

func exported(t *testing.T, s *Store, at int64) pastState {
	t.Helper()
	all, err := s.Export(t.Context(), at, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ids are those of nodes that a condition holds for.
func (p pastState) ids(holds func(*graph.Node) bool) []string {
	var ids []string
	for _, one := range p {
		if holds(one.Node) {
			ids = append(ids, string(one.Node.ID))
		}
	}
	return ids
}

func (p pastState) ofType(name graph.TypeName) []string {
	return p.ids(func(n *graph.Node) bool { return n.Type.Name == name })
}

func (p pastState) identified(lei string) []string {
	return p.ids(func(n *graph.Node) bool {
		return slices.Contains(graph.Identifiers(n), graph.Identifier{Scheme: "lei", Value: lei})
	})
}

func (p pastState) named(word string) []string {
	return p.ids(func(n *graph.Node) bool {
		return slices.ContainsFunc(graph.SearchTokens(n, nil), func(t graph.SearchToken) bool { return strings.HasPrefix(t.Token, word) })
	})
}

// byDate are the bans, the latest first and those without a date last.
func (p pastState) byDate() []string {
	dated := func(id string) string {
		for _, one := range p {
			if string(one.Node.ID) == id {
				return one.Node.Values["date"].Text()
			}
		}
		return ""
	}
	ids := p.ofType("Ban")
	slices.SortStableFunc(ids, func(a, b string) int { return strings.Compare(dated(b), dated(a)) })
	return ids
}

func (p pastState) factsOf(entity graph.ID) []string {
	return slices.DeleteFunc(p.byDate(), func(id string) bool {
		return len(p.ids(func(n *graph.Node) bool {
			return string(n.ID) == id && slices.ContainsFunc(n.Links, func(l graph.Link) bool { return l.To == entity })
		})) == 0
	})
}

// standsFor is the id that an id stood for: a gave way to b, which then gave way
// to c with it.
func (p pastState) standsFor(id graph.ID, at int64) []string {
	const first, second = 11, 12
	switch {
	case at >= second:
		id = "c"
	case at >= first && id == "a":
		id = "b"
	}
	return p.ids(func(n *graph.Node) bool { return n.ID == id })
}

func (p pastState) claimsOf(fact graph.ID) []string {
	ids := p.ids(func(n *graph.Node) bool { return n.Target(graph.FactLink) == fact })
	made := func(id string) string {
		for _, one := range p {
			if string(one.Node.ID) == id {
				return one.Node.Values["madeAt"].Text()
			}
		}
		return ""
	}
	slices.SortStableFunc(ids, func(a, b string) int { return strings.Compare(made(b), made(a)) })
	return ids
}

// checkStatuses holds the statuses of then to what the claims of then amount to:
// which of them were live is not kept, but worked out.
func (p pastState) checkStatuses(t *testing.T, at int64) {
	t.Helper()
	for _, one := range p {
		if one.Node.Type.Class != graph.FactClass {
			continue
		}
		var claims []graph.StatusClaim
		for _, other := range p {
			if other.Node.Target(graph.FactLink) == one.Node.ID {
				claims = append(claims, graph.StatusClaimOf(other.Node))
			}
		}
		if got, want := one.Node.Values[graph.StatusProperty].Text(), string(graph.DeriveStatus(claims)); got != want {
			t.Errorf("after revision %d %s is %s, and its claims amount to %s", at, one.Node.ID, got, want)
		}
	}
}

func ridOf(t *testing.T, s *Store, id graph.ID) int64 {
	t.Helper()
	rid := int64(0)
	err := s.read(t.Context(), func(c *conn) error {
		return c.run("SELECT ifnull(was, rid) FROM id WHERE id = ?", []any{id}, func(row *sqlite3.Stmt) error {
			rid = row.ColumnInt64(0)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return rid
}

// scansWhole matches the reading of a whole table or index of the layout.
var scansWhole = regexp.MustCompile(`^SCAN (n|i|p|b|node|node_past|id|back|back_past|token|token_past|identifier|identifier_past)\b`)

// askPast runs a statement that has a text in each row, and looks at its plan.
func askPast(t *testing.T, s *Store, text string, args ...any) []string {
	t.Helper()
	for _, step := range planned(t, s, ranStatement{text, args}) {
		if scansWhole.MatchString(step.text) {
			t.Fatalf("%s in the plan of\n%s", step.text, text)
		}
	}
	var rows []string
	err := s.read(t.Context(), func(c *conn) error {
		return c.run(text, args, func(row *sqlite3.Stmt) error {
			rows = append(rows, row.ColumnText(0))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
