package sqlite

import (
	"strconv"
	"strings"

	"companygraph/graph"
)

// constant is a piece of SQL written in this package. Only untyped string
// constants become one without a conversion, so that no value can be written
// as text by mistake; there is no conversion in this package but in columnName,
// indexName and fieldPath.
type constant string

// statement is SQL in the making. Values enter as parameters alone, and names
// only if the schema declares them.
type statement struct {
	sql  strings.Builder
	args []any
}

func (s *statement) text(c constant) { s.sql.WriteString(string(c)) }

// value adds a parameter: nil, string, int64, float64 or bool.
func (s *statement) value(v any) {
	s.args = append(s.args, v)
	s.sql.WriteByte('?')
}

// number writes an integer that the store itself made: the number of a type or
// link, or of an alias.
func (s *statement) number(n int) { s.sql.WriteString(strconv.Itoa(n)) }

// numbers writes a list of such integers in parentheses.
func (s *statement) numbers(list []int) {
	s.text("(")
	for i, n := range list {
		if i > 0 {
			s.text(",")
		}
		s.number(n)
	}
	s.text(")")
}

// node names one of the tables or sub-queries of the statement: a letter that
// says what it holds, and a number that sets apart several of a kind.
type node struct {
	letter constant
	n      int
	// element says that it is a row of json_each: its columns are the fields of
	// one value of a list.
	element bool
}

func (s *statement) alias(a node) {
	s.text(a.letter)
	s.number(a.n)
}

// field writes a column of the layout.
func (s *statement) field(a node, c constant) {
	s.alias(a)
	s.text(".")
	s.text(c)
}

// column writes the column of a property, which the schema declares.
func (s *statement) column(a node, p *graph.Property, suffix constant) {
	s.alias(a)
	if a.element {
		s.text(".value ->> ")
		s.text(fieldPath(p))
		return
	}
	s.text(".")
	if p == graph.IDProperty {
		s.text("id")
		return
	}
	s.text(columnName(p, suffix))
}

// indexName is the index of a property of node.
func indexName(p *graph.Property) constant { return constant(`"node_` + p.Name + `"`) }

// columnName is the column that holds a property, or with a suffix something
// computed from it. The prefix keeps it apart from the layout's own columns.
func columnName(p *graph.Property, suffix constant) constant {
	return constant(`"p_` + p.Name + string(suffix) + `"`)
}

// fieldPath is the place of a field in the JSON of a value.
func fieldPath(p *graph.Property) constant { return constant("'$." + p.Name + "'") }

// What is computed from a date and stored beside it.
const (
	earliestSuffix constant = "_from"
	latestSuffix   constant = "_until"
	sortSuffix     constant = "_at"
	// The days on which it certainly holds; null for a date that is one day, which
	// its text tells.
	certainFromSuffix  constant = "_certain_from"
	certainUntilSuffix constant = "_certain_until"
)

// sortColumn writes what a property is ordered by.
func (s *statement) sortColumn(a node, p *graph.Property) {
	if p.Kind == graph.KindDate {
		s.column(a, p, sortSuffix)
		return
	}
	s.column(a, p, "")
}

// ofClasses writes that a type is of one of the classes. The index of a property
// has this condition, and SQLite reads that only for a statement with the same.
func (s *statement) ofClasses(column func(), classes []graph.NodeClass) {
	for i, class := range classes {
		s.text(conditional(i > 0, " OR ", conditional(len(classes) > 1, "(", "")))
		column()
		s.text(" BETWEEN ")
		s.number(firstNumber(class) + 1)
		s.text(" AND ")
		s.number(firstNumber(class) + numberRange - 1)
	}
	s.text(conditional(len(classes) > 1, ")", ""))
}

// conditional is one text or the other.
func conditional(condition bool, yes, no constant) constant {
	if condition {
		return yes
	}
	return no
}
