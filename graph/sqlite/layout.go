package sqlite

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// applicationID marks a database file as one of ours ("cgdb").
const applicationID = 0x63676462

// layoutVersion is that of the tables below.
const layoutVersion = 1

// ErrForeign says that the file is a database, but not one of ours.
var ErrForeign = errors.New("is a database of another program")

// tables is the fixed part of the layout. Rows of node, link and back are
// current; what a write replaces moves to the table of the same name with
// _past, whose rows held from revision `since` up to, not including, `until`
// (docs/decisions/0003-history-in-the-layout.md). back is link turned round,
// in the order of the id and in that of the time of the node at its start; its
// rows of type 0 stand for a role of any kind, once for each fact. In
// back_past a missing time is the empty text, as its key cannot hold null.
const tables = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('revision', 0);
CREATE TABLE number (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE node (rid INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type INTEGER NOT NULL, since INTEGER NOT NULL) STRICT;
CREATE INDEX node_type ON node (type, id);
CREATE TABLE node_past (rid INTEGER NOT NULL, id TEXT NOT NULL, type INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (rid, until)) STRICT, WITHOUT ROWID;
CREATE INDEX node_past_id ON node_past (id, until);
CREATE TABLE link (src INTEGER NOT NULL, type INTEGER NOT NULL, ord INTEGER NOT NULL, dst INTEGER NOT NULL, status TEXT, since INTEGER NOT NULL, PRIMARY KEY (src, type, ord)) STRICT, WITHOUT ROWID;
CREATE TABLE link_past (src INTEGER NOT NULL, type INTEGER NOT NULL, ord INTEGER NOT NULL, dst INTEGER NOT NULL, status TEXT, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (src, type, ord, until)) STRICT, WITHOUT ROWID;
CREATE TABLE back (dst INTEGER NOT NULL, type INTEGER NOT NULL, id TEXT NOT NULL, src INTEGER NOT NULL, kind INTEGER NOT NULL, at TEXT, since INTEGER NOT NULL, PRIMARY KEY (dst, type, id)) STRICT, WITHOUT ROWID;
CREATE INDEX back_at ON back (dst, type, at DESC, id, src, kind, since);
CREATE TABLE back_past (dst INTEGER NOT NULL, type INTEGER NOT NULL, id TEXT NOT NULL, src INTEGER NOT NULL, kind INTEGER NOT NULL, at TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (dst, type, until, at DESC, id)) STRICT, WITHOUT ROWID;
CREATE TABLE token (token TEXT NOT NULL, id TEXT NOT NULL, field INTEGER NOT NULL, type INTEGER NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (token, id)) STRICT, WITHOUT ROWID;
CREATE INDEX token_rid ON token (rid);
CREATE TABLE identifier (scheme TEXT NOT NULL, value TEXT NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (scheme, value)) STRICT, WITHOUT ROWID;
CREATE INDEX identifier_rid ON identifier (rid);
`

// numbering gives types and links their numbers in this database.
type numbering struct {
	types map[graph.TypeName]int
	links map[string]int
	// byNumber leads back from numbers to types and links.
	typeOf map[int]*graph.Type
	linkOf map[int]*graph.LinkType
}

// prepareLayout makes a new database ours, and brings one of ours up to the
// model: a type, link or property that was added since gets its number, its
// columns and indexes.
func prepareLayout(c *sqlite3.Conn, m *graph.Model) (*numbering, error) {
	id, err := readInt(c, "PRAGMA application_id")
	if err != nil {
		return nil, err
	}
	objects, err := readInt(c, "SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return nil, err
	}
	switch {
	case id == 0 && objects == 0:
		if err := create(c); err != nil {
			return nil, err
		}
	case id != applicationID:
		return nil, ErrForeign
	}
	version, err := readInt(c, "PRAGMA user_version")
	if err != nil {
		return nil, err
	}
	if version != layoutVersion {
		return nil, fmt.Errorf("has layout version %d, this program knows %d", version, layoutVersion)
	}
	if err := addColumns(c, m); err != nil {
		return nil, err
	}
	return number(c, m)
}

func create(c *sqlite3.Conn) error {
	return c.Exec(tables + fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, layoutVersion))
}

// storedColumn is a column that a property needs.
type storedColumn struct {
	name    constant
	sqlType constant
}

// columnsOf lists the columns of a property: dates bring what is computed from
// them, so that bounds and order can be read from an index.
func columnsOf(p *graph.Property) []storedColumn {
	switch p.Kind {
	case graph.KindInt, graph.KindBoolean:
		return []storedColumn{{columnName(p, ""), "INTEGER"}}
	case graph.KindFloat:
		return []storedColumn{{columnName(p, ""), "REAL"}}
	case graph.KindDate:
		return []storedColumn{
			{columnName(p, ""), "TEXT"}, {columnName(p, earliestSuffix), "TEXT"},
			{columnName(p, latestSuffix), "TEXT"}, {columnName(p, sortSuffix), "TEXT"},
		}
	default:
		return []storedColumn{{columnName(p, ""), "TEXT"}}
	}
}

// properties lists the properties of all types, one of each name, by name.
func properties(m *graph.Model) []*graph.Property {
	byName := map[string]*graph.Property{}
	for _, t := range m.Ordered {
		for _, p := range t.Properties {
			// A property is indexed if any type asks for it.
			if have := byName[p.Name]; have == nil || p.Indexed {
				byName[p.Name] = p
			}
		}
	}
	var all []*graph.Property
	for _, p := range byName {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *graph.Property) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func addColumns(c *sqlite3.Conn, m *graph.Model) error {
	have, err := readTexts(c, "SELECT name FROM pragma_table_info('node')")
	if err != nil {
		return err
	}
	for _, p := range properties(m) {
		for _, column := range columnsOf(p) {
			if slices.Contains(have, strings.Trim(string(column.name), `"`)) {
				continue
			}
			for _, table := range []string{"node", "node_past"} {
				if err := c.Exec(fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", table, column.name, column.sqlType)); err != nil {
					return err
				}
			}
		}
		if !p.Indexed {
			continue
		}
		sorted := columnName(p, "")
		if p.Kind == graph.KindDate {
			sorted = columnName(p, sortSuffix)
		}
		// Rows without the value are in it too: they are the last of a page in
		// this order, which a partial index could not give.
		if err := c.Exec(fmt.Sprintf(`CREATE INDEX IF NOT EXISTS "node_%s" ON node (type, %s, id)`, p.Name, sorted)); err != nil {
			return err
		}
	}
	return nil
}

