package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"companygraph/graph/graphtest"
	"companygraph/graph/plan"
	"companygraph/resolvers"
	"companygraph/schema"

	"github.com/99designs/gqlgen/graphql"
	"github.com/ncruces/go-sqlite3"
)

// facetShape is a list that is counted by something, with the SQL that somebody who
// knows the layout would write by hand for it. The hub is a parameter of both; {name}
// stands for the number of a type or link, {facts} for those of all types of facts.
type facetShape struct {
	name, query, sql string
	// millis is how long it may take at most, byHand how many times as long as the
	// statement by hand; 0 where nothing is asked.
	millis, byHand float64
}

// What is the same in several statements by hand.
const (
	ofFacts    = "FROM node f WHERE f.type IN ({facts})"
	factsOfHub = "FROM back b WHERE b.dst = (SELECT rid FROM id WHERE id = ?1) AND b.type = 0 AND b.kind IN ({facts})"
	nodesOfHub = "FROM back b CROSS JOIN node f ON f.rid = b.src WHERE b.dst = (SELECT rid FROM id WHERE id = ?1) AND b.type = 0 AND b.kind IN ({facts})"
	byCount    = " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10"
	byNode     = "SELECT e.id, g.n FROM (%s GROUP BY 1) g LEFT JOIN node e ON e.rid = g.value ORDER BY e.id IS NULL, g.n DESC, e.id LIMIT 10"
	// counting is the condition on a claim, behind the join c, that its speaker's stance
	// counts.
	counting = `EXISTS (SELECT 1 FROM node n JOIN stance s ON s.fact = c.dst AND s.role = ifnull(n.p_on ->> '$.role', '')
  AND s.entity = ifnull((SELECT e.dst FROM link e WHERE e.src = n.rid AND e.type = {Claim.onEntity}), 0)
  AND s.speaker = n.speaker AND s.stance = n.p_stance AND s.made_at = ifnull(n.p_madeAt, '') AND s.counts = 1
  WHERE n.rid = c.src AND n.p_stance <> 'RETRACTS')`
	claimsOf = " LEFT JOIN back c ON c.dst = %s AND c.type = {Claim.fact} AND " + counting + " LEFT JOIN link l ON l.src = c.src AND l.type = {Claim.source} "
)

