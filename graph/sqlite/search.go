package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/search"

	"github.com/ncruces/go-sqlite3"
)

// maxTokenRows bounds the index rows that are read for one word of a search.
const maxTokenRows = 5000

// byWords searches: shared code ranks what the token index has.
func (q *query) byWords(f *plan.Fetch, match plan.ByWords) (*plan.Rows, error) {
	tokens := make([][]search.TokenRow, len(match.Words))
	for i, word := range match.Words {
		var err error
		if tokens[i], err = q.tokens(word, f.Types); err != nil {
			return nil, err
		}
	}
	return search.Page(f.Window, search.RankHits(match.Words, tokens), func(ids []graph.ID) (*plan.Rows, error) {
		return q.byID(ids, f.Types, f.Shape)
	})
}

func (q *query) tokens(word string, types []*graph.Type) ([]search.TokenRow, error) {
	var rows []search.TokenRow
	r := q.renderer()
	r.byWord(word, types)
	err := q.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		rows = append(rows, search.TokenRow{
			Token: s.ColumnText(0), ID: graph.ID(s.ColumnText(1)),
			Field: graph.TokenField(s.ColumnInt(2)), Class: q.layout.typeOf[s.ColumnInt(3)].Class,
		})
		return nil
	})
	return rows, err
}
