package naive

import (
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

func (s *state) passes(n *graph.Node, filter plan.Filter) bool {
	switch f := filter.(type) {
	case nil:
		return true
	case plan.And:
		return !slices.ContainsFunc(f, func(part plan.Filter) bool { return !s.passes(n, part) })
	case plan.Or:
		return slices.ContainsFunc(f, func(part plan.Filter) bool { return s.passes(n, part) })
	case plan.Compare:
		return f.Not != holds(valueOf(n, f.Property), f.Op, f.Value)
	case plan.OneOf:
		return f.Not != slices.Contains(f.Values, valueOf(n, f.Property))
	case plan.IsMissing:
		return f.Not != valueOf(n, f.Property).Missing()
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
	switch f.Op {
	case plan.Before:
		return d.Latest != "" && d.Latest < f.From
	case plan.After:
		return d.Earliest != "" && d.Earliest > f.From
	case plan.During:
		return d.Earliest != "" && d.Latest != "" && d.Earliest >= f.From && d.Latest <= f.Until
	case plan.Overlaps:
		return (d.Earliest == "" || d.Earliest <= f.Until) && (d.Latest == "" || d.Latest >= f.From)
	default:
		panic("naive: unknown comparison of dates")
	}
}
