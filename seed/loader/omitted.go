package loader

import (
	"companygraph/graph"
	"companygraph/graph/write"

	"go.yaml.in/yaml/v4"
)

// omittedType is what an entry of `omitted` holds. It is no part of the graph:
// it lets `check` tell what was left out from what was forgotten.
var omittedType = &graph.ValueType{
	Name: "Omitted",
	Fields: []*graph.Property{
		{Name: sourceKey, Kind: graph.KindID, Required: true, Description: "The source; that of the file if it is left out."},
		{Name: startField, Kind: graph.KindInt, Required: true, Description: "Where the span starts, in Unicode code points from the start of the text."},
		{Name: endField, Kind: graph.KindInt, Required: true, Description: "Where it ends, exclusive."},
		{Name: sha256Field, Kind: graph.KindString, Required: true, Description: "The SHA-256 of the span in UTF-8, in lower-case hexadecimal digits."},
		{Name: "reason", Kind: graph.KindString, Required: true, Description: "Why the dataset says nothing of it."},
	},
}

func (r *reader) omission(at spot, n *yaml.Node) {
	r.mark(at, n)
	m, ok := r.mapping(at, n)
	if !ok {
		return
	}
	c, ok := r.composite(at, omittedType, m)
	if !ok {
		return
	}
	if c[sourceKey].Missing() && r.source != "" {
		c[sourceKey] = graph.Text(string(r.source))
	}
	wrong := write.ValidateComposite(omittedType, c)
	for _, e := range wrong {
		r.set.problems = append(r.set.problems, r.problem(at.inside(e.Field), e.Text))
	}
	if span, cited := r.newCitation(at, graph.ID(c[sourceKey].Text()), c); cited && len(wrong) == 0 {
		r.omitted = append(r.omitted, span)
	}
}

// omittedOfUnknown reports spans of sources that the files do not have.
func (s *Datasets) omittedOfUnknown() Problems {
	known := map[graph.ID]bool{}
	for _, d := range s.all {
		for _, source := range d.sources() {
			known[source.ID] = true
		}
	}
	var problems Problems
	for _, d := range s.all {
		for _, c := range d.omitted {
			if !known[c.source] {
				problems = append(problems, d.problem(c.at.field(sourceKey), "there is no source of this id"))
			}
		}
	}
	return problems
}
