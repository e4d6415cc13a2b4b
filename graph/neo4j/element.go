package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// A list of values is stored as JSON, which answers copy and Cypher cannot look
// into. What filters compare stands beside it: a list for each field, in the same
// order, in which "" says that the value has no such field; no stored text is
// empty. Where a text has another sort key, there is a list of keys as well.

// elementsName is the key under which a node has the values of one field.
func elementsName(list, field *graph.Property, suffix constant) string {
	return list.Name + "_" + field.Name + string(suffix)
}

// addElements adds what filters compare of the lists of a node.
func addElements(all map[string]any, n *graph.Node) {
	for _, p := range n.Type.Properties {
		if v := n.Values[p.Name]; !v.Missing() && p.FilterableByElement() {
			addList(all, p, v.Text())
		}
	}
}

func addList(all map[string]any, p *graph.Property, stored string) {
	// Validated before; what cannot be read is compared with nothing.
	composites, _ := p.Composites(stored)
	for _, field := range p.Value.Fields {
		values, keys, differ := make([]string, len(composites)), make([]string, len(composites)), false
		for i, c := range composites {
			values[i] = c[field.Name].Text()
			keys[i] = sortKey(values[i])
			differ = differ || keys[i] != values[i]
		}
		all[elementsName(p, field, "")] = values
		if differ {
			all[elementsName(p, field, keySuffix)] = keys
		}
	}
}

// element asks whether some value of a list passes a filter. A filter is null
// where a field is missing, which any and none hand on: it counts as false.
func (r *renderer) element(n variable, f plan.Element) {
	v := r.fresh("e")
	v.element = &element{owner: n, list: f.Property}
	r.write(conditional(f.Not, "none(", "any("))
	r.variable(v)
	// Each field has a value or "" for each element: any of the lists has the length.
	r.write(" IN range(0, size(coalesce(")
	r.elements(v, f.Property.Value.Fields[0], "")
	r.write(", [])) - 1) WHERE coalesce(")
	r.filter(v, f.Filter)
	r.write(", false))")
}

// elements writes the list of the values of one field.
func (s *statement) elements(v variable, field *graph.Property, suffix constant) {
	s.variable(v.element.owner)
	s.write(".")
	s.text.WriteString("`" + elementsName(v.element.list, field, suffix) + "`")
}

// elementField writes the value of a field of one element.
func (s *statement) elementField(v variable, field *graph.Property) {
	s.write(conditional(field.Required, "", "nullIf("))
	s.elements(v, field, "")
	s.place(v)
	s.write(conditional(field.Required, "", ", '')"))
}

// elementKey writes the sort key of a field of one element.
func (s *statement) elementKey(v variable, field *graph.Property) {
	s.write(conditional(field.Required, "coalesce(", "nullIf(coalesce("))
	s.elements(v, field, keySuffix)
	s.write(", ")
	s.elements(v, field, "")
	s.write(")")
	s.place(v)
	s.write(conditional(field.Required, "", ", '')"))
}

func (s *statement) place(v variable) {
	s.write("[")
	s.variable(v)
	s.write("]")
}

func anyStatuses(statuses []graph.Status) []any {
	list := make([]any, len(statuses))
	for i, status := range statuses {
		list[i] = string(status)
	}
	return list
}
