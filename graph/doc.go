// Package graph holds the words of the domain. It imports nothing of the
// project; every other package speaks in these words.
//
// # Glossary
//
// The domain:
//
//   - Node: anything with a permanent id: an entity, a fact, a claim or a source.
//   - Entity: something that has a name (a firm, a person, an office, a place).
//   - Fact: something said to have happened or to hold. It joins entities by roles.
//   - Participation: one entity in one role of one fact.
//   - Claim: a speaker's stance on a fact, or on one participation in it.
//   - Speaker: whose word a claim is, see [SpeakerOf].
//   - Source: a document. Evidence is a span of one.
//   - Status: the result of the claims about a fact; always derived, see [DeriveStatus].
//   - Dataset: a collection of data loaded under one name. Contribution: what it
//     says about a node.
//
// Storage:
//
//   - Property: a value that a node carries. Link: a directed, typed connection
//     between two nodes. "Relationship" is kept for the domain: a fact that holds
//     for a time.
//   - Part: a node without a public id that lives and dies with its owner, such as
//     a quotation.
//   - Record: what a dataset says about a node, as it is loaded.
//   - Identifier: a key under which another collection knows a node. Alias: an id
//     that was merged into another.
//   - Stance: what a speaker says of a fact, once for each date, however many claims
//     say it.
//   - Revision: one committed change of the graph. Change: one node that it changed.
//   - Past: rows that held from one revision (since) up to another (until), which is
//     not included.
//   - Export: reading whole nodes in the order of their ids.
//
// Reading:
//
//   - Plan: what an operation needs of a store. Fetch: what one root field needs.
//     Follow: what a relation under it needs. Path: the links that a follow takes.
//     Via: the facts that a path of two links runs over.
//   - Paths between entities are another thing: chains of facts, each a hop.
//   - Shape: what is read of a row. Selection: how the row is answered.
//   - Cost: how many rows a plan reads at most.
package graph
