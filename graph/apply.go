package graph

import (
	"maps"
	"slices"
)

// WriteTx is what [ApplyBatch] needs of a store's write transaction. The store
// begins it, and commits it if ApplyBatch returns no error.
type WriteTx interface {
	ReadTx
	// Identified returns which node has each of the identifiers.
	Identified(keys []Identifier) (map[Identifier]ID, error)
	// Put writes a node as a whole in place of what is stored of it, which
	// becomes history; Delete makes all of it history.
	Put(node *Node) error
	Delete(id ID) error
	// Finish makes the written state a revision of its own if anything was
	// written, marks the store as seeded if asked, and returns the revision.
	Finish(changed, seeded bool) (int64, error)
}

// ApplyBatch checks a batch against what is stored, derives what follows from
// it and writes what has changed. It is the one way by which stores write.
func ApplyBatch(m *Model, tx WriteTx, batch Batch) (Applied, error) {
	a := &applier{model: m, tx: tx, nodes: map[ID]*Node{}, stored: map[ID]*Node{}, looked: map[ID]bool{}, deletes: map[ID]bool{}, given: map[ID]ID{}}
	if errs := Validate(m, batch); len(errs) > 0 {
		return Applied{}, a.refuse(batch, errs)
	}
	if err := a.identify(batch); err != nil {
		return Applied{}, err
	}
	for _, step := range []func() error{a.load, a.specialize, a.checkReferences, a.checkDeletes, a.deriveStatus} {
		if err := step(); err != nil {
			return Applied{}, a.asGiven(err)
		}
	}
	return a.write(batch)
}

// applier works through one batch.
type applier struct {
	model *Model
	tx    WriteTx
	// nodes is the wanted state of every node the batch touches, order the
	// order in which to write it, stored what the store has of it and around it.
	nodes  map[ID]*Node
	order  []ID
	stored map[ID]*Node
	// looked has the ids that were looked for in the store, found or not.
	looked map[ID]bool
	// types are those of the stored nodes of which only links lead to.
	types   map[ID]*Type
	deletes map[ID]bool
	// given has the id in the batch of each node that is stored under another.
	given map[ID]ID
}

// refuse adds what is wrong with a batch's references to what is wrong with it
// by itself, so that all of it is told at once.
func (a *applier) refuse(batch Batch, errs BatchErrors) error {
	var ids []ID
	for _, node := range batch.Nodes {
		for _, link := range node.Links {
			ids = append(ids, link.To)
		}
	}
	stored, err := a.tx.Load(ids)
	if err != nil {
		return err
	}
	return append(errs, ValidateReferences(batch, func(id ID) *Node { return stored[id] })...)
}

// load reads what is stored of the nodes in hand and of the facts that their
// claims are about, and the types of what else they lead to.
func (a *applier) load() error {
	whole, ends := map[ID]bool{}, map[ID]bool{}
	for id, node := range a.nodes {
		whole[id] = true
		for _, link := range node.Links {
			if node.Type.Class == ClaimClass && link.Type.Field == factLink {
				whole[link.To] = true
			} else {
				ends[link.To] = true
			}
		}
	}
	maps.Copy(whole, a.deletes)
	maps.DeleteFunc(ends, func(id ID, _ bool) bool { return whole[id] })
	if err := a.loadMore(slices.Sorted(maps.Keys(whole))); err != nil {
		return err
	}
	var err error
	a.types, err = a.tx.Types(slices.Sorted(maps.Keys(ends)))
	return err
}

