package neo4j

import "companygraph/graph"

// property writes what a property is read from: its key or, of what is not stored,
// an expression.
func (r *renderer) property(n variable, p *graph.Property, suffix constant) {
	switch p {
	case graph.LiveProperty:
		r.live(n)
	case graph.DisputesProperty:
		r.disputes(n)
	default:
		r.statement.property(n, p, suffix)
	}
}

// disputes writes in how many parts a fact is disputed: the whole, and participations
// that claims are about. A participation that none is about has the status of the
// whole.
func (r *renderer) disputes(n variable) {
	link, entity := r.fresh("r"), r.fresh("e")
	r.write("(CASE WHEN ")
	r.field(n, graph.StatusProperty)
	r.write(" = 'DISPUTED' THEN 1 ELSE 0 END + COUNT { MATCH (")
	r.variable(n)
	r.write(")-[")
	r.variable(link)
	r.relationships(linkTypes(r.model.Participations))
	r.write("]->(")
	r.variable(entity)
	r.write(") WHERE ")
	r.field(link, "status")
	r.write(" = 'DISPUTED' AND ")
	r.claimed(n, link, entity)
	r.write(" RETURN DISTINCT type(")
	r.variable(link)
	r.write("), ")
	r.variable(entity)
	r.write(" })")
}

// claimed writes whether any claim is about the participation of an entity.
func (r *renderer) claimed(fact, link, entity variable) {
	roles := map[string]any{}
	for _, l := range r.model.Participations {
		roles[relationshipType(l)] = `"` + l.Field + `"`
	}
	claim, claims := r.fresh("c"), r.model.Claim()
	r.write("EXISTS { MATCH (")
	r.variable(entity)
	r.write(")<-[")
	r.relationships([]string{relationshipType(claims.Link(graph.ParticipantLink))})
	r.write("]-(")
	r.variable(claim)
	r.write(")-[")
	r.relationships([]string{relationshipType(claims.Link(graph.FactLink))})
	r.write("]->(")
	r.variable(fact)
	r.write(") WHERE ")
	r.property(claim, claims.Property(graph.OnProperty), "")
	r.write(" CONTAINS ")
	r.value(roles)
	r.write("[type(")
	r.variable(link)
	r.write(")] }")
}

// live writes whether a claim counts: whether its speaker's stance in the
// projection does. A retraction stands, but does not count.
func (r *renderer) live(n variable) {
	claim, stance := r.model.Claim(), r.fresh("s")
	r.write("(")
	r.property(n, claim.Property(graph.StanceProperty), "")
	r.write(" <> 'RETRACTS' AND EXISTS { MATCH (")
	r.variable(stance)
	r.write(":Stance {speaker: ")
	r.field(n, "_speaker")
	r.write("}) USING INDEX SEEK ")
	r.variable(stance)
	r.write(":Stance(speaker) WHERE ")
	r.field(stance, "stance")
	r.write(" = ")
	r.property(n, claim.Property(graph.StanceProperty), "")
	r.write(" AND ")
	r.field(stance, "madeAt")
	r.write(" = coalesce(")
	r.property(n, claim.Property(graph.MadeAtProperty), "")
	r.write(", '') AND ")
	r.field(stance, "counted")
	r.write(" IS NOT NULL })")
}
