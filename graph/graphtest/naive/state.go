package naive

import (
	"maps"
	"slices"

	"companygraph/graph"
	"companygraph/graph/write"
)

// state is the graph at one revision. It never changes once it is the present.
type state struct {
	model *graph.Model
	// nodes are all nodes, parts among them, with their statuses.
	nodes map[graph.ID]*graph.Node
	// kept is what is known of public nodes beside.
	kept map[graph.ID]kept
	// referrers are the nodes that have links to a node, each once.
	referrers map[graph.ID][]*graph.Node
	aliases   map[graph.ID]graph.ID
	// used are the ids of nodes that are gone, marks those that must not return.
	used, marks map[graph.ID]bool
	stances     map[stanceKey]write.Stance
	datasets    map[string]write.Dataset
	keys        map[[2]string]write.KeptKey
	revisions   []write.Revision
	changes     []write.Change
	seeded      bool
	// verified is what was found of the spans of nodes.
	verified map[graph.ID]string
}

// kept is what is known of a public node beside its values and links.
type kept struct {
	since         int64
	sole          string
	contributions []write.Contribution
}

type stanceKey struct {
	write.Speaker
	stance graph.Stance
	madeAt string
}

func newState(m *graph.Model) *state {
	return &state{
		model: m,
		nodes: map[graph.ID]*graph.Node{}, kept: map[graph.ID]kept{}, referrers: map[graph.ID][]*graph.Node{},
		aliases: map[graph.ID]graph.ID{}, used: map[graph.ID]bool{}, marks: map[graph.ID]bool{},
		stances: map[stanceKey]write.Stance{}, datasets: map[string]write.Dataset{}, keys: map[[2]string]write.KeptKey{},
		verified: map[graph.ID]string{},
	}
}

// copy is a state that can be changed; nodes are replaced and never changed.
func (s *state) copy() *state {
	next := *s
	next.nodes, next.kept, next.referrers = maps.Clone(s.nodes), maps.Clone(s.kept), maps.Clone(s.referrers)
	next.aliases, next.used, next.marks = maps.Clone(s.aliases), maps.Clone(s.used), maps.Clone(s.marks)
	next.stances, next.datasets, next.keys = maps.Clone(s.stances), maps.Clone(s.datasets), maps.Clone(s.keys)
	next.verified = maps.Clone(s.verified)
	next.revisions, next.changes = slices.Clip(s.revisions), slices.Clip(s.changes)
	return &next
}

// refer finds anew who leads to whom.
func (s *state) refer() {
	s.referrers = map[graph.ID][]*graph.Node{}
	for _, id := range slices.Sorted(maps.Keys(s.nodes)) {
		for _, l := range s.nodes[id].Links {
			if !slices.Contains(s.referrers[l.To], s.nodes[id]) {
				s.referrers[l.To] = append(s.referrers[l.To], s.nodes[id])
			}
		}
	}
}

// ids are those of public nodes, in order.
func (s *state) ids() []graph.ID {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.nodes)), graph.IsPart)
}

// stands is the id that stands for an id now.
func (s *state) stands(id graph.ID) graph.ID {
	if into, gave := s.aliases[id]; gave {
		return into
	}
	return id
}

// stored is a public node with its parts; nil if it is not there.
func (s *state) stored(id graph.ID) *write.Stored {
	node := s.nodes[id]
	if node == nil {
		return nil
	}
	k := s.kept[id]
	whole := &write.Stored{Node: node, Since: k.since, Sole: k.sole, Contributions: k.contributions}
	for _, part := range slices.Sorted(maps.Keys(s.nodes)) {
		if graph.IsPart(part) && graph.OwnerOf(part) == id {
			whole.Parts = append(whole.Parts, s.nodes[part])
		}
	}
	return whole
}

// contributing are the datasets that contribute something, by name.
func (s *state) contributing() []write.Dataset {
	var all []write.Dataset
	for _, name := range slices.Sorted(maps.Keys(s.datasets)) {
		if s.datasets[name].Nodes > 0 {
			all = append(all, s.datasets[name])
		}
	}
	return all
}

// contributionsOf are what datasets say about a node, as a plan's row has it.
func (s *state) contributionsOf(node *graph.Node) string {
	list, err := write.ContributionsJSON(s.model, s.stored(node.ID), func(name string) (*write.Dataset, error) {
		d := s.datasets[name]
		return &d, nil
	})
	if err != nil {
		panic(err) // what is kept was written by the same code
	}
	return list
}
