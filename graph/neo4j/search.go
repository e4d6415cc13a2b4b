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

// allOf is the search of the index for nodes that have a word that begins with
// each of some.
func allOf(words []string) string {
	clauses := make([]string, len(words))
	for i, word := range words {
		clauses[i] = "+" + beginsWith(word)
	}
	return strings.Join(clauses, " ")
}

// byWords searches: the index finds the nodes that have all words, and shared code
// ranks them.
func (q *query) byWords(f *plan.Fetch, match plan.ByWords) (*plan.Rows, error) {
	var found []search.TokenRow
	if len(match.Words) > 0 {
		r := newRenderer(q.model)
		r.byWords(match.Words, f.Types)
		err := q.run(r, func(record []any) error {
			c := &cells{list: record}
			row := search.TokenRow{ID: c.id(), Class: q.model.Types[graph.TypeName(c.text())].Class}
			for i := range wordProperties {
				row.Field = graph.TokenField(i + 1)
				for row.Token = range strings.FieldsSeq(c.text()) {
					found = append(found, row)
				}
			}
			return q.decoder.reading.Row(&plan.Row{})
		})
		if err != nil {
			return nil, err
		}
	}
	tokens := make([][]search.TokenRow, len(match.Words))
	for i := range tokens {
		tokens[i] = found
	}
	return search.Page(f.Window, search.RankHits(match.Words, tokens), func(ids []graph.ID) (*plan.Rows, error) {
		return q.byID(ids, f.Types, f.Shape)
	})
}
