package write

import (
	"cmp"
	"maps"
	"slices"

	"companygraph/graph"
)

// Keep has a repeat of the change under its key return the result, too.
func (tx *Tx) Keep(result []byte) { tx.result = result }

// Number is that of the revision that the change makes, if it makes one.
func (tx *Tx) Number() int64 { return tx.revision.Number }

// Put writes records in place of what the dataset said about the same nodes
// before. Nodes that share an identifier become one. A node that was deleted by
// an edit stays so, unless the record is an edit.
func (tx *Tx) Put(records ...*Record) error {
	return tx.put(records, nil)
}

// put is Put for records of which it may be known what they are about.
func (tx *Tx) put(records []*Record, known *resolution) error {
	records, err := tx.unmarked(records)
	if err != nil || len(records) == 0 {
		return err
	}
	nodes, err := tx.identify(records, known)
	if err != nil {
		return err
	}
	for i, r := range records {
		d := tx.drafts[nodes[i]]
		d.given, d.put = cmp.Or(d.given, r.Node.ID), true
		if tx.into[r.Node.ID] != "" {
			tx.written.Records.Merged++
		} else {
			d.records++
		}
		if err := tx.say(d, cmp.Or(r.Dataset, tx.meta.Dataset), r.Node.ID, r); err != nil {
			return err
		}
		if err := tx.resolveAliases(d.id, r.Aliases); err != nil {
			return err
		}
		tx.replaceUnder(d)
	}
	return nil
}

// replaceUnder takes away what the dataset said about a node under ids of which the
// load has no record any more: an id that gave way to another, for example.
func (tx *Tx) replaceUnder(d *draft) {
	if tx.inLoad == nil {
		return
	}
	d.said = slices.DeleteFunc(d.said, func(s said) bool {
		replaced := s.Dataset == tx.meta.Dataset && !tx.inLoad(s.Record)
		if replaced {
			tx.written.Replaced = append(tx.written.Replaced, s.Record)
		}
		return replaced
	})
}

// resolveAliases has ids that no node has resolve to a node.
func (tx *Tx) resolveAliases(into graph.ID, aliases []graph.ID) error {
	if err := tx.find(aliases); err != nil {
		return err
	}
	for _, id := range aliases {
		if tx.stand(id) != into {
			tx.giveWay(id, into, nil)
		}
	}
	return nil
}

// say puts what a dataset says now in place of what it said under a record id.
func (tx *Tx) say(d *draft, dataset string, id graph.ID, r *Record) error {
	known, err := tx.dataset(dataset)
	if err != nil {
		return err
	}
	d.say(said{
		Contribution: Contribution{Dataset: dataset, Record: id, Since: tx.revision.Number},
		record:       r, priority: known.Priority,
	})
	return nil
}

// unmarked leaves out the records of nodes that were deleted by an edit; an
// edit itself takes the mark away.
func (tx *Tx) unmarked(records []*Record) ([]*Record, error) {
	ids := make([]graph.ID, len(records))
	for i, r := range records {
		ids[i] = r.Node.ID
	}
	if err := tx.find(ids); err != nil {
		return nil, err
	}
	kept := make([]*Record, 0, len(records))
	for _, r := range records {
		switch own := tx.stand(r.Node.ID); {
		case tx.meta.Dataset == Edits:
			tx.unmark(r.Node.ID)
			tx.unmark(own)
		case tx.isMarked(r.Node.ID):
			tx.written.Marked = append(tx.written.Marked, r.Node.ID)
			continue
		}
		kept = append(kept, r)
	}
	return kept, nil
}

// isMarked reports whether loads must not bring a node of the id back.
func (tx *Tx) isMarked(id graph.ID) bool {
	if marked, here := tx.marks[id]; here {
		return marked
	}
	return tx.found[id].Marked
}

func (tx *Tx) unmark(id graph.ID) {
	if tx.found[id].Marked {
		tx.marks[id] = false
	} else {
		delete(tx.marks, id)
	}
}