// loadMore reads what was not looked for yet.
func (a *applier) loadMore(ids []ID) error {
	var missing []ID
	for _, id := range ids {
		if !a.looked[id] {
			a.looked[id] = true
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	more, err := a.tx.Load(missing)
	maps.Copy(a.stored, more)
	return err
}

// specialize settles the type of nodes that are stored as another one: the
// more specific type wins.
func (a *applier) specialize() error {
	var errs BatchErrors
	for _, id := range a.order {
		node, old := a.nodes[id], a.stored[id]
		switch {
		case a.deletes[id]:
			errs = append(errs, BatchError{id, "", "it is stored as " + shown(id) + ", which the batch deletes"})
		case old == nil || old.Type == node.Type || a.narrower(node.Type, old.Type):
		case a.narrower(old.Type, node.Type):
			node.Type = old.Type
		default:
			errs = append(errs, BatchError{id, "type", "is stored as " + string(old.Type.Name) + ", which " + string(node.Type.Name) + " does not specialize"})
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// narrower tells whether t is a more specific type than other.
func (a *applier) narrower(t, other *Type) bool {
	for t.Specializes != "" {
		if t = a.model.Types[t.Specializes]; t == other {
			return true
		}
	}
	return false
}

// look returns the state that a node will have; nil if it will not be there.
func (a *applier) look(id ID) *Node {
	if node := a.nodes[id]; node != nil {
		return node
	}
	if a.deletes[id] {
		return nil
	}
	return a.stored[id]
}

func (a *applier) checkReferences() error {
	nodes := make([]*Node, len(a.order))
	for i, id := range a.order {
		nodes[i] = a.nodes[id]
	}
	look := func(id ID) *Node {
		if t := a.types[id]; t != nil {
			return &Node{ID: id, Type: t}
		}
		return a.look(id)
	}
	if errs := ValidateReferences(Batch{Nodes: nodes}, look); len(errs) > 0 {
		return errs
	}
	return nil
}

// checkDeletes refuses to delete what something that stays leads to, and takes
// parts along with their owners.
func (a *applier) checkDeletes() error {
	a.dropParts()
	sources, err := a.tx.Sources(slices.Sorted(maps.Keys(a.deletes)), a.model.Links)
	if err != nil {
		return err
	}
	var errs BatchErrors
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		for _, source := range sources[id] {
			if a.deletes[source] || (a.nodes[source] != nil && !leadsTo(a.nodes[source], id)) {
				continue
			}
			errs = append(errs, BatchError{id, "", "cannot be deleted: " + string(source) + " refers to it"})
			break
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// dropParts deletes the parts of deleted nodes, and those that the new state
// of a node no longer has.
func (a *applier) dropParts() {
	for id, old := range a.stored {
		node := a.nodes[id]
		if node == nil && !a.deletes[id] {
			continue
		}
		for _, link := range old.Links {
			if link.Type.Part && (node == nil || !leadsTo(node, link.To)) {
				a.deletes[link.To] = true
			}
		}
	}
}

func leadsTo(node *Node, id ID) bool {
	return slices.ContainsFunc(node.Links, func(l Link) bool { return l.To == id })
}

// write writes what differs from what is stored.
func (a *applier) write(batch Batch) (Applied, error) {
	var done Applied
	for _, id := range a.order {
		node, old := a.nodes[id], a.stored[id]
		if old != nil && sameNode(node, old) {
			done.count(&done.Unchanged, node)
			continue
		}
		if err := a.tx.Put(node); err != nil {
			return Applied{}, err
		}
		if old == nil {
			done.count(&done.Created, node)
		} else {
			done.count(&done.Updated, node)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.deletes)) {
		old := a.stored[id]
		if old == nil && !isPart(id) {
			continue
		}
		if err := a.tx.Delete(id); err != nil {
			return Applied{}, err
		}
		if old != nil {
			done.count(&done.Deleted, old)
		}
	}
	revision, err := a.tx.Finish(done.Changed(), batch.Seeding)
	done.Revision = revision
	return done, err
}

// count counts a node; a part is counted with its owner, whose links change
// with it or whose state is otherwise the same.
func (done *Applied) count(counter *int, node *Node) {
	if node.Type.Class != PartClass {
		*counter++
	} else if counter != &done.Unchanged {
		done.parts = true
	}
}

func sameNode(a, b *Node) bool {
	return a.Type == b.Type && maps.Equal(a.Values, b.Values) && slices.Equal(a.Links, b.Links)
}
