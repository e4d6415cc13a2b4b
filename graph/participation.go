package graph

import (
	"slices"

	"github.com/tidwall/gjson"
)

// The names under which the schema declares what status is made of.
const (
	StatusProperty      = "status"
	StanceProperty      = "stance"
	AttributionProperty = "attribution"
	MadeAtProperty      = "madeAt"
	VoiceProperty       = "voice"
	OnProperty          = "on"
	FactLink            = "fact"
	AttributedToLink    = "attributedTo"
	ClaimSourceLink     = "source"
	ParticipantLink     = "onEntity"
)

// Participation is one entity in one role of a fact.
type Participation struct {
	Role   string
	Entity ID
}

// Target is where the node's single link under a field leads; "" if it has none.
func (node *Node) Target(field string) ID {
	for _, link := range node.Links {
		if link.Type.Field == field {
			return link.To
		}
	}
	return ""
}

// ParticipationOf returns the participation that a claim is about; the zero one
// if it is about the whole fact.
func ParticipationOf(claim *Node) Participation {
	role := gjson.Get(claim.Values[OnProperty].Text(), "role")
	if !role.Exists() {
		return Participation{}
	}
	return Participation{Role: role.Str, Entity: claim.Target(ParticipantLink)}
}

// Takes reports whether the fact has the participation.
func (node *Node) Takes(p Participation) bool {
	return slices.ContainsFunc(node.Links, func(l Link) bool { return l.Type.Field == p.Role && l.To == p.Entity })
}

// SpeakerOf tells who speaks in a claim; two claims have one speaker if it is
// the same. An actor is one, and so is a source where it speaks itself. Somebody
// whom a source does not name is a speaker of his own in each claim, but for
// claims of one source that give the same voice, such as "analysts".
func SpeakerOf(claim *Node) string {
	voice := claim.Values[VoiceProperty].Text()
	switch source := string(claim.Target(ClaimSourceLink)); {
	case claim.Target(AttributedToLink) != "":
		return "actor " + string(claim.Target(AttributedToLink))
	case claim.Values[AttributionProperty].Text() != string(AttributionUnnamed):
		return "source " + source
	case voice != "":
		// No id holds a control character.
		return "voice " + source + "\x01" + voice
	default:
		return "claim " + string(claim.ID)
	}
}

// StatusClaimOf reads what the status of a fact needs of a claim.
func StatusClaimOf(claim *Node) StatusClaim {
	c := StatusClaim{Speaker: SpeakerOf(claim), Stance: Stance(claim.Values[StanceProperty].Text())}
	if at := claim.Values[MadeAtProperty]; !at.Missing() {
		// Validated before; an unknown date is one that cannot be compared.
		c.MadeAt, _ = ParsePartialDate(at.Text())
	}
	return c
}
