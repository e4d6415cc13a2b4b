package write

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"companygraph/graph"
)

// check makes nodes of the drafts, and tells what is wrong with them. It writes
// nothing.
func (tx *Tx) check() error {
	steps := []func() error{tx.repoint, tx.makeNodes, tx.checkTypes, tx.checkPatched, tx.checkReferences, tx.checkGone, tx.checkClaimed}
	for _, step := range steps {
		if err := step(); err != nil {
			return tx.asGiven(err)
		}
	}
	return tx.asGiven(tx.problems.orNil())
}

// repoint makes drafts of what leads to nodes that give way, whose links are to
// lead to those that stay.
func (tx *Tx) repoint() error {
	var merged []graph.ID
	for id := range tx.into {
		if d := tx.drafts[id]; d != nil && d.old != nil {
			merged = append(merged, id)
		}
	}
	if len(merged) == 0 {
		return nil
	}
	slices.Sort(merged)
	sources, err := tx.storage.Referrers(merged, tx.model.Links)
	if err != nil {
		return err
	}
	var ids []graph.ID
	for _, list := range sources {
		for _, id := range list {
			ids = append(ids, graph.OwnerOf(id))
		}
	}
	_, err = tx.draftsOf(ids)
	return err
}

// makeNodes makes the nodes of all drafts.
func (tx *Tx) makeNodes() error {
	drafts := tx.ordered()
	if err := tx.resolveLinks(drafts); err != nil {
		return err
	}
	for _, d := range drafts {
		tx.combine(d)
	}
	return nil
}

// checkTypes refuses nodes that are said to be of types of which none is a kind
// of the other, and those whose type changes to one that what leads to them does
// not allow.
func (tx *Tx) checkTypes() error {
	for _, d := range tx.ordered() {
		if d.node == nil {
			continue
		}
		if d.old != nil && d.old.Node.Type != d.node.Type {
			if err := tx.checkRetyped(d); err != nil {
				return err
			}
		}
		tx.checkClashes(d)
	}
	return tx.problems.orNil()
}

// checkClashes refuses a draft of two types. It tells so of what the change
// itself says, if it says anything.
func (tx *Tx) checkClashes(d *draft) {
	var own, others Problems
	for _, s := range d.said {
		clash := slices.IndexFunc(d.said, func(o said) bool { return !tx.related(s.record.Node.Type, o.record.Node.Type) })
		switch {
		case clash < 0:
		case tx.says(s):
			own = append(own, tx.clash(d, s, d.said[clash]))
		case s.Record != d.id:
			others = append(others, tx.clash(d, s, d.said[clash]))
		}
	}
	if len(own) == 0 {
		own = others
	}
	tx.problems = append(tx.problems, own...)
}

// related reports whether two types are one, or one is a kind of the other.
func (tx *Tx) related(a, b *graph.Type) bool {
	return a == b || narrower(tx.model, a, b) || narrower(tx.model, b, a)
}

// says reports whether the change itself makes a contribution.
func (tx *Tx) says(s said) bool {
	return s.Dataset == tx.meta.Dataset && s.Since == tx.revision.Number
}

// clash is the problem that what two contributions say cannot be one node.
func (tx *Tx) clash(d *draft, s, other said) Problem {
	name := d.id
	if s.Record == d.id || tx.says(other) {
		name = other.Record
	}
	is := fmt.Sprintf("%s and cannot be %s as well", other.record.Node.Type.Name, s.record.Node.Type.Name)
	p := Problem{Code: Invalid, ID: s.Record, Field: "type", Node: d.id}
	keys := s.record.identifiers()
	shared := slices.IndexFunc(keys, func(key graph.Identifier) bool { return slices.Contains(other.record.identifiers(), key) })
	switch {
	case s.Record == other.Record:
		p.Text = "it is stored as " + is
	case shared >= 0:
		p.Text = fmt.Sprintf("it has the identifier %s of %s, which is %s", legible(keys[shared]), name.Legible(), is)
	default:
		p.Text = fmt.Sprintf("it is one node with %s, which is %s", name.Legible(), is)
	}
	return p
}

// checkRetyped refuses that a node becomes of another class, or of a type to which
// something that stays may not lead.
func (tx *Tx) checkRetyped(d *draft) error {
	old, now := d.old.Node.Type, d.node.Type
	refuse := func(by graph.ID, text string) {
		tx.problems = append(tx.problems, Problem{Code: Invalid, ID: d.id, Field: "type", Node: by, Text: text})
	}
	if old.Class != now.Class {
		refuse(d.id, "is stored as "+string(old.Name)+", which cannot become "+string(now.Name))
		return nil
	}
	broken := brokenLinks(tx.model, old, now)
	if len(broken) == 0 {
		return nil
	}
	sources, err := tx.storage.Referrers([]graph.ID{d.id}, broken)
	if err != nil {
		return err
	}
	for _, source := range sources[d.id] {
		// What the change itself says anew is checked with all that it leads to.
		if by := tx.refers(source, d.id); by != "" && (tx.drafts[by] == nil || tx.drafts[by].same()) {
			refuse(by, "is stored as "+string(old.Name)+", and "+by.Legible()+" leads to it as such")
			break
		}
	}
	return nil
}

// brokenLinks are those that may lead to a node of one type and not to one of
// another.
func brokenLinks(m *graph.Model, old, now *graph.Type) []*graph.LinkType {
	return slices.DeleteFunc(slices.Clone(m.Links), func(l *graph.LinkType) bool {
		return now.Implements(l.To) || !old.Implements(l.To)
	})
}

