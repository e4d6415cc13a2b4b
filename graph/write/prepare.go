package write

import (
	"cmp"
	"maps"
	"slices"

	"companygraph/graph"
)

// Prepare does all that can be done with nodes before anybody waits for a lock:
// it checks each node by itself, puts its links in declared order, and folds
// its search words. Parts are among the nodes, in any order, and come back with
// their owners. It reports the problems of all nodes at once, and then returns
// no records.
func Prepare(m *graph.Model, nodes []*graph.Node) ([]*Record, Problems) {
	if problems := Validate(m, nodes); len(problems) > 0 {
		return nil, problems
	}
	byID := make(map[graph.ID]*graph.Node, len(nodes))
	for _, n := range nodes {
		if n.Type.Class == graph.PartClass {
			byID[n.ID] = n
		}
	}
	owners := slices.DeleteFunc(slices.Clone(nodes), func(n *graph.Node) bool { return n.Type.Class == graph.PartClass })
	if len(owners) == 0 {
		return nil, nil
	}
	records := make([]*Record, len(owners))
	inParallel(len(owners), func(_, from, to int) {
		for i := from; i < to; i++ {
			records[i] = prepared(owners[i], byID)
		}
	})
	return records, nil
}

// prepared makes the record of a node, with its parts and theirs.
func prepared(node *graph.Node, parts map[graph.ID]*graph.Node) *Record {
	r := &Record{Node: inDeclaredOrder(node)}
	for _, l := range r.Node.Links {
		if l.Type.Part {
			own := prepared(parts[l.To], parts)
			r.Parts = append(append(r.Parts, own.Node), own.Parts...)
		}
	}
	slices.SortFunc(r.Parts, func(a, b *graph.Node) int { return cmp.Compare(a.ID, b.ID) })
	r.fold()
	return r
}

// fold computes what the record's node is searched and identified by. Without
// identifiers the list is empty and not nil, which says that it was computed.
func (r *Record) fold() {
	r.tokens, r.keys = graph.SearchTokens(r.Node, r.Parts), graph.Identifiers(r.Node)
	if r.keys == nil {
		r.keys = []graph.Identifier{}
	}
}

// inDeclaredOrder copies a node with its links in the order in which its type
// declares them, which is that of a fact's participants.
func inDeclaredOrder(node *graph.Node) *graph.Node {
	own := &graph.Node{ID: node.ID, Type: node.Type, Values: maps.Clone(node.Values), Links: slices.Clone(node.Links)}
	slices.SortStableFunc(own.Links, func(x, y graph.Link) int {
		return cmp.Compare(slices.Index(node.Type.Roles, x.Type), slices.Index(node.Type.Roles, y.Type))
	})
	return own
}
