package write

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"companygraph/graph"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// find looks up what is not known yet of ids. An id that was never used is
// found as itself, of no type.
func (tx *Tx) find(ids []graph.ID) error {
	var missing []graph.ID
	for _, id := range ids {
		if _, known := tx.found[id]; !known {
			tx.found[id] = Found{ID: id}
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	more, err := tx.storage.Find(missing)
	if err != nil {
		return err
	}
	maps.Copy(tx.found, more)
	// What an id gave way to is looked up, too, under its own id.
	var others []graph.ID
	for _, f := range more {
		if _, known := tx.found[f.ID]; f.ID != "" && !known {
			others = append(others, f.ID)
		}
	}
	slices.Sort(others)
	return tx.find(slices.Compact(others))
}

// stand is the id that stands for an id now; it must have been looked for.
func (tx *Tx) stand(id graph.ID) graph.ID {
	id = cmp.Or(tx.into[id], id)
	if f, known := tx.found[id]; known {
		id = f.ID
	}
	id = cmp.Or(tx.into[id], id)
	if tx.coming != nil {
		id = tx.coming.stand(id)
	}
	return id
}

// draftsOf returns the drafts of what is there under ids, by these.
func (tx *Tx) draftsOf(ids []graph.ID) (map[graph.ID]*draft, error) {
	if err := tx.find(ids); err != nil {
		return nil, err
	}
	var missing []graph.ID
	for _, id := range ids {
		own := tx.stand(id)
		if tx.drafts[own] == nil && tx.found[own].Type != nil {
			missing = append(missing, own)
		}
	}
	if err := tx.load(missing); err != nil {
		return nil, err
	}
	drafts := make(map[graph.ID]*draft, len(ids))
	for _, id := range ids {
		if d := tx.drafts[tx.stand(id)]; d != nil {
			drafts[id] = d
		}
	}
	return drafts, nil
}

// load makes drafts of stored nodes.
func (tx *Tx) load(ids []graph.ID) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil
	}
	stored, err := tx.storage.Load(ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		old := stored[id]
		if old == nil {
			continue
		}
		d := &draft{id: id, old: old}
		if d.said, err = tx.saidOf(old); err != nil {
			return err
		}
		tx.drafts[id] = d
	}
	return nil
}

// saidOf reads the contributions that a stored node is made of.
func (tx *Tx) saidOf(old *Stored) ([]said, error) {
	if old.Sole != "" {
		one := said{Contribution: Contribution{Dataset: old.Sole, Record: old.Node.ID, Since: old.Since}, record: recordOf(old)}
		return tx.weighed([]said{one})
	}
	all := make([]said, len(old.Contributions))
	for i, c := range old.Contributions {
		record, err := ParseRecord(tx.model, c.Body)
		if err != nil {
			return nil, err
		}
		all[i] = said{Contribution: c, record: record}
	}
	return tx.weighed(all)
}

// recordOf is the record that a node of a sole contribution is: it without
// what is derived.
func recordOf(s *Stored) *Record {
	r := &Record{Node: given(s.Node)}
	for _, part := range s.Parts {
		r.Parts = append(r.Parts, given(part))
	}
	return r
}

// given is a node without what is derived.
func given(n *graph.Node) *graph.Node {
	own := &graph.Node{ID: n.ID, Type: n.Type, Values: maps.Clone(n.Values), Links: slices.Clone(n.Links)}
	maps.DeleteFunc(own.Values, func(name string, _ graph.Value) bool {
		p := n.Type.Property(name)
		return p == nil || p.Derived
	})
	for i := range own.Links {
		own.Links[i].Status = ""
	}
	return own
}

// weighed notes the priorities of datasets.
func (tx *Tx) weighed(all []said) ([]said, error) {
	for i := range all {
		d, err := tx.dataset(all[i].Dataset)
		if err != nil {
			return nil, err
		}
		all[i].priority = d.Priority
	}
	return all, nil
}

