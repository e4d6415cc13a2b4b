package paths

import (
	"cmp"
	"math"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// search is a search under way. It gives nodes numbers in the order in which it
// comes to them.
type search[K comparable] struct {
	match   plan.ByPaths
	reader  Reader[K]
	avoided map[K]bool
	numbers map[K]int
	nodes   []visited[K]
	// ranks are the places of roles among those of their type.
	ranks map[*graph.LinkType]int
	// sides are those of the start and of the end.
	sides [2]side
	// left is how many participations may still be read, round how often some were.
	left, round int
	truncation  plan.Truncation
}

// visited is a node that the search came to.
type visited[K comparable] struct {
	key K
	// depth is how many hops away an entity is from the end of either side; unseen
	// if it is not known.
	depth [2]int
	hub   bool
	// round is that in which the members of a fact were read; 0 for an entity.
	round   int
	members []member
	// facts are those that were read of an entity.
	facts []int
}

// unseen is the depth of an entity that a side did not come to.
const unseen = -1

// member is an entity that takes part in a fact, by the role that is shown.
type member struct {
	entity, rank int
	role         string
	status       graph.Status
}

// side is what was searched from one end.
type side struct {
	// rim are the entities at depth hops, from which the search may go on.
	rim   []int
	depth int
	// hubs are those that the side came to.
	hubs []int
	// clipped says that to go on would be to visit too many nodes.
	clipped bool
}

// The sides. Each is the other's 1 minus it.
const (
	start = 0
	end   = 1
)

func newSearch[K comparable](match plan.ByPaths, ends Ends[K], reader Reader[K]) *search[K] {
	s := &search[K]{match: match, reader: reader, left: MaxVisits, avoided: map[K]bool{}, numbers: map[K]int{}, ranks: map[*graph.LinkType]int{}}
	for _, t := range match.FactTypes {
		for rank, role := range t.Roles {
			s.ranks[role] = rank
		}
	}
	for _, key := range ends.Avoid {
		s.avoided[key] = true
	}
	for i, key := range []K{start: ends.From, end: ends.To} {
		n := s.number(key)
		s.nodes[n].depth[i] = 0
		s.sides[i].rim = []int{n}
	}
	return s
}

// number is the number of a node.
func (s *search[K]) number(key K) int {
	n, known := s.numbers[key]
	if !known {
		n = len(s.nodes)
		s.numbers[key] = n
		s.nodes = append(s.nodes, visited[K]{key: key, depth: [2]int{unseen, unseen}})
	}
	return n
}

// isEnd tells whether the node is one of the two that paths join: the first ones
// to get numbers.
func isEnd(n int) bool { return n <= end }

// run searches until it knows the length of the shortest paths, and returns it; 0
// if there is none, or none was found.
func (s *search[K]) run() (length int, err error) {
	for s.sides[start].depth+s.sides[end].depth < s.match.MaxHops {
		own := s.smaller()
		switch {
		case len(s.sides[start].rim) == 0 || len(s.sides[end].rim) == 0:
			return 0, nil
		case s.sides[own].clipped:
			s.truncation = plan.TruncatedByVisits
			return 0, nil
		}
		if length, err = s.expand(own); length > 0 || err != nil {
			return length, err
		}
	}
	return 0, nil
}

// smaller is the side to go on at: that with fewer entities at its rim, or that which
// has gone less far, unless it cannot go on.
func (s *search[K]) smaller() int {
	from, to := &s.sides[start], &s.sides[end]
	less := cmp.Or(cmp.Compare(len(to.rim), len(from.rim)), cmp.Compare(to.depth, from.depth)) < 0
	if from.clipped || less && !to.clipped {
		return end
	}
	return start
}

// expand takes a side one hop further. It returns the length of the shortest
// paths, if the sides now meet.
func (s *search[K]) expand(own int) (length int, err error) {
	side := &s.sides[own]
	keys := make([]K, len(side.rim))
	for i, n := range side.rim {
		keys[i] = s.nodes[n].key
	}
	read, whole, err := s.reader.Expand(keys, s.left+1)
	if err != nil || !whole {
		side.clipped = true
		return 0, err
	}
	s.left -= len(read)
	facts := s.take(read)
	side.depth++
	side.rim = nil
	for _, fact := range facts {
		for _, m := range s.nodes[fact].members {
			if met := s.reach(own, m.entity); met > 0 && (length == 0 || met < length) {
				length = met
			}
		}
	}
	return length, nil
}

// take keeps what was read, and returns the facts of it, each once.
func (s *search[K]) take(read []Participation[K]) (facts []int) {
	s.round++
	taken := map[int]bool{}
	for i := range read {
		p := &read[i]
		if s.avoided[p.Fact] {
			continue
		}
		fact := s.number(p.Fact)
		if !taken[fact] {
			taken[fact] = true
			facts = append(facts, fact)
		}
		if of := &s.nodes[fact]; of.round == 0 {
			of.round = s.round
		}
		// What was read before was read whole.
		if s.nodes[fact].round == s.round && !s.avoided[p.Entity] {
			s.join(fact, s.number(p.Entity), p)
		}
	}
	for _, fact := range facts {
		if s.nodes[fact].round == s.round {
			s.settle(fact)
		}
	}
	return facts
}

// join notes that an entity takes part in a fact.
func (s *search[K]) join(fact, entity int, p *Participation[K]) {
	of := &s.nodes[fact]
	of.members = append(of.members, member{entity: entity, role: p.Role.Field, rank: s.ranks[p.Role], status: p.Status})
	s.nodes[entity].hub = p.Hub && !isEnd(entity)
}

// settle keeps the first role of each entity in a fact.
func (s *search[K]) settle(fact int) {
	of := &s.nodes[fact]
	slices.SortFunc(of.members, func(a, b member) int { return cmp.Or(a.entity-b.entity, a.rank-b.rank) })
	of.members = slices.CompactFunc(of.members, func(a, b member) bool { return a.entity == b.entity })
	for _, m := range of.members {
		s.nodes[m.entity].facts = append(s.nodes[m.entity].facts, fact)
	}
}

// reach notes that a side came to an entity. It returns the length of the paths
// on which the other side has been there, 0 if it has not.
func (s *search[K]) reach(own, entity int) int {
	side, node := &s.sides[own], &s.nodes[entity]
	if node.depth[own] != unseen {
		return 0
	}
	node.depth[own] = side.depth
	if node.hub {
		side.hubs = append(side.hubs, entity)
		return 0
	}
	side.rim = append(side.rim, entity)
	if there := node.depth[1-own]; there != unseen {
		return side.depth + there
	}
	return 0
}

// skipped are the hubs because of which paths may have been left out: those
// through which, as far as the search knows, a path may lead that is no longer than
// the ones found or, if there are none, than paths may be.
//
// Of all the hubs on such a path, one was met: the first one by the side of the
// start, or the last one by that of the end, because the two sides together have
// gone as far as the path is long, or one has gone as far as it can.
func (s *search[K]) skipped(length int) []int {
	if length == 0 {
		length = s.match.MaxHops
	}
	var all []int
	for own := range s.sides {
		for _, hub := range s.sides[own].hubs {
			rest := min(s.atLeast(1-own, hub), s.overHub(1-own, hub))
			if rest <= length-s.nodes[hub].depth[own] && !slices.Contains(all, hub) {
				all = append(all, hub)
			}
		}
	}
	return all
}

// atLeast is how far a hub is from the end of a side at least, if no other hub is
// on the way.
func (s *search[K]) atLeast(of, hub int) int {
	side := &s.sides[of]
	switch depth := s.nodes[hub].depth[of]; {
	case depth != unseen:
		return depth
	case len(side.rim) == 0:
		return math.MaxInt
	default:
		return side.depth + 1
	}
}

// overHub is how far a hub is from the end of a side at least, if another hub is on
// the way.
func (s *search[K]) overHub(of, hub int) int {
	// They are in the order of their depth.
	for _, other := range s.sides[of].hubs {
		if other != hub {
			return s.nodes[other].depth[of] + 1
		}
	}
	return math.MaxInt
}
