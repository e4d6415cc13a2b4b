package neo4j

import "companygraph/graph"

// trail is a path with the nodes and relationships it runs over named.
type trail struct {
	path   graph.Path
	start  variable
	links  []variable
	middle variable
	end    variable
}

func (r *renderer) trail(path graph.Path, start variable) trail {
	t := trail{path: path, start: start, middle: r.fresh("m"), end: r.fresh("n")}
	for range path.Steps {
		t.links = append(t.links, r.fresh("r"))
	}
	return t
}

// pattern writes a trail as a pattern whose end is of one of the types.
func (r *renderer) pattern(t trail, types []*graph.Type) {
	r.write("(")
	r.variable(t.start)
	r.write(")")
	for i, step := range t.path.Steps {
		r.write(pick(step.Reverse, "<-[", "-["))
		r.variable(t.links[i])
		r.links(step.Links)
		r.write(pick(step.Reverse, "]-(", "]->("))
		if i < len(t.path.Steps)-1 {
			r.variable(t.middle)
			// The label at their start tells apart links of one field name.
			r.startLabels(t.path.Steps[:i+1])
		} else {
			r.variable(t.end)
			r.labels(r.model, types)
		}
		r.write(")")
	}
}

// startLabels writes the labels of the node between two steps: the types at
// which the links of the step that is taken backwards start.
func (r *renderer) startLabels(steps []graph.Step) {
	step := steps[len(steps)-1]
	if !step.Reverse {
		return
	}
	r.labels(r.model, startTypes(r.model, step.Links))
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

// middle adds the condition on the node between two steps to a WHERE.
func (r *renderer) middle(w *where, t trail) {
	if t.path.Middle != nil {
		r.filtered(w, t.middle, t.path.Middle.Filter)
	}
}
