package answer

import (
	"strconv"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// facets writes the first values of a facet.
func (e *encoder) facets(values []plan.FacetValue, a Facets) *FieldError {
	return e.list(min(len(values), a.First), func(i int) *FieldError { return e.facet(&values[i], a.Fields) })
}

func (e *encoder) facet(v *plan.FacetValue, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case FacetValue:
			e.b = v.Value.AppendJSON(e.b)
		case CountOf:
			e.b = strconv.AppendInt(e.b, int64(v.Count), 10)
		case FacetNode:
			if v.Node == nil {
				e.null()
				return nil
			}
			e.nullable(func() *FieldError { return e.node(v.Node, a.Selection) })
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of a facet")
		}
		return nil
	})
}

func (e *encoder) bucket(b plan.Bucket, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case FirstDay:
			e.b = graph.AppendString(e.b, b.From)
		case LastDay:
			e.b = graph.AppendString(e.b, b.Until)
		case CountOf:
			e.b = strconv.AppendInt(e.b, int64(b.Count), 10)
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of a bucket")
		}
		return nil
	})
}
