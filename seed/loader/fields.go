package loader

import (
	"cmp"
	"slices"

	"companygraph/graph"

	"go.yaml.in/yaml/v4"
)

// fields reads all fields of a node.
func (r *reader) fields(d *draft, m mapping) {
	for _, key := range m.keys {
		r.field(d, key, m.values[key.Value])
	}
	r.fillIn(d)
	roles := d.node.Type.Roles
	slices.SortStableFunc(d.node.Links, func(a, b graph.Link) int {
		return cmp.Compare(slices.Index(roles, a.Type), slices.Index(roles, b.Type))
	})
}

func (r *reader) field(d *draft, key, value *yaml.Node) {
	t, name, at := d.node.Type, key.Value, d.at.field(key.Value)
	ok := true
	switch property, link, nested := t.Property(name), writtenLink(t, name), nestedLink(t, name); {
	case isReserved(t, name):
		return
	case property != nil && property.Kind == graph.KindValue:
		ok = r.values(d, at, property, value)
	case property != nil:
		d.node.Values[name], ok = r.scalar(at, property.Kind, value)
	case link != nil && t.Relation(name).Inlined != nil:
		ok = r.inlined(d, at, t.Relation(name), value)
	case link != nil && link.Part:
		ok = r.parts(d, at, link, value)
	case link != nil:
		ok = r.links(d, at, link, value)
	case nested != nil:
		r.nested(d, at, nested, value)
	case t.Relation(name) != nil:
		r.refuseDerived(at, t, key)
	default:
		r.refuseUnknown(d.at, key, writtenFields(t))
	}
	r.mark(at, value)
	if !ok {
		r.faulty[at] = true
	}
}

// isReserved reports whether a name stands for what every node of a file has.
// Parts have neither.
func isReserved(t *graph.Type, name string) bool {
	return t.Class != graph.PartClass && (name == idKey || name == typeKey)
}

// refuseDerived refuses a published field that the graph itself answers.
func (r *reader) refuseDerived(at spot, t *graph.Type, key *yaml.Node) {
	if public := t.PublicField(key.Value); public != key.Value {
		r.fault(at, key, "it is written as %s", public)
		return
	}
	r.fault(at, key, "it is not written: it follows from what other nodes say")
}

// writtenLink returns the link that a dataset writes under a name, or nil.
// Hidden ones are written inside the value through which they are read.
func writtenLink(t *graph.Type, name string) *graph.LinkType {
	if r := t.Relation(name); r == nil || r.Hidden {
		return nil
	}
	return t.Link(name)
}

// nestedLink returns the link by which nodes lead back that may be written
// inside a node of the type, under the name of the way back: the claims of a
// fact. It is nil for any other name.
func nestedLink(t *graph.Type, name string) *graph.LinkType {
	r := t.Relation(name)
	if t.Class != graph.FactClass || r == nil || r.Cardinality != graph.Paged || len(r.Steps) != 1 {
		return nil
	}
	step := r.Steps[0]
	if !step.Reverse || len(step.Links) != 1 || !step.Links[0].Required {
		return nil
	}
	return step.Links[0]
}

// writtenFields lists the names that stand in a node of the type.
func writtenFields(t *graph.Type) []string {
	var names []string
	if t.Class != graph.PartClass {
		names = append(names, idKey, typeKey)
	}
	for _, p := range t.Properties {
		if !p.Derived {
			names = append(names, p.Name)
		}
	}
	for _, rel := range t.Relations {
		if writtenLink(t, rel.Name) != nil || nestedLink(t, rel.Name) != nil {
			names = append(names, rel.Name)
		}
	}
	return names
}

// fillIn adds what need not be written: false for a required Boolean, no items
// for a required list, the file's source for a required link to one.
func (r *reader) fillIn(d *draft) {
	for _, p := range d.node.Type.Properties {
		fallback := defaultOf(p)
		if _, written := d.node.Values[p.Name]; !written && !r.faulty[d.at.field(p.Name)] && !fallback.Missing() {
			d.node.Values[p.Name] = fallback
		}
	}
	for _, l := range d.node.Type.Roles {
		written := slices.ContainsFunc(d.node.Links, func(other graph.Link) bool { return other.Type == l })
		if !written && !r.faulty[d.at.field(l.Field)] && r.source != "" && hasDefaultSource(r.set.model, l) {
			d.node.Links = append(d.node.Links, graph.Link{Type: l, To: r.source})
		}
	}
}

