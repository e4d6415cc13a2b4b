package graph

import (
	"maps"
	"slices"
)

// The names under which the schema declares what status is made of.
const (
	statusProperty      = "status"
	stanceProperty      = "stance"
	madeAtProperty      = "madeAt"
	onProperty          = "on"
	factLink            = "fact"
	attributedToLink    = "attributedTo"
	claimSourceLink     = "source"
	participantRoleLink = "onEntity"
)

// participation is one entity in one role of a fact.
type participation struct {
	role   string
	entity ID
}

// deriveStatus sets the status of every fact that the batch touches, itself or
// by a claim, and of its participations.
func (a *applier) deriveStatus() error {
	facts, err := a.touchedFacts()
	if err != nil || len(facts) == 0 {
		return err
	}
	claims, err := a.claimsOn(facts)
	if err != nil {
		return err
	}
	var errs BatchErrors
	for _, id := range facts {
		if fact := a.nodes[id]; fact != nil {
			errs = append(errs, orphaned(fact, claims[id])...)
			setStatus(fact, claims[id])
		} else if stored := a.look(id); stored != nil {
			a.updateStatus(stored, claims[id])
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// orphaned finds the claims about a participation that a fact no longer has.
// Those of the batch itself were checked with its references.
func orphaned(fact *Node, claims []*Node) BatchErrors {
	var errs BatchErrors
	for _, claim := range claims {
		if on := participationOf(claim); on != (participation{}) && !takes(fact, on) {
			errs = append(errs, BatchError{fact.ID, on.role, "the claim " + string(claim.ID) + " is about " + string(on.entity) + " in this role"})
		}
	}
	return errs
}

// updateStatus sets the status of a fact that the batch does not write itself,
// and has it written if that changes.
func (a *applier) updateStatus(stored *Node, claims []*Node) {
	fact := *stored
	fact.Values, fact.Links = maps.Clone(stored.Values), slices.Clone(stored.Links)
	setStatus(&fact, claims)
	if !sameNode(&fact, stored) {
		a.nodes[fact.ID], a.order = &fact, append(a.order, fact.ID)
	}
}

// touchedFacts lists the facts of the batch and those that its claims, or the
// stored state of its claims, are about, and makes sure those are loaded.
func (a *applier) touchedFacts() ([]ID, error) {
	touched := map[ID]bool{}
	note := func(node *Node) {
		switch {
		case node == nil:
		case node.Type.Class == FactClass:
			touched[node.ID] = true
		case node.Type.Class == ClaimClass:
			touched[target(node, factLink)] = true
		}
	}
	for id, node := range a.nodes {
		note(node)
		note(a.stored[id])
	}
	for id := range a.deletes {
		note(a.stored[id])
	}
	facts := slices.Sorted(maps.Keys(touched))
	return facts, a.loadMore(facts)
}

// claimsOn returns the claims about each fact as they will be.
func (a *applier) claimsOn(facts []ID) (map[ID][]*Node, error) {
	aboutFact := a.model.Types["Claim"].Link(factLink)
	known := slices.DeleteFunc(slices.Clone(facts), func(id ID) bool { return a.stored[id] == nil })
	sources, err := a.tx.Sources(known, []*LinkType{aboutFact})
	if err != nil {
		return nil, err
	}
	var ids []ID
	for _, claims := range sources {
		ids = append(ids, claims...)
	}
	if err := a.loadMore(ids); err != nil {
		return nil, err
	}
	claims := map[ID][]*Node{}
	seen := map[ID]bool{}
	for _, id := range append(ids, a.order...) {
		claim := a.look(id)
		if claim != nil && claim.Type.Class == ClaimClass && !seen[id] {
			seen[id] = true
			fact := target(claim, factLink)
			claims[fact] = append(claims[fact], claim)
		}
	}
	return claims, nil
}

// setStatus derives the status of a fact and of its participations from claims.
func setStatus(fact *Node, claims []*Node) {
	voices := map[participation][]Voice{}
	for _, claim := range claims {
		on := participationOf(claim)
		voices[on] = append(voices[on], voiceOf(claim))
	}
	whole := DeriveStatus(voices[participation{}])
	fact.Values[statusProperty] = Text(string(whole))
	for i, link := range fact.Links {
		if !link.Type.Participation {
			continue
		}
		fact.Links[i].Status = string(whole)
		if own := voices[participation{link.Type.Field, link.To}]; len(own) > 0 {
			fact.Links[i].Status = string(DeriveStatus(own))
		}
	}
}

// voiceOf reads who says what in a claim. The speaker is the actor it is
// attributed to, else the source.
func voiceOf(claim *Node) Voice {
	speaker := target(claim, attributedToLink)
	if speaker == "" {
		speaker = target(claim, claimSourceLink)
	}
	voice := Voice{Speaker: speaker, Stance: Stance(claim.Values[stanceProperty].Text())}
	if at := claim.Values[madeAtProperty]; !at.Missing() {
		// Validated before; an unknown date is one that cannot be compared.
		voice.MadeAt, _ = ParsePartialDate(at.Text())
	}
	return voice
}

// target is where the node's single link under a field leads; "" if it has none.
func target(node *Node, field string) ID {
	for _, link := range node.Links {
		if link.Type.Field == field {
			return link.To
		}
	}
	return ""
}
