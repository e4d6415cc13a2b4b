package neo4j

import (
	"maps"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/search"
)

// wordProperty has the tokens that a node is found by, as [search.FormatTokens]
// writes them.
const wordProperty = "_words"

// addTerms adds the tokens that belong into the dictionary.
func addTerms(terms map[string]bool, tokens []graph.SearchToken) {
	for _, t := range tokens {
		if search.IsTerm(t.Token) {
			terms[t.Token] = true
		}
	}
}

// putTerms writes the terms that are not there yet, as of a revision.
func (t transaction) putTerms(terms map[string]bool, revision int64) error {
	var rows []any
	for _, term := range slices.Sorted(maps.Keys(terms)) {
		rows = append(rows, []any{term, revision})
	}
	return t.merge("MERGE (t:Term {term: row[0]}) ON CREATE SET t.revision = row[1]", rows)
}

// refreshTerms adds the terms that came since.
func (q *query) refreshTerms() error {
	const text = "MATCH (t:Term) WHERE t.revision > $after RETURN t.revision, t.term"
	return q.terms.Refresh(func(after int64, each func(int64, string)) error {
		return q.statement(text, map[string]any{"after": after}, func(record []any) error {
			c := &cells{list: record}
			each(c.number(), c.text())
			return nil
		})
	})
}

// asWord is a token as a word of a search of the index. A token is a value: what
// means something to the index is not to mean it there.
func asWord(token string) string {
	var b strings.Builder
	for _, c := range token {
		if strings.ContainsRune(`+-&|!(){}[]^"~*?:\/ `, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// maxClauses is how many words a search of the index has at most: it refuses more
// than 1,024.
const maxClauses = 1_000

// allOf is the search of the index for nodes that have each of some words, or as
// many of them as there is room for.
func allOf(words search.Words) (string, error) {
	var clauses []string
	room := maxClauses
	for _, w := range words {
		n := len(w.Begin) + len(w.Near)
		if n > room {
			continue
		}
		room -= n
		var alternatives []string
		for _, begin := range w.Begin {
			alternatives = append(alternatives, asWord(begin)+"*")
		}
		for _, near := range w.Near {
			alternatives = append(alternatives, asWord(near))
		}
		clauses = append(clauses, "+("+strings.Join(alternatives, " ")+")")
	}
	if len(clauses) == 0 {
		return "", &graph.Error{Code: graph.CodeLimit, Message: "the search has a word that too many others may be misspellings of; search for another one besides"}
	}
	return strings.Join(clauses, " "), nil
}

// byWords searches: the index finds the nodes that have all words, and shared code
// ranks them.
func (q *query) byWords(f *plan.Fetch, match plan.ByWords) (*plan.Rows, error) {
	if err := q.refreshTerms(); err != nil {
		return nil, err
	}
	words := q.terms.Words(match.Words)
	hits, err := q.hits(words, f.Types)
	if err != nil {
		return nil, err
	}
	return search.Page(q.model, f, words, hits, func(ids []graph.ID, shape *plan.Shape) (*plan.Rows, error) {
		return q.byID(ids, f.Types, shape)
	})
}

func (q *query) hits(words search.Words, types []*graph.Type) ([]search.Hit, error) {
	all, err := allOf(words.Required())
	if err != nil {
		return nil, err
	}
	var hits []search.Hit
	r := newRenderer(q.model)
	r.byWords(all, types)
	err = q.run(r, func(record []any) error {
		c := &cells{list: record}
		id, class := c.id(), q.model.Types[graph.TypeName(c.text())].Class
		if hit, found := words.Hit(id, class, search.ParseTokens(c.text())); found {
			hits = append(hits, hit)
		}
		return q.decoder.reading.Row(&plan.Row{})
	})
	return hits, err
}
