package write

import (
	"maps"
	"slices"

	"companygraph/graph"
)

// checkClaimed refuses that a fact loses a participation that a claim is about.
func (tx *Tx) checkClaimed() error {
	lost := map[graph.ID]map[graph.Participation]bool{}
	for id, d := range tx.drafts {
		if parts := tx.lost(d); len(parts) > 0 {
			lost[id] = parts
		}
	}
	if len(lost) == 0 {
		return nil
	}
	claimed, err := tx.storage.ClaimedParts(slices.Sorted(maps.Keys(lost)))
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(claimed)) {
		for _, p := range slices.SortedFunc(slices.Values(claimed[id]), compareParticipations) {
			if !lost[id][p] {
				continue
			}
			claim, err := tx.claimOn(Part{Fact: id, Participation: p})
			if err != nil {
				return err
			}
			if claim != "" {
				tx.problems = append(tx.problems, Problem{
					Code: Referenced, ID: id, Field: p.Role, Node: p.Entity,
					Text: "the claim " + claim.Legible() + " is about " + p.Entity.Legible() + " in this role",
				})
			}
		}
	}
	return nil
}

// lost are the participations that a stored fact will no longer have.
func (tx *Tx) lost(d *draft) map[graph.Participation]bool {
	if d.old == nil || d.node == nil || d.node.Type.Class != graph.FactClass || d.same() || tx.isOther(d) {
		return nil
	}
	lost := participations(d.old.Node)
	for p := range lost {
		if d.node.Takes(p) || d.node.Takes(tx.asItStands(p)) {
			delete(lost, p)
		}
	}
	return lost
}

// asItStands is a participation of the node that its entity will be.
func (tx *Tx) asItStands(p graph.Participation) graph.Participation {
	return graph.Participation{Role: p.Role, Entity: tx.stand(p.Entity)}
}

// claimOn is a claim that is about a participation and will be; "" if there is
// none.
func (tx *Tx) claimOn(part Part) (graph.ID, error) {
	ids, err := claimsOn(tx.model, tx.storage, part)
	if err != nil {
		return "", err
	}
	about := func(n *graph.Node) bool {
		return n != nil && n.Target(graph.FactLink) == part.Fact && graph.ParticipationOf(n) == part.Participation
	}
	var untouched []graph.ID
	for _, id := range ids {
		switch d := tx.drafts[id]; {
		case d == nil:
			untouched = append(untouched, id)
		case about(d.node):
			return id, nil
		}
	}
	for some := range slices.Chunk(untouched, 1_000) {
		stored, err := tx.storage.Load(some)
		if err != nil {
			return "", err
		}
		for _, id := range some {
			if s := stored[id]; s != nil && about(s.Node) {
				return id, nil
			}
		}
	}
	return "", nil
}

// claimsOn are the stored claims about a fact and one entity in it, in whatever
// role, ordered.
func claimsOn(m *graph.Model, s Storage, part Part) ([]graph.ID, error) {
	claim := m.Types["Claim"]
	about, err := s.Referrers([]graph.ID{part.Fact}, []*graph.LinkType{claim.Link(graph.FactLink)})
	if err != nil {
		return nil, err
	}
	on, err := s.Referrers([]graph.ID{part.Entity}, []*graph.LinkType{claim.Link(graph.ParticipantLink)})
	if err != nil {
		return nil, err
	}
	both := make(map[graph.ID]bool, len(about[part.Fact]))
	for _, id := range about[part.Fact] {
		both[id] = true
	}
	return slices.DeleteFunc(on[part.Entity], func(id graph.ID) bool { return !both[id] }), nil
}
