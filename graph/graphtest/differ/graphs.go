package differ

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"companygraph/graph"
	"companygraph/graph/graphtest"
)

// grower makes batches for a graph: what is stored of it, and what is to come.
// It reads what nodes hold from the model. Nearly all of its batches are valid;
// of the others, stores must say the same.
type grower struct {
	model  *graph.Model
	random *rand.Rand
	words  *vocabulary
	// nodes are those stored, and those of the batch in the making.
	nodes  []*graph.Node
	batch  graphtest.Batch
	subset typeSubset
}

// sizes are how many nodes of a class are made at least and at most, in the
// order in which they are made, so that there is something to link to.
var sizes = []struct {
	class    graph.NodeClass
	from, to int
}{
	{graph.SourceClass, 1, 3},
	{graph.EntityClass, 3, 14},
	{graph.FactClass, 1, 14},
	{graph.ClaimClass, 1, 12},
}

// first is the batch that an empty graph begins with.
func (g *grower) first() graphtest.Batch {
	for _, size := range sizes {
		for range size.from + g.random.IntN(size.to-size.from+1) {
			g.create(size.class)
		}
	}
	return g.batch
}

// change writes some nodes anew, as another type at times, adds some and
// deletes some.
func (g *grower) change() graphtest.Batch {
	stored := public(g.nodes)
	if chance(g.random, 60) {
		g.remove(pick(g.random, stored))
	}
	for _, node := range stored {
		if chance(g.random, 15) && !slices.Contains(g.batch.Deletes, node.ID) {
			g.write(node.ID, g.retyped(node.Type))
		}
	}
	for range g.random.IntN(6) {
		g.create(pick(g.random, sizes).class)
	}
	return g.batch
}

// clearing deletes everything.
func clearing(nodes []*graph.Node) graphtest.Batch {
	var batch graphtest.Batch
	for _, node := range public(nodes) {
		batch.Deletes = append(batch.Deletes, node.ID)
	}
	return batch
}

// public are the nodes that are not parts.
func public(nodes []*graph.Node) []*graph.Node {
	return slices.DeleteFunc(slices.Clone(nodes), func(n *graph.Node) bool { return n.Type.Class == graph.PartClass })
}

// remove deletes a node, mostly with all that refer to it.
func (g *grower) remove(node *graph.Node) {
	gone := map[graph.ID]bool{node.ID: true}
	for grown := chance(g.random, 85); grown; {
		grown = false
		for _, other := range g.nodes {
			if !gone[other.ID] && refersTo(other, gone) {
				gone[other.ID], grown = true, true
			}
		}
	}
	for _, other := range public(g.nodes) {
		if gone[other.ID] {
			g.batch.Deletes = append(g.batch.Deletes, other.ID)
		}
	}
	g.nodes = slices.DeleteFunc(slices.Clone(g.nodes), func(n *graph.Node) bool { return gone[n.ID] })
}

// refersTo tells whether a node links to one of those, or has a part that does.
func refersTo(node *graph.Node, ids map[graph.ID]bool) bool {
	return slices.ContainsFunc(node.Links, func(l graph.Link) bool { return ids[l.To] })
}

// retyped is the type of a node or, at times, a more or a less specific one.
func (g *grower) retyped(t *graph.Type) *graph.Type {
	for _, other := range g.model.Ordered {
		if (other.Specializes == t.Name || t.Specializes == other.Name) && chance(g.random, 40) {
			return other
		}
	}
	return t
}

func (g *grower) create(class graph.NodeClass) {
	types := slices.DeleteFunc(slices.Clone(g.model.Ordered), func(t *graph.Type) bool { return t.Class != class || !g.subset[t] })
	id := newID(g.random, func(id graph.ID) bool { return slices.Contains(g.batch.Deletes, id) || g.find(id) != nil })
	g.write(id, pick(g.random, types))
}

