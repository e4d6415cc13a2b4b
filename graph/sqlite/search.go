package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/search"

	"github.com/ncruces/go-sqlite3"
)

// byWords searches. It reads what the index has for the rarest word, and of the
// nodes that this finds their own words for the others. Shared code ranks them.
func (q *query) byWords(f *plan.Fetch, match plan.ByWords) (*plan.Rows, error) {
	tokens, err := q.candidates(match.Words, f.Types)
	if err != nil {
		return nil, err
	}
	return search.Page(f.Window, search.RankHits(match.Words, tokens), func(ids []graph.ID) (*plan.Rows, error) {
		return q.byID(ids, f.Types, f.Shape)
	})
}

// candidates are the index rows of each word, at least of the nodes that answer
// all of them.
func (q *query) candidates(words []string, types []*graph.Type) ([][]search.TokenRow, error) {
	tokens := make([][]search.TokenRow, len(words))
	if len(words) == 0 {
		return tokens, nil
	}
	rare, err := q.rarest(words)
	if err != nil {
		return nil, err
	}
	if tokens[rare], err = q.tokens(words[rare], types); err != nil || len(words) == 1 {
		return tokens, err
	}
	found, err := q.tokensOf(tokens[rare], types)
	for i := range words {
		tokens[i] = found
	}
	return tokens, err
}

// sizeStep is up to how many index rows of each word are counted at first, and
// how many times as many each time that all words have more.
const sizeStep = 32

// rarest is the word of which the index has the fewest rows, about.
func (q *query) rarest(words []string) (int, error) {
	if len(words) == 1 {
		return 0, nil
	}
	values := make([]graph.Value, len(words))
	for i, word := range words {
		values[i] = graph.Text(word)
	}
	for limit := sizeStep * sizeStep; ; limit *= sizeStep {
		r := q.renderer()
		r.wordSizes(jsonList(values), limit)
		rare, fewest := 0, limit
		err := q.perParent(r, func(at, n int) {
			if n < fewest {
				rare, fewest = at, n
			}
		})
		if err != nil || fewest < limit {
			return rare, err
		}
	}
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

// tokensOf are all tokens of nodes that have been found.
func (q *query) tokensOf(found []search.TokenRow, types []*graph.Type) ([]search.TokenRow, error) {
	known := map[graph.ID]bool{}
	var ids []graph.ID
	for _, row := range found {
		if !known[row.ID] {
			known[row.ID] = true
			ids = append(ids, row.ID)
		}
	}
	shape := &plan.Shape{}
	for _, p := range q.layout.columns {
		if p.Searched != 0 {
			shape.Properties = append(shape.Properties, p.Property)
		}
	}
	nodes, err := q.byID(ids, types, shape)
	if err != nil {
		return nil, err
	}
	var rows []search.TokenRow
	for _, row := range nodes.Rows {
		node := &graph.Node{ID: row.ID, Type: row.Type, Values: map[string]graph.Value{}}
		for i, p := range shape.Properties {
			node.Values[p.Name] = row.Values[i]
		}
		for _, t := range graph.SearchTokens(node) {
			rows = append(rows, search.TokenRow{Token: t.Token, Field: t.Field, ID: row.ID, Class: row.Type.Class})
		}
	}
	return rows, nil
}
