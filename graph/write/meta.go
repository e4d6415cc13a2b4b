package write

import (
	"time"

	"companygraph/graph"
)

// Edits is the dataset of everything written by mutations. Its values win over
// those of every other dataset.
const Edits = "edits"

// Meta says who makes a change, for which dataset and why.
type Meta struct {
	// Author is the name of the token or the subject that writes; "" where
	// nobody had to sign in.
	Author string
	// Reason is why, in the author's words; "" if none was given.
	Reason string
	// Dataset is the one on whose behalf the change is made; never empty.
	Dataset string
	// Title and Priority are those of the dataset. nil leaves what is stored,
	// which is no title and 0 to begin with.
	Title    *string
	Priority *int
	// Key makes a repeat of the change by the same author return the first
	// result, for at least [KeyLifetime]; "" for a change that is made again.
	// Digest is that of the input: the same key with another one is refused.
	Key    string
	Digest string
	// Seeding also marks the store as seeded, in the same transaction.
	Seeding bool

	// loading says that the change is part of a load, and load is the number of
	// the load's first revision; 0 if there is none yet.
	loading bool
	load    int64
	// keyLater says that a later change of the load remembers the key.
	keyLater bool
}

// KeyLifetime is the minimum time for which idempotency keys are kept.
const KeyLifetime = 24 * time.Hour

// Revision is one committed change of the graph.
type Revision struct {
	// Number rises by one with each revision, from 1.
	Number int64
	// At is when it was committed, by the store's clock, in UTC and whole
	// microseconds; never before that of an earlier revision.
	At      time.Time
	Author  string
	Reason  string
	Dataset string
	// Load is the number of the first revision of the load it is part of; 0 if
	// it is part of none.
	Load int64
	// Key is the idempotency key it was made under; "" if there was none.
	Key string
}

// ChangeKind says what a change did to a node.
type ChangeKind uint8

// The kinds of change. There is no useful zero value.
const (
	Created ChangeKind = iota + 1
	Updated
	Deleted
)

// Change is one node that a revision changed: a fact also if only its status or
// that of a participation changed. Parts change with their owners.
type Change struct {
	Revision int64
	ID       graph.ID
	// Type is the node's type after the change, or before it if it is gone.
	Type *graph.Type
	Kind ChangeKind
}

// Dataset is what is stored about a dataset that contributes, or once did.
type Dataset struct {
	Name     string
	Title    string
	Priority int
	// Nodes is how many nodes it contributes to, without parts.
	Nodes int
	// LoadedIn is the revision that last wrote for it.
	LoadedIn int64
}

// KeptKey is what is stored about a change that was made under an idempotency
// key.
type KeptKey struct {
	Author, Key, Digest string
	At                  time.Time
	// Result is what the caller wants to have again, see [Tx.Keep].
	Result []byte
	// Revision is the number of what was written, the last one of a load; 0 if
	// nothing changed.
	Revision int64
}

// Written tells what a change did.
type Written struct {
	// Revision is what was made; its number is 0 if nothing changed.
	Revision Revision
	// Head is the store's newest revision.
	Head int64
	// Created, Updated, Deleted and Unchanged count nodes without parts.
	Created, Updated, Deleted, Unchanged int
	// Records says what became of the records that were put. Statuses that follow
	// are not in it.
	Records Outcomes
	// Merged are the ids that gave way, in the order of their names.
	Merged []Merge
	// Replaced are the ids under which the dataset said something about nodes that
	// were loaded, and of which the load has no record: that is taken back.
	Replaced []graph.ID
	// Marked are the ids that were not written because somebody deleted them by
	// an edit.
	Marked []graph.ID
	// Repeated is true if the change was made before, under its key. Result is
	// then what was kept.
	Repeated bool
	Result   []byte
}

// Outcomes counts records by what became of them: each is in one of the counts,
// or its id is among those of Written.Marked.
type Outcomes struct {
	Created, Updated, Unchanged int
	// Merged are those whose id gave way to another by this change. What they say
	// is with the node that stayed.
	Merged int
}

func (o *Outcomes) add(other Outcomes) {
	o.Created, o.Updated = o.Created+other.Created, o.Updated+other.Updated
	o.Unchanged, o.Merged = o.Unchanged+other.Unchanged, o.Merged+other.Merged
}

// Changed reports whether anything was written.
func (w Written) Changed() bool { return w.Revision.Number > 0 }

// Retired is an id that no longer has a node of its own.
type Retired struct {
	ID graph.ID
	// Into is the node that it resolves to; "" if it gave way to none.
	Into graph.ID
	// Marked is true if an edit deleted its node, so that loads do not bring it
	// back.
	Marked bool
}

// Merge is an id that was permanently merged into another.
type Merge struct {
	ID, Into graph.ID
	// Because is the identifier that both have; nil if somebody merged them.
	Because *graph.Identifier
}

// BatchSize is the default number of nodes that one transaction of an import
// writes, without parts.
const BatchSize = 5_000
