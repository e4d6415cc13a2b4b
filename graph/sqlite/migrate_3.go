package sqlite

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/store/search"

	"github.com/ncruces/go-sqlite3"
)

// remakeWords leads from layout 3 to 4, in which searches read other tables and
// words are folded in other ways: all that nodes are found by is made anew.
func remakeWords(c *conn, m *graph.Model) error {
	if err := c.Exec("DROP TABLE token; DROP TABLE token_past;" + searchTables); err != nil {
		return err
	}
	l, err := fitToModel(c.Conn, m)
	if err != nil {
		return err
	}
	for after, done := int64(0), false; !done; {
		if after, done, err = remakeSome(c, l, after); err != nil {
			return err
		}
	}
	return eachPastVersion(c, l, func(versions []pastVersion) error { return keepTokens(c, versions) })
}

// remadeAtOnce is how many nodes are read and written together.
const remadeAtOnce = 10_000

// remakeSome makes the rows of the nodes behind a rid, and returns the last.
func remakeSome(c *conn, l *layout, after int64) (last int64, done bool, err error) {
	var rids []int64
	err = c.run("SELECT rid FROM node WHERE rid > ? ORDER BY rid LIMIT ?", []any{after, remadeAtOnce}, func(s *sqlite3.Stmt) error {
		rids = append(rids, s.ColumnInt64(0))
		return nil
	})
	if err != nil || len(rids) == 0 {
		return after, true, err
	}
	nodes, err := (&wholes{conn: c, layout: l}).read(rids)
	if err != nil {
		return after, true, err
	}
	var tokens []tokenRow
	var words []wordsRow
	for _, rid := range rids {
		stored := nodes[rid]
		if stored == nil || stored.Node.Type.Class == graph.PartClass {
			continue
		}
		node := stored.Node
		if own := graph.SearchTokens(node, stored.Parts); len(own) > 0 {
			words = append(words, wordsRow{node.ID, search.FormatTokens(own)})
			tokens = appendTokens(tokens, node, l.types[node.Type], own)
		}
	}
	slices.SortFunc(tokens, compareTokens)
	slices.SortFunc(words, compareWords)
	return rids[len(rids)-1], false, putSearched(c, tokens, words)
}

// pastToken is a token that a node was found by, until a revision.
type pastToken struct {
	token string
	id    graph.ID
	until int64
}

// keepTokens notes what versions of nodes were found by, those of parts for what
// they belong to.
func keepTokens(c *conn, versions []pastVersion) error {
	var tokens []pastToken
	for _, v := range versions {
		if v.node.Type == nil {
			continue // the schema has it no longer
		}
		for _, t := range graph.SearchTokens(v.node, nil) {
			tokens = append(tokens, pastToken{t.Token, graph.OwnerOf(v.node.ID), v.until})
		}
	}
	return c.insert(insertion{into: "INSERT OR IGNORE INTO token_past (token, id, until)", width: 3}, len(tokens), func(b *binder, i int) {
		b.text(tokens[i].token)
		b.text(string(tokens[i].id))
		b.int(tokens[i].until)
	})
}
