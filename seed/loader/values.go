package loader

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"companygraph/graph"

	"go.yaml.in/yaml/v4"
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
		r.fault(at, n, "expected text, not %s", describe(n))
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

// exactNumber reads a number in decimal digits. One that a double cannot hold
// is refused, as are digits that it would drop: the graph answers what was
// written, or it does not take it.
func exactNumber(text string) (float64, error) {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, errors.New("the number is too large to be kept")
	}
	shortest := strconv.FormatFloat(number, 'e', -1, 64)
	switch {
	case significant(text) == significant(shortest):
		return number, nil
	case number == 0:
		return 0, errors.New("the number is too small to be kept; it would become 0")
	default:
		return 0, fmt.Errorf("the number has more digits than are kept; it would become %s", graph.Float(number).AppendJSON(nil))
	}
}

// significant are the digits of a number without zeros on either side, its sign
// and the exponent of its last digit.
func significant(number string) string {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	power, _ := strconv.Atoi(exponent)
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	least := strings.TrimRight(digits, "0")
	if least == "" {
		return "0"
	}
	power += len(digits) - len(least) - len(fraction)
	return fmt.Sprintf("%t %s %d", strings.HasPrefix(number, "-"), least, power)
}

// scalar reads a value that is not composite. A number is one in YAML and
// written in decimal digits: what looks like text, or like an octal number, is
// not guessed at.
func (r *reader) scalar(at spot, kind graph.Kind, n *yaml.Node) (value graph.Value, ok bool) {
	switch kind {
	case graph.KindBoolean:
		if n.Tag != "!!bool" || (n.Value != "true" && n.Value != "false") {
			r.fault(at, n, "expected true or false, not %s", describe(n))
			return graph.Value{}, false
		}
		return graph.Bool(n.Value == "true"), true
	case graph.KindInt:
		number, err := strconv.ParseInt(n.Value, 10, 32)
		if n.Tag != "!!int" || !wholeNumber.MatchString(n.Value) || err != nil {
			r.fault(at, n, "expected a whole number of at most 32 bits, such as 42")
			return graph.Value{}, false
		}
		return graph.Int(number), true
	case graph.KindFloat:
		// YAML takes what is too large for text.
		const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
		if n.Kind != yaml.ScalarNode || n.Style&quoted != 0 || !decimalNumber.MatchString(n.Value) {
			r.fault(at, n, "expected a number, such as 42 or 0.5")
			return graph.Value{}, false
		}
		number, err := exactNumber(n.Value)
		if err != nil {
			r.fault(at, n, "%s", err)
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
