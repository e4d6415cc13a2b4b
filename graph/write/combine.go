package write

import (
	"cmp"
	"slices"

	"companygraph/graph"
)

// said is a contribution that was read.
type said struct {
	Contribution
	record *Record
	// priority is that of the dataset.
	priority int
}

// byWeight puts contributions in the order in which their values count: edits,
// then the higher priority, then the dataset that was written later, and within
// one dataset the smaller record id: which of its records was written last would
// depend on the order and cuts of a load.
func byWeight(all []said) {
	written := map[string]int64{}
	for _, s := range all {
		written[s.Dataset] = max(written[s.Dataset], s.Since)
	}
	slices.SortFunc(all, func(a, b said) int {
		return cmp.Or(
			-compareBool(a.Dataset == Edits, b.Dataset == Edits),
			-cmp.Compare(a.priority, b.priority),
			-cmp.Compare(written[a.Dataset], written[b.Dataset]),
			cmp.Compare(a.Dataset, b.Dataset),
			cmp.Compare(a.Record, b.Record),
		)
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// combination makes a node of what several records say about it.
type combination struct {
	id   graph.ID
	node *graph.Node
	// records are in the order in which their values count.
	records []*Record
	// stand is the id that stands for an id in a record now.
	stand func(graph.ID) graph.ID
	parts []*graph.Node
}

// combine makes a node, and its parts, of contributions. They must be of types
// that are one or specialize each other, and at least one must not be an edit.
func combine(m *graph.Model, id graph.ID, all []said, stand func(graph.ID) graph.ID) (*graph.Node, []*graph.Node) {
	all = slices.Clone(all)
	byWeight(all)
	c := &combination{id: id, stand: stand, node: &graph.Node{ID: id, Values: map[string]graph.Value{}}}
	for _, one := range all {
		c.records = append(c.records, one.record)
		if c.node.Type == nil || narrower(m, one.record.Node.Type, c.node.Type) {
			c.node.Type = one.record.Node.Type
		}
	}
	c.choose()
	for _, p := range c.node.Type.Properties {
		if v := c.value(p); !v.Missing() {
			c.node.Values[p.Name] = v
		}
	}
	c.keepNames()
	for _, l := range c.node.Type.Roles {
		c.link(l)
	}
	slices.SortFunc(c.parts, func(a, b *graph.Node) int { return cmp.Compare(a.ID, b.ID) })
	return c.node, c.parts
}

// narrower reports whether t is a more specific type than other.
func narrower(m *graph.Model, t, other *graph.Type) bool {
	for t.Specializes != "" {
		if t = m.Types[t.Specializes]; t == other {
			return true
		}
	}
	return false
}

// choose takes what one record says of a claim as a whole: the speaker of one
// and the stance of another would be a claim that nobody made. Only edits, and
// lists, add to it.
func (c *combination) choose() {
	if c.node.Type.Class != graph.ClaimClass {
		return
	}
	whole := slices.IndexFunc(c.records, func(r *Record) bool { return !r.Partial })
	for i, r := range c.records[whole+1:] {
		c.records[whole+1+i] = onlyLists(r)
	}
}

func onlyLists(r *Record) *Record {
	less := &Record{Node: &graph.Node{ID: r.Node.ID, Type: r.Node.Type, Values: map[string]graph.Value{}}}
	for name, v := range r.Node.Values {
		if p := r.Node.Type.Property(name); p != nil && p.List {
			less.Node.Values[name] = v
		}
	}
	return less
}

// value is what the records say of a property: the first of a single value, all
// of a list. An edit that has the field stands for all of it.
func (c *combination) value(p *graph.Property) graph.Value {
	var list []graph.Composite
	for _, r := range c.records {
		if slices.Contains(r.Removed, p.Name) {
			break
		}
		v := r.Node.Values[p.Name]
		switch {
		case v.Missing():
			continue
		case !p.List || r.Partial && len(list) == 0:
			return v
		}
		list = append(list, composites(p, v)...)
		if r.Partial {
			break
		}
	}
	if !p.List {
		return graph.Value{}
	}
	return graph.Text(string(graph.AppendComposites(nil, p.Value, distinct(p.Value, list))))
}

// composites reads a list that was checked when it was prepared.
func composites(p *graph.Property, v graph.Value) []graph.Composite {
	list, _ := p.Composites(v.Text())
	return list
}

// distinct leaves out what is there before: aliases are one by value and
// language, evidence by its span, all else by all fields.
func distinct(t *graph.ValueType, list []graph.Composite) []graph.Composite {
	seen := map[string]bool{}
	var kept []graph.Composite
	for _, c := range list {
		key := string(graph.AppendComposite(nil, t, identity(t, c)))
		if !seen[key] {
			seen[key] = true
			kept = append(kept, c)
		}
	}
	return kept
}

// identity is the fields of a composite value that tell it from others.
func identity(t *graph.ValueType, c graph.Composite) graph.Composite {
	only := graph.Composite{}
	for _, name := range identities[t.Name] {
		if v := c[name]; !v.Missing() {
			only[name] = v
		}
	}
	if len(only) == 0 {
		return c
	}
	return only
}

var identities = map[graph.TypeName][]string{
	"Alias":    {"value", "language"},
	"Evidence": {"start", "end", "sha256"},
}

// The fields that names are kept in.
const (
	nameProperty    = "name"
	aliasesProperty = "aliases"
)

// keepNames makes aliases of the names that do not count, so that the node is
// still found by them.
func (c *combination) keepNames() {
	p := c.node.Type.Property(aliasesProperty)
	if p == nil || len(c.records) == 1 {
		return
	}
	aliases := composites(p, c.node.Values[aliasesProperty])
	known := map[string]bool{c.node.Values[nameProperty].Text(): true}
	for _, a := range aliases {
		known[a["value"].Text()] = true
	}
	for _, r := range c.records {
		if name := r.Node.Values[nameProperty]; !name.Missing() && !known[name.Text()] {
			known[name.Text()] = true
			aliases = append(aliases, graph.Composite{"value": name})
		}
	}
	c.node.Values[aliasesProperty] = graph.Text(string(graph.AppendComposites(nil, p.Value, aliases)))
}

// link adds the links of one type, each node once: the first of a single one,
// all of a list, and the parts of one record only.
func (c *combination) link(t *graph.LinkType) {
	had := len(c.node.Links)
	for _, r := range c.records {
		if slices.Contains(r.Removed, t.Field) {
			return
		}
		said := false
		for _, l := range r.Node.Links {
			if l.Type.Field != t.Field {
				continue
			}
			said = true
			if t.Part {
				c.part(t, r, l.To, len(c.node.Links)-had)
			} else {
				c.add(graph.Link{Type: t, To: c.stand(l.To)}, had)
			}
		}
		if said && (!t.List || t.Part || r.Partial) {
			return
		}
	}
}

func (c *combination) add(l graph.Link, from int) {
	if !slices.Contains(c.node.Links[from:], l) {
		c.node.Links = append(c.node.Links, l)
	}
}

// part takes over a part of a record as the n-th of the node.
func (c *combination) part(t *graph.LinkType, r *Record, id graph.ID, n int) {
	own := graph.PartID(c.id, t.Field, n)
	c.node.Links = append(c.node.Links, graph.Link{Type: t, To: own})
	c.takePart(r, id, own)
}

// takePart copies a part, and the parts of it, under other ids.
func (c *combination) takePart(r *Record, id, own graph.ID) {
	at := slices.IndexFunc(r.Parts, func(p *graph.Node) bool { return p.ID == id })
	if at < 0 {
		return // what is stored lacks it; reading it says so
	}
	part := &graph.Node{ID: own, Type: r.Parts[at].Type, Values: r.Parts[at].Values}
	count := map[*graph.LinkType]int{}
	for _, l := range r.Parts[at].Links {
		if l.Type.Part {
			inner := graph.PartID(own, l.Type.Field, count[l.Type])
			count[l.Type]++
			part.Links = append(part.Links, graph.Link{Type: l.Type, To: inner})
			c.takePart(r, l.To, inner)
			continue
		}
		to := graph.Link{Type: l.Type, To: c.stand(l.To)}
		if !slices.Contains(part.Links, to) {
			part.Links = append(part.Links, to)
		}
	}
	c.parts = append(c.parts, part)
}
