package plan

import "companygraph/graph"

// Path leads from a node to related ones over one link or two.
type Path struct {
	Steps []graph.Step
	// Via describes the node between two steps: the facts of a short cut, or the
	// claims of a facet. It is nil for a path of one step and for one that only passes through.
	Via *ViaFacts
}

// ViaFacts limits the node between the two steps of a path.
type ViaFacts struct {
	// Interface is the published type of that node.
	Interface graph.TypeName
	Filter    Filter
}

// PathOf is the path that a relation declares.
func PathOf(r *graph.Relation) Path {
	path := Path{Steps: r.Steps}
	if r.Via == nil {
		return path
	}
	path.Via = &ViaFacts{Interface: r.Via.Interface}
	if only := r.Via.Only; only != nil {
		path.Via.Filter = OneOf{Property: only.Property, Values: only.Values}
	}
	return path
}
