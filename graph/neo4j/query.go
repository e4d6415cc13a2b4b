package neo4j

import "companygraph/graph"

// query runs one plan.
type query struct {
	model   *graph.Model
	decoder *decoder
	// statement runs a statement and hands each record to each.
	statement func(text string, args map[string]any, each func([]any) error) error
}

// plan runs the fetches of a plan.
func (q *query) plan(plan *graph.Plan) (*graph.Result, error) {
	q.decoder = newDecoder(q.model, plan)
	result := &graph.Result{}
	for _, f := range plan.Fetches {
		rows, err := q.fetch(f)
		if err != nil {
			return nil, err
		}
		result.Fetches = append(result.Fetches, rows)
	}
	return result, nil
}

// isOneStatement tells whether a plan is answered by a single statement.
func isOneStatement(plan *graph.Plan) bool {
	if len(plan.Fetches) != 1 {
		return false
	}
	_, search := plan.Fetches[0].Match.(graph.ByWords)
	return !search
}

func (q *query) fetch(f *graph.Fetch) (*graph.Rows, error) {
	switch match := f.Match.(type) {
	case graph.ByID:
		return q.byID(match.IDs, f.Types, f.Shape)
	case graph.ByType:
		return q.byType(f, match)
	case graph.ByWords:
		return q.byWords(f, match)
	default:
		panic("neo4j: unknown match")
	}
}

// byID reads nodes in the order of the ids, nil for those that are not there.
func (q *query) byID(ids []graph.ID, types []*graph.Type, shape *graph.Shape) (*graph.Rows, error) {
	rows := &graph.Rows{Rows: make([]*graph.Row, len(ids))}
	if len(types) == 0 {
		return rows, nil
	}
	found := map[graph.ID]*graph.Row{}
	r := newRenderer(q.model)
	r.byID(ids, types, shape)
	err := q.run(r, func(record []any) error {
		read, err := q.rows(record[0], shape)
		for _, row := range read {
			found[row.ID] = row
		}
		return err
	})
	for i, id := range ids {
		rows.Rows[i] = found[id]
	}
	return rows, err
}

func (q *query) run(r *renderer, each func([]any) error) error {
	return q.statement(r.text.String(), r.args, each)
}

func (q *query) rows(column any, shape *graph.Shape) ([]*graph.Row, error) {
	list, _ := column.([]any)
	c := &cells{list: list}
	rows := make([]*graph.Row, len(list))
	for i := range rows {
		var err error
		if rows[i], err = q.decoder.row(c.cells(), shape); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (q *query) byType(f *graph.Fetch, match graph.ByType) (*graph.Rows, error) {
	rows := &graph.Rows{}
	r := newRenderer(q.model)
	r.byType(f, match)
	err := q.run(r, func(record []any) error {
		read, err := q.rows(record[0], f.Shape)
		if err != nil {
			return err
		}
		c := &cells{list: record, next: 1}
		if f.Count {
			rows.Total = number(c.take())
		}
		page(rows, f.Window, f.Shape, read)
		for _, side := range f.Window.Probes {
			rows.Probed(side, number(c.take()) > 0)
		}
		return nil
	})
	return rows, err
}

// maxTokenRows bounds the index rows that are read for one word of a search.
const maxTokenRows = 5000

// byWords searches: shared code ranks what the token index has.
func (q *query) byWords(f *graph.Fetch, match graph.ByWords) (*graph.Rows, error) {
	tokens := make([][]graph.TokenRow, len(match.Words))
	for i, word := range match.Words {
		r := newRenderer(q.model)
		r.byWord(word, f.Types)
		err := q.run(r, func(record []any) error {
			c := &cells{list: record}
			tokens[i] = append(tokens[i], graph.TokenRow{
				Token: c.text(), ID: c.id(), Field: graph.TokenField(number(c.take())),
				Class: q.model.Types[graph.TypeName(c.text())].Class,
			})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return graph.SearchPage(f.Window, graph.RankHits(match.Words, tokens), func(ids []graph.ID) (*graph.Rows, error) {
		return q.byID(ids, f.Types, f.Shape)
	})
}
