package write

import "companygraph/graph"

// Storage is a store's side of one write transaction: it reads and writes rows
// and knows nothing of what they mean. The store begins the transaction, takes
// the lock that makes writers take turns, and commits if the engine returns no
// error. All ids are canonical unless said otherwise. No method is called with
// an empty list, and none binds a list of any length as one value of unbounded
// size. (graphtest: storage)
type Storage interface {
	// Head is the newest revision; its number is 0 if there is none.
	Head() (Revision, error)

	// Find tells in short what there is under each id, canonical or given way;
	// an id that was never used is not in the result.
	Find(ids []graph.ID) (map[graph.ID]Found, error)

	// Load returns the whole state of those nodes that are there, parts with
	// their owners.
	Load(ids []graph.ID) (map[graph.ID]*Stored, error)

	// Identified returns which node has each of the identifiers.
	Identified(keys []graph.Identifier) (map[graph.Identifier]graph.ID, error)

	// Referrers returns the ids of the nodes, parts among them, that link to
	// each of the ids over one of the links, ordered.
	Referrers(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error)

	// Aliases returns the ids that gave way to each of the ids, ordered.
	Aliases(ids []graph.ID) (map[graph.ID][]graph.ID, error)

	// Statuses returns the status of each fact, under the zero Participation,
	// and of each of its participations.
	Statuses(facts []graph.ID) (map[graph.ID]map[graph.Participation]graph.Status, error)

	// Stances returns what each speaker says of a part, see [Stance].
	Stances(speakers []Speaker) (map[Speaker][]Stance, error)

	// PutStances writes rows in place of those with the same speaker, stance
	// and date; a row of no claims is removed. They are no history.
	PutStances(rows []Stance) error

	// Said returns the stances that count of each part: those of its rows with
	// Counts. It reads no more rows than there are stances.
	Said(parts []Part) (map[Part]graph.Stances, error)

	// ClaimedParts returns the participations of each fact that claims are about.
	ClaimedParts(facts []graph.ID) (map[graph.ID][]graph.Participation, error)

	// Dataset returns what is kept of a dataset; nil if it is not known.
	Dataset(name string) (*Dataset, error)

	// Contributors returns the ids that a dataset contributes to and that come
	// after an id, by code point, up to a limit.
	Contributors(dataset string, after graph.ID, limit int) ([]graph.ID, error)

	// Kept returns what is remembered under an author's key; nil if nothing is.
	Kept(author, key string) (*KeptKey, error)

	// Apply writes rows, and makes history of what they replace.
	Apply(*Delta) error
}

// Found is what a store knows about an id.
type Found struct {
	// ID is the canonical one: another than was asked for if that gave way.
	ID graph.ID
	// Type is nil if there is no node now: it was deleted.
	Type  *graph.Type
	Since int64
	// Sole is that of [Stored].
	Sole string
	// Marked is true if the node was deleted by an edit, so that loads do not
	// bring it back.
	Marked bool
	// Used is true if there was a node of this id that is gone.
	Used bool
}

// Part is a fact, or one participation in it, as claims are about it.
type Part struct {
	Fact graph.ID
	// Participation is zero for the whole fact.
	graph.Participation
}

// Speaker is who speaks of a part. Name tells speakers apart, see
// [graph.SpeakerOf].
type Speaker struct {
	Part
	Name string
}

// Stance is what a speaker says of a part, once for each stance and date,
// whatever number of claims says it: a narrow projection of claims, which
// status is derived from.
type Stance struct {
	Speaker
	Stance graph.Stance
	// MadeAt is the EDTF of the claims' date; "" if it is not known.
	MadeAt string
	// Claims is how many claims say so.
	Claims int
	// Counts is true if the stance is live, and the speaker does not contradict
	// himself. That of a retraction says that it stands.
	Counts bool
}

// Delta is all that a change writes, in the order in which it is to be written.
type Delta struct {
	// Revision is what it makes; its number is that of the head and one. It is
	// zero if the graph does not change: then only Datasets, Key and Seeding
	// may be set.
	Revision Revision
	// Changes are ordered by id.
	Changes []Change
	// Nodes are ordered by id, parts among them.
	Nodes []NodeDelta
	// Statuses are the statuses that change of what was stored before.
	Statuses []StatusDelta
	// Aliases are ids that are merged into others from now on, with all ids that
	// were merged into them before.
	Aliases []Alias
	// Marks are the ids that loads must not bring back; Unmarks may return.
	Marks, Unmarks []graph.ID
	// Datasets replace what is kept under their names.
	Datasets []Dataset
	// Key is remembered; nil if there is none. Older ones than [KeyLifetime]
	// may be forgotten at any time.
	Key     *KeptKey
	Seeding bool
}

// NodeDelta is a changed node or part.
type NodeDelta struct {
	ID graph.ID
	// Old is what is stored; nil if nothing is. New is what is to be; nil if the
	// node goes. Both carry statuses; but for these New may be the same as Old
	// where only contributions change, and then it keeps its Since.
	Old, New *graph.Node
	// OldSince is that of what is stored.
	OldSince int64
	// Sole and Contributions are those of [Stored] as they are to be, and the
	// old ones. Parts have neither.
	Sole, OldSole                   string
	Contributions, OldContributions []Contribution
	// Tokens are what New is found by, with its parts, and OldTokens what Old is
	// found by. Both are empty if SameTokens says that they are the same, and the
	// type is. Parts have none of their own.
	Tokens, OldTokens []graph.SearchToken
	SameTokens        bool
	// Used says that the id was that of a node before, which is gone.
	Used bool
}

// StatusDelta is a status that changes. History keeps Old with the revision
// until which it held.
type StatusDelta struct {
	Part
	Old graph.Status
	// New is "" if the fact, or the participation, goes.
	New graph.Status
}

// Alias is an id that was merged into another.
type Alias struct{ ID, Into graph.ID }
