package write

import "companygraph/graph"

// Verified is what the last check against a text found of the spans that a node,
// or a part, cites. It is kept beside the graph.
type Verified struct {
	Node graph.ID
	// Found is what [graph.AppendVerifications] writes.
	Found string
}
