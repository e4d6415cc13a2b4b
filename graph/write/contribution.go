package write

import "companygraph/graph"

// Record is what a dataset says about one node, with the parts that belong to
// it. Links lead to ids as the dataset has them. Records are made by [Prepare],
// and are not changed afterwards.
type Record struct {
	Node  *graph.Node
	Parts []*graph.Node
	// Dataset is whose record it is; "" for that of the change. About is the id of
	// the node it is about, if that is known and another than the record's. Aliases
	// are ids that gave way to the node. All are for copies of graphs.
	Dataset string
	About   graph.ID
	Aliases []graph.ID
	// Partial says that the record is a change to what others say: it has only
	// the fields that it replaces, and takes away those in Removed. Only [Edits]
	// have such records.
	Partial bool
	Removed []string

	// tokens and keys are what the node is searched and identified by.
	tokens []graph.SearchToken
	keys   []graph.Identifier
}

// own is the record without whose it is and what it is about, which stand beside
// it where it is kept.
func (r *Record) own() *Record {
	own := *r
	own.Dataset, own.About, own.Aliases = "", "", nil
	return &own
}

// Contribution is a record stored for a node that several records describe, or
// whose only record has another id than the node.
type Contribution struct {
	Dataset string
	// Record is the id under which the dataset has the node.
	Record graph.ID
	// Since is the revision that wrote it.
	Since int64
	// Body is the record as [Record.AppendJSON] writes it.
	Body string
}

// Stored is a node as a store has it.
type Stored struct {
	Node *graph.Node
	// Parts belong to the node, ordered by id.
	Parts []*graph.Node
	// Since is the revision that last changed the node's own values and links.
	Since int64
	// Sole is the dataset whose record the node is, id, values and links alike.
	// It is "" if the node is made of Contributions.
	Sole string
	// Contributions are ordered by dataset and record; nil if there is a Sole.
	Contributions []Contribution
}
