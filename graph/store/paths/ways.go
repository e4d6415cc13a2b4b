package paths

import (
	"slices"

	"companygraph/graph"
)

// ways are all shortest paths at once: from each node on them, entity or fact, the
// steps to the next ones.
type ways map[int][]step

// step leads to a node: from an entity to a fact, or from there to an entity.
type step struct {
	to int
	// role is that of the entity in the fact, status that of its participation.
	role   string
	status graph.Status
}

// ways gathers the shortest paths, which have a length; none if that is 0. It begins
// where the sides met, so that it comes to no node but those on the paths.
func (s *search[K]) ways(length int) ways {
	w := ways{}
	if length == 0 {
		return w
	}
	var met []int
	for n := range s.nodes {
		node := &s.nodes[n]
		if d := node.depth; d[start] == s.sides[start].depth && d[end] != unseen && d[start]+d[end] == length && !node.hub {
			met = append(met, n)
		}
	}
	for own := range s.sides {
		for entities := met; len(entities) > 0; {
			entities = s.nearer(w, own, entities)
		}
	}
	return w
}

// nearer adds the steps between entities that are equally far from the end of a
// side and those that are one hop nearer to it, and returns these.
func (s *search[K]) nearer(w ways, own int, entities []int) (next []int) {
	// leads has the facts looked at, and whether they lead to a nearer entity.
	leads, seen := map[int]bool{}, map[int]bool{}
	for _, far := range entities {
		for _, fact := range s.nodes[far].facts {
			if _, known := leads[fact]; !known {
				nearer := s.nearest(fact, own, s.nodes[far].depth[own]-1)
				leads[fact] = len(nearer) > 0
				for _, m := range nearer {
					w.add(own, fact, m.entity, m)
					if !seen[m.entity] {
						seen[m.entity] = true
						next = append(next, m.entity)
					}
				}
			}
			if leads[fact] {
				w.add(own, far, fact, s.member(fact, far))
			}
		}
	}
	return next
}

// add adds a step, turned around on the side of the start: there it was found from
// its end.
func (w ways) add(own, from, to int, m member) {
	if own == start {
		from, to = to, from
	}
	w[from] = append(w[from], step{to: to, role: m.role, status: m.status})
}

// nearest are the members of a fact at a depth, through which a path may lead.
func (s *search[K]) nearest(fact, own, depth int) []member {
	var all []member
	for _, m := range s.nodes[fact].members {
		if node := &s.nodes[m.entity]; depth >= 0 && node.depth[own] == depth && !node.hub {
			all = append(all, m)
		}
	}
	return all
}

func (s *search[K]) member(fact, entity int) member {
	members := s.nodes[fact].members
	at, _ := slices.BinarySearchFunc(members, entity, func(m member, entity int) int { return m.entity - entity })
	return members[at]
}

// described are the ways, and what the store tells of the nodes on them.
type described struct {
	ways
	nodes map[int]Node
	// reach is, for each node, the strength of the strongest way on to the end.
	reach map[int]int
}

// describe has the store tell of the nodes on the ways and of some hubs; nil if
// there are none.
func (s *search[K]) describe(w ways, hubs []int) (*described, error) {
	numbers := slices.Clone(hubs)
	if len(w) > 0 {
		numbers = append(numbers, end)
	}
	for n := range w {
		numbers = append(numbers, n)
	}
	if len(numbers) == 0 {
		return nil, nil
	}
	slices.Sort(numbers)
	keys := make([]K, len(numbers))
	for i, n := range numbers {
		keys[i] = s.nodes[n].key
	}
	told, err := s.reader.Describe(keys)
	if err != nil {
		return nil, err
	}
	d := &described{ways: w, nodes: map[int]Node{}, reach: map[int]int{end: strongest}}
	for _, n := range numbers {
		d.nodes[n] = told[s.nodes[n].key]
	}
	return d, nil
}

func (d *described) ids(numbers []int) []graph.ID {
	ids := make([]graph.ID, len(numbers))
	for i, n := range numbers {
		ids[i] = d.nodes[n].ID
	}
	slices.Sort(ids)
	return ids
}
