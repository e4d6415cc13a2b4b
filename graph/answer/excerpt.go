package answer

import (
	"companygraph/graph"
	"companygraph/graph/plan"

	"github.com/tidwall/gjson"
)

// inlinedText is the value of the part that a follow led to; missing if there is none.
func inlinedText(rows *plan.Rows) graph.Value {
	if rows == nil || len(rows.Rows) == 0 || rows.Rows[0] == nil {
		return graph.Value{}
	}
	return rows.Rows[0].Values[0]
}

// inlined writes a value that is kept in a part.
func (e *encoder) inlined(rows *plan.Rows, p *graph.Property) *FieldError {
	v := inlinedText(rows)
	if v.Missing() {
		e.null()
		return nil
	}
	return e.scalar(nil, p, v, nil)
}

// excerpt writes the passage that a value cites; null if the text is not kept or
// does not have it at that place.
func (e *encoder) excerpt(row *plan.Row, value gjson.Result, a Excerpt) *FieldError {
	start, end := value.Get("start"), value.Get("end")
	source := row.Follows[a.Follow]
	if !start.Exists() || source == nil || len(source.Rows) == 0 || source.Rows[0] == nil {
		e.null()
		return nil
	}
	text := inlinedText(source.Rows[0].Follows[a.Text]).Text()
	excerpt, ok := graph.ExcerptOf(text, int(start.Int()), int(end.Int()), value.Get("sha256").Str)
	if !ok {
		e.null()
		return nil
	}
	return e.object(a.Fields, func(answer Answer) *FieldError {
		part, inside := answer.(Part)
		if !inside {
			return e.field(row, answer)
		}
		switch part.Property.Name {
		case "before":
			e.b = graph.AppendString(e.b, excerpt.Before)
		case "text":
			e.b = graph.AppendString(e.b, excerpt.Text)
		case "after":
			e.b = graph.AppendString(e.b, excerpt.After)
		default:
			panic("graph: an excerpt has no " + part.Property.Name)
		}
		return nil
	})
}

// verification writes what the last check found of the span that a value cites;
// null if that span was not checked.
func (e *encoder) verification(row *plan.Row, value gjson.Result, a Verification) *FieldError {
	span := graph.Span{Start: int(value.Get("start").Int()), End: int(value.Get("end").Int()), SHA256: value.Get("sha256").Str}
	found := graph.FindVerification(row.Verifications, span)
	if found == "" {
		e.null()
		return nil
	}
	return e.value(row, gjson.Parse(found), a.Fields)
}
