package graph

import (
	"cmp"
	"maps"
	"slices"
)

// Whole is a node with what belongs to it and is nothing without it.
type Whole struct {
	Node *Node
	// With are its parts and, of a fact, the claims about it, ordered by id.
	With []*Node
}

// nodes lists all of it.
func (w Whole) nodes() []*Node { return append([]*Node{w.Node}, w.With...) }

// ReadTx is what [ReadWholes] needs of a store's transaction.
type ReadTx interface {
	// IDs returns the first ids of nodes of some types that come after the
	// given one, ordered by code point.
	IDs(types []*Type, after ID, limit int) ([]ID, error)
	// Load returns the stored state of those of the ids that are there.
	Load(ids []ID) (map[ID]*Node, error)
	// Types returns the types of those of the ids that are there.
	Types(ids []ID) (map[ID]*Type, error)
	// Sources returns the ids of the nodes that link to each of the given
	// ones, over the given links.
	Sources(ids []ID, links []*LinkType) (map[ID][]ID, error)
}

// ReadWholes reads what [Store.Wholes] returns. It is the one way by which
// stores do so.
func ReadWholes(m *Model, tx ReadTx, after ID, limit int) ([]Whole, error) {
	ids, err := tx.IDs(leading(m), after, limit)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	claims, err := tx.Sources(ids, []*LinkType{m.Types["Claim"].Link(factLink)})
	if err != nil {
		return nil, err
	}
	stored, err := loadWithParts(tx, slices.Concat(ids, slices.Concat(slices.Collect(maps.Values(claims))...)))
	if err != nil {
		return nil, err
	}
	var wholes []Whole
	for _, id := range ids {
		if node := stored[id]; node != nil { // and not deleted since
			wholes = append(wholes, Whole{Node: given(node), With: belongings(stored, id, claims[id])})
		}
	}
	return wholes, nil
}

// leading are the types of nodes that do not belong to others.
func leading(m *Model) []*Type {
	return slices.DeleteFunc(slices.Clone(m.Ordered), func(t *Type) bool {
		return t.Class == ClaimClass || t.Class == PartClass
	})
}

func loadWithParts(tx ReadTx, ids []ID) (map[ID]*Node, error) {
	all := map[ID]*Node{}
	for len(ids) > 0 {
		loaded, err := tx.Load(ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, loaded)
		ids = nil
		for _, node := range loaded {
			ids = append(ids, partsOf(node)...)
		}
	}
	return all, nil
}

func partsOf(node *Node) []ID {
	var ids []ID
	for _, link := range node.Links {
		if link.Type.Part {
			ids = append(ids, link.To)
		}
	}
	return ids
}

// belongings are what belongs to a node, of what is stored.
func belongings(stored map[ID]*Node, id ID, claims []ID) []*Node {
	var with []*Node
	for open := append([]ID{id}, claims...); len(open) > 0; open = open[1:] {
		node := stored[open[0]]
		if node == nil {
			continue
		}
		open = append(open, partsOf(node)...)
		if node.ID != id {
			with = append(with, given(node))
		}
	}
	slices.SortFunc(with, func(a, b *Node) int { return cmp.Compare(a.ID, b.ID) })
	return with
}

// given is a node without what the writer derives, so that it can be written
// again.
func given(stored *Node) *Node {
	node := *stored
	node.Values, node.Links = maps.Clone(stored.Values), slices.Clone(stored.Links)
	maps.DeleteFunc(node.Values, func(name string, _ Value) bool { return node.Type.Property(name).Derived })
	for i := range node.Links {
		node.Links[i].Status = ""
	}
	return &node
}