// Withdraw takes away what the dataset says about nodes. A node of which nobody
// says anything any more is gone, with its parts. Ids that the dataset says
// nothing about are no error.
func (tx *Tx) Withdraw(ids ...graph.ID) error {
	drafts, err := tx.draftsOf(ids)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		d.said = slices.DeleteFunc(d.said, func(s said) bool { return s.Dataset == tx.meta.Dataset })
	}
	return nil
}

// Delete takes nodes away, whoever says something about them, and leaves marks
// so that loads do not bring them back. Unknown ids are problems.
func (tx *Tx) Delete(ids ...graph.ID) error {
	drafts, err := tx.draftsOf(ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d := drafts[id]
		if d == nil {
			tx.problems = append(tx.problems, Problem{Code: NotFound, ID: id, Text: "there is no node with this id"})
			continue
		}
		d.given = cmp.Or(d.given, id)
		for _, s := range d.said {
			tx.marks[s.Record] = true
		}
		tx.marks[d.id] = true
		d.said = nil
	}
	return nil
}

// Expect is a precondition: the node was last changed by this revision. If not,
// the change ends with a problem that says so.
func (tx *Tx) Expect(id graph.ID, revision int64) error {
	if err := tx.find([]graph.ID{id}); err != nil {
		return err
	}
	switch f := tx.found[id]; {
	case f.Type == nil:
		tx.problems = append(tx.problems, Problem{Code: NotFound, ID: id, Text: "there is no node with this id"})
	case f.Since != revision:
		tx.problems = append(tx.problems, Problem{
			Code: Conflict, ID: id, Node: f.ID,
			Text: "it was changed since: the last change is revision " + decimal(f.Since) + ", not " + decimal(revision),
		})
	}
	return nil
}

// Patch is a change of single fields of a node, as an edit makes it.
type Patch struct {
	// Node has the values and links that replace those there are; of lists, all
	// of them. Its type may be narrower than the node's.
	Node *graph.Node
	// Parts replace those under the part links of Node.
	Parts []*graph.Node
	// Removed are fields, properties or links, that are taken away.
	Removed []string
}

// Patch changes fields of a node and leaves the others as they are. An unknown
// id is a problem, and so is all that [Validate] finds wrong with the node.
func (tx *Tx) Patch(id graph.ID, patch Patch) error {
	drafts, err := tx.draftsOf([]graph.ID{id})
	if err != nil {
		return err
	}
	d := drafts[id]
	if d == nil || len(d.said) == 0 {
		tx.problems = append(tx.problems, Problem{Code: NotFound, ID: id, Text: "there is no node with this id"})
		return nil
	}
	d.given, d.put, d.patched = id, true, true
	edit := &Record{Node: &graph.Node{ID: d.id, Type: patch.Node.Type, Values: map[string]graph.Value{}}, Partial: true}
	own := slices.IndexFunc(d.said, func(s said) bool { return s.Dataset == tx.meta.Dataset && s.Record == d.id })
	if own >= 0 {
		edit = d.said[own].record
	}
	return tx.say(d, tx.meta.Dataset, d.id, edit.patched(patch))
}

// patched is the record with the fields of a patch in place of its own.
func (r *Record) patched(p Patch) *Record {
	next := &Record{
		Node:    &graph.Node{ID: r.Node.ID, Type: p.Node.Type, Values: maps.Clone(r.Node.Values)},
		Partial: r.Partial,
	}
	replaced := map[string]bool{}
	for name, v := range p.Node.Values {
		next.Node.Values[name], replaced[name] = v, true
	}
	for _, l := range p.Node.Links {
		replaced[l.Type.Field] = true
	}
	for _, field := range p.Removed {
		delete(next.Node.Values, field)
		if list := p.Node.Type.Property(field); list != nil && list.List && !r.Partial {
			next.Node.Values[field] = graph.Text("[]")
		}
		replaced[field] = true
	}
	for _, l := range r.Node.Links {
		if !replaced[l.Type.Field] {
			next.Node.Links = append(next.Node.Links, l)
		}
	}
	next.Node.Links = append(next.Node.Links, p.Node.Links...)
	next.Node = inDeclaredOrder(next.Node)
	next.takeParts(r.Parts, p.Parts)
	if r.Partial {
		next.Removed = slices.DeleteFunc(slices.Clone(r.Removed), func(f string) bool { return replaced[f] })
		next.Removed = append(next.Removed, p.Removed...)
		slices.Sort(next.Removed)
	}
	next.fold()
	return next
}

