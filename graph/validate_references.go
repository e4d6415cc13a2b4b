package graph

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// ValidateReferences tells which links of a batch lead to no node, or to one
// that they may not lead to, and which claims are about participations that do
// not exist. A node that is not written by the batch is asked of look, which
// returns nil for an unknown id. It is for batches that [Validate] finds
// nothing wrong with, but copes with others.
func ValidateReferences(b Batch, look func(ID) *Node) BatchErrors {
	v := &referenceValidator{report: report{places: placesOf(b)}, look: look, known: map[ID]*Node{}}
	for _, id := range b.Deletes {
		v.known[id] = nil
	}
	for _, n := range b.Nodes {
		v.known[n.ID] = n
	}
	for _, n := range b.Nodes {
		v.node(n)
	}
	return v.errors
}

type referenceValidator struct {
	report
	look func(ID) *Node
	// known has the batch's nodes and what look has answered; a deleted or
	// unknown node is nil.
	known map[ID]*Node
}

func (v *referenceValidator) find(id ID) *Node {
	n, asked := v.known[id]
	if !asked {
		n = v.look(id)
		v.known[id] = n
	}
	return n
}

func (v *referenceValidator) node(n *Node) {
	for _, l := range numberLinks(n) {
		switch end := v.find(l.To); {
		case end == nil:
			v.add(n, l.path(), "there is no node with the id %s", shown(l.To))
		case !end.Type.Implements(l.Type.To):
			v.add(n, l.path(), "%s is of type %s; due is %s", shown(l.To), end.Type.Name, l.Type.To)
		}
	}
	if n.Type.Class == ClaimClass {
		v.participation(n)
	}
}

// participation sees to it that a claim which is about one participation names
// a role of its fact and an entity that takes it.
func (v *referenceValidator) participation(claim *Node) {
	on, fact := participationOf(claim), v.find(target(claim, factLink))
	if on == (participation{}) || fact == nil {
		return
	}
	switch l := fact.Type.Link(on.role); {
	case l == nil || !l.Participation:
		v.add(claim, "on.role", "%s is no role of %s, which has %s", shown(on.role), fact.Type.Name, roleNames(fact.Type))
	case on.entity != "" && !takes(fact, on):
		v.add(claim, "on.entity", "%s does not take the role %s in %s", shown(on.entity), on.role, shown(fact.ID))
	}
}

// participationOf returns the participation that a claim is about; the zero one
// if it is about the whole fact.
func participationOf(claim *Node) participation {
	role := gjson.Get(claim.Values[onProperty].Text(), "role")
	if !role.Exists() {
		return participation{}
	}
	return participation{role: role.Str, entity: target(claim, participantRoleLink)}
}

func takes(fact *Node, p participation) bool {
	return slices.ContainsFunc(fact.Links, func(l Link) bool { return l.Type.Field == p.role && l.To == p.entity })
}

func roleNames(t *Type) string {
	var names []string
	for _, l := range t.Roles {
		if l.Participation {
			names = append(names, l.Field)
		}
	}
	return strings.Join(names, ", ")
}
