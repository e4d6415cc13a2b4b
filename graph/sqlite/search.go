package sqlite

import (
	"slices"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// maxTokenRows bounds the index rows that are read for one word of a search.
const maxTokenRows = 5000

// byWords searches: shared code ranks what the token index has.
func (q *query) byWords(f *graph.Fetch, match graph.ByWords) (*graph.Rows, error) {
	tokens := make([][]graph.TokenRow, len(match.Words))
	for i, word := range match.Words {
		var err error
		if tokens[i], err = q.tokens(word, f.Types); err != nil {
			return nil, err
		}
	}
	return q.hits(f, graph.RankHits(match.Words, tokens))
}

func (q *query) tokens(word string, types []*graph.Type) ([]graph.TokenRow, error) {
	var rows []graph.TokenRow
	r := q.renderer()
	r.byWord(word, types)
	err := q.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		rows = append(rows, graph.TokenRow{
			Token: s.ColumnText(0), ID: graph.ID(s.ColumnText(1)),
			Field: graph.TokenField(s.ColumnInt(2)), Class: q.known.typeOf[s.ColumnInt(3)].Class,
		})
		return nil
	})
	return rows, err
}

// hits reads the nodes of the page of the hits.
func (q *query) hits(f *graph.Fetch, all []graph.Hit) (*graph.Rows, error) {
	hits := all
	w := f.Window
	if w.After != nil {
		hits = hits[after(hits, *w.After):]
	}
	more := len(hits) > w.Limit
	hits = hits[:min(len(hits), w.Limit)]
	ids := make([]graph.ID, len(hits))
	for i, hit := range hits {
		ids[i] = hit.ID
	}
	rows, err := q.byID(ids, f.Types, f.Shape)
	if err != nil {
		return nil, err
	}
	for i, row := range rows.Rows {
		row.Rank = hits[i].RankKey()
	}
	rows.Total, rows.More = len(all), more
	rows.Earlier = w.After != nil && after(all, *w.After) > 0
	return rows, nil
}

// after is the place of the first hit behind a position.
func after(hits []graph.Hit, at graph.Position) int {
	i := slices.IndexFunc(hits, func(h graph.Hit) bool {
		key, rank := h.RankKey(), at[0].Text()
		return key > rank || key == rank && string(h.ID) > at[1].Text()
	})
	if i < 0 {
		return len(hits)
	}
	return i
}
