package sqlite

import (
	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// copyIdentifiers copies identifiers, and derives those of the past from the nodes
// that there were.
func copyIdentifiers(c *conn, l *layout) error {
	err := c.Exec("INSERT INTO identifier (scheme, value, rid) SELECT scheme, value, rid FROM old_identifier ORDER BY 1, 2")
	if err != nil {
		return err
	}
	return eachPastVersion(c, l, func(versions []pastVersion) error { return keepIdentifiers(c, versions) })
}

// eachPastVersion hands on the versions that there were, some at a time.
func eachPastVersion(c *conn, l *layout, each func([]pastVersion) error) error {
	var last pastVersion
	for {
		versions, err := pastVersions(c, l, last)
		if err != nil || len(versions) == 0 {
			return err
		}
		if err := each(versions); err != nil {
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

// pastKey is an identifier of a node, until a revision.
type pastKey struct {
	pastVersion
	key graph.Identifier
}

// keepIdentifiers notes what versions of nodes were identified by.
func keepIdentifiers(c *conn, versions []pastVersion) error {
	var keys []pastKey
	for _, v := range versions {
		if v.node.Type == nil {
			continue // the schema has it no longer
		}
		for _, key := range graph.Identifiers(v.node) {
			keys = append(keys, pastKey{v, key})
		}
	}
	return c.insert(insertion{into: "INSERT OR IGNORE INTO identifier_past (scheme, value, rid, until)", width: 4}, len(keys), func(b *binder, i int) {
		b.text(keys[i].key.Scheme)
		b.text(keys[i].key.Value)
		b.int(keys[i].rid)
		b.int(keys[i].until)
	})
}
