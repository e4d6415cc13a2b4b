package naive

import (
	"slices"
	"strings"

	"companygraph/graph"
)

func valueOf(n *graph.Node, p *graph.Property) graph.Value {
	if p == graph.IDProperty {
		return graph.Text(string(n.ID))
	}
	return n.Values[p.Name]
}

func (s *state) passes(n *graph.Node, filter graph.Filter) bool {
	switch f := filter.(type) {
	case nil:
		return true
	case graph.And:
		return !slices.ContainsFunc(f, func(part graph.Filter) bool { return !s.passes(n, part) })
	case graph.Or:
		return slices.ContainsFunc(f, func(part graph.Filter) bool { return s.passes(n, part) })
	case graph.Compare:
		return f.Not != holds(valueOf(n, f.Property), f.Op, f.Value)
	case graph.OneOf:
		return f.Not != slices.Contains(f.Values, valueOf(n, f.Property))
	case graph.IsMissing:
		return f.Not != valueOf(n, f.Property).Missing()
	case graph.DateWithin:
		return f.Not != within(dateOf(n, f.Property), f)
	case graph.TypeIs:
		return f.Not != slices.Contains(f.Types, n.Type)
	case graph.Related:
		return f.Not != s.related(n, f)
	default:
		panic("naive: unknown filter")
	}
}

// related tells whether an end of the path is of one of the types and passes.
func (s *state) related(n *graph.Node, f graph.Related) bool {
	ends := s.ends(n, f.Path)
	if f.Latest {
		ends = ends[:min(len(ends), 1)]
	}
	return slices.ContainsFunc(ends, func(e end) bool {
		return slices.Contains(f.Types, e.node.Type) && s.passes(e.node, f.Filter)
	})
}

// holds compares a value, which may be missing, with one that is not.
func holds(v graph.Value, op graph.Op, with graph.Value) bool {
	if v.Missing() {
		return false
	}
	switch op {
	case graph.Equal:
		return v == with
	case graph.Less:
		return compareValues(v, with) < 0
	case graph.LessOrEqual:
		return compareValues(v, with) <= 0
	case graph.Greater:
		return compareValues(v, with) > 0
	case graph.GreaterOrEqual:
		return compareValues(v, with) >= 0
	case graph.Contains:
		return strings.Contains(v.Text(), with.Text())
	case graph.StartsWith:
		return strings.HasPrefix(v.Text(), with.Text())
	default:
		panic("naive: unknown comparison")
	}
}

// within compares the bounds of a date, of which "" is unbounded.
func within(d graph.PartialDate, f graph.DateWithin) bool {
	if d.EDTF == "" {
		return false
	}
	switch f.Op {
	case graph.Before:
		return d.Latest != "" && d.Latest < f.From
	case graph.After:
		return d.Earliest != "" && d.Earliest > f.From
	case graph.During:
		return d.Earliest != "" && d.Latest != "" && d.Earliest >= f.From && d.Latest <= f.Until
	case graph.Overlaps:
		return (d.Earliest == "" || d.Earliest <= f.Until) && (d.Latest == "" || d.Latest >= f.From)
	default:
		panic("naive: unknown comparison of dates")
	}
}
