package differ

import (
	"math/rand/v2"
	"slices"

	"companygraph/graph"
)

// typeSubset is the types that a session is about: of the many there are, few, so
// that nodes are linked and operations find them.
type typeSubset map[*graph.Type]bool

func newTypeSubset(m *graph.Model, random *rand.Rand) typeSubset {
	about := typesAtRandom(m, random)
	if chance(random, 50) {
		about = typesAroundShortCut(m, random)
	}
	for _, size := range sizes {
		of := slices.DeleteFunc(slices.Clone(m.Ordered), func(t *graph.Type) bool { return t.Class != size.class })
		if !slices.ContainsFunc(of, func(t *graph.Type) bool { return about[t] }) {
			about[pick(random, of)] = true
		}
	}
	return about
}

func typesAtRandom(m *graph.Model, random *rand.Rand) typeSubset {
	percent := 10 + random.IntN(60)
	about := typeSubset{}
	for _, t := range m.Ordered {
		about[t] = chance(random, percent)
	}
	return about
}

// typesAroundShortCut are the types that a short cut runs over, so that it does
// so often, and several times between the same nodes.
func typesAroundShortCut(m *graph.Model, random *rand.Rand) typeSubset {
	var cuts []*graph.Relation
	for _, t := range m.Ordered {
		for _, r := range t.Relations {
			if r.Via != nil {
				cuts = append(cuts, r)
			}
		}
	}
	about := typeSubset{}
	for _, step := range pick(random, cuts).Steps {
		for _, l := range step.Links {
			about[m.Types[l.From]] = true
			about[pick(random, m.Concrete(l.To))] = true
		}
	}
	return about
}

// has tells whether a published type has types of the subset behind it.
func (about typeSubset) has(m *graph.Model, name graph.TypeName) bool {
	return slices.ContainsFunc(m.Concrete(name), func(t *graph.Type) bool { return about[t] })
}

// leads tells whether a relation leads anywhere in the subset.
func (about typeSubset) leads(m *graph.Model, r *graph.Relation) bool {
	return !slices.ContainsFunc(r.Steps, func(step graph.Step) bool {
		return !slices.ContainsFunc(step.Links, func(l *graph.LinkType) bool { return about[m.Types[l.From]] && about.has(m, l.To) })
	})
}
