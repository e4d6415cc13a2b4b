package write

import (
	"strings"

	"companygraph/graph"
)

// ValidateReferences tells which links of nodes lead to no node, or to one that
// they may not lead to, and which claims are about participations that do not
// exist. A node that is not among them is asked of look, which returns nil for
// an unknown id. It is for nodes that [Validate] finds nothing wrong with, but
// copes with others.
func ValidateReferences(nodes []*graph.Node, look func(graph.ID) *graph.Node) Problems {
	v := newReferenceValidator(nodes, look)
	for _, n := range nodes {
		v.links(n)
		if n.Type.Class == graph.ClaimClass {
			v.participation(n)
		}
	}
	return v.problems
}

// validateLinks is ValidateReferences but for participations, which are those of
// whole nodes, not of what one record says of them.
func validateLinks(nodes []*graph.Node, look func(graph.ID) *graph.Node) Problems {
	v := newReferenceValidator(nodes, look)
	for _, n := range nodes {
		v.links(n)
	}
	return v.problems
}

type referenceValidator struct {
	report
	look func(graph.ID) *graph.Node
	// known has the nodes and what look has answered; an unknown one is nil.
	known map[graph.ID]*graph.Node
}

func newReferenceValidator(nodes []*graph.Node, look func(graph.ID) *graph.Node) *referenceValidator {
	v := &referenceValidator{report: report{owners: ownersOf(nodes)}, look: look, known: map[graph.ID]*graph.Node{}}
	for _, n := range nodes {
		v.known[n.ID] = n
	}
	return v
}

func (v *referenceValidator) find(id graph.ID) *graph.Node {
	n, asked := v.known[id]
	if !asked {
		n = v.look(id)
		v.known[id] = n
	}
	return n
}

func (v *referenceValidator) links(n *graph.Node) {
	for _, l := range numberLinks(n) {
		switch end := v.find(l.To); {
		case end == nil:
			v.add(n, l.path(), "there is no node with the id %s", graph.Quoted(l.To))
			v.problems[len(v.problems)-1].Code = NotFound
		case !end.Type.Implements(l.Type.To):
			v.add(n, l.path(), "%s is of type %s; due is %s", graph.Quoted(l.To), end.Type.Name, l.Type.To)
		}
	}
}

// participation ensures that a claim which is about one participation names
// a role of its fact and an entity that takes it.
func (v *referenceValidator) participation(claim *graph.Node) {
	on, fact := graph.ParticipationOf(claim), v.find(claim.Target(graph.FactLink))
	if on == (graph.Participation{}) || fact == nil {
		return
	}
	switch l := fact.Type.Link(on.Role); {
	case l == nil || !l.Participation:
		v.add(claim, "on.role", "%s is no role of %s, which has %s", graph.Quoted(on.Role), fact.Type.Name, roleNames(fact.Type))
	case on.Entity != "" && !fact.Takes(on):
		v.add(claim, "on.entity", "%s does not take the role %s in %s", graph.Quoted(on.Entity), on.Role, graph.Quoted(fact.ID))
	}
}

func roleNames(t *graph.Type) string {
	var names []string
	for _, l := range t.Roles {
		if l.Participation {
			names = append(names, l.Field)
		}
	}
	return strings.Join(names, ", ")
}