// number reads the numbers of types and links, and gives new ones theirs. They
// are never changed or given again: rows and their history hold them.
func number(c *sqlite3.Conn, m *graph.Model) (*numbering, error) {
	n := &numbering{
		types: map[graph.TypeName]int{}, links: map[string]int{},
		typeOf: map[int]*graph.Type{}, linkOf: map[int]*graph.LinkType{},
	}
	for _, t := range m.Ordered {
		no, err := numberOf(c, string(t.Name))
		if err != nil {
			return nil, err
		}
		n.types[t.Name], n.typeOf[no] = no, t
	}
	for _, l := range m.Links {
		no, err := numberOf(c, l.Name)
		if err != nil {
			return nil, err
		}
		n.links[l.Name], n.linkOf[no] = no, l
	}
	return n, nil
}

func numberOf(c *sqlite3.Conn, name string) (int, error) {
	s, _, err := c.Prepare("INSERT INTO number (name) VALUES (?1) ON CONFLICT DO UPDATE SET name = name RETURNING number")
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if err := s.BindText(1, name); err != nil {
		return 0, err
	}
	if !s.Step() {
		return 0, errors.Join(s.Err(), errors.New("no number"))
	}
	no := s.ColumnInt(0)
	return no, s.Reset()
}

func readInt(c *sqlite3.Conn, sql string) (int, error) {
	s, _, err := c.Prepare(sql)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if !s.Step() {
		return 0, s.Err()
	}
	return s.ColumnInt(0), nil
}

func readTexts(c *sqlite3.Conn, sql string) ([]string, error) {
	s, _, err := c.Prepare(sql)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var texts []string
	for s.Step() {
		texts = append(texts, s.ColumnText(0))
	}
	return texts, s.Err()
}
