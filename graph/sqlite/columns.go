package sqlite

import (
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// storedProperty is a property name with its columns.
type storedProperty struct {
	*graph.Property
	columns []storedColumn
	// classes are those of the types that have it.
	classes []graph.NodeClass
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
			{columnName(p, certainFromSuffix), "TEXT"}, {columnName(p, certainUntilSuffix), "TEXT"},
		}
	default:
		return []storedColumn{{columnName(p, ""), "TEXT"}}
	}
}

// sortColumnOf is the column that a property is ordered by.
func sortColumnOf(p *graph.Property) constant {
	if p.Kind == graph.KindDate {
		return columnName(p, sortSuffix)
	}
	return columnName(p, "")
}

// storedProperties lists the properties of all types, one of each name, by name.
func storedProperties(m *graph.Model) []storedProperty {
	byName := map[string]*storedProperty{}
	for _, t := range m.Ordered {
		for _, p := range t.Properties {
			have := byName[p.Name]
			if have == nil {
				have = &storedProperty{Property: p, columns: columnsOf(p)}
				byName[p.Name] = have
			}
			// A property is indexed if any type asks for it.
			if p.Indexed {
				have.Property = p
			}
			if !slices.Contains(have.classes, t.Class) {
				have.classes = append(have.classes, t.Class)
			}
		}
	}
	var all []storedProperty
	for _, p := range byName {
		slices.Sort(p.classes)
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b storedProperty) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// addColumns adds the columns that are missing. The history of derived values is
// kept elsewhere.
func addColumns(c *sqlite3.Conn, properties []storedProperty) error {
	for _, table := range []constant{"node", "node_past"} {
		have, err := readTexts(c, "SELECT name FROM pragma_table_info('"+string(table)+"')")
		if err != nil {
			return err
		}
		for _, p := range properties {
			if p.Derived && table == "node_past" {
				continue
			}
			for _, column := range p.columns {
				if slices.Contains(have, strings.Trim(string(column.name), `"`)) {
					continue
				}
				if err := c.Exec(fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", table, column.name, column.sqlType)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// addIndexes makes an index for each property that asks for one, and makes it
// anew if nodes of another class have the property now.
func addIndexes(c *sqlite3.Conn, properties []storedProperty) error {
	for _, p := range properties {
		if !p.Indexed {
			continue
		}
		want := indexText(p)
		have, err := readTexts(c, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'node'")
		if err != nil {
			return err
		}
		if slices.Contains(have, want) {
			continue
		}
		if err := c.Exec(fmt.Sprintf("DROP INDEX IF EXISTS %s; %s", indexName(p.Property), want)); err != nil {
			return err
		}
	}
	return nil
}

// indexText makes the index of a property. Nodes of classes that do not have it
// are not in it. Those that could have a value and lack it are: they are the
// last of a page in its order, which an index of the values alone could not give.
func indexText(p storedProperty) string {
	s := &statement{}
	s.text("CREATE INDEX ")
	s.text(indexName(p.Property))
	s.text(" ON node (type, ")
	s.text(sortColumnOf(p.Property))
	s.text(", id) WHERE ")
	s.ofClasses(func() { s.text("type") }, p.classes)
	return s.sql.String()
}
