package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// join is a path with the nodes and relationships it runs over named.
type join struct {
	path  plan.Path
	start variable
	links []variable
	via   variable
	end   variable
}

func (r *renderer) join(path plan.Path, start variable) join {
	j := join{path: path, start: start, via: r.fresh("m"), end: r.fresh("n")}
	for range path.Steps {
		j.links = append(j.links, r.fresh("r"))
	}
	return j
}

// pattern writes a join as a pattern whose end is of one of the types.
func (r *renderer) pattern(j join, types []*graph.Type) {
	r.write("(")
	r.variable(j.start)
	r.write(")")
	for i, step := range j.path.Steps {
		r.write(conditional(step.Reverse, "<-[", "-["))
		r.variable(j.links[i])
		r.relationships(relationshipTypes(r.model, step))
		r.write(conditional(step.Reverse, "]-(", "]->("))
		if i < len(j.path.Steps)-1 {
			r.variable(j.via)
			// The label at their start tells apart links of one field name.
			r.startLabels(step)
		} else {
			r.variable(j.end)
			r.labels(r.model, types)
		}
		r.write(")")
	}
}

// startLabels writes the labels of the node behind a step that is taken
// backwards: the types at which its links start.
func (r *renderer) startLabels(step graph.Step) {
	if step.Reverse {
		r.labels(r.model, startTypes(r.model, step.Links))
	}
}

// startTypes are the types at which links start, each once, ordered by name.
func startTypes(m *graph.Model, links []*graph.LinkType) []*graph.Type {
	starts := map[graph.TypeName]bool{}
	for _, l := range links {
		starts[l.From] = true
	}
	var types []*graph.Type
	for _, t := range m.Ordered {
		if starts[t.Name] {
			types = append(types, t)
		}
	}
	return types
}

// viaFilter adds the condition on the node between two steps to a WHERE.
func (r *renderer) viaFilter(w *where, j join) {
	if j.path.Via != nil {
		r.filtered(w, j.via, j.path.Via.Filter)
	}
}

// relationshipTypes are those that stand for the links of a step: one for each
// field or, from an entity to facts in any role, for each family.
func relationshipTypes(m *graph.Model, step graph.Step) []string {
	var types []string
	if step.AnyRole && step.Reverse {
		for _, f := range familiesOf(m, startTypes(m, step.Links)) {
			types = append(types, familyType(f))
		}
		return types
	}
	seen := map[string]bool{}
	for _, l := range step.Links {
		if name := relationshipType(l); !seen[name] {
			seen[name] = true
			types = append(types, name)
		}
	}
	return types
}
