package sqlite

import "companygraph/graph"

// column writes what a property is read from: its column or, of what is not
// stored, an expression.
func (r *renderer) column(n node, p *graph.Property, suffix constant) {
	switch p {
	case graph.LiveProperty:
		r.live(n)
	case graph.DisputesProperty:
		r.disputes(n)
	default:
		r.statement.column(n, p, suffix)
	}
}

// disputes writes in how many parts a fact is disputed: the whole, and participations
// that claims are about. A participation that none is about has the status of the
// whole.
func (r *renderer) disputes(n node) {
	link, number, stance := r.fresh("l"), r.fresh("t"), r.fresh("s")
	r.text("((")
	r.field(n, "p_status")
	r.text(" = 'DISPUTED') + (SELECT count(DISTINCT ")
	r.field(link, "type")
	r.text(" || ' ' || ")
	r.field(link, "dst")
	r.text(") FROM link ")
	r.alias(link)
	r.text(" CROSS JOIN number ")
	r.alias(number)
	r.text(" ON ")
	r.field(number, "number")
	r.text(" = ")
	r.field(link, "type")
	r.text(" WHERE ")
	r.field(link, "src")
	r.text(" = ")
	r.field(n, "rid")
	r.text(" AND ")
	r.field(link, "status")
	r.text(" = 'DISPUTED' AND EXISTS (SELECT 1 FROM stance ")
	r.alias(stance)
	r.text(" WHERE ")
	r.field(stance, "fact")
	r.text(" = ")
	r.field(n, "rid")
	r.text(" AND ")
	r.field(stance, "role")
	// The number of a link is that of its type and field, "Breach.suspects".
	r.text(" = substr(")
	r.field(number, "name")
	r.text(", instr(")
	r.field(number, "name")
	r.text(", '.') + 1) AND ")
	r.field(stance, "entity")
	r.text(" = ")
	r.field(link, "dst")
	r.text(")))")
}

// live writes whether a claim counts: whether its speaker's row of the projection
// does. A retraction stands, but does not count.
func (r *renderer) live(n node) {
	fact, stance := r.fresh("l"), r.fresh("s")
	r.text("(")
	r.column(n, r.claimProperty(graph.StanceProperty), "")
	r.text(" <> 'RETRACTS' AND EXISTS (SELECT 1 FROM link ")
	r.alias(fact)
	r.text(" CROSS JOIN stance ")
	r.alias(stance)
	r.text(" ON ")
	r.field(stance, "fact")
	r.text(" = ")
	r.field(fact, "dst")
	r.text(" WHERE ")
	r.fromClaim(fact, n, graph.FactLink)
	r.text(" AND ")
	r.field(stance, "role")
	r.text(" = ifnull(")
	r.column(n, r.claimProperty(graph.OnProperty), "")
	r.text(" ->> '$.role', '') AND ")
	r.field(stance, "entity")
	r.text(" = ")
	r.claimedEntity(n)
	r.text(" AND ")
	r.field(stance, "speaker")
	r.text(" = ")
	r.field(n, "speaker")
	r.text(" AND ")
	r.field(stance, "stance")
	r.text(" = ")
	r.column(n, r.claimProperty(graph.StanceProperty), "")
	r.text(" AND ")
	r.field(stance, "made_at")
	r.text(" = ifnull(")
	r.column(n, r.claimProperty(graph.MadeAtProperty), "")
	r.text(", '') AND ")
	r.field(stance, "counts")
	r.text(" = 1))")
}

// claimedEntity writes the rid of the entity whose participation a claim is about;
// 0 if it is about the whole fact.
func (r *renderer) claimedEntity(claim node) {
	entity := r.fresh("l")
	r.text("ifnull((SELECT ")
	r.field(entity, "dst")
	r.text(" FROM link ")
	r.alias(entity)
	r.text(" WHERE ")
	r.fromClaim(entity, claim, graph.ParticipantLink)
	r.text("), 0)")
}

// fromClaim writes that a link is that of a claim under a field.
func (r *renderer) fromClaim(link, claim node, field string) {
	r.field(link, "src")
	r.text(" = ")
	r.field(claim, "rid")
	r.text(" AND ")
	r.field(link, "type")
	r.text(" = ")
	r.number(r.layout.links[r.layout.model.Claim().Link(field)])
}

func (r *renderer) claimProperty(name string) *graph.Property {
	return r.layout.model.Claim().Property(name)
}
