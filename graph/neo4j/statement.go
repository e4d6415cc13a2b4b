package neo4j

import (
	"strconv"
	"strings"

	"companygraph/graph"
)

// constant is a piece of Cypher written in this package. Only untyped string
// constants become one without a conversion, so that no value can be written
// as text by mistake.
type constant string

// statement is Cypher in the making. Values and limits enter as parameters
// alone, and names only if the schema declares them: the text depends on the
// shape of a plan and nothing else, so that the server's plan cache hits.
type statement struct {
	text strings.Builder
	args map[string]any
}

func newStatement() *statement { return &statement{args: map[string]any{}} }

func (s *statement) write(c constant) { s.text.WriteString(string(c)) }

// value adds a parameter: anything the driver can send.
func (s *statement) value(v any) {
	name := "p" + strconv.Itoa(len(s.args))
	s.args[name] = v
	s.text.WriteString("$" + name)
}

// where is the WHERE of a match: none, if nothing is asked.
type where struct {
	*statement
	begun bool
}

// and begins a further condition.
func (w *where) and() {
	w.write(conditional(w.begun, " AND ", " WHERE "))
	w.begun = true
}

// variable is a name in a statement: a letter that says what it stands for,
// and a number that sets apart several of a kind.
type variable struct {
	letter constant
	n      int
	// element is set if it stands for the place of a value in a list.
	element *element
}

// element says of which node and property a value is an element.
type element struct {
	owner variable
	list  *graph.Property
}

func (s *statement) variable(v variable) {
	s.write(v.letter)
	s.text.WriteString(strconv.Itoa(v.n))
}

// field writes a property of the layout.
func (s *statement) field(v variable, name constant) {
	s.variable(v)
	s.write(".")
	s.write(name)
}

// property writes a property that the schema declares, or with a suffix what is
// computed from it.
func (s *statement) property(v variable, p *graph.Property, suffix constant) {
	if v.element != nil {
		s.elementField(v, p)
		return
	}
	s.variable(v)
	s.write(".")
	s.text.WriteString("`" + propertyName(p, suffix) + "`")
}

// propertyName is the key under which a node has a property. Names that the
// layout uses start with an underscore, which schema names do not.
func propertyName(p *graph.Property, suffix constant) string { return p.Name + string(suffix) }

// What is computed from a value and stored beside it.
const (
	earliestSuffix constant = "_from"
	latestSuffix   constant = "_until"
	sortSuffix     constant = "_at"
	// The days on which it certainly holds; there are none of a date that is one day,
	// which its text tells.
	certainFromSuffix  constant = "_certain_from"
	certainUntilSuffix constant = "_certain_until"
	// keySuffix holds the sort key of a text.
	keySuffix constant = "_key"
)

// sortName is the key under which a node has what an indexed property is
// ordered by.
func sortName(p *graph.Property) string {
	switch {
	case p.Kind == graph.KindDate:
		return propertyName(p, sortSuffix)
	case isText(p):
		return propertyName(p, keySuffix)
	default:
		return p.Name
	}
}

// sortProperty writes what a property is ordered by.
func (s *statement) sortProperty(v variable, p *graph.Property) {
	switch {
	case v.element != nil:
		s.elementKey(v, p)
	case p.Kind == graph.KindDate:
		s.property(v, p, sortSuffix)
	case isText(p) && p.Indexed:
		s.property(v, p, keySuffix)
	case isText(p):
		// The key of other text is there only where it differs.
		s.write("coalesce(")
		s.property(v, p, keySuffix)
		s.write(", ")
		s.property(v, p, "")
		s.write(")")
	default:
		s.property(v, p, "")
	}
}

// labels writes an alternative of type labels: `:Company|Retailer`, or the
// interface that has just these types.
func (s *statement) labels(m *graph.Model, types []*graph.Type) {
	s.write(":")
	s.text.WriteString(labelsOf(m, types))
}

// labelsOf names types by an interface where it has exactly these, so that a
// label scan or an index of the interface can serve.
func labelsOf(m *graph.Model, types []*graph.Type) string {
	best := ""
	for _, t := range types[0].Interfaces {
		if i := m.Interfaces[t]; len(i.Types) == len(types) && sameTypes(i.Types, types) && (best == "" || string(t) < best) {
			best = string(t)
		}
	}
	if best != "" {
		return best
	}
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t.Name)
	}
	return strings.Join(names, "|")
}

func sameTypes(a, b []*graph.Type) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// relationships writes an alternative of relationship types, which the schema
// declares.
func (s *statement) relationships(types []string) {
	s.write(":")
	s.text.WriteString(strings.Join(types, "|"))
}
