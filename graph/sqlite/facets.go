package sqlite

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"

	"github.com/ncruces/go-sqlite3"
)

// count reads the facets and histograms of lists, of which each has its place in
// results. Every statement describes the lists anew.
func (q *query) count(c *plan.Counted, results []*plan.Rows, describe func(*renderer) *list) error {
	for _, rows := range results {
		rows.Facets = make([]plan.FacetValues, len(c.Facets))
		rows.Histograms = make([][]plan.Bucket, len(c.Histograms))
	}
	for i, f := range c.Facets {
		r := q.renderer()
		if err := q.facet(r, describe(r).narrowed(r, f.Filter), f, func(parent int) *plan.FacetValues { return &results[parent].Facets[i] }); err != nil {
			return err
		}
		for _, rows := range results {
			rows.Facets[i].Cut(f)
		}
	}
	for i, h := range c.Histograms {
		r := q.renderer()
		r.histogram(describe(r), h)
		spans, err := q.spans(r, len(results))
		if err != nil {
			return err
		}
		for parent, rows := range results {
			if rows.Histograms[i], err = h.By.Buckets(spans[parent]); err != nil {
				return err
			}
		}
	}
	return nil
}

// facet reads one facet of all lists.
func (q *query) facet(r *renderer, l *list, f *plan.Facet, of func(parent int) *plan.FacetValues) error {
	if f.Limit == 0 {
		r.facetCount(l, f)
		return q.perParent(r, func(parent, n int) { of(parent).Total = n })
	}
	limit := f.Limit
	if _, byKind := f.By.(graph.ByKind); byKind {
		// The numbers of types are not in the order of their names.
		limit = len(q.layout.types)
	}
	r.facet(l, f, limit)
	var rids []int64
	var met []*plan.FacetValues
	err := q.conn.run(r.sql.String(), r.args, func(row *sqlite3.Stmt) error {
		into, value := of(row.ColumnInt(0)), q.facetValue(row, f.By)
		into.Values = append(into.Values, plan.FacetValue{Value: value, Count: row.ColumnInt(2)})
		into.Total = row.ColumnInt(3)
		if !value.Missing() {
			rids = append(rids, row.ColumnInt64(4))
		}
		if len(met) == 0 || met[len(met)-1] != into {
			met = append(met, into)
		}
		return q.reading.Counted(value)
	})
	if err != nil || f.Shape == nil {
		return err
	}
	return q.facetNodes(f.Shape, rids, met)
}

// facetValue is the value in the second column.
func (q *query) facetValue(row *sqlite3.Stmt, by graph.FacetBy) graph.Value {
	const at = 1
	if row.ColumnType(at) == sqlite3.NULL {
		return graph.Value{}
	}
	if _, byKind := by.(graph.ByKind); byKind {
		return graph.Text(graph.ConstantCase(string(q.layout.typeOf[row.ColumnInt(at)].Name)))
	}
	return graph.Text(row.ColumnText(at))
}

// facetNodes reads the nodes that values are the ids of.
func (q *query) facetNodes(shape *plan.Shape, rids []int64, into []*plan.FacetValues) error {
	slices.Sort(rids)
	rids = slices.Compact(rids)
	r := q.renderer()
	r.byRid(rids, shape)
	got, err := q.load(r, shape, nil)
	if err != nil {
		return err
	}
	byID := make(map[graph.ID]*plan.Row, len(got.rows))
	for _, row := range got.rows {
		byID[row.ID] = row
	}
	for _, values := range into {
		for i := range values.Values {
			v := &values.Values[i]
			v.Node = byID[graph.ID(v.Value.Text())]
		}
	}
	return q.follow(shape, got.rows, got.rids)
}

// spans reads the spans of a histogram of each list.
func (q *query) spans(r *renderer, lists int) ([][]plan.Span, error) {
	spans := make([][]plan.Span, lists)
	err := q.conn.run(r.sql.String(), r.args, func(row *sqlite3.Stmt) error {
		parent, prefix := row.ColumnInt(0), row.ColumnText(1)
		spans[parent] = append(spans[parent], plan.Span{Prefix: prefix, Count: row.ColumnInt(2)})
		return q.reading.Counted(graph.Text(prefix))
	})
	return spans, err
}
