package graphtest

import (
	"fmt"

	"companygraph/graph"
)

var statusCases = map[string]func(*world){
	"claims come, change and go":         statusFollowsClaims,
	"a claim moves to another fact":      statusFollowsAClaimThatMoves,
	"participations have their own":      participationsFollowTheirClaims,
	"a fact is written without claims":   factKeepsItsStatus,
	"a fact goes with its claims":        factGoesWithItsClaims,
	"a participation goes with its role": participationGoesWithItsRole,
}

const disputedData = `
sources: [{ id: s }, { id: t }]
entities: [{ id: ann, type: Person, name: Ann }, { id: bob, type: Person, name: Bob }]
facts:
  - { id: f, type: Breach, title: F, phase: OCCURRED, suspects: [ann, bob] }
  - { id: g, type: Breach, title: G, phase: OCCURRED }
`

// claims writes claims on the fact f, each given by its id and fields.
func (w *world) claims(fields ...string) {
	w.Helper()
	dataset := "claims:\n"
	for _, f := range fields {
		dataset += fmt.Sprintf("  - { fact: f, source: s, %s }\n", f)
	}
	w.load(dataset)
}

// status holds the status of f and that of Ann's and Bob's participations.
func (w *world) status(fact, ann, bob graph.Status) {
	w.Helper()
	w.answers(`{ fact(id: "f") { status participants { status } } of: facts(where: { id: { eq: "f" } , status: { eq: `+string(fact)+` } }) { totalCount } }`,
		fmt.Sprintf(`{"fact":{"status":%q,"participants":[{"status":%q},{"status":%q}]},"of":{"totalCount":1}}`, fact, ann, bob))
}

func statusFollowsClaims(w *world) {
	all := func(s graph.Status) {
		w.Helper()
		w.status(s, s, s)
	}
	w.load(disputedData)
	all(graph.StatusUnsupported)
	w.claims("id: c1, stance: ALLEGES, attribution: SOURCE")
	all(graph.StatusAlleged)
	w.claims("id: c2, stance: ASSERTS, attribution: SOURCE, madeAt: 2017")
	all(graph.StatusAsserted)
	w.claims("id: c3, stance: DENIES, attribution: ACTOR, attributedTo: ann")
	all(graph.StatusDisputed)
	w.claims("id: c3, stance: CONFIRMS, attribution: ACTOR, attributedTo: ann")
	all(graph.StatusConfirmed)
	w.remove("c3")
	all(graph.StatusAsserted)
	w.claims("id: c4, stance: RETRACTS, attribution: SOURCE, madeAt: 2018", "id: c5, stance: DOUBTS, attribution: ACTOR, attributedTo: bob")
	all(graph.StatusUnsupported)
	w.remove("c5")
	all(graph.StatusRetracted)
	w.remove("c4", "c1")
	all(graph.StatusAsserted)
	w.remove("c2")
	all(graph.StatusUnsupported)
}

func statusFollowsAClaimThatMoves(w *world) {
	const question = `{ facts { nodes { id status claims { nodes { id } } } } }`
	w.load(disputedData)
	w.claims("id: c, stance: ASSERTS, attribution: SOURCE")
	w.answers(question, `{"facts":{"nodes":[{"id":"f","status":"ASSERTED","claims":{"nodes":[{"id":"c"}]}},{"id":"g","status":"UNSUPPORTED","claims":{"nodes":[]}}]}}`)
	w.applied(w.load("claims: [{ id: c, fact: g, source: s, stance: DENIES, attribution: SOURCE }]"), 0, 3, 0, 0)
	w.answers(question, `{"facts":{"nodes":[{"id":"f","status":"UNSUPPORTED","claims":{"nodes":[]}},{"id":"g","status":"DENIED","claims":{"nodes":[{"id":"c"}]}}]}}`)
}

func participationsFollowTheirClaims(w *world) {
	w.load(disputedData)
	w.claims("id: c1, stance: ASSERTS, attribution: SOURCE")
	w.claims("id: c2, stance: ALLEGES, attribution: UNNAMED, on: { role: suspects, entity: bob }")
	w.status(graph.StatusAsserted, graph.StatusAsserted, graph.StatusAlleged)
	w.claims("id: c3, stance: DENIES, attribution: ACTOR, attributedTo: bob, on: { role: suspects, entity: bob }")
	w.status(graph.StatusAsserted, graph.StatusAsserted, graph.StatusDisputed)
	w.claims("id: c3, stance: DENIES, attribution: ACTOR, attributedTo: bob, on: { role: suspects, entity: ann }")
	w.status(graph.StatusAsserted, graph.StatusDenied, graph.StatusAlleged)
	w.claims("id: c1, stance: DOUBTS, attribution: SOURCE")
	w.status(graph.StatusUnsupported, graph.StatusDenied, graph.StatusAlleged)
	w.remove("c2", "c3")
	w.status(graph.StatusUnsupported, graph.StatusUnsupported, graph.StatusUnsupported)
}

func factKeepsItsStatus(w *world) {
	w.load(disputedData)
	w.claims("id: c1, stance: ASSERTS, attribution: SOURCE", "id: c2, stance: ALLEGES, attribution: UNNAMED, on: { role: suspects, entity: bob }")
	w.applied(w.load(disputedData), 0, 0, 0, 6)
	w.load("facts: [{ id: f, type: Breach, title: New title, phase: OCCURRED, suspects: [ann, bob] }]")
	w.status(graph.StatusAsserted, graph.StatusAsserted, graph.StatusAlleged)
	w.load("facts: [{ id: f, type: Breach, title: New title, phase: OCCURRED, victims: ann, suspects: [bob] }]")
	w.status(graph.StatusAsserted, graph.StatusAsserted, graph.StatusAlleged)
}

func factGoesWithItsClaims(w *world) {
	w.load(disputedData)
	w.claims("id: c1, stance: ASSERTS, attribution: SOURCE", "id: c2, stance: ALLEGES, attribution: UNNAMED, on: { role: suspects, entity: bob }")
	w.refuses(Batch{Deletes: []graph.ID{"c1", "f"}}, "f")
	w.applied(w.remove("f", "c1", "c2"), 0, 0, 3, 0)
	w.answers(`{ facts { nodes { id } } claims { totalCount } source(id: "s") { claims { totalCount } } entity(id: "bob") { facts { totalCount } claims { totalCount } } }`,
		`{"facts":{"nodes":[{"id":"g"}]},"claims":{"totalCount":0},"source":{"claims":{"totalCount":0}},"entity":{"facts":{"totalCount":0},"claims":{"totalCount":0}}}`)
}

// A claim about a participation would be about nothing if its entity left the role.
func participationGoesWithItsRole(w *world) {
	w.load(disputedData)
	w.claims("id: c, stance: ALLEGES, attribution: UNNAMED, on: { role: suspects, entity: bob }")
	const without = "facts: [{ id: f, type: Breach, title: F, phase: OCCURRED, suspects: ann }]"
	w.refuses(w.batch(without), "f")
	w.applied(w.apply(w.batch(without, "c")), 0, 1, 1, 0)
}
