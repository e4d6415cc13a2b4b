package write

import (
	"fmt"

	"companygraph/graph"

	"github.com/tidwall/gjson"
)

// AppendJSON appends the record as it is kept: an object with `id`, `type`,
// `values` by property, `links` by field in declared order, `parts`,
// `partial`, `dataset`, `about`, `aliases` and `removed`, of which empty ones are left out. The same record always gives
// the same bytes.
func (r *Record) AppendJSON(b []byte) []byte {
	b = appendNode(b, r.Node)
	if len(r.Parts) > 0 {
		b = append(b, `,"parts":[`...)
		for i, part := range r.Parts {
			b = append(appendNode(appendComma(b, i), part), '}')
		}
		b = append(b, ']')
	}
	if r.Partial {
		b = append(b, `,"partial":true`...)
	}
	if r.Dataset != "" {
		b = graph.AppendString(append(b, `,"dataset":`...), r.Dataset)
	}
	if r.About != "" {
		b = graph.AppendString(append(b, `,"about":`...), string(r.About))
	}
	if len(r.Aliases) > 0 {
		b = append(b, `,"aliases":[`...)
		for i, id := range r.Aliases {
			b = graph.AppendString(appendComma(b, i), string(id))
		}
		b = append(b, ']')
	}
	if len(r.Removed) > 0 {
		b = append(b, `,"removed":[`...)
		for i, field := range r.Removed {
			b = graph.AppendString(appendComma(b, i), field)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendComma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

// appendNode appends the object of a node without its end.
func appendNode(b []byte, n *graph.Node) []byte {
	b = graph.AppendString(append(b, `{"id":`...), string(n.ID))
	b = graph.AppendString(append(b, `,"type":`...), string(n.Type.Name))
	b = append(b, `,"values":{`...)
	first := len(b)
	for _, p := range n.Type.Properties {
		v := n.Values[p.Name]
		if v.Missing() || p.Derived {
			continue
		}
		b = append(graph.AppendString(appendComma(b, len(b)-first), p.Name), ':')
		if p.Kind == graph.KindValue {
			b = append(b, v.Text()...)
		} else {
			b = v.AppendJSON(b)
		}
	}
	return append(appendLinks(append(b, `},"links":{`...), n.Links), '}')
}

// appendLinks appends the links of a node, which lie together by field.
func appendLinks(b []byte, links []graph.Link) []byte {
	for i, l := range links {
		switch {
		case i > 0 && links[i-1].Type == l.Type:
			b = append(b, ',')
		case i > 0:
			b = append(append(graph.AppendString(append(b, `],`...), l.Type.Field), ':'), '[')
		default:
			b = append(append(graph.AppendString(b, l.Type.Field), ':'), '[')
		}
		b = graph.AppendString(b, string(l.To))
	}
	if len(links) > 0 {
		b = append(b, ']')
	}
	return b
}

// ParseRecord reads what AppendJSON wrote. Fields that the schema has no longer
// are left out.
func ParseRecord(m *graph.Model, text string) (*Record, error) {
	root := gjson.Parse(text)
	r := &Record{}
	var err error
	if r.Node, err = parseNode(m, root); err != nil {
		return nil, err
	}
	for _, part := range root.Get("parts").Array() {
		node, err := parseNode(m, part)
		if err != nil {
			return nil, err
		}
		r.Parts = append(r.Parts, node)
	}
	r.Partial = root.Get("partial").Bool()
	r.Dataset, r.About = root.Get("dataset").Str, graph.ID(root.Get("about").Str)
	for _, id := range root.Get("aliases").Array() {
		r.Aliases = append(r.Aliases, graph.ID(id.Str))
	}
	for _, field := range root.Get("removed").Array() {
		r.Removed = append(r.Removed, field.Str)
	}
	r.fold()
	return r, nil
}

func parseNode(m *graph.Model, object gjson.Result) (*graph.Node, error) {
	n := &graph.Node{Values: map[string]graph.Value{}}
	var unknown error
	object.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "id":
			n.ID = graph.ID(value.Str)
		case "type":
			if n.Type = m.Types[graph.TypeName(value.Str)]; n.Type == nil {
				unknown = fmt.Errorf("a record is of type %s, which the schema does not have", graph.Quoted(value.Str))
				return false
			}
		case "values":
			value.ForEach(func(name, v gjson.Result) bool {
				if p := n.Type.Property(name.Str); p != nil {
					n.Values[p.Name] = parseValue(p, v)
				}
				return true
			})
		case "links":
			value.ForEach(func(field, ids gjson.Result) bool {
				if l := n.Type.Link(field.Str); l != nil {
					ids.ForEach(func(_, id gjson.Result) bool {
						n.Links = append(n.Links, graph.Link{Type: l, To: graph.ID(id.Str)})
						return true
					})
				}
				return true
			})
		}
		return true
	})
	return n, unknown
}

func parseValue(p *graph.Property, v gjson.Result) graph.Value {
	switch p.Kind {
	case graph.KindValue:
		return graph.Text(v.Raw)
	case graph.KindInt:
		return graph.Int(v.Int())
	case graph.KindFloat:
		return graph.Float(v.Float())
	case graph.KindBoolean:
		return graph.Bool(v.Bool())
	default:
		return graph.Text(v.Str)
	}
}
