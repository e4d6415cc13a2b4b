// Package graph holds the words of the domain and the contracts between the
// parts of the server.
//
// # Glossary
//
//   - Node: anything with a permanent id: an entity, a fact, a claim or a source.
//   - Entity: something that has a name (a firm, a person, an office, a place).
//   - Fact: something said to have happened or to hold. It joins entities by roles.
//   - Participation: one entity taking one role in one fact.
//   - Claim: a speaker's stance on a fact, or on one participation in it.
//   - Source: a document. Evidence is a span of one.
//   - Status: what the claims about a fact amount to; always derived, see [DeriveStatus].
//   - Property: a value a node carries. Link: a directed, typed connection between
//     two nodes in storage. "Relationship" is kept for the domain: a fact that holds
//     for a time.
//   - Plan, fetch, follow: what an operation needs from a store; see [Plan].
package graph
