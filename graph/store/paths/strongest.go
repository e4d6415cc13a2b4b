package paths

import (
	"cmp"
	"slices"

	"companygraph/graph"
)

// strongest is the strength of a way of no steps.
var strongest = graph.StatusConfirmed.Strength()

// first are the first of all paths in their order, and whether there are more.
//
// There may be millions of paths, so they are not made to be sorted. For each
// strength, the greatest first, the paths are walked in the order of their ids, over
// steps of this strength or more that lead on to the end by such steps. The walk meets
// the paths that are stronger once more: those are few, or it would have ended.
func (d *described) first(n int) (found [][]Hop, more bool) {
	if len(d.ways) == 0 {
		return nil, false
	}
	for strength := d.reached(start); strength >= 0 && !more; strength-- {
		w := walk{described: d, strength: strength, limit: n + 1 - len(found)}
		w.from(start, strongest)
		found = append(found, w.found...)
		more = len(found) > n
	}
	return found[:min(n, len(found))], more
}

// through is the strength of a step and of the fact that it leads to, if it does.
func (d *described) through(s step) int {
	strength := s.status.Strength()
	if status := d.nodes[s.to].Status; status != "" {
		return min(strength, status.Strength())
	}
	return strength
}

// reached is how strong the strongest way is that leads from a node to the end.
func (d *described) reached(n int) int {
	if known, is := d.reach[n]; is {
		return known
	}
	best := 0
	for _, s := range d.ways[n] {
		best = max(best, min(d.through(s), d.reached(s.to)))
	}
	slices.SortFunc(d.ways[n], func(a, b step) int { return cmp.Compare(d.nodes[a.to].ID, d.nodes[b.to].ID) })
	d.reach[n] = best
	return best
}

// walk finds paths of one strength.
type walk struct {
	*described
	strength, limit int
	// nodes and steps lead to where the walk is.
	nodes []int
	steps []step
	found [][]Hop
}

// from walks on from a node, to which a way of some strength leads.
func (w *walk) from(n, strength int) {
	w.nodes = append(w.nodes, n)
	if n == end && strength == w.strength {
		w.found = append(w.found, w.hops())
	}
	for _, s := range w.ways[n] {
		through := min(strength, w.through(s))
		if len(w.found) < w.limit && min(through, w.reached(s.to)) >= w.strength {
			w.steps = append(w.steps, s)
			w.from(s.to, through)
			w.steps = w.steps[:len(w.steps)-1]
		}
	}
	w.nodes = w.nodes[:len(w.nodes)-1]
}

// hops are those of the path on which the walk is.
func (w *walk) hops() []Hop {
	hops := make([]Hop, 0, len(w.steps)/2)
	for i := 0; i < len(w.steps); i += 2 {
		in, out, fact := w.steps[i], w.steps[i+1], w.described.nodes[w.steps[i].to]
		hops = append(hops, Hop{
			From: w.described.nodes[w.nodes[i]].ID, Fact: fact.ID, To: w.described.nodes[out.to].ID,
			FromRole: in.role, ToRole: out.role,
			Status: graph.Weakest(fact.Status, in.status, out.status),
		})
	}
	return hops
}
