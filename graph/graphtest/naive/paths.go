package naive

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// hop leads from an entity to another over a fact.
type hop struct {
	from, fact, to   *graph.Node
	fromRole, toRole string
	status           graph.Status
}

// paths tries all chains of hops, after the rules in package graph/store/paths.
func (s *state) paths(f *plan.Fetch, match plan.ByPaths) (*plan.Rows, error) {
	from, to, avoid, err := s.endsOf(match)
	if err != nil {
		return nil, &plan.FetchError{Fetch: f, Err: err}
	}
	p := &pathFinder{state: s, match: match, avoid: avoid, from: from, to: to}
	p.fromStart, p.fromEnd = p.distances(from), p.distances(to)
	length, there := p.fromStart[to]
	if there = there && length <= match.MaxHops; there {
		p.walk(from, nil, length)
	}
	slices.SortFunc(p.found, comparePaths)
	found := &plan.FoundPaths{}
	switch skipped := p.skipped(length, there); {
	case len(skipped) > 0:
		found.Truncation = plan.TruncatedByHubs
		for _, n := range skipped[:min(len(skipped), plan.MaxSkipped)] {
			if match.SkippedShape != nil {
				found.Skipped = append(found.Skipped, s.row(end{node: n}, match.SkippedShape, nil))
			}
		}
	case len(p.found) > match.First:
		found.Truncation = plan.TruncatedByPaths
	}
	for _, path := range p.found[:min(len(p.found), match.First)] {
		var hops []plan.Hop
		for _, h := range path {
			row := func(n *graph.Node, shape *plan.Shape) *plan.Row { return s.row(end{node: n}, shape, nil) }
			hops = append(hops, plan.Hop{
				From: row(h.from, f.Shape), Fact: row(h.fact, match.FactShape), To: row(h.to, f.Shape),
				FromRole: h.fromRole, ToRole: h.toRole, Status: h.status,
			})
		}
		found.Paths = append(found.Paths, hops)
	}
	return &plan.Rows{Paths: found}, nil
}

// endsOf are the entities to join, and what to avoid.
func (s *state) endsOf(match plan.ByPaths) (from, to *graph.Node, avoid map[*graph.Node]bool, err error) {
	if from, err = s.endOf("from", match.From); err != nil {
		return nil, nil, nil, err
	}
	if to, err = s.endOf("to", match.To); err != nil {
		return nil, nil, nil, err
	}
	if from == to {
		return nil, nil, nil, graph.BadArgument("to", "must be another entity than \"from\"")
	}
	avoid = map[*graph.Node]bool{}
	for i, id := range match.Avoid {
		n, argument := s.nodes[s.stands(id)], fmt.Sprint("avoid.", i)
		switch {
		case n == nil || graph.IsPart(n.ID):
			return nil, nil, nil, graph.BadArgument(argument, "there is no node with this id")
		case n.Type.Class != graph.EntityClass && n.Type.Class != graph.FactClass:
			return nil, nil, nil, graph.BadArgument(argument, "must be the id of an entity or a fact, and this node has the type %s", n.Type.Name)
		case n == from || n == to:
			return nil, nil, nil, graph.BadArgument(argument, "a path cannot avoid the entities that it joins")
		}
		avoid[n] = true
	}
	return from, to, avoid, nil
}

func (s *state) endOf(argument string, id graph.ID) (*graph.Node, error) {
	n := s.nodes[s.stands(id)]
	switch {
	case n == nil || graph.IsPart(n.ID):
		return nil, graph.BadArgument(argument, "there is no node with this id")
	case n.Type.Class != graph.EntityClass:
		return nil, graph.BadArgument(argument, "must be the id of an entity, and this node has the type %s", n.Type.Name)
	}
	return n, nil
}

// pathFinder finds the paths between two entities.
type pathFinder struct {
	*state
	match    plan.ByPaths
	avoid    map[*graph.Node]bool
	from, to *graph.Node
	// fromStart and fromEnd are how many hops away entities are from the ends.
	fromStart, fromEnd map[*graph.Node]int
	found              [][]hop
}

// hops are all that lead from an entity.
func (p *pathFinder) hops(from *graph.Node) []hop {
	var all []hop
	for _, fact := range p.referrers[from.ID] {
		if fact.Type.Class != graph.FactClass || p.avoid[fact] || !p.passes(fact, p.match.Filter) {
			continue
		}
		near, takes := firstRole(fact, from)
		if !takes {
			continue
		}
		seen := map[graph.ID]bool{from.ID: true}
		for _, l := range fact.Links {
			to := p.nodes[l.To]
			if !l.Type.Participation || seen[l.To] || p.avoid[to] {
				continue
			}
			seen[l.To] = true
			far, _ := firstRole(fact, to)
			h := hop{from: from, fact: fact, to: to, fromRole: near.Type.Field, toRole: far.Type.Field}
			for _, text := range []string{fact.Values[graph.StatusProperty].Text(), near.Status, far.Status} {
				if status := graph.Status(text); h.status == "" || status.Strength() < h.status.Strength() {
					h.status = status
				}
			}
			all = append(all, h)
		}
	}
	return all
}

