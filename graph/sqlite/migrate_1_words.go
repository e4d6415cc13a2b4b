package sqlite

import (
	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// copyWords copies tokens and identifiers, and derives those of the past from
// the nodes that there were.
func copyWords(c *conn, l *layout) error {
	err := c.Exec(`
INSERT INTO token (token, id, field, type) SELECT o.token, o.id, o.field, r.number FROM old_token o JOIN old_renumbered r ON r.old = o.type ORDER BY 1, 2;
INSERT INTO identifier (scheme, value, rid) SELECT scheme, value, rid FROM old_identifier ORDER BY 1, 2;`)
	if err != nil {
		return err
	}
	var last pastVersion
	for {
		versions, err := pastVersions(c, l, last)
		if err != nil || len(versions) == 0 {
			return err
		}
		if err := keepWords(c, versions); err != nil {
			return err
		}
		last = versions[len(versions)-1]
	}
}

// pastVersion is what a node was until a revision, without its links.
type pastVersion struct {
	rid, until int64
	node       *graph.Node
}

// migratedAtOnce is how many nodes, or claims, are read together.
const migratedAtOnce = 1000

// pastVersions reads the versions behind one.
func pastVersions(c *conn, l *layout, last pastVersion) ([]pastVersion, error) {
	columns := ""
	for _, p := range l.columns {
		if p.Derived {
			columns += ", NULL"
		} else {
			columns += ", n." + string(columnName(p.Property, ""))
		}
	}
	text := "SELECT n.rid, n.id, n.type" + columns + ", n.until FROM node_past n WHERE (n.rid, n.until) > (?, ?) ORDER BY n.rid, n.until LIMIT ?"
	var versions []pastVersion
	err := c.run(text, []any{last.rid, last.until, migratedAtOnce}, func(s *sqlite3.Stmt) error {
		v := pastVersion{rid: s.ColumnInt64(0), until: s.ColumnInt64(3 + len(l.columns))}
		v.node = &graph.Node{ID: graph.ID(s.ColumnText(1)), Type: l.typeOf[s.ColumnInt(2)], Values: map[string]graph.Value{}}
		for i, p := range l.columns {
			v.node.Values[p.Name] = columnValue(s, 3+i, p.Property)
		}
		versions = append(versions, v)
		return nil
	})
	return versions, err
}

// pastToken and pastKey are what a node was found by, until a revision.
type (
	pastToken struct {
		pastVersion
		token string
	}
	pastKey struct {
		pastVersion
		key graph.Identifier
	}
)

// keepWords notes what versions of nodes were found by.
func keepWords(c *conn, versions []pastVersion) error {
	var tokens []pastToken
	var keys []pastKey
	for _, v := range versions {
		if v.node.Type == nil {
			continue // the schema has it no longer
		}
		for _, t := range graph.SearchTokens(v.node) {
			tokens = append(tokens, pastToken{v, t.Token})
		}
		for _, key := range graph.Identifiers(v.node) {
			keys = append(keys, pastKey{v, key})
		}
	}
	err := c.insert(insertion{into: "INSERT OR IGNORE INTO token_past (token, id, until)", width: 3}, len(tokens), func(b *binder, i int) {
		b.text(tokens[i].token)
		b.text(string(tokens[i].node.ID))
		b.int(tokens[i].until)
	})
	if err != nil {
		return err
	}
	return c.insert(insertion{into: "INSERT OR IGNORE INTO identifier_past (scheme, value, rid, until)", width: 4}, len(keys), func(b *binder, i int) {
		b.text(keys[i].key.Scheme)
		b.text(keys[i].key.Value)
		b.int(keys[i].rid)
		b.int(keys[i].until)
	})
}