func defaultOf(p *graph.Property) graph.Value {
	switch {
	case !p.Required || p.Derived:
		return graph.Value{}
	case p.List:
		return graph.Text(string(graph.AppendComposites(nil, p.Value, nil)))
	case p.Kind == graph.KindBoolean:
		return graph.Bool(false)
	default:
		return graph.Value{}
	}
}

func hasDefaultSource(m *graph.Model, l *graph.LinkType) bool {
	to := m.Types[l.To]
	return l.Required && to != nil && to.Class == graph.SourceClass
}

// links reads a field that leads to other nodes: an id, or for a list also
// several.
func (r *reader) links(d *draft, at spot, l *graph.LinkType, n *yaml.Node) (ok bool) {
	if !l.List {
		return r.link(d, at, l, n)
	}
	ok = true
	for i, item := range items(n) {
		ok = r.link(d, at.item(i), l, item) && ok
	}
	return ok
}

func (r *reader) link(d *draft, at spot, l *graph.LinkType, n *yaml.Node) (ok bool) {
	id, ok := r.text(at, n)
	if ok {
		d.node.Links = append(d.node.Links, graph.Link{Type: l, To: graph.ID(id)})
	}
	r.positions[at] = position{file: r.file.Name, line: n.Line, column: n.Column, to: graph.ID(id)}
	return ok
}

// items returns what a list holds; what is no list is an item by itself.
func items(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// parts reads nodes that belong to another and have no id of their own.
func (r *reader) parts(d *draft, at spot, l *graph.LinkType, n *yaml.Node) (ok bool) {
	if !l.List {
		return r.part(d, at, l, 0, n)
	}
	nodes, ok := r.list(at, n)
	for i, item := range nodes {
		ok = r.part(d, at.item(i), l, i, item) && ok
	}
	return ok
}

func (r *reader) part(owner *draft, at spot, l *graph.LinkType, i int, n *yaml.Node) (ok bool) {
	m, ok := r.mapping(at, n)
	if !ok {
		return false
	}
	part := &draft{at: at, keep: owner.keep, node: &graph.Node{
		ID: graph.PartID(owner.node.ID, l.Field, i), Type: r.set.model.Types[l.To], Values: map[string]graph.Value{},
	}}
	owner.node.Links = append(owner.node.Links, graph.Link{Type: l, To: part.node.ID})
	r.enter(part, n)
	r.fields(part, m)
	return true
}

// inlined reads the value of a part that is written as a field of its owner.
func (r *reader) inlined(d *draft, at spot, rel *graph.Relation, n *yaml.Node) (ok bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fault(at, n, "expected text, not %s", describe(n))
		return false
	}
	part := inlinePart(r.set.model, d.node, rel, n.Value)
	r.enter(&draft{at: at, keep: d.keep, node: part}, n)
	return true
}

// inlinePart adds a part that holds a text to a node.
func inlinePart(m *graph.Model, owner *graph.Node, rel *graph.Relation, text string) *graph.Node {
	link := rel.Steps[0].Links[0]
	part := &graph.Node{
		ID: graph.PartID(owner.ID, link.Field, 0), Type: m.Types[rel.Target],
		Values: map[string]graph.Value{rel.Inlined.Name: graph.Text(text)},
	}
	owner.Links = append(owner.Links, graph.Link{Type: link, To: part.ID})
	return part
}

// nested reads nodes that are written inside the one they lead to.
func (r *reader) nested(d *draft, at spot, l *graph.LinkType, n *yaml.Node) {
	nodes, _ := r.list(at, n)
	for i, item := range nodes {
		r.node(at.item(i), item, origin{
			class: r.set.model.Types[l.From].Class,
			under: &graph.Link{Type: l, To: d.node.ID},
			keep:  d.keep,
		})
	}
}