// firstRole is the participation of an entity in a fact whose role is declared first.
func firstRole(fact, entity *graph.Node) (graph.Link, bool) {
	for _, role := range fact.Type.Roles {
		for _, l := range fact.Links {
			if role.Participation && l.Type == role && l.To == entity.ID {
				return l, true
			}
		}
	}
	return graph.Link{}, false
}

// isHub tells whether paths must not lead through an entity.
func (p *pathFinder) isHub(n *graph.Node) bool {
	if p.match.MaxDegree == 0 || n == p.from || n == p.to {
		return false
	}
	facts := 0
	for _, fact := range p.referrers[n.ID] {
		if _, takes := firstRole(fact, n); takes {
			facts++
		}
	}
	return facts > p.match.MaxDegree
}

// distances are how many hops away entities are, without leading through hubs.
func (p *pathFinder) distances(from *graph.Node) map[*graph.Node]int {
	at := map[*graph.Node]int{from: 0}
	for queue := []*graph.Node{from}; len(queue) > 0; queue = queue[1:] {
		if p.isHub(queue[0]) {
			continue
		}
		for _, h := range p.hops(queue[0]) {
			if _, known := at[h.to]; !known {
				at[h.to] = at[queue[0]] + 1
				queue = append(queue, h.to)
			}
		}
	}
	return at
}

// walk goes on from an entity, and finds all paths with so many hops left.
func (p *pathFinder) walk(at *graph.Node, hops []hop, left int) {
	if at == p.to {
		p.found = append(p.found, slices.Clone(hops))
	}
	if left == 0 || p.isHub(at) {
		return
	}
	for _, h := range p.hops(at) {
		if there, known := p.fromEnd[h.to]; known && there < left {
			p.walk(h.to, append(hops, h), left-1)
		}
	}
}

func comparePaths(a, b []hop) int {
	if c := weakestOf(b) - weakestOf(a); c != 0 {
		return c
	}
	for i := range a {
		if c := cmp.Or(cmp.Compare(a[i].fact.ID, b[i].fact.ID), cmp.Compare(a[i].to.ID, b[i].to.ID)); c != 0 {
			return c
		}
	}
	return 0
}

func weakestOf(path []hop) int {
	weakest := math.MaxInt
	for _, h := range path {
		weakest = min(weakest, h.status.Strength())
	}
	return weakest
}

// skipped are the hubs because of which paths may have been left out, by id. It
// follows the search from both ends, one hop at a time, and then looks at the hubs
// that each side has come to.
func (p *pathFinder) skipped(length int, there bool) []*graph.Node {
	if !there {
		length = p.match.MaxHops
	}
	a, b := 0, 0
	for a+b < length && p.rim(p.fromStart, a) > 0 && p.rim(p.fromEnd, b) > 0 {
		if cmp.Or(p.rim(p.fromEnd, b)-p.rim(p.fromStart, a), b-a) < 0 {
			b++
		} else {
			a++
		}
	}
	var all []*graph.Node
	for _, id := range p.ids() {
		n := p.nodes[id]
		if n.Type.Class == graph.EntityClass && p.isHub(n) && (p.mayLead(n, p.fromStart, a, p.fromEnd, b, length) || p.mayLead(n, p.fromEnd, b, p.fromStart, a, length)) {
			all = append(all, n)
		}
	}
	return all
}

// rim is how many entities at a distance can be gone through.
func (p *pathFinder) rim(distances map[*graph.Node]int, at int) int {
	n := 0
	for entity, distance := range distances {
		if distance == at && !p.isHub(entity) {
			n++
		}
	}
	return n
}

// mayLead tells whether a side that went so many hops has met a hub from where the
// other end may be near enough: known to be, or behind all where the other side was,
// or behind another hub that the other side met.
func (p *pathFinder) mayLead(hub *graph.Node, near map[*graph.Node]int, hops int, far map[*graph.Node]int, farHops, length int) bool {
	distance, known := near[hub]
	if !known || distance > hops {
		return false
	}
	rest := math.MaxInt
	if there, known := far[hub]; known && there <= farHops {
		rest = there
	} else if p.rim(far, farHops) > 0 {
		rest = farHops + 1
	}
	for other, there := range far {
		if other != hub && there <= farHops && p.isHub(other) {
			rest = min(rest, there+1)
		}
	}
	return rest <= length-distance
}