// facetShapes are about all facts, of which the benchmark's graph has 60,000, or about
// those of a hub.
var facetShapes = []facetShape{
	{
		name: "facts by phase", millis: 50,
		query: `{ facts { facets(by: PHASE) { value count } } }`,
		sql:   "SELECT f.p_phase, count(*) " + ofFacts + byCount,
	},
	{
		name: "facts by status", millis: 50,
		query: `{ facts { facets(by: STATUS) { value count } } }`,
		sql:   "SELECT f.p_status, count(*) " + ofFacts + byCount,
	},
	{
		name: "facts by month", millis: 50,
		query: `{ facts { histogram(by: MONTH) { from until count } } }`,
		sql:   "SELECT substr(f.p_date_at, 1, 7), count(*) " + ofFacts + " AND f.type BETWEEN 2001 AND 2999 AND f.p_date_at IS NOT NULL GROUP BY 1 ORDER BY 1",
	},
	{
		name: "bans by target", byHand: 1.5,
		query: `{ bans { facets(by: TARGETS) { value count } } }`,
		sql:   fmt.Sprintf(byNode, "SELECT l.dst AS value, count(*) AS n FROM node f LEFT JOIN link l ON l.src = f.rid AND l.type = {Ban.targets} WHERE f.type = {Ban}"),
	},
	{
		name: "facts by source", byHand: 1.5,
		query: `{ facts { facets(by: SOURCE) { value count } } }`,
		sql:   fmt.Sprintf(byNode, "SELECT l.dst AS value, count(DISTINCT f.rid) AS n FROM node f"+fmt.Sprintf(claimsOf, "f.rid")+"WHERE f.type IN ({facts})"),
	},
	{
		name: "facts by participant", byHand: 1.5,
		query: `{ facts { facets(by: PARTICIPANT) { value count } } }`,
		sql:   fmt.Sprintf(byNode, "SELECT b.dst AS value, count(*) AS n FROM back b WHERE b.type = 0 AND b.kind IN ({facts})"),
	},
	{
		name: "a hub's facts by kind", millis: 5, byHand: 1.5,
		query: `query ($id: ID!) { firm(id: $id) { facts { facets(by: KIND) { value count } } } }`,
		sql:   "SELECT t.name, count(*) FROM (SELECT b.kind AS kind " + factsOfHub + ") g JOIN number t ON t.number = g.kind" + byCount,
	},
	{
		name: "a hub's facts by phase", millis: 5, byHand: 1.5,
		query: `query ($id: ID!) { firm(id: $id) { facts { facets(by: PHASE) { value count } } } }`,
		sql:   "SELECT f.p_phase, count(*) " + nodesOfHub + byCount,
	},
	{
		name: "a hub's facts by year", millis: 5, byHand: 1.5,
		query: `query ($id: ID!) { firm(id: $id) { facts { histogram(by: YEAR) { from until count } } } }`,
		sql:   "SELECT substr(b.at, 1, 4), count(*) " + factsOfHub + " AND b.at IS NOT NULL GROUP BY 1 ORDER BY 1",
	},
	{
		name: "a hub's bans by advocate", millis: 5, byHand: 1.5,
		query: `query ($id: ID!) { firm(id: $id) { bans { facets(by: ADVOCATES) { value count } } } }`,
		sql: fmt.Sprintf(byNode, `SELECT l.dst AS value, count(*) AS n FROM back b LEFT JOIN link l ON l.src = b.src AND l.type = {Ban.advocates}
WHERE b.dst = (SELECT rid FROM id WHERE id = ?1) AND b.type = {Ban.targets}`),
	},
	{
		name: "a hub's facts by source", byHand: 1.5,
		query: `query ($id: ID!) { firm(id: $id) { facts { facets(by: SOURCE) { value count } } } }`,
		sql: fmt.Sprintf(byNode, "SELECT l.dst AS value, count(DISTINCT b.src) AS n FROM back b"+fmt.Sprintf(claimsOf, "b.src")+
			"WHERE b.dst = (SELECT rid FROM id WHERE id = ?1) AND b.type = 0 AND b.kind IN ({facts})"),
	},
}

// facetResult is what was measured of a shape.
type facetResult struct {
	Shape   string   `json:"shape"`
	Timings []timing `json:"timings"`
	Millis  verdict  `json:"millis"`
	ByHand  verdict  `json:"byHand"`
}

// The sides of a shape, in this order.
const (
	facetStatements = iota
	facetByHand
)

// measureFacets compares what the store does for facets and histograms with
// statements by hand, both without HTTP and GraphQL.
func measureFacets(ctx context.Context, o options, r *report) error {
	if o.profiles() {
		return errors.New("-store facets: there is nothing to profile; use -store sqlite")
	}
	g, err := openSQLite(ctx, o, o.size)
	if err != nil {
		return err
	}
	defer g.close()
	c, err := sqlite3.OpenFlags(g.path, sqlite3.OPEN_READONLY)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	numbers, err := numbersOf(c)
	if err != nil {
		return err
	}
	for _, s := range facetShapes {
		if !strings.Contains(s.name, o.shape) {
			continue
		}
		progress("counting: %s", s.name)
		result, err := s.measure(ctx, o, g, c, numbers)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		r.Facets = append(r.Facets, result)
	}
	return nil
}

// numbersOf are the numbers that a database gave to types and links, as SQL.
func numbersOf(c *sqlite3.Conn) (map[string]string, error) {
	numbers, facts := map[string]string{}, []string{}
	err := eachRow(c, "SELECT number, name FROM number", func(row []any) {
		number := fmt.Sprint(row[0])
		numbers[fmt.Sprint(row[1])] = number
		if strings.HasPrefix(number, "2") && len(number) == len("2001") {
			facts = append(facts, number)
		}
	})
	numbers["facts"] = strings.Join(facts, ",")
	return numbers, err
}

