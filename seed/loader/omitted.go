package loader

import (
	"fmt"

	"companygraph/graph"

	"go.yaml.in/yaml/v3"
)

// omission is a span of a source that the dataset leaves out on purpose.
type omission struct {
	at     spot
	file   string
	source graph.ID
	span   graph.Composite
}

// omittedType is what an entry of `omitted` holds. It is no part of the graph:
// it lets `check` tell what was left out from what was forgotten.
var omittedType = &graph.ValueType{
	Name: "Omitted",
	Fields: []*graph.Property{
		{Name: sourceKey, Kind: graph.KindID, Description: "The source; that of the file if it is left out."},
		{Name: "start", Kind: graph.KindInt, Required: true, Description: "Where the span starts, in Unicode code points from the start of the text."},
		{Name: "end", Kind: graph.KindInt, Required: true, Description: "Where it ends, exclusive."},
		{Name: "sha256", Kind: graph.KindString, Required: true, Description: "The SHA-256 of the span in UTF-8, in lower-case hexadecimal digits."},
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
	_ = fmt.Sprint
}