// write puts a node into the batch, with its parts, if there is all that it
// has to link to.
func (g *grower) write(id graph.ID, t *graph.Type) bool {
	node := &graph.Node{ID: id, Type: t, Values: map[string]graph.Value{}}
	for _, p := range t.Properties {
		if !p.Derived && !isAnsweredByLink(t, p) && (p.Required || chance(g.random, 65)) {
			node.Values[p.Name] = g.value(p, t.Implements("Relationship"))
		}
	}
	var parts []*graph.Node
	for _, l := range t.Roles {
		switch {
		case t.PublicField(l.Field) != l.Field:
		case l.Part:
			parts = append(parts, g.parts(node, l)...)
		case !g.link(node, l):
			return false
		}
	}
	if t.Class == graph.ClaimClass {
		g.settleClaim(node)
	}
	g.settleEvidence(node)
	g.batch.Nodes = append(append(g.batch.Nodes, node), parts...)
	g.nodes = append(append(g.nodes, node), parts...)
	return true
}

// find is the newest state of a node.
func (g *grower) find(id graph.ID) *graph.Node {
	for _, node := range slices.Backward(g.nodes) {
		if node.ID == id {
			return node
		}
	}
	return nil
}

// isAnsweredByLink tells whether a value goes with a hidden link.
func isAnsweredByLink(t *graph.Type, p *graph.Property) bool {
	return p.Value != nil && slices.ContainsFunc(t.Roles, func(l *graph.LinkType) bool {
		public := t.PublicField(l.Field)
		return public != l.Field && len(public) > len(p.Name) && public[:len(p.Name)+1] == p.Name+"."
	})
}

// parts makes the nodes that belong to another.
func (g *grower) parts(owner *graph.Node, l *graph.LinkType) []*graph.Node {
	var parts []*graph.Node
	of := &grower{model: g.model, random: g.random, words: g.words, nodes: g.nodes, subset: g.subset}
	most := 2
	if !l.List {
		most = 1
	}
	for n := range g.random.IntN(most + 1) {
		id := graph.PartID(owner.ID, l.Field, n)
		if !of.write(id, g.model.Types[l.To]) {
			break
		}
		owner.Links = append(owner.Links, graph.Link{Type: l, To: id})
		parts = append(parts, of.nodes[len(of.nodes)-1])
	}
	if r := owner.Type.Relation(l.Field); r.Inlined != nil && len(parts) > 0 {
		owner.Values["sha256"] = graph.Text(graph.SHA256(parts[0].Values[r.Inlined.Name].Text()))
	}
	return parts
}

// settleEvidence has some spans cite what the text of the node's source has there.
func (g *grower) settleEvidence(node *graph.Node) {
	p, source := node.Type.Property("evidence"), g.find(node.Target("source"))
	if p == nil || source == nil {
		return
	}
	part := g.find(source.Target("text"))
	if part == nil {
		return
	}
	text := []rune(part.Values["content"].Text())
	cited, err := p.Composites(node.Values[p.Name].Text())
	if err != nil {
		panic(err) // it was made a moment ago
	}
	for _, c := range cited {
		if chance(g.random, 60) {
			start := g.random.IntN(len(text))
			end := start + 1 + g.random.IntN(len(text)-start)
			c["start"], c["end"] = graph.Int(int64(start)), graph.Int(int64(end))
			c["sha256"] = graph.Text(graph.SHA256(string(text[start:end])))
		}
	}
	node.Values[p.Name] = graph.Text(string(graph.AppendComposites(nil, p.Value, cited)))
}

// link links a node to others that the link may lead to; false if it must lead
// somewhere and there is nothing.
func (g *grower) link(node *graph.Node, l *graph.LinkType) bool {
	fit := slices.DeleteFunc(public(g.nodes), func(n *graph.Node) bool { return !n.Type.Implements(l.To) })
	if chance(g.random, 40) {
		// So that some nodes have many links.
		fit = fit[:min(2, len(fit))]
	}
	g.random.Shuffle(len(fit), func(i, j int) { fit[i], fit[j] = fit[j], fit[i] })
	n := g.random.IntN(4)
	switch {
	case !l.List && l.Required:
		n = 1
	case !l.List:
		n = min(n, 1)
	}
	seen := map[graph.ID]bool{}
	for _, to := range fit[:min(n, len(fit))] {
		if !seen[to.ID] {
			node.Links = append(node.Links, graph.Link{Type: l, To: to.ID})
		}
		seen[to.ID] = true
	}
	return !l.Required || len(fit) > 0
}

