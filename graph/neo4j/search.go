package neo4j

import (
	"strings"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/search"
)

// Nodes have the words they are found by in one property for each kind of text,
// with blanks between them, under [graph.TokenField].
var wordProperties = []string{"_names", "_aliases", "_titles"}

// addWords adds the words that a node is found by to its properties.
func addWords(all map[string]any, tokens []graph.SearchToken) {
	lists := make([][]string, len(wordProperties))
	for _, t := range tokens {
		i := int(t.Field) - 1
		lists[i] = append(lists[i], t.Token)
	}
	for i, list := range lists {
		if len(list) > 0 {
			all[wordProperties[i]] = strings.Join(list, " ")
		}
	}
}

// beginsWith is the search of the index for words that begin with one. A word is
// a value: what means something to the index is not to mean it there.
func beginsWith(word string) string {
	var b strings.Builder
	for _, c := range word {
		if strings.ContainsRune(`+-&|!(){}[]^"~*?:\/ `, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String() + "*"
}

// maxTokenRows bounds the rows that are read for one word of a search.
const maxTokenRows = 5000

// byWords searches: shared code ranks what the index has.
func (q *query) byWords(f *plan.Fetch, match plan.ByWords) (*plan.Rows, error) {
	tokens := make([][]search.TokenRow, len(match.Words))
	for i, word := range match.Words {
		r := newRenderer(q.model)
		r.byWord(word, f.Types)
		err := q.run(r, func(record []any) error {
			c := &cells{list: record}
			tokens[i] = append(tokens[i], search.TokenRow{
				Token: c.text(), ID: c.id(), Field: graph.TokenField(c.number()),
				Class: q.model.Types[graph.TypeName(c.text())].Class,
			})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return search.Page(f.Window, search.RankHits(match.Words, tokens), func(ids []graph.ID) (*plan.Rows, error) {
		return q.byID(ids, f.Types, f.Shape)
	})
}
