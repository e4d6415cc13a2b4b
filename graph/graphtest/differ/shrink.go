package differ

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
)

// shrinkTime bounds how long is tried to make a difference smaller.
const shrinkTime = 4 * time.Minute

// shrink makes a difference as small as it gets and writes it down.
func shrink(t *testing.T, found *difference) string {
	s := &shrinker{T: t, difference: found, until: time.Now().Add(shrinkTime)}
	if !s.again(found.batches, found.operation) {
		return "It does not differ again on fresh stores.\n" + found.text()
	}
	s.shrinkHistory()
	for size := -1; size != s.size() && time.Now().Before(s.until); {
		size = s.size()
		s.shrinkOperation()
		s.shrinkNodes()
	}
	return found.text()
}

type shrinker struct {
	*testing.T
	*difference
	until time.Time
}

func (s *shrinker) size() int {
	size := 0
	if s.operation != nil {
		size = len(s.operation.query)
	}
	for _, batch := range s.batches {
		for _, node := range batch.Nodes {
			size += 1 + len(node.Values) + len(node.Links)
		}
		size += len(batch.Deletes)
	}
	return size
}

// again tells whether the difference is there on fresh stores after these
// batches, and if so takes them over.
func (s *shrinker) again(batches []graphtest.Batch, op *operation) bool {
	differs := false
	s.on(batches, func(want, got *world) { differs = s.try(want, got, batches, op) })
	return differs
}

// on opens fresh stores and writes all batches but, where that is what differs,
// the last; it does nothing if one is refused.
func (s *shrinker) on(batches []graphtest.Batch, use func(want, got *world)) {
	if time.Now().After(s.until) {
		return
	}
	before := batches
	if s.operation == nil {
		before = batches[:len(batches)-1]
	}
	s.Run("shrinking", func(t *testing.T) {
		want, got := newWorld(naive.New(s.model), s.model), newWorld(s.side.Open(t, s.model), s.model)
		for _, batch := range before {
			if _, ok := want.apply(t.Context(), batch); !ok {
				return
			}
			got.apply(t.Context(), batch)
		}
		use(want, got)
	})
}

// try asks, or writes the last batch, and takes over what differs.
func (s *shrinker) try(wanted, gotten *world, batches []graphtest.Batch, op *operation) bool {
	var want, got []byte
	if op == nil {
		last := batches[len(batches)-1]
		one, _ := wanted.apply(s.Context(), last)
		other, _ := gotten.apply(s.Context(), last)
		want, got = []byte(one), []byte(other)
	} else {
		want, got = wanted.ask(s.Context(), *op), gotten.patientlyAsk(s.Context(), *op)
	}
	if bytes.Equal(want, got) {
		return false
	}
	s.batches, s.operation, s.want, s.got = batches, op, want, got
	return true
}

// shrinkHistory drops the batches that came before: all of them, if the graph
// as it is suffices, or all but the last ones.
func (s *shrinker) shrinkHistory() {
	if s.operation != nil && s.again([]graphtest.Batch{s.folded()}, s.operation) {
		return
	}
	for kept := 1; kept < len(s.batches); kept++ {
		if s.again(s.batches[len(s.batches)-kept:], s.operation) {
			return
		}
	}
}

// folded is one batch that makes the graph of all.
func (s *shrinker) folded() graphtest.Batch {
	store := naive.New(s.model)
	for _, batch := range s.batches {
		newWorld(store, s.model).apply(s.Context(), batch)
	}
	var batch graphtest.Batch
	for _, stored := range store.Nodes() {
		node := copyOf(stored)
		for _, p := range node.Type.Properties {
			if p.Derived {
				delete(node.Values, p.Name)
			}
		}
		for i := range node.Links {
			node.Links[i].Status = ""
		}
		batch.Nodes = append(batch.Nodes, node)
	}
	return batch
}

func copyOf(node *graph.Node) *graph.Node {
	return &graph.Node{ID: node.ID, Type: node.Type, Values: maps.Clone(node.Values), Links: slices.Clone(node.Links)}
}

// shrinkNodes drops nodes, many at once and then one by one, and then what they
// hold.
func (s *shrinker) shrinkNodes() {
	for size := len(s.ids()); size > 0; size /= 2 {
		for from := 0; from < len(s.ids()); {
			ids := s.ids()
			if !s.again(without(s.batches, ids[from:min(from+size, len(ids))]), s.operation) {
				from += size
			}
		}
	}
	for b := range s.batches {
		for n := range s.batches[b].Nodes {
			s.shrinkNode(b, n)
		}
	}
}

func (s *shrinker) ids() []graph.ID {
	var ids []graph.ID
	for _, batch := range s.batches {
		for _, node := range public(batch.Nodes) {
			if !slices.Contains(ids, node.ID) {
				ids = append(ids, node.ID)
			}
		}
	}
	return ids
}

// shrinkNode drops values and links of a node.
func (s *shrinker) shrinkNode(b, n int) {
	try := func(change func(*graph.Node)) {
		node := copyOf(s.batches[b].Nodes[n])
		change(node)
		batches := slices.Clone(s.batches)
		batches[b].Nodes = slices.Clone(batches[b].Nodes)
		batches[b].Nodes[n] = node
		s.again(batches, s.operation)
	}
	node := s.batches[b].Nodes[n]
	for _, p := range node.Type.Properties {
		switch value := node.Values[p.Name]; {
		case value.Missing():
		case !p.Required:
			try(func(node *graph.Node) { delete(node.Values, p.Name) })
		case p.List && value.Text() != "[]":
			try(func(node *graph.Node) { node.Values[p.Name] = graph.Text("[]") })
		}
	}
	for i := len(node.Links) - 1; i >= 0; i-- {
		if !node.Links[i].Type.Part {
			try(func(node *graph.Node) { node.Links = slices.Delete(node.Links, i, i+1) })
		}
	}
}

// without drops nodes, links to them, and what cannot be without those.
func without(batches []graphtest.Batch, ids []graph.ID) []graphtest.Batch {
	gone := map[graph.ID]bool{}
	for _, id := range ids {
		gone[id] = true
	}
	for grown := true; grown; {
		grown = false
		for _, batch := range batches {
			for _, node := range batch.Nodes {
				if needs(node, gone) && !gone[node.ID] {
					gone[node.ID], grown = true, true
				}
			}
		}
	}
	var less []graphtest.Batch
	for _, batch := range batches {
		less = append(less, withoutGone(batch, gone))
	}
	return less
}

// needs tells whether a node has a link to what is gone that it must have, or
// is a part of it.
func needs(node *graph.Node, gone map[graph.ID]bool) bool {
	if owner, part := ownerOf(node.ID); part && gone[owner] {
		return true
	}
	return slices.ContainsFunc(node.Links, func(l graph.Link) bool {
		return gone[l.To] && (l.Type.Required || l.Type.Part || node.Type.PublicField(l.Type.Field) != l.Type.Field)
	})
}

func withoutGone(batch graphtest.Batch, gone map[graph.ID]bool) graphtest.Batch {
	var less graphtest.Batch
	for _, node := range batch.Nodes {
		if gone[node.ID] {
			continue
		}
		node = copyOf(node)
		node.Links = slices.DeleteFunc(node.Links, func(l graph.Link) bool { return gone[l.To] })
		less.Nodes = append(less.Nodes, node)
	}
	less.Deletes = slices.DeleteFunc(slices.Clone(batch.Deletes), func(id graph.ID) bool { return gone[id] })
	return less
}
