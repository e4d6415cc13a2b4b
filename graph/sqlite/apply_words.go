package sqlite

import (
	"cmp"
	"slices"

	"companygraph/graph"
)

// tokenRow is a row of token.
type tokenRow struct {
	token string
	id    graph.ID
	field graph.TokenField
	kind  int
}

func compareTokens(x, y tokenRow) int {
	return cmp.Or(cmp.Compare(x.token, y.token), cmp.Compare(x.id, y.id), cmp.Compare(x.field, y.field), cmp.Compare(x.kind, y.kind))
}

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
	goneKeys, keys     []keyRow
}

// findWords finds which tokens and identifiers change. The old ones follow from
// what the nodes were.
func (a *application) findWords() error {
	var hadTokens, tokens []tokenRow
	var hadKeys, keys []keyRow
	for _, n := range a.changed {
		if n.Old != nil {
			if !n.SameTokens {
				hadTokens = a.tokensOf(hadTokens, n.Old, graph.SearchTokens(n.Old))
			}
			hadKeys = a.keysOf(hadKeys, n.Old)
		}
		if n.New != nil {
			tokens = a.tokensOf(tokens, n.New, n.Tokens)
			keys = a.keysOf(keys, n.New)
		}
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

func (a *application) tokensOf(rows []tokenRow, node *graph.Node, tokens []graph.SearchToken) []tokenRow {
	kind := a.layout.types[node.Type]
	for _, t := range tokens {
		rows = append(rows, tokenRow{t.Token, node.ID, t.Field, kind})
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
	token := func(b *binder, i int) {
		b.text(a.goneTokens[i].token)
		b.text(string(a.goneTokens[i].id))
	}
	keepToken := insertion{into: "INSERT OR FAIL INTO token_past (token, id, until)", width: 3}
	if err := a.retire(len(a.goneTokens), keepToken, "DELETE FROM token WHERE token = ? AND id = ?", token); err != nil {
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
	} else if err := putTokens(a.conn, a.tokens); err != nil {
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

func putTokens(c *conn, rows []tokenRow) error {
	token := insertion{into: "INSERT OR FAIL INTO token (token, id, field, type)", width: 4}
	return c.insert(token, len(rows), func(b *binder, i int) {
		b.text(rows[i].token)
		b.text(string(rows[i].id))
		b.int(int64(rows[i].field))
		b.int(int64(rows[i].kind))
	})
}
