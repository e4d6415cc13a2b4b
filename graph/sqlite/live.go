package sqlite

import "companygraph/graph"

// column writes what a property is read from: its column or, of what is not
// stored, an expression.
func (r *renderer) column(n node, p *graph.Property, suffix constant) {
	if p == graph.LiveProperty {
		r.live(n)
		return
	}
	r.statement.column(n, p, suffix)
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
