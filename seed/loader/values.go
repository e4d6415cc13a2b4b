package loader

import (
	"regexp"
	"strconv"
	"strings"

	"companygraph/graph"

	"go.yaml.in/yaml/v3"
)

// text reads what YAML takes for text, a number or a date, as it is written.
func (r *reader) text(at spot, n *yaml.Node) (text string, ok bool) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		r.fault(at, n, "the field has no value; leave it out if there is none")
		return "", false
	case n.Kind == yaml.ScalarNode && n.Tag == "!!bool":
		r.fault(at, n, "%s is true or false to YAML; put it in quotes if it is text", n.Value)
		return "", false
	case n.Kind != yaml.ScalarNode:
		r.fault(at, n, "text is due here, not %s", describe(n))
		return "", false
	}
	// A block (| or >) ends in a line break that nobody means.
	text, err := graph.NormalizeText(strings.TrimRight(n.Value, "\n"))
	if err != nil {
		r.fault(at, n, "%s", err)
		return "", false
	}
	return text, true
}

var (
	wholeNumber   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	decimalNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
)

// scalar reads a value that is not composite. A number is one in YAML and
// written in decimal digits: what looks like text, or like an octal number, is
// not guessed at.
func (r *reader) scalar(at spot, kind graph.Kind, n *yaml.Node) (value graph.Value, ok bool) {
	switch kind {
	case graph.KindBoolean:
		if n.Tag != "!!bool" || (n.Value != "true" && n.Value != "false") {
			r.fault(at, n, "true or false is due here, not %s", describe(n))
			return graph.Value{}, false
		}
		return graph.Bool(n.Value == "true"), true
	case graph.KindInt:
		number, err := strconv.ParseInt(n.Value, 10, 32)
		if n.Tag != "!!int" || !wholeNumber.MatchString(n.Value) || err != nil {
			r.fault(at, n, "a whole number such as 42 is due here, of at most 32 bits")
			return graph.Value{}, false
		}
		return graph.Int(number), true
	case graph.KindFloat:
		number, err := strconv.ParseFloat(n.Value, 64)
		if (n.Tag != "!!int" && n.Tag != "!!float") || !decimalNumber.MatchString(n.Value) || err != nil {
			r.fault(at, n, "a number such as 42 or 0.5 is due here")
			return graph.Value{}, false
		}
		return graph.Float(number), true
	default:
		text, ok := r.text(at, n)
		return graph.Text(text), ok
	}
}

// values reads a property that holds one composite value or a list of them.
func (r *reader) values(d *draft, at spot, p *graph.Property, n *yaml.Node) (ok bool) {
	if p.List {
		return r.valueList(d, at, p, n)
	}
	m, ok := r.mapping(at, n)
	if !ok {
		return false
	}
	ok = r.ownerFields(d, at, p, &m)
	c, whole := r.composite(at, p.Value, m)
	d.node.Values[p.Name] = graph.Text(string(graph.AppendComposite(nil, p.Value, c)))
	return ok && whole
}

func (r *reader) valueList(d *draft, at spot, p *graph.Property, n *yaml.Node) (ok bool) {
	nodes, ok := r.list(at, n)
	list := make([]graph.Composite, len(nodes))
	for i, item := range nodes {
		r.mark(at.item(i), item)
		m, readable := r.mapping(at.item(i), item)
		c, whole := r.composite(at.item(i), p.Value, m)
		list[i], ok = c, ok && readable && whole
	}
	d.node.Values[p.Name] = graph.Text(string(graph.AppendComposites(nil, p.Value, list)))
	return ok
}

// ownerFields reads the fields of a value that hidden links of its node answer,
// such as the entity of a claim's `on`.
func (r *reader) ownerFields(d *draft, at spot, p *graph.Property, m *mapping) (ok bool) {
	ok = true
	for _, name := range p.Value.FieldOrder {
		l := hiddenLink(d.node.Type, p.Value.OwnerLinks[name])
		if l == nil {
			continue
		}
		if value := m.take(name); value != nil {
			ok = r.links(d, at.field(name), l, value) && ok
		}
	}
	return ok
}

func hiddenLink(t *graph.Type, field string) *graph.LinkType {
	if r := t.Relation(field); r == nil || !r.Hidden {
		return nil
	}
	return t.Link(field)
}

// composite reads the fields that a value holds itself.
func (r *reader) composite(at spot, v *graph.ValueType, m mapping) (c graph.Composite, ok bool) {
	c, ok = graph.Composite{}, true
	for _, key := range m.keys {
		field := v.Field(key.Value)
		if field == nil {
			r.refuseInValue(at, v, key)
			continue
		}
		value := m.values[key.Value]
		r.mark(at.field(key.Value), value)
		var good bool
		c[key.Value], good = r.scalar(at.field(key.Value), field.Kind, value)
		ok = ok && good
	}
	for _, field := range v.Fields {
		if _, written := c[field.Name]; !written {
			c[field.Name] = defaultOf(field)
		}
	}
	return c, ok
}

func (r *reader) refuseInValue(at spot, v *graph.ValueType, key *yaml.Node) {
	if owner := v.OwnerLinks[key.Value]; owner != "" {
		r.fault(at.field(key.Value), key, "it is not written here: it is the `%s` of the node", owner)
		return
	}
	var names []string
	for _, field := range v.Fields {
		names = append(names, field.Name)
	}
	r.refuseUnknown(at, key, names)
}