// settleClaim makes a claim consistent: it names its speaker if it is an
// actor's, gives a voice only of somebody unnamed, and is about a participation
// that there is.
func (g *grower) settleClaim(claim *graph.Node) {
	t := claim.Type
	linked := func(field string) *graph.Link {
		at := slices.IndexFunc(claim.Links, func(l graph.Link) bool { return l.Type.Field == field })
		if at < 0 {
			return nil
		}
		return &claim.Links[at]
	}
	attribution := pick(g.random, []string{"SOURCE", "UNNAMED"})
	if linked("attributedTo") != nil {
		attribution = "ACTOR"
	}
	claim.Values["attribution"] = graph.Text(attribution)
	if attribution != "UNNAMED" {
		delete(claim.Values, "voice")
	}
	taken := slices.DeleteFunc(slices.Clone(g.find(linked("fact").To).Links), func(l graph.Link) bool { return !l.Type.Participation })
	if len(taken) > 0 && chance(g.random, 50) {
		on := pick(g.random, taken)
		role := graph.Composite{"role": graph.Text(on.Type.Field)}
		claim.Values["on"] = graph.Text(string(graph.AppendComposite(nil, t.Property("on").Value, role)))
		claim.Links = append(claim.Links, graph.Link{Type: t.Link("onEntity"), To: on.To})
	}
}

// value is a random value of a property.
func (g *grower) value(p *graph.Property, onlyIntervals bool) graph.Value {
	switch p.Kind {
	case graph.KindInt:
		return graph.Int(int64(g.random.IntN(50)))
	case graph.KindFloat:
		return graph.Float(pick(g.random, []float64{0, 1, -1.5, 0.1, 12345678.9, 1e21, 1e-7, 51}))
	case graph.KindBoolean:
		return graph.Bool(chance(g.random, 50))
	case graph.KindEnum:
		return graph.Text(pick(g.random, p.Enum.Values))
	case graph.KindDate:
		return graph.Text(date(g.random, onlyIntervals))
	case graph.KindValue:
		return g.composites(p)
	default:
		return graph.Text(g.words.text(g.random, p.Name))
	}
}

func (g *grower) composites(p *graph.Property) graph.Value {
	if !p.List {
		return graph.Text(string(graph.AppendComposite(nil, p.Value, g.composite(p))))
	}
	var list []graph.Composite
	for range g.random.IntN(3) {
		list = append(list, g.composite(p))
	}
	return graph.Text(string(graph.AppendComposites(nil, p.Value, list)))
}

func (g *grower) composite(p *graph.Property) graph.Composite {
	c := graph.Composite{}
	for _, f := range p.Value.Fields {
		if f.Required || chance(g.random, 60) {
			c[f.Name] = g.value(f, false)
		}
	}
	if p.Name == "identifiers" {
		// A few meet one that is taken, and are then the same node or refused.
		c["value"] = graph.Text(fmt.Sprint(g.random.IntN(5000)))
	}
	g.settleSpan(p.Value, c)
	return c
}

// settleSpan gives a span of a source its start, end and digest, or none of them.
func (g *grower) settleSpan(t *graph.ValueType, c graph.Composite) {
	digest := t.Field("sha256")
	if digest == nil {
		return
	}
	delete(c, "start")
	delete(c, "end")
	delete(c, "sha256")
	if chance(g.random, 60) {
		start := int64(g.random.IntN(100))
		c["start"], c["end"], c["sha256"] = graph.Int(start), graph.Int(start+1+int64(g.random.IntN(100))), g.value(digest, false)
	}
}