var namedNumber = regexp.MustCompile(`\{([A-Za-z.]+)\}`)

func (s *facetShape) measure(ctx context.Context, o options, g *loadedGraph, c *sqlite3.Conn, numbers map[string]string) (facetResult, error) {
	result := facetResult{Shape: s.name}
	var plans []*plan.Plan
	for i := range hubs {
		p, err := resolvers.Plan(ctx, schema.Model(), &graphql.RawParams{Query: s.query, Variables: s.variables(i)})
		if err != nil {
			return result, err
		}
		plans = append(plans, p)
	}
	text := namedNumber.ReplaceAllStringFunc(s.sql, func(name string) string { return numbers[name[1:len(name)-1]] })
	byHand, _, err := c.Prepare(text)
	if err != nil {
		return result, fmt.Errorf("%w in %s", err, text)
	}
	defer func() { _ = byHand.Close() }()
	for i, p := range plans {
		if err := sameCounts(ctx, g, p, byHand, i); err != nil {
			return result, err
		}
	}
	// Lists of all facts take as long as hundreds of other requests.
	n := max(o.requests/10, o.turns)
	result.Timings, err = measure(ctx, o, n, []side{
		{"statements", func(ctx context.Context, i int) error {
			_, err := g.store.Query(ctx, plans[i%hubs])
			return err
		}},
		{"by hand", func(_ context.Context, i int) error {
			_, err := countByHand(byHand, i%hubs)
			return err
		}},
	})
	if err != nil {
		return result, err
	}
	result.Millis = atMost(s.millis, result.Timings[facetStatements].P50/1000)
	result.ByHand = atMost(s.byHand, ratio(result.Timings, func(p50 []float64) float64 { return p50[facetStatements] / p50[facetByHand] }))
	return result, nil
}

// variables are those of a request about one of the hubs.
func (s *facetShape) variables(hub int) map[string]any {
	if !strings.Contains(s.query, "$id") {
		return nil
	}
	return byID(hub)
}

// counted is a value with how often it is there.
type counted struct {
	value string
	count int
}

// countByHand runs a statement by hand about one of the hubs.
func countByHand(s *sqlite3.Stmt, hub int) ([]counted, error) {
	if s.BindCount() > 0 {
		if err := s.BindText(1, string(graphtest.FirmID(hub))); err != nil {
			return nil, err
		}
	}
	var all []counted
	for s.Step() {
		all = append(all, counted{s.ColumnText(0), s.ColumnInt(1)})
	}
	return all, s.Reset()
}

// sameCounts holds the statement by hand to what the store answers.
func sameCounts(ctx context.Context, g *loadedGraph, p *plan.Plan, byHand *sqlite3.Stmt, hub int) error {
	result, err := g.store.Query(ctx, p)
	if err != nil {
		return err
	}
	rows := result.Fetches[0]
	if len(rows.Rows) > 0 {
		rows = rows.Rows[0].Follows[0]
	}
	var want []counted
	for _, f := range rows.Facets {
		for _, v := range f.Values {
			want = append(want, counted{v.Value.Text(), v.Count})
		}
	}
	for _, buckets := range rows.Histograms {
		for _, b := range buckets {
			want = append(want, counted{b.From, b.Count})
		}
	}
	got, err := countByHand(byHand, hub)
	if err == nil && !reflect.DeepEqual(countsOf(got), countsOf(want)) {
		err = fmt.Errorf("the answers differ:\nthe store %v\nby hand   %v", want, got)
	}
	return err
}

// countsOf are the numbers alone, but for empty buckets, which a statement by hand has
// not: it names types and spans otherwise.
func countsOf(all []counted) []int {
	var counts []int
	for _, one := range all {
		if one.count > 0 {
			counts = append(counts, one.count)
		}
	}
	return counts
}
