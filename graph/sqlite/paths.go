package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/paths"

	"github.com/ncruces/go-sqlite3"
)

// byPaths searches for paths: shared code asks for participations, hop by hop.
func (q *query) byPaths(f *plan.Fetch, match plan.ByPaths) (*plan.Rows, error) {
	r, ids := q.renderer(), paths.IDs(match)
	r.byID(ids, match.NodeTypes, &plan.Shape{})
	got, err := q.load(r, &plan.Shape{}, nil)
	if err != nil {
		return nil, err
	}
	rows, rids := make([]*plan.Row, len(ids)), make([]int64, len(ids))
	for i, row := range got.rows {
		rows[got.parent[i]], rids[got.parent[i]] = row, got.rids[i]
	}
	if err := paths.Check(f, rows); err != nil {
		return nil, err
	}
	found, err := paths.Find(match, paths.Ends[int64]{From: rids[0], To: rids[1], Avoid: rids[2:]}, &pathReader{query: q, match: match})
	if err != nil {
		return nil, err
	}
	return paths.Rows(f, match, found, q.byID)
}

// pathReader reads the graph for a search for paths, which knows nodes by their rids.
type pathReader struct {
	*query
	match plan.ByPaths
}

// Expand implements paths.Reader.
func (p *pathReader) Expand(entities []int64, limit int) (read []paths.Participation[int64], whole bool, err error) {
	r := p.renderer()
	r.expand(p.match, ridList(entities), limit)
	rows := 0
	err = p.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		rows++
		role := p.layout.linkOf[s.ColumnInt(2)]
		if role == nil {
			return nil // a type that the schema no longer has
		}
		read = append(read, paths.Participation[int64]{
			Fact: s.ColumnInt64(0), Entity: s.ColumnInt64(1), Role: role, Status: graph.Status(s.ColumnText(3)),
			Hub: p.match.MaxDegree > 0 && s.ColumnBool(4),
		})
		return nil
	})
	return read, rows < limit, err
}

// Describe implements paths.Reader.
func (p *pathReader) Describe(nodes []int64) (map[int64]paths.Node, error) {
	r := p.renderer()
	r.describe(p.match, ridList(nodes))
	told := make(map[int64]paths.Node, len(nodes))
	err := p.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		told[s.ColumnInt64(0)] = paths.Node{ID: graph.ID(s.ColumnText(1)), Status: graph.Status(s.ColumnText(2))}
		return nil
	})
	return told, err
}

// expand reads the participations in the facts of some entities. The facts come
// first, each once, so that no participation is read twice; each has one at least,
// so that the limit holds for both.
func (r *renderer) expand(match plan.ByPaths, entities string, limit int) {
	r.text("WITH f AS MATERIALIZED (")
	r.factsOf(entities, match.Filter)
	r.text(" LIMIT ")
	r.value(limit)
	r.text(")")
	if match.MaxDegree == 0 {
		r.participations(limit)
		return
	}
	// A hub is in many facts, and is to be looked at once.
	r.text(", p AS MATERIALIZED (")
	r.participations(limit)
	r.text("), h AS MATERIALIZED (SELECT dst FROM (SELECT DISTINCT dst FROM p) d WHERE ")
	r.inMore(match.MaxDegree)
	r.text(") SELECT rid, dst, type, status, dst IN (SELECT dst FROM h) FROM p")
}

// participations reads those in the facts of the table f. Of the links of a fact they
// are those that have a status; to compare each with all types of theirs takes longer.
func (r *renderer) participations(limit int) {
	l := r.fresh("l")
	r.text(" SELECT f.rid, ")
	r.field(l, "dst")
	r.text(", ")
	r.field(l, "type")
	r.text(", ")
	r.field(l, "status")
	r.text(" FROM f CROSS JOIN link ")
	r.alias(l)
	r.text(" WHERE ")
	r.field(l, "src")
	r.text(" = f.rid AND ")
	r.field(l, "status")
	r.text(" IS NOT NULL LIMIT ")
	r.value(limit)
}

// factsOf reads the facts of some entities that pass a filter, each once.
func (r *renderer) factsOf(entities string, filter plan.Filter) {
	b, n := r.fresh("b"), r.fresh("n")
	r.text("SELECT DISTINCT ")
	r.field(b, "src")
	r.text(" AS rid")
	r.fromParents(entities)
	r.text(" CROSS JOIN back ")
	r.alias(b)
	if filter != nil {
		r.joinNode(n, b, "src")
	}
	r.text(" WHERE ")
	r.ofEntity(b, r.parent)
	r.passes(n, filter)
}

// ofEntity writes that rows have the facts of an entity in any role, each once.
func (r *renderer) ofEntity(b node, entity func()) {
	r.field(b, "dst")
	r.text(" = ")
	entity()
	r.text(" AND ")
	r.field(b, "type")
	r.text(" = 0")
}

// inMore writes that the entity d.dst is in more facts than a number.
func (r *renderer) inMore(degree int) {
	b := r.fresh("b")
	r.text("EXISTS (SELECT 1 FROM back ")
	r.alias(b)
	r.text(" WHERE ")
	r.ofEntity(b, func() { r.text("d.dst") })
	r.text(" LIMIT 1 OFFSET ")
	r.value(degree)
	r.text(")")
}

// describe reads what is told of the nodes on paths.
func (r *renderer) describe(match plan.ByPaths, nodes string) {
	n := r.fresh("n")
	r.text("SELECT ")
	r.field(n, "rid")
	r.text(", ")
	r.field(n, "id")
	r.text(", ")
	r.column(n, match.FactTypes[0].Property(graph.StatusProperty), "")
	r.fromParents(nodes)
	r.text(" CROSS JOIN node ")
	r.alias(n)
	r.text(" ON ")
	r.field(n, "rid")
	r.text(" = ")
	r.parent()
}