// dataset returns what is known of a dataset, with what the change says of its
// own.
func (tx *Tx) dataset(name string) (*Dataset, error) {
	if d := tx.datasets[name]; d != nil {
		return d, nil
	}
	d, err := tx.storage.Dataset(name)
	if err != nil {
		return nil, err
	}
	if d == nil {
		d = &Dataset{Name: name}
	}
	own := *d
	if name == tx.meta.Dataset {
		if tx.meta.Title != nil {
			own.Title = *tx.meta.Title
		}
		if tx.meta.Priority != nil {
			own.Priority = *tx.meta.Priority
		}
	}
	tx.datasets[name] = &own
	return &own, nil
}

// resolveLinks looks up the ids that records of drafts lead to.
func (tx *Tx) resolveLinks(drafts []*draft) error {
	var ids []graph.ID
	for _, d := range drafts {
		ids = append(ids, d.targets()...)
	}
	return tx.find(ids)
}

// targets are the ids that the records of a draft lead to.
func (d *draft) targets() []graph.ID {
	var ids []graph.ID
	note := func(n *graph.Node) {
		for _, l := range n.Links {
			if !l.Type.Part {
				ids = append(ids, l.To)
			}
		}
	}
	for _, s := range d.said {
		note(s.record.Node)
		for _, part := range s.record.Parts {
			note(part)
		}
	}
	return ids
}

// combine makes the node of a draft anew. What its records lead to must have
// been looked up.
func (tx *Tx) combine(d *draft) {
	d.node, d.parts = nil, nil
	if !slices.ContainsFunc(d.said, func(s said) bool { return !s.record.Partial }) {
		return
	}
	if len(d.said) == 1 && d.said[0].Record == d.id {
		d.takeOver(d.said[0].record, tx.stand)
		return
	}
	d.node, d.parts = combine(tx.model, d.id, d.said, tx.stand)
}

// takeOver makes the node of the only record, which has the same id: most nodes
// are made so.
func (d *draft) takeOver(r *Record, stand func(graph.ID) graph.ID) {
	d.node = resolved(r.Node, stand)
	d.parts = make([]*graph.Node, len(r.Parts))
	for i, part := range r.Parts {
		d.parts[i] = resolved(part, stand)
	}
}

// resolved copies a node with its links to the ids that stand for others now,
// each once.
func resolved(n *graph.Node, stand func(graph.ID) graph.ID) *graph.Node {
	own := &graph.Node{ID: n.ID, Type: n.Type, Values: n.Values}
	if len(n.Links) == 0 {
		return own
	}
	own.Links = make([]graph.Link, 0, len(n.Links))
	changed := false
	for _, l := range n.Links {
		to := l.To
		if !l.Type.Part {
			to = stand(to)
		}
		changed = changed || to != l.To
		own.Links = append(own.Links, graph.Link{Type: l.Type, To: to})
	}
	if changed {
		own.Links = distinctLinks(own.Links)
	}
	return own
}

func distinctLinks(links []graph.Link) []graph.Link {
	seen := map[graph.Link]bool{}
	return slices.DeleteFunc(links, func(l graph.Link) bool {
		was := seen[l]
		seen[l] = true
		return was
	})
}

// since is the revision of the draft's node as it will be stored, if this one has
// the number.
func (d *draft) since(number int64) int64 {
	if d.same() && d.old != nil {
		return d.old.Since
	}
	return number
}

// kept is how the contributions of a draft are to be stored. A sole one that is
// the node itself, and as old, needs no row of its own.
func (d *draft) kept(number int64) (sole string, all []Contribution) {
	if len(d.said) == 1 && d.node != nil {
		only := d.said[0]
		if only.Record == d.id && only.Since == d.since(number) && !only.record.Partial && sameNode(only.record.Node, d.node) {
			return only.Dataset, nil
		}
	}
	for _, s := range d.said {
		c := s.Contribution
		if c.Body == "" {
			c.Body = string(s.record.own().AppendJSON(nil))
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Contribution) int {
		return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Record, b.Record))
	})
	return "", all
}

// isOther reports whether a draft is of a node of which another batch of an import
// says what it will be.
func (tx *Tx) isOther(d *draft) bool {
	return !d.put && tx.coming != nil && tx.coming.says(d.id)
}

// comesLater reports whether another batch of an import says what a node will be.
func (tx *Tx) comesLater(id graph.ID) bool {
	d := tx.drafts[id]
	return tx.coming != nil && tx.coming.says(id) && (d == nil || !d.put)
}
