package answer

import (
	"strconv"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// paths writes what a search for paths has found.
func (e *encoder) paths(found *plan.FoundPaths, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case PathList:
			return e.list(len(found.Paths), func(i int) *FieldError { return e.path(found.Paths[i], a.Fields) })
		case Truncated:
			if found.Truncation != plan.NotTruncated {
				return e.truncated(found, a.Fields)
			}
			e.null()
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of a search for paths")
		}
		return nil
	})
}

func (e *encoder) truncated(found *plan.FoundPaths, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case TruncationReason:
			e.b = graph.AppendString(e.b, string(found.Truncation))
		case Skipped:
			return e.nodes(&plan.Rows{Rows: found.Skipped}, a.Selection)
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of a truncation")
		}
		return nil
	})
}

func (e *encoder) path(hops []plan.Hop, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case PathLength:
			e.b = strconv.AppendInt(e.b, int64(len(hops)), 10)
		case WeakestStatus:
			e.b = graph.AppendString(e.b, string(weakestOf(hops)))
		case HeldTogether:
			e.b = graph.AppendString(e.b, string(heldTogether(hops, a)))
		case Hops:
			return e.list(len(hops), func(i int) *FieldError { return e.hop(&hops[i], a.Fields) })
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of a path")
		}
		return nil
	})
}

func weakestOf(hops []plan.Hop) graph.Status {
	statuses := make([]graph.Status, len(hops))
	for i, hop := range hops {
		statuses[i] = hop.Status
	}
	return graph.Weakest(statuses...)
}

func heldTogether(hops []plan.Hop, a HeldTogether) graph.Holds {
	facts := make([]graph.Held, len(hops))
	for i, hop := range hops {
		facts[i].Phase = hop.Fact.Values[a.Phase].Text()
		// What is stored was validated; the error is that of a missing date.
		facts[i].Date, _ = graph.ParsePartialDate(hop.Fact.Values[a.Date].Text())
	}
	return graph.HeldTogether(facts)
}

func (e *encoder) hop(hop *plan.Hop, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case HopFrom:
			return e.node(hop.From, a.Selection)
		case HopFact:
			return e.node(hop.Fact, a.Selection)
		case HopTo:
			return e.node(hop.To, a.Selection)
		case FromRole:
			e.b = graph.AppendString(e.b, hop.FromRole)
		case ToRole:
			e.b = graph.AppendString(e.b, hop.ToRole)
		case Status:
			e.b = graph.AppendString(e.b, string(hop.Status))
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of a hop")
		}
		return nil
	})
}
