package sqlite

import (
	"cmp"
	"slices"

	"companygraph/graph"
	"companygraph/graph/store/search"
	"companygraph/graph/write"
)

// tokenRow is a row of token.
type tokenRow struct {
	token string
	// rank orders the rows of a token as searches do: by the field, then by what the
	// node is.
	rank int
	id   graph.ID
	kind int
}

func compareTokens(x, y tokenRow) int {
	return cmp.Or(cmp.Compare(x.token, y.token), cmp.Compare(x.rank, y.rank), cmp.Compare(x.id, y.id), cmp.Compare(x.kind, y.kind))
}

// tokenRank is the rank of the rows of nodes of a class.
func tokenRank(field graph.TokenField, class graph.NodeClass) int { return 8*int(field) + int(class) }

func fieldOfRank(rank int) graph.TokenField { return graph.TokenField(rank / 8) }

// wordsRow is a row of words: all tokens of a node.
type wordsRow struct {
	id    graph.ID
	words string
}

func compareWords(x, y wordsRow) int { return cmp.Compare(x.id, y.id) }

// keyRow is a row of identifier.
type keyRow struct {
	graph.Identifier
	rid int64
}

func compareKeys(x, y keyRow) int {
	return cmp.Or(cmp.Compare(x.Scheme, y.Scheme), cmp.Compare(x.Value, y.Value), cmp.Compare(x.rid, y.rid))
}

// wordChanges are the rows that go and come of what nodes are found by.
type wordChanges struct {
	goneTokens, tokens []tokenRow
	goneWords          []graph.ID
	words              []wordsRow
	goneKeys, keys     []keyRow
}

// findWords finds which tokens and identifiers change. The old ones follow from
// what the nodes were.
func (a *application) findWords() error {
	var hadTokens, tokens []tokenRow
	var hadKeys, keys []keyRow
	for _, n := range a.changed {
		if n.Old != nil {
			hadTokens = a.tokensOf(hadTokens, n.Old, n.OldTokens)
			hadKeys = a.keysOf(hadKeys, n.Old)
		}
		if n.New != nil {
			tokens = a.tokensOf(tokens, n.New, n.Tokens)
			keys = a.keysOf(keys, n.New)
		}
		a.findNodeWords(n)
	}
	for _, list := range [][]keyRow{hadKeys, keys} {
		slices.SortFunc(list, compareKeys)
	}
	if len(hadTokens) == 0 && a.gathered != nil {
		a.tokens = tokens // they are sorted when they are written
	} else {
		slices.SortFunc(hadTokens, compareTokens)
		slices.SortFunc(tokens, compareTokens)
		a.goneTokens, a.tokens = difference(hadTokens, tokens, compareTokens)
	}
	a.goneKeys, a.keys = difference(hadKeys, keys, compareKeys)
	return nil
}

// findNodeWords finds whether the row of a node's words changes.
func (a *application) findNodeWords(n *write.NodeDelta) {
	switch {
	case len(n.Tokens) > 0:
		a.words = append(a.words, wordsRow{n.ID, search.FormatTokens(n.Tokens)})
	case len(n.OldTokens) > 0:
		a.goneWords = append(a.goneWords, n.ID)
	}
}

func (a *application) tokensOf(rows []tokenRow, node *graph.Node, tokens []graph.SearchToken) []tokenRow {
	return appendTokens(rows, node, a.layout.types[node.Type], tokens)
}

func appendTokens(rows []tokenRow, node *graph.Node, kind int, tokens []graph.SearchToken) []tokenRow {
	for _, t := range tokens {
		rows = append(rows, tokenRow{t.Token, tokenRank(t.Field, node.Type.Class), node.ID, kind})
	}
	return rows
}

func (a *application) keysOf(rows []keyRow, node *graph.Node) []keyRow {
	for _, key := range graph.Identifiers(node) {
		rows = append(rows, keyRow{key, a.rids[node.ID]})
	}
	return rows
}

// dropWords makes history of the rows that go.
func (a *application) dropWords() error {
	if len(a.goneTokens) > 0 {
		if err := a.writeGathered(); err != nil {
			return err
		}
	}
	if err := a.conn.writeEach("DELETE FROM words WHERE id = ?", len(a.goneWords), func(b *binder, i int) { b.text(string(a.goneWords[i])) }); err != nil {
		return err
	}
	token := func(b *binder, i int) {
		b.text(a.goneTokens[i].token)
		b.text(string(a.goneTokens[i].id))
		b.int(int64(a.goneTokens[i].rank))
	}
	keepToken := insertion{into: "INSERT OR FAIL INTO token_past (token, id, until)", width: 4, columns: "c0, c1, c3"}
	if err := a.retire(len(a.goneTokens), keepToken, "DELETE FROM token WHERE token = ? AND id = ? AND rank = ?", token); err != nil {
		return err
	}
	key := func(b *binder, i int) {
		b.text(a.goneKeys[i].Scheme)
		b.text(a.goneKeys[i].Value)
		b.int(a.goneKeys[i].rid)
	}
	keepKey := insertion{into: "INSERT OR FAIL INTO identifier_past (scheme, value, rid, until)", width: 4}
	return a.retire(len(a.goneKeys), keepKey, "DELETE FROM identifier WHERE scheme = ? AND value = ? AND rid = ?", key)
}

// putWords writes the rows that come.
func (a *application) putWords() error {
	if a.gathered != nil {
		a.gathered.add(nil, a.tokens, a.revision)
		a.gathered.addWords(a.words)
	} else if err := putSearched(a.conn, a.tokens, a.words); err != nil {
		return err
	}
	// A load may give an identifier to a node before it takes it from another,
	// which it withdraws at its end.
	key := insertion{into: "INSERT OR REPLACE INTO identifier (scheme, value, rid)", width: 3}
	return a.conn.insert(key, len(a.keys), func(b *binder, i int) {
		b.text(a.keys[i].Scheme)
		b.text(a.keys[i].Value)
		b.int(a.keys[i].rid)
	})
}

// putSearched writes what searches read, which is in order.
func putSearched(c *conn, tokens []tokenRow, words []wordsRow) error {
	token := insertion{into: "INSERT OR FAIL INTO token (token, rank, id, type)", width: 4}
	err := c.insert(token, len(tokens), func(b *binder, i int) {
		b.text(tokens[i].token)
		b.int(int64(tokens[i].rank))
		b.text(string(tokens[i].id))
		b.int(int64(tokens[i].kind))
	})
	if err != nil {
		return err
	}
	all := insertion{into: "INSERT OR REPLACE INTO words (id, words)", width: 2}
	err = c.insert(all, len(words), func(b *binder, i int) {
		b.text(string(words[i].id))
		b.text(words[i].words)
	})
	if err != nil {
		return err
	}
	var terms []string
	for _, row := range tokens {
		if last := len(terms) - 1; search.IsTerm(row.token) && (last < 0 || terms[last] != row.token) {
			terms = append(terms, row.token)
		}
	}
	term := insertion{into: "INSERT OR IGNORE INTO term (term)", width: 1}
	return c.insert(term, len(terms), func(b *binder, i int) { b.text(terms[i]) })
}
