package write

import (
	"maps"
	"slices"
	"time"

	"companygraph/graph"
)

// Tx is a change in the making. What it reads is the state of the store with
// what it has written so far. Problems with what it writes are told when it
// ends, all at once; other errors of its methods end it.
type Tx struct {
	model    *graph.Model
	storage  Storage
	meta     Meta
	revision Revision

	// found has what is known of ids, given ways and this change included.
	found map[graph.ID]Found
	// drafts are the nodes that the change touches.
	drafts map[graph.ID]*draft
	// into has the ids that give way by this change.
	into map[graph.ID]graph.ID
	// datasets are those that were looked at; touched ones are written.
	datasets map[string]*Dataset
	marks    map[graph.ID]bool
	problems Problems
	result   []byte
	written  Written
	// keptFor is the revision to remember under the key if the change makes none.
	keptFor int64
	// inLoad reports whether the load that the change is part of has a record of an
	// id; nil if what it does not have stays, as when a graph is copied.
	inLoad func(graph.ID) bool
	// coming is what the other batches of an import will write, if the change is
	// only tried out; else nil.
	coming coming
}

// coming is the part of an import that a change does not have.
type coming interface {
	// stand is the id that will stand for an id.
	stand(id graph.ID) graph.ID
	// typeOf is what will be there under an id by then; nil if the import does not
	// say so. says reports whether a record of the import is about it.
	typeOf(id graph.ID) *graph.Type
	says(id graph.ID) bool
	// needs is told that a claim will be about another fact than it was, which
	// the change does not have.
	needs(was, is graph.ID)
}

// draft is a node that a change touches.
type draft struct {
	id graph.ID
	// old is what is stored; nil if nothing is.
	old *Stored
	// said is what the node is to be made of; nothing if it goes.
	said []said
	// node and parts are made of it; nil if it goes.
	node  *graph.Node
	parts []*graph.Node
	// given is the id in the input, for problems.
	given graph.ID
	// patched is true if single fields of it were changed.
	patched bool
	// put is true if a record was written to it, which counts it as unchanged
	// if nothing else does.
	put bool
	// records is how many were, but for those whose id gave way to its own.
	records int
}

// begin starts the next revision, or finds the result of the first time.
func begin(m *graph.Model, s Storage, meta Meta, now time.Time) (*Tx, error) {
	tx := &Tx{
		model: m, storage: s, meta: meta, found: map[graph.ID]Found{}, drafts: map[graph.ID]*draft{},
		into: map[graph.ID]graph.ID{}, datasets: map[string]*Dataset{}, marks: map[graph.ID]bool{},
	}
	head, err := s.Head()
	if err != nil {
		return tx, err
	}
	at := now.UTC().Truncate(time.Microsecond)
	if at.Before(head.At) {
		at = head.At
	}
	tx.revision = Revision{
		Number: head.Number + 1, At: at, Author: meta.Author, Reason: meta.Reason,
		Dataset: meta.Dataset, Load: meta.load, Key: meta.Key,
	}
	if meta.loading && meta.load == 0 {
		tx.revision.Load = tx.revision.Number
	}
	tx.written.Head = head.Number
	return tx, tx.repeat()
}

// repeat looks whether the change was made before under its key.
func (tx *Tx) repeat() error {
	if tx.meta.Key == "" || tx.meta.keyLater {
		return nil
	}
	kept, err := tx.storage.Kept(tx.meta.Author, tx.meta.Key)
	switch {
	case err != nil || kept == nil:
		return err
	case kept.Digest != tx.meta.Digest:
		return Problems{{Code: KeyReused, Text: "the idempotency key " + graph.Quoted(tx.meta.Key) + " came with another input before"}}
	}
	tx.written.Repeated, tx.written.Result = true, kept.Result
	tx.written.Revision.Number = kept.Revision
	return nil
}

// resolution is what is known beforehand of what records are about: those whose
// ids are in into, a node of another id; all others, one of their own.
// Identifiers tell no more.
type resolution struct {
	into map[graph.ID]graph.ID
	// members are the ids that are one, by the one that stays.
	members map[graph.ID][]graph.ID
	because map[graph.ID]graph.Identifier
}

// say puts a contribution in place of that of the same dataset and record,
// unless it says the same.
func (d *draft) say(s said) {
	for i, have := range d.said {
		if have.Dataset == s.Dataset && have.Record == s.Record {
			if !have.record.equal(s.record) {
				d.said[i] = s
			}
			return
		}
	}
	d.said = append(d.said, s)
}

// equal reports whether two records say the same.
func (r *Record) equal(other *Record) bool {
	return r.Partial == other.Partial && slices.Equal(r.Removed, other.Removed) &&
		sameNode(r.Node, other.Node) && slices.EqualFunc(r.Parts, other.Parts, sameNode)
}

// sameNode compares all that is given; what is derived may differ.
func sameNode(a, b *graph.Node) bool {
	return a.ID == b.ID && a.Type == b.Type && sameValues(a, b) &&
		slices.EqualFunc(a.Links, b.Links, func(x, y graph.Link) bool { return x.Type == y.Type && x.To == y.To })
}

func sameValues(a, b *graph.Node) bool {
	for _, p := range a.Type.Properties {
		if !p.Derived && a.Values[p.Name] != b.Values[p.Name] {
			return false
		}
	}
	return true
}

// ordered are the drafts by id.
func (tx *Tx) ordered() []*draft {
	drafts := make([]*draft, 0, len(tx.drafts))
	for _, id := range slices.Sorted(maps.Keys(tx.drafts)) {
		drafts = append(drafts, tx.drafts[id])
	}
	return drafts
}

// same reports whether a draft is as it is stored, contributions aside.
func (d *draft) same() bool {
	if d.old == nil || d.node == nil {
		return d.old == nil && d.node == nil
	}
	return sameNode(d.node, d.old.Node) && slices.EqualFunc(d.parts, d.old.Parts, sameNode)
}

// datasets are those that contribute to the draft's node as it is to be.
func (d *draft) datasets() map[string]bool {
	names := map[string]bool{}
	if d.node != nil {
		for _, s := range d.said {
			names[s.Dataset] = true
		}
	}
	return names
}

// datasets are those that contribute to a stored node.
func (s *Stored) datasets() map[string]bool {
	names := map[string]bool{}
	if s.Sole != "" {
		names[s.Sole] = true
	}
	for _, c := range s.Contributions {
		names[c.Dataset] = true
	}
	return names
}