// checkPatched refuses patches that leave a node which cannot be stored: they are
// not prepared as records are.
func (tx *Tx) checkPatched() error {
	var nodes []*graph.Node
	for _, d := range tx.ordered() {
		if d.patched && d.node != nil {
			nodes = append(nodes, given(d.node))
			for _, part := range d.parts {
				nodes = append(nodes, given(part))
			}
		}
	}
	tx.problems = append(tx.problems, Validate(tx.model, nodes)...)
	return tx.problems.orNil()
}

// checkReferences refuses links to what is not there, or may not be led to.
func (tx *Tx) checkReferences() error {
	var nodes, others []*graph.Node
	facts := map[graph.ID]bool{}
	for _, d := range tx.ordered() {
		if d.node == nil || d.same() || tx.isOther(d) {
			continue
		}
		fact := d.node.Target(graph.FactLink)
		if fact != "" && !d.put && tx.comesLater(fact) {
			// What it is about is checked with the fact, unless it is not the same.
			if was := d.old.Node.Target(graph.FactLink); was != fact {
				tx.coming.needs(was, fact)
			}
			others = append(others, d.node)
			continue
		}
		nodes = append(append(nodes, d.node), d.parts...)
		if d.node.Type.Class == graph.ClaimClass && graph.ParticipationOf(d.node) != (graph.Participation{}) && tx.drafts[fact] == nil {
			facts[fact] = true
		}
	}
	if err := tx.resolve(slices.Concat(nodes, others)); err != nil {
		return err
	}
	if err := tx.makeFacts(facts); err != nil {
		return err
	}
	tx.problems = append(tx.problems, ValidateReferences(nodes, tx.look)...)
	tx.problems = append(tx.problems, validateLinks(others, tx.look)...)
	tx.checkRecords()
	return nil
}

// makeFacts makes the nodes of facts that the change does not touch: a claim about
// a participation needs the links of its fact.
func (tx *Tx) makeFacts(facts map[graph.ID]bool) error {
	if _, err := tx.draftsOf(slices.Sorted(maps.Keys(facts))); err != nil {
		return err
	}
	for fact := range facts {
		if d := tx.drafts[fact]; d != nil && d.node == nil {
			if err := tx.resolveLinks([]*draft{d}); err != nil {
				return err
			}
			tx.combine(d)
		}
	}
	return nil
}

// checkRecords refuses records of which a link that does not count leads to what
// is not there, or may not be led to: it would, when others say less.
func (tx *Tx) checkRecords() {
	for _, d := range tx.ordered() {
		if !d.put || len(d.said) < 2 || d.node == nil {
			continue
		}
		for _, s := range d.said {
			if tx.says(s) {
				tx.checkRecord(d, s.record)
			}
		}
	}
}

func (tx *Tx) checkRecord(d *draft, r *Record) {
	nodes := []*graph.Node{resolved(r.Node, tx.stand)}
	for _, part := range r.Parts {
		nodes = append(nodes, resolved(part, tx.stand))
	}
	for _, p := range validateLinks(nodes, tx.look) {
		known := slices.ContainsFunc(tx.problems, func(have Problem) bool {
			return have.Text == p.Text && (have.ID == p.ID || have.ID == d.id)
		})
		if !known {
			tx.problems = append(tx.problems, p)
		}
	}
}

// resolve looks up what nodes lead to.
func (tx *Tx) resolve(nodes []*graph.Node) error {
	var ids []graph.ID
	for _, n := range nodes {
		for _, l := range n.Links {
			if !l.Type.Part {
				ids = append(ids, l.To)
			}
		}
	}
	return tx.find(ids)
}

// look is what there will be under an id: of what the change does not touch only
// its type is known.
func (tx *Tx) look(id graph.ID) *graph.Node {
	if d := tx.drafts[id]; d != nil && !tx.isOther(d) {
		return d.node
	}
	if tx.coming != nil {
		if t := tx.coming.typeOf(id); t != nil {
			return &graph.Node{ID: id, Type: t}
		}
	}
	if f := tx.found[id]; f.Type != nil && f.ID == id {
		return &graph.Node{ID: id, Type: f.Type}
	}
	return nil
}

// checkGone refuses that a node goes to which something leads that stays, and
// that a fact loses a participation that a claim is about.
func (tx *Tx) checkGone() error {
	var gone []graph.ID
	for _, d := range tx.ordered() {
		if d.node == nil && d.old != nil && tx.into[d.id] == "" {
			gone = append(gone, d.id)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	sources, err := tx.storage.Referrers(gone, tx.model.Links)
	if err != nil {
		return err
	}
	for _, id := range gone {
		for _, source := range sources[id] {
			if by := tx.refers(source, id); by != "" {
				tx.problems = append(tx.problems, Problem{
					Code: Referenced, ID: id, Node: by, Text: "cannot be deleted: " + by.Legible() + " refers to it",
				})
				break
			}
		}
	}
	return nil
}

// refers tells which public node will lead to another by a stored node or part
// that does now; "" if none will.
func (tx *Tx) refers(source, to graph.ID) graph.ID {
	owner := graph.OwnerOf(source)
	d := tx.drafts[owner]
	if d == nil {
		return owner
	}
	if d.node == nil {
		return ""
	}
	leads := func(n *graph.Node) bool {
		return slices.ContainsFunc(n.Links, func(l graph.Link) bool { return l.To == to })
	}
	if leads(d.node) || slices.ContainsFunc(d.parts, leads) {
		return owner
	}
	return ""
}

// asGiven puts problems under the ids that the input has.
func (tx *Tx) asGiven(err error) error {
	var problems Problems
	if !errors.As(err, &problems) {
		return err
	}
	for i := range problems {
		if d := tx.drafts[problems[i].ID]; d != nil && d.given != "" {
			problems[i].ID = d.given
		}
	}
	return problems
}