// takeParts keeps the parts that the record's links lead to.
func (r *Record) takeParts(lists ...[]*graph.Node) {
	wanted := map[graph.ID]bool{}
	want := func(n *graph.Node) {
		for _, l := range n.Links {
			wanted[l.To] = wanted[l.To] || l.Type.Part
		}
	}
	want(r.Node)
	byID := map[graph.ID]*graph.Node{}
	for _, list := range lists {
		for _, part := range list {
			byID[part.ID] = part
		}
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		// The id of an inner part comes behind that of its owner.
		if wanted[id] {
			want(byID[id])
			r.Parts = append(r.Parts, byID[id])
		}
	}
}

// Merge makes one node of two: the id of from gives way to that of into, whose
// single values count.
func (tx *Tx) Merge(into, from graph.ID) error {
	drafts, err := tx.draftsOf([]graph.ID{into, from})
	if err != nil {
		return err
	}
	for _, id := range []graph.ID{into, from} {
		if drafts[id] == nil || len(drafts[id].said) == 0 {
			tx.problems = append(tx.problems, Problem{Code: NotFound, ID: id, Text: "there is no node with this id"})
			return nil
		}
	}
	if drafts[into] == drafts[from] {
		tx.problems = append(tx.problems, Problem{Code: Invalid, ID: from, Text: "it is the same node as " + into.Legible()})
		return nil
	}
	if err := tx.pin(drafts[into]); err != nil {
		return err
	}
	tx.merge(drafts[into], drafts[from], nil)
	return nil
}

// pin makes an edit of the single values and links that a node has, so that they
// count whatever is merged into it. What edits say of it already stays.
func (tx *Tx) pin(d *draft) error {
	if err := tx.resolveLinks([]*draft{d}); err != nil {
		return err
	}
	tx.combine(d)
	edit := &Record{Node: &graph.Node{ID: d.id, Type: d.node.Type, Values: map[string]graph.Value{}}, Partial: true}
	own := slices.IndexFunc(d.said, func(s said) bool { return s.Dataset == Edits && s.Record == d.id })
	if own >= 0 {
		had := *d.said[own].record
		edit = &had
		edit.Node = &graph.Node{ID: d.id, Type: d.node.Type, Values: maps.Clone(had.Node.Values), Links: slices.Clone(had.Node.Links)}
	}
	for _, p := range d.node.Type.Properties {
		if v := d.node.Values[p.Name]; !p.List && !p.Derived && !v.Missing() && edit.Node.Values[p.Name].Missing() {
			edit.Node.Values[p.Name] = v
		}
	}
	for _, l := range d.node.Links {
		if !l.Type.List && !l.Type.Part && edit.Node.Target(l.Type.Field) == "" {
			edit.Node.Links = append(edit.Node.Links, graph.Link{Type: l.Type, To: l.To})
		}
	}
	edit.Node = inDeclaredOrder(edit.Node)
	edit.fold()
	return tx.say(d, Edits, d.id, edit)
}

// Mark has loads not bring back nodes of these ids.
func (tx *Tx) Mark(ids ...graph.ID) {
	for _, id := range ids {
		tx.marks[id] = true
	}
}

// Get reads a node as it is after what was written so far, under its own id or
// one that gave way; nil if there is none. Statuses are those from before.
func (tx *Tx) Get(id graph.ID) (*Stored, error) {
	drafts, err := tx.draftsOf([]graph.ID{id})
	if err != nil {
		return nil, err
	}
	d := drafts[id]
	if d == nil || len(d.said) == 0 {
		return nil, nil
	}
	if err := tx.resolveLinks([]*draft{d}); err != nil {
		return nil, err
	}
	tx.combine(d)
	got := &Stored{Node: d.node, Parts: d.parts, Since: d.since(tx.revision.Number)}
	if d.same() {
		got.Node = d.old.Node
	}
	got.Sole, got.Contributions = d.kept(tx.revision.Number)
	return got, nil
}
