package naive

import (
	"cmp"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/plan"
)

func valueOf(n *graph.Node, p *graph.Property) graph.Value {
	if p == graph.IDProperty {
		return graph.Text(string(n.ID))
	}
	return n.Values[p.Name]
}

// value is valueOf where it takes other nodes to tell.
func (s *state) value(n *graph.Node, p *graph.Property) graph.Value {
	switch {
	case p == graph.LiveProperty && n.Type.Class == graph.ClaimClass:
		return graph.Bool(s.counts(n))
	case p == graph.DisputesProperty:
		return graph.Int(s.disputes(n))
	}
	return valueOf(n, p)
}

// disputes counts what is disputed of a fact: the whole, and participations that
// claims are about.
func (s *state) disputes(fact *graph.Node) int64 {
	disputed := map[graph.Participation]bool{}
	for _, claim := range s.referrers[fact.ID] {
		if claim.Type.Class != graph.ClaimClass || claim.Target(graph.FactLink) != fact.ID {
			continue
		}
		part := graph.ParticipationOf(claim)
		status := fact.Values[graph.StatusProperty].Text()
		for _, l := range fact.Links {
			if l.Type.Field == part.Role && l.To == part.Entity {
				status = l.Status
			}
		}
		disputed[part] = status == string(graph.StatusDisputed)
	}
	n := int64(0)
	for _, one := range disputed {
		if one {
			n++
		}
	}
	return n
}

// counts tells whether a claim counts, going by all that its speaker says of the same.
func (s *state) counts(claim *graph.Node) bool {
	var own []graph.StatusClaim
	at := -1
	for _, other := range s.referrers[claim.Target(graph.FactLink)] {
		if other.Type != claim.Type || graph.ParticipationOf(other) != graph.ParticipationOf(claim) || graph.SpeakerOf(other) != graph.SpeakerOf(claim) {
			continue
		}
		if other.ID == claim.ID {
			at = len(own)
		}
		own = append(own, graph.StatusClaimOf(other))
	}
	return own[at].Stance != graph.StanceRetracts && graph.Counting(own)[at]
}

func (s *state) passes(n *graph.Node, filter plan.Filter) bool {
	switch f := filter.(type) {
	case nil:
		return true
	case plan.And:
		return !slices.ContainsFunc(f, func(part plan.Filter) bool { return !s.passes(n, part) })
	case plan.Or:
		return slices.ContainsFunc(f, func(part plan.Filter) bool { return s.passes(n, part) })
	case plan.Compare:
		return f.Not != holds(s.value(n, f.Property), f.Op, f.Value)
	case plan.OneOf:
		return f.Not != slices.Contains(f.Values, s.value(n, f.Property))
	case plan.IsMissing:
		return f.Not != s.value(n, f.Property).Missing()
	case plan.DateWithin:
		return f.Not != within(dateOf(n, f.Property), f)
	case plan.TypeIs:
		return f.Not != slices.Contains(f.Types, n.Type)
	case plan.Related:
		return f.Not != s.related(n, f)
	case plan.Element:
		return f.Not != s.element(n, f)
	default:
		panic("naive: unknown filter")
	}
}

// related tells whether an end of the path is of one of the types and passes.
func (s *state) related(n *graph.Node, f plan.Related) bool {
	ends := s.ends(n, f.Path)
	if f.Latest {
		ends = ends[:min(len(ends), 1)]
	}
	return slices.ContainsFunc(ends, func(e end) bool {
		return slices.Contains(f.Types, e.node.Type) && s.passes(e.node, f.Filter) &&
			(f.Statuses == nil || slices.Contains(f.Statuses, graph.Status(e.link.Status)))
	})
}

// element tells whether a value of a list passes: it is seen as a node that has
// the fields as properties.
func (s *state) element(n *graph.Node, f plan.Element) bool {
	v := n.Values[f.Property.Name]
	if v.Missing() {
		return false
	}
	composites, err := f.Property.Composites(v.Text())
	if err != nil {
		panic(err)
	}
	return slices.ContainsFunc(composites, func(c graph.Composite) bool {
		return s.passes(&graph.Node{Values: c}, f.Filter)
	})
}

// holds compares a value, which may be missing, with one that is not.
func holds(v graph.Value, op plan.Op, with graph.Value) bool {
	if v.Missing() {
		return false
	}
	switch op {
	case plan.Equal:
		return v == with
	case plan.Less:
		return compareValues(v, with) < 0
	case plan.LessOrEqual:
		return compareValues(v, with) <= 0
	case plan.Greater:
		return compareValues(v, with) > 0
	case plan.GreaterOrEqual:
		return compareValues(v, with) >= 0
	case plan.Contains:
		return strings.Contains(v.Text(), with.Text())
	case plan.StartsWith:
		return strings.HasPrefix(v.Text(), with.Text())
	default:
		panic("naive: unknown comparison")
	}
}

// within compares the bounds of a date, of which "" is unbounded.
func within(d graph.PartialDate, f plan.DateWithin) bool {
	if d.EDTF == "" {
		return false
	}
	// Without a bound it is further than any day.
	earliest, latest := cmp.Or(d.Earliest, "-"), cmp.Or(d.Latest, "x")
	switch f.Op {
	case plan.Before:
		return latest < f.From
	case plan.After:
		return earliest > f.From
	case plan.During:
		return earliest >= f.From && latest <= f.Until
	case plan.Overlaps:
		return earliest <= f.Until && latest >= f.From
	case plan.Certainly:
		return d.HoldsAt(f.From) == graph.HoldsYes
	default:
		panic("naive: unknown comparison of dates")
	}
}
