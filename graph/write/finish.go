package write

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"companygraph/graph"
)

// finish makes of the drafts what is to be written, and has it written.
func (tx *Tx) finish() (Written, error) {
	if err := tx.reweigh(); err != nil {
		return Written{}, err
	}
	if err := tx.check(); err != nil {
		return Written{}, err
	}
	statuses, err := tx.deriveStatuses()
	if err != nil {
		return Written{}, err
	}
	delta := tx.delta(statuses)
	if err := tx.storage.Apply(delta); err != nil {
		return Written{}, err
	}
	tx.written.Revision = delta.Revision
	tx.written.Head += min(delta.Revision.Number, 1)
	tx.written.Head = max(tx.written.Head, delta.Revision.Number)
	tx.written.Result = tx.result
	slices.Sort(tx.written.Replaced)
	slices.SortFunc(tx.written.Merged, func(a, b Merge) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(tx.written.Marked)
	return tx.written, nil
}

// reweigh makes drafts of the nodes that several datasets contribute to if the
// priority of this one changes: what counts may be another then.
func (tx *Tx) reweigh() error {
	// What is said of the dataset is kept even if it contributes nothing yet.
	if _, err := tx.dataset(tx.meta.Dataset); err != nil || tx.meta.Priority == nil {
		return err
	}
	stored, err := tx.storage.Dataset(tx.meta.Dataset)
	if err != nil || stored == nil || stored.Priority == *tx.meta.Priority {
		return err
	}
	for after, err := tx.reweighFrom(""); after != "" || err != nil; after, err = tx.reweighFrom(after) {
		if err != nil {
			return err
		}
	}
	return nil
}

// reweighFrom makes drafts of some of the nodes that several datasets contribute
// to, behind an id, and returns the last that was looked at; "" if there are none.
func (tx *Tx) reweighFrom(after graph.ID) (graph.ID, error) {
	ids, err := tx.storage.Contributors(tx.meta.Dataset, after, BatchSize)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	if err := tx.find(ids); err != nil {
		return "", err
	}
	after = ids[len(ids)-1]
	shared := slices.DeleteFunc(ids, func(id graph.ID) bool { return tx.found[id].Sole != "" || tx.found[id].Type == nil })
	_, err = tx.draftsOf(shared)
	return after, err
}

// delta gathers what is to be written.
func (tx *Tx) delta(statuses *statuses) *Delta {
	delta := &Delta{Statuses: statuses.changed, Key: tx.kept(), Seeding: tx.meta.Seeding}
	for _, d := range tx.ordered() {
		change := tx.change(d)
		tx.countRecords(d, change)
		if change == nil {
			if statuses.facts[d.id] {
				change = &Change{ID: d.id, Type: d.node.Type, Kind: Updated}
			} else if d.put {
				tx.written.Unchanged++
			}
		} else {
			delta.Nodes = append(delta.Nodes, tx.nodeDeltas(d)...)
		}
		tx.note(delta, change)
		delete(statuses.facts, d.id)
	}
	for _, id := range slices.Sorted(maps.Keys(statuses.facts)) {
		tx.note(delta, &Change{ID: id, Type: tx.found[id].Type, Kind: Updated})
	}
	for _, id := range slices.Sorted(maps.Keys(tx.into)) {
		delta.Aliases = append(delta.Aliases, Alias{ID: id, Into: tx.into[id]})
	}
	for _, id := range slices.Sorted(maps.Keys(tx.marks)) {
		if tx.marks[id] {
			delta.Marks = append(delta.Marks, id)
		} else {
			delta.Unmarks = append(delta.Unmarks, id)
		}
	}
	slices.SortFunc(delta.Changes, func(a, b Change) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(delta.Nodes, func(a, b NodeDelta) int { return cmp.Compare(a.ID, b.ID) })
	if len(delta.Changes)+len(delta.Aliases)+len(delta.Marks)+len(delta.Unmarks) > 0 {
		delta.Revision = tx.revision
		if delta.Key != nil {
			delta.Key.Revision = tx.revision.Number
		}
	}
	delta.Datasets = tx.touchedDatasets(delta.Revision.Number)
	return delta
}

// countRecords notes what became of the records that were put to a draft.
func (tx *Tx) countRecords(d *draft, change *Change) {
	outcomes := &tx.written.Records
	switch {
	case change == nil:
		outcomes.Unchanged += d.records
	case change.Kind == Created:
		outcomes.Created += d.records
	default:
		outcomes.Updated += d.records
	}
}

// note counts a change, and adds it to the revision.
func (tx *Tx) note(delta *Delta, change *Change) {
	if change == nil {
		return
	}
	change.Revision = tx.revision.Number
	delta.Changes = append(delta.Changes, *change)
	switch change.Kind {
	case Created:
		tx.written.Created++
	case Updated:
		tx.written.Updated++
	case Deleted:
		tx.written.Deleted++
	}
}

// change is what becomes of a draft's node; nil if nothing does.
func (tx *Tx) change(d *draft) *Change {
	switch {
	case d.old == nil && d.node == nil:
		return nil
	case d.old == nil:
		return &Change{ID: d.id, Type: d.node.Type, Kind: Created}
	case d.node == nil:
		return &Change{ID: d.id, Type: d.old.Node.Type, Kind: Deleted}
	case d.same() && !d.contributionsChange(tx.revision.Number):
		return nil
	}
	return &Change{ID: d.id, Type: d.node.Type, Kind: Updated}
}

func (d *draft) contributionsChange(number int64) bool {
	sole, all := d.kept(number)
	return sole != d.old.Sole || !slices.Equal(all, d.old.Contributions)
}

// nodeDeltas are the rows of a draft and of its parts.
func (tx *Tx) nodeDeltas(d *draft) []NodeDelta {
	own := NodeDelta{ID: d.id, New: d.node, Used: tx.used(d)}
	oldParts := map[graph.ID]*graph.Node{}
	if d.old != nil {
		own.Old, own.OldSince, own.OldSole, own.OldContributions = d.old.Node, d.old.Since, d.old.Sole, d.old.Contributions
		for _, part := range d.old.Parts {
			oldParts[part.ID] = part
		}
	}
	if d.node != nil {
		own.Sole, own.Contributions = d.kept(tx.revision.Number)
		own.SameTokens = own.Old != nil &&
			sameSearched(own.Old, d.node) && slices.EqualFunc(d.old.Parts, d.parts, sameSearched)
		if !own.SameTokens {
			own.Tokens = d.tokens()
		}
		if d.same() {
			own.New = d.old.Node
		}
	}
	if own.Old != nil && !own.SameTokens {
		own.OldTokens = graph.SearchTokens(own.Old, d.old.Parts)
	}
	deltas := []NodeDelta{own}
	for _, part := range d.parts {
		old := oldParts[part.ID]
		delete(oldParts, part.ID)
		if old == nil || !sameNode(old, part) {
			deltas = append(deltas, tx.partDelta(part.ID, old, part, d))
		}
	}
	for id, old := range oldParts {
		deltas = append(deltas, tx.partDelta(id, old, nil, d))
	}
	return deltas
}

func (tx *Tx) partDelta(id graph.ID, old, part *graph.Node, d *draft) NodeDelta {
	return NodeDelta{ID: id, Old: old, New: part, SameTokens: true, Used: old == nil && (d.old != nil || tx.used(d))}
}

// used reports whether a node that comes had a predecessor.
func (tx *Tx) used(d *draft) bool { return d.old == nil && tx.found[d.id].Used }

// tokens are what the draft's node is found by; those of an only record were
// computed when it was prepared.
func (d *draft) tokens() []graph.SearchToken {
	if len(d.said) == 1 && d.said[0].Record == d.id && d.said[0].record.keys != nil {
		return d.said[0].record.tokens
	}
	return graph.SearchTokens(d.node, d.parts)
}

// sameSearched reports whether two nodes of one type have the same searched texts.
func sameSearched(a, b *graph.Node) bool {
	for _, p := range a.Type.Properties {
		if p.Searched != 0 && a.Values[p.Name] != b.Values[p.Name] {
			return false
		}
	}
	return a.Type == b.Type
}

// kept is what is to be remembered under the key of the change.
func (tx *Tx) kept() *KeptKey {
	if tx.meta.Key == "" || tx.meta.keyLater {
		return nil
	}
	return &KeptKey{
		Author: tx.meta.Author, Key: tx.meta.Key, Digest: tx.meta.Digest,
		At: tx.revision.At, Result: tx.result, Revision: tx.keptFor,
	}
}

// touchedDatasets are the datasets of which something changes: how many nodes
// they contribute to, or what is said of the one the change is made for.
func (tx *Tx) touchedDatasets(revision int64) []Dataset {
	counts := map[string]int{}
	for _, d := range tx.drafts {
		for name := range d.datasets() {
			counts[name]++
		}
		if d.old != nil {
			for name := range d.old.datasets() {
				counts[name]--
			}
		}
	}
	var touched []Dataset
	for _, name := range slices.Sorted(maps.Keys(tx.datasets)) {
		d := *tx.datasets[name]
		d.Nodes += counts[name]
		own := name == tx.meta.Dataset && revision > 0
		if own {
			d.LoadedIn = revision
		}
		if own || counts[name] != 0 || name == tx.meta.Dataset && (tx.meta.Title != nil || tx.meta.Priority != nil) {
			touched = append(touched, d)
		}
	}
	return touched
}

// Run is how every store makes a change: it runs f on what the storage has,
// checks and derives what follows from it, and has the storage write what is
// different. now is the store's clock.
func Run(m *graph.Model, s Storage, meta Meta, now time.Time, f func(*Tx) error) (Written, error) {
	tx, err := begin(m, s, meta, now)
	if err != nil || tx.written.Repeated {
		return tx.written, err
	}
	if err := f(tx); err != nil {
		return Written{}, err
	}
	return tx.finish()
}
