package neo4j

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/search"
	"companygraph/graph/write"
)

// query runs one plan.
type query struct {
	model   *graph.Model
	terms   *search.Dictionary
	decoder *decoder
	// statement runs a statement and hands each record to each.
	statement func(text string, args map[string]any, each func([]any) error) error
}

// answer runs the fetches of a plan.
func (q *query) answer(p *plan.Plan) (*plan.Result, error) {
	q.decoder = newDecoder(q.model, p)
	result := &plan.Result{}
	if needsDatasets(p) {
		if err := q.readDatasets(); err != nil {
			return nil, err
		}
	}
	for _, f := range p.Fetches {
		rows, err := q.fetch(f)
		if err != nil {
			return nil, err
		}
		result.Fetches = append(result.Fetches, rows)
	}
	if p.Datasets {
		result.Datasets = write.DatasetsJSON(contributing(q.decoder.datasets))
	}
	result.Read = q.decoder.reading.Rows()
	return result, nil
}

// isOneStatement tells whether a plan is answered by a single statement.
func isOneStatement(p *plan.Plan) bool {
	if len(p.Fetches) != 1 || needsDatasets(p) {
		return false
	}
	switch p.Fetches[0].Match.(type) {
	case plan.ByWords, plan.ByPaths:
		return false
	}
	return true
}

// needsDatasets tells whether a plan asks what datasets there are, or what they
// say of nodes.
func needsDatasets(p *plan.Plan) bool {
	return p.Datasets || slices.ContainsFunc(p.Fetches, func(f *plan.Fetch) bool {
		match, _ := f.Match.(plan.ByPaths)
		return asksContributions(f.Shape) || asksContributions(match.FactShape) || asksContributions(match.SkippedShape) || facetsAskContributions(&f.Counted)
	})
}

func asksContributions(s *plan.Shape) bool {
	return s != nil && (s.Contributions || slices.ContainsFunc(s.Follows, func(f *plan.Follow) bool {
		return asksContributions(f.Shape) || asksContributions(f.ViaShape) || facetsAskContributions(&f.Counted)
	}))
}

func facetsAskContributions(c *plan.Counted) bool {
	return slices.ContainsFunc(c.Facets, func(f *plan.Facet) bool { return asksContributions(f.Shape) })
}

func (q *query) readDatasets() error {
	return q.statement(datasetsText, nil, func(record []any) error {
		q.decoder.datasets = append(q.decoder.datasets, datasetOf(&cells{list: record}))
		return nil
	})
}

func (q *query) fetch(f *plan.Fetch) (*plan.Rows, error) {
	switch match := f.Match.(type) {
	case plan.ByID:
		return q.byID(match.IDs, f.Types, f.Shape)
	case plan.ByIdentifier:
		return q.byIdentifier(match.Identifier, f.Types, f.Shape)
	case plan.ByType:
		return q.byType(f, match)
	case plan.ByWords:
		return q.byWords(f, match)
	case plan.ByPaths:
		return q.byPaths(f, match)
	default:
		panic("neo4j: unknown match")
	}
}

// byID reads nodes in the order of the ids, nil for those that are not there.
func (q *query) byID(ids []graph.ID, types []*graph.Type, shape *plan.Shape) (*plan.Rows, error) {
	rows := &plan.Rows{Rows: make([]*plan.Row, len(ids))}
	if len(types) == 0 {
		return rows, nil
	}
	found := map[graph.ID]*plan.Row{}
	r := newRenderer(q.model)
	r.byID(ids, types, shape)
	err := q.run(r, func(record []any) error {
		list, _ := record[0].([]any)
		c := &cells{list: list}
		for range list {
			one := c.cells()
			row, err := q.decoder.row(one, shape)
			if err != nil {
				return err
			}
			found[one.id()] = row
		}
		return nil
	})
	for i, id := range ids {
		rows.Rows[i] = found[id]
	}
	return rows, err
}

// byIdentifier reads the node that has an identifier; one row, nil if there is
// no such node.
func (q *query) byIdentifier(key graph.Identifier, types []*graph.Type, shape *plan.Shape) (*plan.Rows, error) {
	rows := &plan.Rows{Rows: make([]*plan.Row, 1)}
	r := newRenderer(q.model)
	r.byIdentifier(key, types, shape)
	err := q.run(r, func(record []any) error {
		list, _ := record[0].([]any)
		found, err := q.rows(&cells{list: list}, shape)
		copy(rows.Rows, found)
		return err
	})
	return rows, err
}

func (q *query) run(r *renderer, each func([]any) error) error {
	return q.statement(r.text.String(), r.args, each)
}

func (q *query) byType(f *plan.Fetch, match plan.ByType) (*plan.Rows, error) {
	rows := &plan.Rows{}
	r := newRenderer(q.model)
	r.byType(f, match)
	err := q.run(r, func(record []any) error {
		c := &cells{list: record}
		read, err := q.rows(c.cells(), f.Shape)
		if err != nil {
			return err
		}
		if f.Count {
			rows.Total = int(c.number())
		}
		if f.Window != nil {
			page(rows, f.Window, f.Shape, read)
			for _, side := range f.Window.Probes {
				rows.Probed(side, c.number() > 0)
			}
		}
		return q.decoder.tallied(c, &f.Counted, rows)
	})
	return rows, err
}

func (q *query) rows(c *cells, shape *plan.Shape) ([]*plan.Row, error) {
	rows := make([]*plan.Row, len(c.list))
	for i := range rows {
		var err error
		if rows[i], err = q.decoder.row(c.cells(), shape); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
