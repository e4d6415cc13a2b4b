package neo4j

import "companygraph/graph"

// property writes what a property is read from: its key or, of what is not stored,
// an expression.
func (r *renderer) property(n variable, p *graph.Property, suffix constant) {
	if p == graph.LiveProperty {
		r.live(n)
		return
	}
	r.statement.property(n, p, suffix)
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
