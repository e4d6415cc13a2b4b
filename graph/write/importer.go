package write

import (
	"context"
	"time"

	"companygraph/graph"
)

// ImportOptions say how records are loaded.
type ImportOptions struct {
	// Batch is how many nodes one transaction writes; 0 for [BatchSize].
	Batch int
	// Prune withdraws what the dataset contributed before and the records no longer
	// have, except nodes that others still refer to.
	Prune bool
	// Copy says that the records are those of a graph: of several datasets, and
	// all that there is. What is absent is not looked for.
	Copy bool
}

// Imported says what an import did, over all its revisions.
type Imported struct {
	// Written is the sum of its changes; Revision is the last.
	Written
	// First is its first revision; 0 if nothing changed.
	First int64
	// Read is how many records there were.
	Read int
	// Absent are ids that the dataset still contributes to and the records do
	// not have, ordered.
	Absent []graph.ID
	// Withdrawn are the ids whose contributions were pruned, ordered. Their nodes
	// remain if another dataset contributes to them.
	Withdrawn []graph.ID
}

// Transact runs f in a write transaction of a store, and commits what it wrote
// unless it returns an error. It may call f again.
type Transact func(ctx context.Context, f func(Storage) error) error

type importer struct {
	ctx      context.Context
	model    *graph.Model
	transact Transact
	meta     Meta
	options  ImportOptions
	size     int
	spool    *spool
	index    *index
	// resolved has the ids of records that are about a node of another id, and
	// because the identifiers that say so.
	resolved map[graph.ID]graph.ID
	because  map[graph.ID]graph.Identifier
	// members are the ids of each node of several, by the one that stays.
	members map[graph.ID][]graph.ID
	// together has the records that must be written with others, and behind those
	// that must be written before others though these do not lead to them.
	together, behind map[int32][]int32
	// claims are those about each fact; nil if all are written at once.
	claims *lists
	// weigher is the record with which the dataset gets another priority; -1 if that
	// may be the first. weighed is true once it was written.
	weigher int32
	weighed bool
	// nodes is how many nodes the records were found to be about.
	nodes int
	done  Imported
}

// isOneChange reports whether the import is one change at most.
func (i *importer) isOneChange() bool {
	return i.single() && i.spool.len() > 0 && !i.options.Prune
}

// resolution is what the check found out of who is who.
func (i *importer) resolution() *resolution {
	return &resolution{into: i.resolved, members: i.members, because: i.because}
}

// now is the clock of changes.
func (i *importer) now() time.Time { return time.Now() }

// single reports whether one transaction takes all: it then checks all by itself.
func (i *importer) single() bool { return i.spool.len() <= i.size && !i.options.Copy }

// change makes one change of the import, and adds up what it did.
func (i *importer) change(meta Meta, f func(*Tx) error) error {
	var written Written
	err := i.transact(i.ctx, func(s Storage) (err error) {
		written, err = Run(i.model, s, meta, i.now(), f)
		return err
	})
	if err != nil {
		return err
	}
	sum := &i.done.Written
	sum.Head = written.Head
	sum.Created, sum.Updated = sum.Created+written.Created, sum.Updated+written.Updated
	sum.Deleted, sum.Unchanged = sum.Deleted+written.Deleted, sum.Unchanged+written.Unchanged
	sum.Records.add(written.Records)
	sum.Merged, sum.Marked = append(sum.Merged, written.Merged...), append(sum.Marked, written.Marked...)
	sum.Replaced = append(sum.Replaced, written.Replaced...)
	if written.Changed() {
		sum.Revision = written.Revision
		if i.done.First == 0 {
			i.done.First = written.Revision.Number
			i.meta.load = i.done.First
		}
	}
	return nil
}

// loaded reports whether there is a record about a node, as far as that is known.
func (i *importer) loaded(id graph.ID) bool { return i.index.has(id) || i.members[id] != nil }

// inLoad is what changes of the import are to know of all its records.
func (i *importer) inLoad() func(graph.ID) bool {
	if i.options.Copy {
		return nil
	}
	return i.index.hasRecord
}

// unmarking is the meta of a change that does not mark the store as seeded.
func (i *importer) unmarking() Meta {
	meta := i.meta
	meta.Seeding = false
	return meta
}
