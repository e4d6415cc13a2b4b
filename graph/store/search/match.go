package search

import (
	"cmp"
	"fmt"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// Match tells how a search found a node: in which of its texts, and where in that.
type Match struct {
	Field, Text, Kind string
	Highlights        []graph.Place
}

// JSON is the value of type SearchMatch as [plan.Row] has it.
func (m Match) JSON() string {
	b := graph.AppendString([]byte(`{"field":`), m.Field)
	b = graph.AppendString(append(b, `,"text":`...), m.Text)
	b = graph.AppendString(append(b, `,"kind":`...), m.Kind)
	b = append(b, `,"highlights":[`...)
	for i, h := range m.Highlights {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"start":%d,"end":%d}`, h.Start, h.End)
	}
	return string(append(b, "]}"...))
}

// FieldName is the name of a field that clients read.
func FieldName(f graph.TokenField) string {
	return [...]string{"", "NAME", "ALIAS", "TITLE", "QUOTATION"}[f]
}

// held is what a text has of the words.
type held struct {
	graph.SearchedText
	tokens []graph.LocatedToken
	// worse is how well it has them, the sum over all.
	worse int
}

// Match tells how a hit was found: in the text that has most of the words, and of
// several the one that has them best, which comes first.
func (ws Words) Match(hit Hit, texts []graph.SearchedText) Match {
	all := make([]held, len(texts))
	for i, text := range texts {
		all[i] = ws.heldBy(text)
	}
	best := slices.MinFunc(all, func(a, b held) int {
		return cmp.Or(-cmp.Compare(len(a.tokens), len(b.tokens)), cmp.Compare(a.worse, b.worse), cmp.Compare(a.Field, b.Field))
	})
	m := Match{Field: FieldName(best.Field), Text: best.Text, Kind: hit.Match.String(), Highlights: best.Places(best.tokens)}
	slices.SortFunc(m.Highlights, func(a, b graph.Place) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	m.Highlights = slices.Compact(m.Highlights)
	return m
}

// heldBy finds each word where a text has it best, and there first.
func (ws Words) heldBy(text graph.SearchedText) held {
	h := held{SearchedText: text}
	tokens := text.Tokens()
	for i := range ws {
		found, quality := -1, MatchQuality(0)
		for j, token := range tokens {
			if own := ws[i].match(token.Token); own != 0 && (found < 0 || own < quality) {
				found, quality = j, own
			}
		}
		if found >= 0 {
			h.tokens, h.worse = append(h.tokens, tokens[found]), h.worse+int(quality)
		}
	}
	return h
}

// textsShape is what has to be read of nodes to tell how they were found.
func textsShape(m *graph.Model, types []*graph.Type) *plan.Shape {
	shape := &plan.Shape{}
	for _, t := range types {
		shape.Properties = appendSearched(shape.Properties, t)
		for _, r := range t.Relations {
			if follow := followParts(m, t, r); follow != nil {
				shape.Follows = append(shape.Follows, follow)
			}
		}
	}
	return shape
}

func appendSearched(properties []*graph.Property, t *graph.Type) []*graph.Property {
	for _, p := range t.Properties {
		known := slices.ContainsFunc(properties, func(other *graph.Property) bool { return other.Name == p.Name })
		if p.Searched != 0 && !known {
			properties = append(properties, p)
		}
	}
	return properties
}

// followParts leads to the parts of a node which are searched; nil if the relation
// does not.
func followParts(m *graph.Model, t *graph.Type, r *graph.Relation) *plan.Follow {
	if len(r.Steps) != 1 || r.Steps[0].Reverse || !r.Steps[0].Links[0].Part {
		return nil
	}
	parts := &plan.Shape{}
	types := m.Concrete(r.Target)
	for _, part := range types {
		parts.Properties = appendSearched(parts.Properties, part)
	}
	if len(parts.Properties) == 0 {
		return nil
	}
	return &plan.Follow{Name: r.Name, Parents: []*graph.Type{t}, Path: plan.PathOf(r), Types: types, Extent: plan.Stored{}, Shape: parts}
}

// textsOf are the texts of a row of that shape.
func textsOf(row *plan.Row, shape *plan.Shape) []graph.SearchedText {
	node := nodeOf(row, shape)
	var parts []*graph.Node
	for i, follow := range shape.Follows {
		if row.Follows[i] == nil {
			continue
		}
		for _, part := range row.Follows[i].Rows {
			parts = append(parts, nodeOf(part, follow.Shape))
		}
	}
	return graph.SearchedTexts(node, parts)
}

func nodeOf(row *plan.Row, shape *plan.Shape) *graph.Node {
	node := &graph.Node{ID: row.ID, Type: row.Type, Values: map[string]graph.Value{}}
	for i, p := range shape.Properties {
		node.Values[p.Name] = row.Values[i]
	}
	return node
}
